"""Orders: placed with their specimens, cancelled, put on hold and taken up again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays.actions import order_items, reports, specimens
from assays.actions.order_items import move_order
from assays.actions.specimens.making import Wanted
from assays.models import Order, OrderEvent, OrderItem, Priority, Result, Specimen
from assays.queries import catalogue
from assays.queries.catalogue import ActivePanel, Catalogue
from assays.queries.orders import Duplicate, duplicates
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import lock
from patients.models import Encounter, Person
from patients.queries import entries

# An assay ordered again within this time needs a second thought.
DUPLICATE_WINDOW = timedelta(hours=24)
WAITING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


class DuplicateOrder(Conflict):
    """Something was ordered for this person a short while ago, and nobody confirmed it is meant."""

    kind = "duplicate-order"

    def __init__(self, message: str, *, found: Sequence[Duplicate]) -> None:
        super().__init__(message)
        self.found = found


class ResultWaiting(Conflict):
    """An item that has a value must not be cancelled away."""

    kind = "result-waiting"


def place(
    *,
    person: Person,
    by: Principal,
    at: datetime,
    panels: Collection[int] = (),
    assays: Collection[int] = (),
    priority: Priority = Priority.ROUTINE,
    clinical_question: str = "",
    encounter: Encounter | None = None,
    intent: str = Order.Intent.ORDER,
    confirmed: Collection[int] = (),
) -> Order:
    """Order panels and single assays for a person: items, and one specimen per container type.

    `panels` and `assays` are ids of the catalogue in force. An assay ordered for the person within
    `DUPLICATE_WINDOW` is refused with `DuplicateOrder` unless its id is among `confirmed`.
    Accession numbers are issued at once, so that labels can be printed before the collection.
    """
    policy.check(by, "assays.order.place", person)
    if encounter is not None and encounter.person_id not in entries(person.pk):
        raise InvalidInput(_("This stay is another patient's."), field="encounter")
    held = catalogue.current()
    chosen = _chosen(held, panels, assays)
    with acting(by=by, at=at, action="assays.order.place"):
        # Two orders for one person are looked at one after the other, so that each sees the other.
        note = _check_duplicates(lock(person), chosen, confirmed, at=at)
        order = Order.objects.create(
            person=person,
            requester=by,
            encounter=encounter,
            priority=priority,
            intent=intent,
            clinical_question=clinical_question.strip(),
            status=OrderStatus.ACTIVE,
            recorded_at=at,
            recorded_by=by,
        )
        OrderEvent.objects.create(
            order=order, new=OrderStatus.ACTIVE, reason=note, recorded_by=by, recorded_at=at
        )
        items = OrderItem.objects.bulk_create(
            OrderItem(
                order=order,
                assay_id=assay_id,
                panel_version_id=panel and panel.version_id,
                status=OrderItemStatus.ORDERED,
            )
            for assay_id, panel in chosen.items()
        )
        specimens.expect(order=order, wanted=_containers(held, items), by=by, at=at)
    return order


def cancel(
    *,
    order: Order,
    by: Principal,
    at: datetime,
    reason: str,
    item_ids: Collection[int] | None = None,
) -> Order:
    """Cancel what is still open of an order, or only some of it; what was measured stays.

    The order ends with its last open item: completed, or revoked if nothing came of it.
    """
    policy.check(by, "assays.order.cancel", order)
    _check_reason(reason)
    wanted = order.items.filter(status__in=order_items.OPEN)
    if item_ids is not None:
        wanted = wanted.filter(pk__in=item_ids)
    with acting(by=by, at=at, action="assays.order.cancel", reason=reason):
        items = _lock_and_check(order, wanted.values_list("pk", flat=True))
        if not items or (item_ids is not None and len(items) < len(set(item_ids))):
            raise order_items.OrderMoved(_("What was chosen is not open any more; look again."))
        order_items.cancel(item_ids=items, by=by, at=at, reason=reason)
        specimens.drop_expected(order_id=order.pk, by=by, at=at, reason=reason)
        order_items.settle(order_id=order.pk, by=by, at=at, reason=reason)
        reports.follow(order_id=order.pk, by=by, at=at)
    order.refresh_from_db(fields=["status"])
    return order


def hold(*, order: Order, by: Principal, at: datetime, reason: str) -> Order:
    """Stop an order for now: nothing is collected for it until it is resumed."""
    policy.check(by, "assays.order.cancel", order)
    _check_reason(reason)
    with acting(by=by, at=at, action="assays.order.hold", reason=reason):
        move_order(order, to=OrderStatus.ON_HOLD, by=by, at=at, reason=reason)
    return order


def resume(*, order: Order, by: Principal, at: datetime) -> Order:
    """Take up an order that was on hold; one whose items all ended meanwhile ends too."""
    policy.check(by, "assays.order.cancel", order)
    with acting(by=by, at=at, action="assays.order.resume"):
        move_order(order, to=OrderStatus.ACTIVE, by=by, at=at)
        order_items.settle(order_id=order.pk, by=by, at=at)
    order.refresh_from_db(fields=["status"])
    return order


def mark_entered_in_error(*, order: Order, by: Principal, at: datetime, reason: str) -> Order:
    """Set right an order that should never have been placed, such as one for the wrong person."""
    policy.check(by, "assays.order.cancel", order)
    _check_reason(reason)
    with acting(by=by, at=at, action="assays.order.mark_entered_in_error", reason=reason):
        items = _lock_and_check(order, order.items.values_list("pk", flat=True))
        order_items.cancel(item_ids=items, by=by, at=at, reason=reason)
        specimens.drop_expected(order_id=order.pk, by=by, at=at, reason=reason)
        move_order(order, to=OrderStatus.ENTERED_IN_ERROR, by=by, at=at, reason=reason)
        reports.follow(order_id=order.pk, by=by, at=at, reason=reason)
    return order


def _lock_and_check(order: Order, item_ids: Iterable[int]) -> list[int]:
    """Lock the specimens before the items, as every action does, and refuse where a value waits."""
    list(
        Specimen.objects.select_for_update(no_key=True)
        .filter(order=order)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    found = list(item_ids)
    waiting = Result.objects.filter(order_item__in=found, status__in=WAITING)
    codes = sorted(set(waiting.values_list("analyte__code", flat=True)))
    if codes:
        raise ResultWaiting(
            _("A value waits for verification: %(codes)s. Release or reject it first.")
            % {"codes": ", ".join(codes)}
        )
    return found


def _chosen(
    held: Catalogue, panels: Collection[int], assays: Collection[int]
) -> dict[int, ActivePanel | None]:
    """Return every assay once, with the panel it was ordered by; a single assay has none."""
    chosen: dict[int, ActivePanel | None] = {}
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
            chosen.setdefault(assay_id, panel)
    for assay_id in assays:
        if assay_id not in held.assays:
            raise InvalidInput(_("This assay cannot be ordered now."), field="assays")
        chosen.setdefault(assay_id, None)
    if not chosen:
        raise InvalidInput(_("Choose at least one panel or assay."), field="panels")
    return chosen


def _check_duplicates(
    entry_ids: Collection[int],
    chosen: Collection[int],
    confirmed: Collection[int],
    *,
    at: datetime,
) -> str:
    """Refuse what nobody confirmed; return what the order's first event says of the rest."""
    found = duplicates(entry_ids, chosen, since=at - DUPLICATE_WINDOW)
    words = "; ".join(str(one) for one in found)
    if {one.assay_id for one in found} - set(confirmed):
        raise DuplicateOrder(
            _("Ordered already in the last %(hours)d hours: %(found)s. Confirm to order it again.")
            % {"hours": DUPLICATE_WINDOW // timedelta(hours=1), "found": words},
            found=found,
        )
    return _("Ordered again on purpose: %(found)s") % {"found": words} if found else ""


def _containers(held: Catalogue, items: Iterable[OrderItem]) -> list[Wanted]:
    by_type: dict[int, list[OrderItem]] = {}
    for item in items:
        by_type.setdefault(held.assays[item.assay_id].specimen_type_id, []).append(item)
    return [Wanted(type_id, served) for type_id, served in by_type.items()]


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(_("Say why, in a few words."), field="reason")
