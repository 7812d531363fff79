"""Orders and items move only as their tables say; an order ends with its last open item."""

from __future__ import annotations

from itertools import product

import pytest

from assays.actions import order_items, orders
from assays.actions.order_items import OrderMoved, move_order
from assays.models import Order, OrderEvent, OrderItem
from assays.rules.states import ORDER, ORDER_ITEM, OrderItemStatus, OrderStatus
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories, laboratory

pytestmark = pytest.mark.django_db

ITEM_PATHS = {
    OrderItemStatus.ORDERED: (),
    OrderItemStatus.IN_PROCESS: (OrderItemStatus.IN_PROCESS,),
    OrderItemStatus.COMPLETED: (OrderItemStatus.IN_PROCESS, OrderItemStatus.COMPLETED),
    OrderItemStatus.CANCELLED: (OrderItemStatus.CANCELLED,),
    OrderItemStatus.HELD: (OrderItemStatus.HELD,),
}
ORDER_PATHS = {
    OrderStatus.ACTIVE: (),
    OrderStatus.ON_HOLD: (OrderStatus.ON_HOLD,),
    OrderStatus.COMPLETED: (OrderStatus.COMPLETED,),
    OrderStatus.REVOKED: (OrderStatus.REVOKED,),
    OrderStatus.ENTERED_IN_ERROR: (OrderStatus.ENTERED_IN_ERROR,),
}


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def doctor():
    return factories.principal(Role.PATHOLOGIST, name="doctor")


def move_item(item: OrderItem, to: OrderItemStatus, by) -> None:
    with acting(by=by, at=database_now(), action="test"):
        order_items._move_items([item], to=to, by=by, at=database_now())


def move(order: Order, to: OrderStatus, by) -> None:
    with acting(by=by, at=database_now(), action="test"):
        move_order(order, to=to, by=by, at=database_now())


@pytest.mark.parametrize(("old", "new"), list(product(OrderItemStatus, repeat=2)))
def test_an_item_moves_as_its_table_says_or_not_at_all(old, new, doctor) -> None:
    item = laboratory.order("TSH", by=doctor).items.get()
    for step in ITEM_PATHS[old]:
        move_item(item, step, doctor)
    before = OrderEvent.objects.count()

    if ORDER_ITEM.can_move(old, new):
        move_item(item, new, doctor)
    else:
        with pytest.raises(OrderMoved, match="cannot become"):
            move_item(item, new, doctor)

    item.refresh_from_db()
    is_allowed = ORDER_ITEM.can_move(old, new)
    assert item.status == (new if is_allowed else old)
    assert OrderEvent.objects.count() - before == is_allowed


@pytest.mark.parametrize(("old", "new"), list(product(ORDER_PATHS, OrderStatus)))
def test_an_order_moves_as_its_table_says_or_not_at_all(old, new, doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    for step in ORDER_PATHS[old]:
        move(order, step, doctor)
    before = OrderEvent.objects.count()

    if ORDER.can_move(old, new):
        move(order, new, doctor)
    else:
        with pytest.raises(OrderMoved, match=f"Order {order.pk} is .* cannot become"):
            move(order, new, doctor)

    order.refresh_from_db()
    is_allowed = ORDER.can_move(old, new)
    assert order.status == (new if is_allowed else old)
    assert OrderEvent.objects.count() - before == is_allowed


def test_a_row_read_before_somebody_else_moved_it_moves_nothing(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    stale = Order.objects.get(pk=order.pk)
    orders.hold(order=order, by=doctor, at=database_now(), reason="Patient is away.")

    with pytest.raises(OrderMoved, match="no longer active"):
        move(stale, OrderStatus.REVOKED, doctor)


def test_a_failing_event_leaves_order_and_item_where_they_were(doctor, monkeypatch) -> None:
    order = laboratory.order("TSH", by=doctor)

    def fail(*args, **kwargs) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr(OrderEvent.objects, "create", fail)
    with pytest.raises(RuntimeError):
        move(order, OrderStatus.ON_HOLD, doctor)
    monkeypatch.setattr(OrderEvent.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        move_item(order.items.get(), OrderItemStatus.HELD, doctor)

    assert Order.objects.get().status == "ACTIVE"
    assert OrderItem.objects.get().status == "ORDERED"


def complete(order: Order, by, *codes: str) -> None:
    items = order.items.filter(assay__analyte__code__in=codes)
    order_items.complete(item_ids=items.values_list("pk", flat=True), by=by, at=database_now())


def test_an_order_is_completed_with_its_last_item(doctor) -> None:
    order = laboratory.order("TSH FT4", by=doctor)
    seen = []

    for code in ("TSH", "FT4"):
        complete(order, doctor, code)
        order.refresh_from_db()
        seen.append(order.status)

    assert seen == ["ACTIVE", "COMPLETED"]


def test_completing_what_is_completed_changes_nothing(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    complete(order, doctor, "TSH")
    events = OrderEvent.objects.count()

    complete(order, doctor, "TSH")

    assert OrderEvent.objects.count() == events


def test_a_withdrawn_result_opens_its_item_and_its_order_again(doctor) -> None:
    order = laboratory.order("TSH FT4", by=doctor)
    complete(order, doctor, "TSH", "FT4")

    tsh = order.items.get(assay__analyte__code="TSH")
    order_items.reopen(item_ids=[tsh.pk], by=doctor, at=database_now(), reason="Wrong tube.")

    order.refresh_from_db()
    tsh.refresh_from_db()
    assert (order.status, tsh.status) == ("ACTIVE", "IN_PROCESS")


def test_a_cancelled_order_ends_revoked_and_off_the_collection_list(doctor) -> None:
    order = laboratory.order("CBC CMP", by=doctor)

    orders.cancel(order=order, by=doctor, at=database_now(), reason="Discharged.")

    assert order.status == "REVOKED"
    assert set(order.items.values_list("status", flat=True)) == {"CANCELLED"}
    assert set(order.specimens.values_list("status", flat=True)) == {"ENTERED_IN_ERROR"}
    assert order.events.latest("id").reason == "Discharged."


def test_what_was_measured_stays_when_the_rest_is_cancelled(doctor) -> None:
    order = laboratory.order("TSH FT4", by=doctor)
    complete(order, doctor, "TSH")

    orders.cancel(order=order, by=doctor, at=database_now(), reason="Not needed.")

    assert order.status == "COMPLETED"
    statuses = order.items.order_by("assay__analyte__code").values_list("status", flat=True)
    assert list(statuses) == ["CANCELLED", "COMPLETED"]


def test_cancelling_one_item_leaves_the_others_and_their_container(doctor) -> None:
    order = laboratory.order("TSH FT4 HGB", by=doctor)
    hemoglobin = order.items.get(assay__analyte__code="HGB")

    orders.cancel(
        order=order, item_ids=[hemoglobin.pk], by=doctor, at=database_now(), reason="Not needed."
    )

    left = dict(order.specimens.values_list("specimen_type__code", "status"))
    assert order.status == "ACTIVE"
    assert left["EDTA-BLOOD"] == "ENTERED_IN_ERROR"
    assert {status for code, status in left.items() if code != "EDTA-BLOOD"} == {"EXPECTED"}


def test_cancelling_the_last_open_item_ends_the_order(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)

    items = list(order.items.values_list("pk", flat=True))
    ended = orders.cancel(
        order=order, item_ids=items, by=doctor, at=database_now(), reason="Not needed."
    )

    assert ended.status == "REVOKED"


def test_somebody_elses_item_is_not_cancelled_with_ones_own(doctor) -> None:
    order, other = laboratory.order("TSH", by=doctor), laboratory.order("TSH", by=doctor)

    with pytest.raises(OrderMoved, match="not open any more"):
        orders.cancel(
            order=order,
            item_ids=[order.items.get().pk, other.items.get().pk],
            by=doctor,
            at=database_now(),
            reason="Not needed.",
        )

    assert {item.status for item in OrderItem.objects.all()} == {"ORDERED"}


def test_a_cancellation_needs_a_reason_and_the_permission(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)

    with pytest.raises(InvalidInput, match="Say why"):
        orders.cancel(order=order, by=doctor, at=database_now(), reason=" ")
    with pytest.raises(NotAllowed):
        orders.cancel(
            order=order,
            by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
            reason="No.",
        )


def test_a_cancelled_order_is_not_cancelled_again(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    orders.cancel(order=order, by=doctor, at=database_now(), reason="Not needed.")

    with pytest.raises(OrderMoved, match="not open any more"):
        orders.cancel(order=order, by=doctor, at=database_now(), reason="Not needed.")


def test_an_order_on_hold_is_taken_up_again_where_it_was(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    orders.hold(order=order, by=doctor, at=database_now(), reason="Patient is away.")

    orders.resume(order=order, by=doctor, at=database_now())

    assert order.status == "ACTIVE"


def test_an_order_for_the_wrong_person_is_taken_back_whole(doctor) -> None:
    order = laboratory.order("CBC", by=doctor)

    orders.mark_entered_in_error(
        order=order, by=doctor, at=database_now(), reason="Meant for the next bed."
    )

    assert order.status == "ENTERED_IN_ERROR"
    assert not order.items.exclude(status="CANCELLED").exists()
    assert not order.specimens.exclude(status="ENTERED_IN_ERROR").exists()
