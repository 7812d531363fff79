"""How full the places of quarantine are, on their page and for whoever orders."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import links, quarantine_capacities
from patients.queries import quarantine_lists, quarantine_places
from patients.queries.quarantine_lists import HOME, Show, horizon
from tests.clients import client_of
from tests.factories import principal
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.quarantined import ordered

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return people.infection_control()


def moment(at) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def test_who_orders_is_told_that_the_place_takes_no_more(officer) -> None:
    client, place, at = client_of(officer), people.ward(), database_now()
    quarantine_capacities.state(by=officer, at=at, location=place, places=1, from_at=at - HOUR)
    ordered(location=place)
    given = {"kind": "HOSPITAL", "location": place.pk, "starts_at": moment(at), "reason": "contact"}

    page = client.post(
        reverse("quarantine-new"), {**given, "person": people.person().mrn}, follow=True
    )

    assert "is overfull now: 1 more than it takes" in page.content.decode()


def test_places_tell_what_is_free_and_what_is_overfull(officer) -> None:
    client, place, at = client_of(officer), people.ward(), database_now()
    address = reverse("quarantine-places")
    given = {"location": place.pk, "places": "1", "from_at": moment(at - HOUR), "note": "tents"}

    assert client.post(address, {**given, "places": "-1"}).status_code == 422
    assert client.post(address, given).status_code == 302
    ordered(location=place)
    free = client.get(address)
    person = people.person()
    ordered(person, location=place, starts_at=at + 2 * DAY)
    ordered(person, location=place, starts_at=at + 2 * DAY)
    later = client.get(address).content.decode()
    ordered(location=place)
    now = client.get(address).content.decode()

    (found, *_more) = free.context["places"]
    assert (found.now.occupied, found.now.places, found.now.free) == (1, 1, 0)
    assert "overfull" not in free.content.decode()
    assert "will be overfull from" in later
    assert "is overfull now" in now
    nurse = client_of(principal(Role.NURSE))
    assert nurse.post(address, given).status_code == 403
    assert "State the room" not in nurse.get(address).content.decode()


def test_nobody_apart_goes_uncounted_for_want_of_a_place(officer) -> None:
    client, address = client_of(officer), reverse("quarantine-places")
    assert "no place named" not in client.get(address).content.decode()
    ordered(kind="HOME")
    ordered(kind="INSTITUTIONAL", place="cabin 4")

    ordered(kind="HOME", location=people.ward())
    page = client.get(address)
    at = database_now()
    listed = quarantine_lists.listed(officer, show=Show.FORCE, at=at, place=HOME)
    assert len(listed.rows) == 1

    *_more, home, nowhere = page.context["places"]
    assert (home.is_home, home.now.occupied) == (True, 1)
    assert (nowhere.location, nowhere.now.occupied) == (None, 1)
    assert "no place named" in page.content.decode()


def test_the_coming_days_count_a_person_from_the_start_up_to_and_without_the_end() -> None:
    place, kept, double = people.ward(), people.person(), people.person()
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=double, survivor=kept, reason="one person")
    at = database_now() + 2 * HOUR
    days = horizon(at, 4)
    ordered(location=place, starts_at=days[1], ends_at=days[3])
    ordered(location=place, starts_at=days[1] + HOUR, ends_at=days[3] + HOUR)
    ordered(location=place, ends_at=days[2])
    ordered(kept, location=place, ends_at=days[2])
    ordered(double, location=place, starts_at=days[1])

    (found, *_more) = quarantine_places.places(at=at, days=4)

    assert [day.occupied for day in found.days] == [2, 3, 3, 2, 1]


@pytest.mark.parametrize("changed", [datetime(2026, 10, 25, 0, 15), datetime(2026, 3, 28, 23, 30)])
def test_the_coming_days_are_days_of_the_hospital_where_the_clock_is_changed(
    monkeypatch: pytest.MonkeyPatch, changed: datetime
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    monkeypatch.setattr(quarantine_lists, "get_default_timezone", lambda: zone)
    at = changed.replace(tzinfo=zone).astimezone(UTC)

    found = [one.astimezone(zone) for one in horizon(at, 3)]

    assert [one.day - found[0].day for one in found if one.month == found[0].month] == [*range(4)]
    assert {one.time() for one in found} == {changed.time()}


def test_now_is_now_in_the_hour_that_comes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine_lists, "get_default_timezone", lambda: ZoneInfo("Europe/Berlin"))
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert horizon(at, 2)[0] == at
