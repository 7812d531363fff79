"""The room of places of quarantine over HTTP: stated, listed, or refused with words."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import locations
from patients.models import QuarantineCapacity
from patients.queries import quarantine_places
from tests.calls import counted, get, is_problem, post, post_twice
from tests.factories import principal
from tests.patients import people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db
PATH = "/api/v1/quarantine-capacities"


def test_what_is_stated_counts_as_on_the_page() -> None:
    officer, place = people.infection_control(), people.ward()

    made = post(officer, PATH, {"location": place.code, "places": 12, "note": "tents"})
    assert made.status_code == 201, made.content
    ahead = (database_now() + 3 * DAY).isoformat()
    later = post(officer, PATH, {"location": place.code, "places": 0, "from_at": ahead})

    found = quarantine_places.places(at=database_now())[0]
    assert (found.location, found.now.places, found.days[-1].places) == (place, 12, 0)
    listed = get(officer, PATH, location=place.code).json()["quarantine_capacities"]
    assert listed == [later.json(), made.json()]
    assert get(officer, PATH, location=people.ward().code).json()["quarantine_capacities"] == []


def test_a_statement_sent_again_is_made_once() -> None:
    officer, place = people.infection_control(), people.ward()

    first, second = post_twice(officer, PATH, {"location": place.code, "places": 12})

    assert (first.status_code, second.json()) == (201, first.json())
    assert QuarantineCapacity.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"location": "nowhere"}, "location"),
        ({"location": 7}, "location"),
        ({"location": None}, "location"),
        ({"places": -1}, "places"),
        ({"places": 10**30}, "places"),
        ({"places": "12"}, "places"),
        ({"places": True}, "places"),
        ({"places": None}, "places"),
        ({"from_at": "tomorrow"}, "from_at"),
        ({"from_at": "2026-01-31T08:00:00"}, "from_at"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "n" * 201}, "note"),
        ({"rooms": 1}, "rooms"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], pointer: str) -> None:
    stated = {"location": people.ward().code, "places": 12, **change}

    assert is_problem(post(people.infection_control(), PATH, stated), 422, pointer)
    assert not QuarantineCapacity.objects.exists()


def test_a_closed_place_takes_nobody() -> None:
    place = people.ward()
    locations.deactivate(
        by=people.administrator(), at=database_now(), location=place, reason="water"
    )

    stated = {"location": place.code, "places": 12}
    assert is_problem(post(people.infection_control(), PATH, stated), 422, "location")


def test_only_infection_control_states_and_who_sees_places_reads() -> None:
    stated = {"location": people.ward().code, "places": 12}
    nurse, gate = principal(Role.NURSE), principal(Role.GATE_OFFICER)

    assert get(nurse, PATH).status_code == 200
    assert get(gate, PATH).status_code == 403
    assert post(nurse, PATH, stated).status_code == 403
    assert is_problem(get(nurse, PATH, place="x"), 422, "place")
    assert not QuarantineCapacity.objects.exists()


def test_a_list_costs_the_same_however_long() -> None:
    officer = people.infection_control()
    post(officer, PATH, {"location": people.ward().code, "places": 1})
    one = counted(officer, PATH)
    for _again in range(4):
        post(officer, PATH, {"location": people.ward().code, "places": 1})

    assert counted(officer, PATH) == (5, one[1])
