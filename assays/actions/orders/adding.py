"""Adding to an order: on the specimens that are there, where these may still be used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import calculations, order_items, reports, specimens
from assays.actions.order_items import OrderMoved, move_order
from assays.actions.orders import questions
from assays.actions.orders.choosing import add_items, chosen, containers, settle_duplicates
from assays.models import Order, OrderEvent, OrderItem, Specimen, SpecimenItem
from assays.queries import calculations as queries
from assays.queries import catalogue, stability
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.states import IN_LABORATORY, OrderItemStatus, OrderStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import lock

OPEN_TO_MORE = (OrderStatus.ACTIVE, OrderStatus.COMPLETED)
USABLE = (
    SpecimenStatus.EXPECTED,
    SpecimenStatus.COLLECTED,
    SpecimenStatus.RECEIVED,
    SpecimenStatus.AVAILABLE,
)


def add_on(
    *,
    order: Order,
    by: Principal,
    at: datetime,
    panels: Collection[int] = (),
    assays: Collection[int] = (),
    confirmed: Collection[int] = (),
    omitted: Collection[int] = (),
    answers: Mapping[str, str] | None = None,
    is_unasked: bool = False,
) -> list[OrderItem]:
    """Add assays to an order: on its newest usable specimen of the type, or a new one.

    An order that was completed is active again. What was ordered lately has to be `confirmed`
    or `omitted`, as when an order is placed; `is_unasked` likewise.
    """
    policy.check(by, "assays.order.place", order.person)
    held = catalogue.current()
    ordered = set(order.items.values_list("assay_id", flat=True))
    wanted = chosen(held, panels, assays, beside=ordered)
    with acting(by=by, at=at, action="assays.order.add_on"):
        entry_ids = lock(order.person)
        there = list(
            Specimen.objects.select_for_update(no_key=True).filter(order=order).order_by("pk")
        )
        _check_open(order)
        _check_new(order, wanted, held)
        wanted, note = settle_duplicates(
            held,
            entry_ids,
            wanted,
            confirmed=confirmed,
            omitted=omitted,
            at=at,
            beside=ordered,
            is_unasked=is_unasked,
        )
        questions.answer(order=order, assays=wanted, answers=answers or {}, by=by, at=at)
        items = add_items(order, wanted)
        too_old = serve(order, items, there, held, by=by, at=at)
        _say(order, items, note, too_old, by=by, at=at)
        calculations.follow_ordered(items=items, by=by, at=at)
        if order.status == OrderStatus.COMPLETED:
            move_order(order, to=OrderStatus.ACTIVE, by=by, at=at, reason=_("added to"))
        reports.follow(order_id=order.pk, by=by, at=at)
    return items


def _check_open(order: Order) -> None:
    order.refresh_from_db(fields=["status"])
    if order.status not in OPEN_TO_MORE:
        raise OrderMoved(
            _("Order %(order)s is %(status)s; place a new order.")
            % {"order": order.pk, "status": order.get_status_display()}
        )


def _check_new(order: Order, wanted: Iterable[int], held: Catalogue) -> None:
    there = set(order.items.values_list("assay_id", flat=True))
    codes = [held.assays[assay_id].code for assay_id in wanted if assay_id in there]
    if codes:
        raise InvalidInput(
            _("This order holds %(codes)s already; to measure it again, place a new order.")
            % {"codes": ", ".join(sorted(codes))},
            field="assays",
        )


def serve(
    order: Order,
    items: Iterable[OrderItem],
    there: Iterable[Specimen],
    held: Catalogue,
    *,
    by: Principal,
    at: datetime,
) -> Mapping[int, str]:
    """Put each item on a specimen: one that is there and not too old for it, else one asked for.

    Returns, by item, why a specimen that is there was not taken.
    """
    newest = {one.specimen_type_id: one for one in there if one.status in USABLE}
    ordered = list(order.items.values_list("assay_id", flat=True))
    begun, missing = [], []
    items = list(items)
    late = stability.exceeded(
        stability.Asked(specimen.pk, item.assay_id, at)
        for item in items
        for specimen in newest.values()
        if specimen.collected_at is not None
    )
    too_old: dict[int, str] = {}
    for item in items:
        types = queries.specimen_types(held, item.assay_id, ordered)
        found = [newest[one] for one in types if one in newest]
        asked = {one.pk: stability.Asked(one.pk, item.assay_id, at) for one in found}
        serving = [one for one in found if asked[one.pk] not in late]
        for one in found:
            if asked[one.pk] in late:
                too_old[item.pk] = _("Specimen %(specimen)s is too old for it: %(why)s") % {
                    "specimen": one.accession,
                    "why": stability.words(late[asked[one.pk]]),
                }
        if len(serving) < len(types):
            missing.append(item)
            continue
        for specimen in serving:
            SpecimenItem.objects.create(specimen=specimen, item=item)
        if any(specimen.status in IN_LABORATORY for specimen in serving):
            begun.append(item.pk)
    if missing:
        wanted = containers(held, missing, ordered=ordered)
        specimens.expect(order=order, wanted=wanted, by=by, at=at)
    if begun:
        order_items.begin(item_ids=begun, by=by, at=at)
    return too_old


def _say(
    order: Order,
    items: Iterable[OrderItem],
    note: str,
    too_old: Mapping[int, str],
    *,
    by: Principal,
    at: datetime,
) -> None:
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order,
            item=item,
            new=OrderItemStatus.ORDERED,
            reason=" ".join(filter(None, (_("added on."), note, too_old.get(item.pk, "")))),
            recorded_by=by,
            recorded_at=at,
        )
        for item in items
    )
