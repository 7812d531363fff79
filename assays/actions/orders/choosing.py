"""What an order consists of: assays by panel, what was ordered already, and containers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays.actions.specimens.making import Wanted
from assays.models import Order, OrderItem
from assays.queries import calculations
from assays.queries.orders import Duplicate, duplicates
from assays.rules.catalogue_in_force import ActivePanel, Catalogue
from assays.rules.states import OrderItemStatus
from labsys.lib.errors import Conflict, InvalidInput

# An assay ordered again within this time needs a second thought.
DUPLICATE_WINDOW = timedelta(hours=24)


class DuplicateOrder(Conflict):
    """Something was ordered for this person a short while ago, and nobody confirmed it is meant."""

    kind = "duplicate-order"

    def __init__(self, message: str, *, found: Sequence[Duplicate]) -> None:
        super().__init__(message)
        self.found = found


def chosen(
    held: Catalogue,
    panels: Collection[int],
    assays: Collection[int],
    *,
    beside: Collection[int] = (),
) -> dict[int, ActivePanel | None]:
    """Return every assay once, with the panel it was ordered by; a single assay has none.

    What is calculated brings along what it is calculated from, unless that is ordered `beside`.
    """
    found: dict[int, ActivePanel | None] = {}
    for panel_id in panels:
        panel = held.panels.get(panel_id)
        if panel is None:
            raise InvalidInput(_("This panel cannot be ordered now."), field="panels")
        for assay_id in panel.assay_ids:
            if assay_id not in held.assays:
                raise InvalidInput(
                    _("The panel %(panel)s holds an assay that is not offered now.")
                    % {"panel": panel.name},
                    field="panels",
                )
            found.setdefault(assay_id, panel)
    for assay_id in assays:
        if assay_id not in held.assays:
            raise InvalidInput(_("This assay cannot be ordered now."), field="assays")
        found.setdefault(assay_id, None)
    if not found:
        raise InvalidInput(_("Choose at least one panel or assay."), field="panels")
    for assay_id in calculations.with_inputs(held, found, beside=beside):
        found.setdefault(assay_id, None)
    return found


def settle_duplicates(
    held: Catalogue,
    entry_ids: Collection[int],
    wanted: dict[int, ActivePanel | None],
    *,
    confirmed: Collection[int],
    omitted: Collection[int],
    at: datetime,
    beside: Collection[int] = (),
    is_unasked: bool = False,
) -> tuple[dict[int, ActivePanel | None], str]:
    """Leave out what is `omitted` and was ordered lately; refuse the rest that nobody `confirmed`.

    Returns what is ordered, and what the order's first event says about it. What a calculated
    assay among it rests on is not left out. `is_unasked`: a system confirmed it, not a person.
    """
    found = duplicates(entry_ids, wanted, since=at - DUPLICATE_WINDOW)
    left_out = {one.assay_id for one in found} & set(omitted) - set(confirmed)
    kept = [assay_id for assay_id in wanted if assay_id not in left_out]
    left_out -= set(calculations.with_inputs(held, kept, beside=beside))
    again = [one for one in found if one.assay_id not in left_out]
    if {one.assay_id for one in again} - set(confirmed):
        raise DuplicateOrder(
            _("Ordered already in the last %(hours)d hours: %(found)s. Confirm to order it again.")
            % {"hours": DUPLICATE_WINDOW // timedelta(hours=1), "found": _listed(again)},
            found=again,
        )
    if left_out == set(wanted):
        raise InvalidInput(
            _("All of it was ordered already: %(found)s.") % {"found": _listed(found)},
            field="panels",
        )
    notes = []
    if again:
        said = _("Ordered again on purpose: %(found)s")
        if is_unasked:
            said = _("Ordered again by the hospital's system, nobody was asked: %(found)s")
        notes.append(said % {"found": _listed(again)})
    if left_out:
        rest = [one for one in found if one.assay_id in left_out]
        notes.append(_("Left out, ordered already: %(found)s") % {"found": _listed(rest)})
    ordered = {one: panel for one, panel in wanted.items() if one not in left_out}
    return ordered, ". ".join(notes)


def _listed(found: Sequence[Duplicate]) -> str:
    return "; ".join(str(one) for one in found)


def add_items(order: Order, wanted: Mapping[int, ActivePanel | None]) -> list[OrderItem]:
    """Write what is wanted into an order, each assay with the panel it was ordered by."""
    return OrderItem.objects.bulk_create(
        OrderItem(
            order=order,
            assay_id=assay_id,
            panel_version_id=panel and panel.version_id,
            status=OrderItemStatus.ORDERED,
        )
        for assay_id, panel in wanted.items()
    )


def containers(
    held: Catalogue, items: Collection[OrderItem], *, ordered: Collection[int] = ()
) -> list[Wanted]:
    """Return one container per specimen type; a calculated item is served by those of its inputs.

    `ordered` are the assays of the whole order, where that holds more than these items.
    """
    assays = ordered or [item.assay_id for item in items]
    by_type: dict[int, list[OrderItem]] = {}
    for item in items:
        for type_id in calculations.specimen_types(held, item.assay_id, assays):
            by_type.setdefault(type_id, []).append(item)
    return [Wanted(type_id, served) for type_id, served in by_type.items()]
