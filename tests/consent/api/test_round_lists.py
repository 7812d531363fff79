"""What else the interface lists of a round: reminders, the gate's log, calendars."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import passes, reminders, scans
from consent.queries.passes import text_of
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.calls import counted, get, is_problem
from tests.consent.actions.test_appointments import book, enrolled
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def scanned(world: World, person, gate: Principal) -> None:
    at = database_now()
    made = passes.issue(person=person, programme=world.programme, by=gate, at=at)
    scans.scan(asked=text_of(made), programme=None, by=gate, at=at)


def test_the_log_of_the_gate_is_listed_without_the_texts_of_passes(world) -> None:
    gate, person = principal(Role.GATE_OFFICER), world.cleared()
    scanned(world, person, gate)

    issued = get(gate, "/api/v1/gate/passes", person=str(person.uid)).json()["passes"]
    asked = get(gate, "/api/v1/gate/scans", programme=world.programme.code).json()["scans"]

    assert [(one["person"], one["programme"]) for one in issued] == [
        (str(person.uid), world.programme.code)
    ]
    assert [(one["status"], one["as_of"], one["truth"]) for one in asked] == [
        ("CLEARED", None, None)
    ]
    assert "LP1." not in f"{issued}"
    for name in ("passes", "scans"):
        before = counted(gate, f"/api/v1/gate/{name}", programme=world.programme.code)
        scanned(world, world.cleared(), gate)
        after = counted(gate, f"/api/v1/gate/{name}", programme=world.programme.code)
        assert (after[0], after[1]) == (before[0] + 1, before[1])
        assert is_problem(get(gate, f"/api/v1/gate/{name}"), 422, "person")
        assert is_problem(get(world.examiner, f"/api/v1/gate/{name}", person="x"), 403)


def test_reminders_are_listed_so_that_people_can_be_called(world) -> None:
    appointment = book(world, enrolled(world))
    at = appointment.starts_at - timedelta(hours=1)
    reminders.remind(by=Principal.objects.system("sweep"), at=at)

    listed = get(world.officer, "/api/v1/reminders", programme=world.programme.code).json()

    told = {(one["person"], one["appointment"]) for one in listed["reminders"]}
    assert (str(appointment.person.uid), appointment.pk) in told


def test_ones_own_calendar_is_read_over_the_interface(world) -> None:
    appointment = book(world, enrolled(world))

    mine = get(world.participant(appointment.person), "/api/v1/calendar")
    other = get(world.participant(world.cleared()), "/api/v1/calendar")

    assert mine.headers["Content-Type"].startswith("text/calendar")
    assert str(appointment.uid) in mine.content.decode()
    assert str(appointment.uid) not in other.content.decode()
    assert is_problem(get(world.officer, "/api/v1/calendar", day="x"), 422, "day")
