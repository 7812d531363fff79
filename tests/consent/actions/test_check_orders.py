"""Panels of the check: ordered once for a round, by a person or the sweep; joined as they come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import orders as order_acts
from assays.models import CriticalCall, Order, OrderItem
from consent.actions import check_orders
from consent.models import CheckOrder, RoundSlot
from consent.queries.check_orders import results_of, to_order
from consent.queries.programmes import version_at
from consent.rules.appointments import AppointmentKind
from consent.rules.facts import CheckOutcome
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import laboratory
from tests.assays.communication.telling import attempt
from tests.consent import panels
from tests.consent.actions.test_appointments import book, enrolled, slot_of
from tests.consent.panels import COAG
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    laboratory.load_catalogue()
    return World(asks={"panels": ["COAG"]})


def place(world: World, person, **more) -> CheckOrder:
    given = {"programme": world.programme, "by": world.examiner, "at": database_now(), **more}
    return check_orders.place(person=person, **given)


def found(world: World, person, at=None):
    at = at or database_now()
    version = version_at(world.programme, at)
    return results_of([person.pk], world.programme, version, at=at)


def codes(order: Order) -> set[str]:
    return set(OrderItem.objects.filter(order=order).values_list("assay__analyte__code", flat=True))


def sweep(at=None) -> int:
    return check_orders.place_due(by=laboratory.system("sweep"), at=at or database_now())


def test_the_panels_of_the_programme_are_ordered_once_for_a_round(world) -> None:
    person = enrolled(world)

    made = place(world, person)

    assert codes(made.order) == set(COAG)
    assert (made.slot, made.order.requester) == (slot_of(person), world.examiner)
    assert {item.panel_version.panel.code for item in made.order.items.all()} == {"COAG"}
    with pytest.raises(Conflict, match="ordered already"):
        place(world, person)
    assert CheckOrder.objects.count() == 1


def test_what_was_ordered_already_is_not_ordered_again(world) -> None:
    person = enrolled(world)
    laboratory.order("INR", by=principal(Role.PATHOLOGIST), of=person)

    made = place(world, person)

    assert codes(made.order) == set(COAG) - {"INR"}
    assert found(world, person).wanting == []


def test_what_was_cancelled_is_wanting_and_ordered_anew(world) -> None:
    person = enrolled(world)
    first = place(world, person)
    order_acts.cancel(order=first.order, reason="Wrong tube.", by=world.examiner, at=database_now())
    assert len(found(world, person).wanting) == len(COAG)

    again = place(world, person)

    assert again.slot == first.slot
    assert codes(again.order) == set(COAG)


def test_who_has_no_round_or_no_panels_is_ordered_nothing(world) -> None:
    with pytest.raises(Conflict, match="No round is open"):
        place(world, world.person())
    other = World()
    with pytest.raises(InvalidInput, match="asks for no panel"):
        place(other, enrolled(other))
    with pytest.raises(NotAllowed):
        place(world, enrolled(world), by=world.officer)
    assert not Order.objects.exists()


def test_the_sweep_orders_for_the_medical_appointments_of_the_next_day_once(world) -> None:
    soon, later, psychological, unbooked = (enrolled(world) for _each in range(4))
    near = database_now() + timedelta(hours=20)
    book(world, soon, starts_at=near, with_whom=world.examiner)
    book(world, later, starts_at=database_now() + timedelta(days=3))
    book(world, psychological, AppointmentKind.PSYCHOLOGICAL, starts_at=near)

    first, second = sweep(), sweep()

    made = CheckOrder.objects.get()
    assert (first, second) == (1, 0)
    assert (made.slot.person, made.order.requester) == (soon, world.examiner)
    assert made.recorded_by == laboratory.system("sweep")
    assert not CheckOrder.objects.filter(slot__person=unbooked).exists()


def test_results_are_told_whoever_examined_last_where_the_appointment_names_nobody(world) -> None:
    person = enrolled(world)
    other = world.physician()
    world.medical(person, by=other)
    book(world, person, AppointmentKind.BOTH, starts_at=database_now() + timedelta(hours=2))

    sweep()

    assert CheckOrder.objects.get().order.requester == other


def test_a_psychologist_with_whom_somebody_is_booked_is_told_no_results(world) -> None:
    person = enrolled(world)
    book(
        world,
        person,
        AppointmentKind.BOTH,
        starts_at=database_now() + timedelta(hours=2),
        with_whom=world.psychologist,
    )

    sweep()

    assert CheckOrder.objects.get().order.requester == laboratory.system("sweep")


def test_what_is_refused_for_one_keeps_the_sweep_from_nobody(world) -> None:
    full, person = enrolled(world), enrolled(world)
    laboratory.order("COAG", by=principal(Role.PATHOLOGIST), of=full)
    for one in (full, person):
        book(world, one, starts_at=database_now() + timedelta(hours=2))

    assert sweep() == 1
    assert CheckOrder.objects.get().slot.person == person


def test_programmes_without_panels_are_not_looked_through(world) -> None:
    bare = World()
    book(bare, enrolled(bare), starts_at=database_now() + timedelta(hours=2))
    at = database_now()

    assert list(to_order(at, until=at + check_orders.AHEAD)) == []


def test_results_are_joined_as_they_come_and_a_pass_needs_them_released(world) -> None:
    person = enrolled(world)
    assert found(world, person).outstanding == len(COAG)
    made = place(world, person)
    assert (found(world, person).wanting, found(world, person).outstanding) == ([], len(COAG))

    typed = panels.recorded(made.order, **COAG)
    waiting = found(world, person)
    for one in typed.values():
        panels.release(one)
    done = found(world, person)

    assert (waiting.outstanding, len(waiting.used)) == (len(COAG), len(COAG))
    assert (done.outstanding, done.critical, done.delta) == (0, 0, 0)
    assert waiting.digest != done.digest


def test_a_critical_result_counts_also_once_somebody_was_told_of_it(world) -> None:
    person = enrolled(world)
    made = place(world, person)
    panels.recorded(made.order, **{**COAG, "INR": "6.1"})
    before = found(world, person)

    attempt(CriticalCall.objects.get(), by=principal(Role.TECHNOLOGIST), read_back="6.1")

    after = found(world, person)
    assert (before.critical, before.told) == (1, 0)
    assert (after.critical, after.told) == (0, 1)
    assert ":!" in before.digest
    assert before.digest != after.digest, "who saw it untold is shown that it was told"


def test_results_of_an_earlier_week_are_outstanding_again(world) -> None:
    person = enrolled(world)
    panels.released(place(world, person))
    now = database_now()

    assert found(world, person).outstanding == 0
    assert found(world, person, at=now + timedelta(days=7)).outstanding == 0
    assert found(world, person, at=now + timedelta(days=9)).outstanding == len(COAG)


def test_what_was_ordered_for_a_round_counts_after_a_refusal_moved_its_opening(world) -> None:
    person = enrolled(world)
    made = place(world, person)
    panels.released(made)
    slot = slot_of(person)
    late = database_now() + timedelta(hours=30)
    moved = dict.fromkeys(("opens_at", "due_at", "lapses_at", "overdue_at"), late)
    RoundSlot.objects.filter(pk=slot.pk).update(**moved)

    assert found(world, person, at=late).outstanding == 0
    assert found(world, person, at=late + timedelta(days=9)).outstanding == len(COAG)


def test_the_next_check_of_a_round_that_a_refusal_keeps_open_has_panels_of_its_own(world) -> None:
    person = enrolled(world)
    book(world, person, starts_at=database_now() + timedelta(minutes=30))
    assert sweep() == 1
    world.medical(person, CheckOutcome.REFERRED)
    later = database_now() + timedelta(days=9)
    book(world, person, starts_at=later + timedelta(hours=1))

    assert (sweep(later), sweep(later)) == (1, 0)


def test_results_count_for_somebody_without_a_round_too(world) -> None:
    person = world.person()
    order = laboratory.order("COAG", by=principal(Role.PATHOLOGIST), of=person)
    assert found(world, person).outstanding == len(COAG)

    for one in panels.recorded(order, **COAG).values():
        panels.release(one)

    assert found(world, person).outstanding == 0


def test_a_panel_that_nobody_can_order_any_more_leaves_the_check_without_results(
    world, monkeypatch
) -> None:
    person, version = enrolled(world), version_at(world.programme, database_now())
    version.panels = ["COAG", "RETIRED"]

    results = results_of([person.pk], world.programme, version, at=database_now())

    assert results.retired == ["RETIRED"]
    assert results.outstanding == len(COAG) + 1
