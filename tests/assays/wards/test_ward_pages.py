"""The pages of the wards: figures for everybody who plans, names only within reach, never stale."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from assays.models import DataExport
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import encounters, links, locations, quarantine, triage
from patients.models import Encounter, Location, Person
from tests.clients import client_of
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def page(client: Client, name: str, *args: Any, **asked: Any) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def bed(ward: Location) -> Location:
    return people.ward(parent=ward, kind="BED")


def local(moment: datetime) -> str:
    return moment.astimezone(get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%S")


def test_a_ward_shows_its_beds_and_who_has_none(client: Client) -> None:
    ward = people.ward()
    taken, free, closed = bed(ward), bed(ward), bed(ward)
    lying, waiting = people.person(), people.person()
    people.admitted(lying, taken)
    people.admitted(waiting, ward)
    by, at = people.infection_control(), database_now()
    locations.deactivate(by=by, at=at, location=closed, reason="cleaning")

    shown = page(client, "ward", ward.code)

    assert "2 people, 2 places open, 1 free." in shown
    assert "over capacity" not in shown
    assert lying.display_name in shown
    assert "In the ward, no bed assigned" in shown
    assert waiting.mrn in shown
    assert reverse("stay-admit") + f"?place={free.code}" in shown
    assert reverse("place-open", args=[closed.code]) in shown
    seen = ReadEvent.objects.filter(purpose="ward").values_list("person_id", flat=True)
    assert set(seen) == {lying.pk, waiting.pk}


def test_more_people_than_places_are_over_capacity(client: Client) -> None:
    ward = people.ward()
    bed(ward)
    for _number in range(3):
        people.admitted(people.person(), ward)

    shown = page(client, "wards")

    assert "2 over capacity" in shown
    assert "3 people in wards; 1 places open, 1 of them free." in shown


def test_a_nurse_of_another_ward_sees_figures_and_no_names() -> None:
    ward, hers = people.ward(), people.ward()
    someone = people.person(family="Hidden")
    people.admitted(someone, bed(ward))
    at = database_now()
    triage.record(
        by=people.infection_control(),
        at=at,
        person=someone,
        scale="MTS",
        category="RED",
        assessed_at=at,
    )
    client = client_of(people.doctor_of(hers, Role.NURSE))

    for name, asked in (("ward", {}), ("ward-board", {"show": "initials"})):
        shown = page(client, name, ward.code, **asked)
        assert "Hidden" not in shown
        assert someone.mrn not in shown
        assert "A.H." not in shown
        assert "MTS" not in shown
        assert "occupied" in shown
    assert not ReadEvent.objects.filter(person_id=someone.pk, purpose__startswith="ward").exists()


def test_the_board_shows_no_name(client: Client) -> None:
    ward = people.ward()
    someone = people.person(family="Okafor", given="Ngozi")
    people.admitted(someone, bed(ward))
    by, at = people.infection_control(), database_now()
    triage.record(
        by=by, at=at, person=someone, scale="MTS", category="RED", assessed_at=at - 2 * HOUR
    )
    quarantine.order(
        by=by, at=at, person=someone, kind="HOSPITAL", reason="exposed", starts_at=at - HOUR
    )

    beds = page(client, "ward-board", ward.code)
    initials = page(client, "ward-board", ward.code, show="initials")

    for shown in (beds, initials):
        assert "Okafor" not in shown
        assert someone.mrn not in shown
        assert "MTS red" in shown
        assert "quarantine" in shown
        assert "day 1" in shown
    assert "O.N." in initials
    assert "O.N." not in beds


def test_the_board_s_part_is_asked_for_and_says_when_it_was_seen(client: Client) -> None:
    ward = people.ward()

    whole = page(client, "ward-board", ward.code)
    part = page(client, "ward-board-part", ward.code)

    assert f'data-refresh="{reverse("ward-board-part", args=[ward.code])}?show=beds"' in whole
    assert "data-at=" in part
    assert "<html" not in part
    assert "cannot be reached" in whole


def test_an_old_triage_is_not_that_of_this_stay(client: Client) -> None:
    ward, someone, at = people.ward(), people.person(), database_now()
    by = people.infection_control()
    triage.record(by=by, at=at, person=someone, scale="ESI", category="1", assessed_at=at - 2 * DAY)
    people.admitted(someone, bed(ward))

    assert "ESI" not in page(client, "ward", ward.code)


def test_days_are_counted_from_the_admission_over_transfers(client: Client) -> None:
    ward, someone, at = people.ward(), people.person(), database_now()
    by = people.infection_control()
    stay = encounters.admit(
        by=by, at=at, person=someone, location=people.ward(), started_at=at - 3 * DAY
    )
    encounters.transfer(by=by, at=at, encounter=stay, location=bed(ward), moved_at=at - HOUR)

    assert "day 4" in page(client, "ward-board", ward.code)


def test_linked_entries_are_one_person_in_the_census(client: Client) -> None:
    ward, one, two = people.ward(), people.person(), people.person()
    by, at = people.infection_control(), database_now()
    for someone in (one, two):
        stay = people.admitted(someone, ward)
        encounters.discharge(by=by, at=at, encounter=stay, ended_at=at - HOUR / 4)
    asked = {"since": local(at - 2 * HOUR), "until": local(at - HOUR / 2), "ward": ward.code}
    assert '<td class="num"><strong>2</strong></td>' in page(client, "census", **asked)

    links.link(by=by, at=database_now(), duplicate=one, survivor=two, reason="same")

    assert '<td class="num"><strong>1</strong></td>' in page(client, "census", **asked)


def test_who_is_where_no_bed_is_on_record_is_told_apart(client: Client) -> None:
    ward, hall = people.ward(), people.ward()
    people.admitted(people.person(), bed(ward))
    for _each in range(3):
        people.admitted(people.person(), hall)
    told = "People in places without a recorded capacity: 3."

    assert told in page(client, "wards")
    every = page(client, "census")
    assert told in every
    assert "between 0 and 1 people; capacity 1 at the end" in every
    assert "capacity – at the end" in page(client, "census", ward=hall.code)


def test_the_census_of_a_past_moment_follows_openings(client: Client) -> None:
    ward, by, at = people.ward(), people.infection_control(), database_now()
    one = locations.create(
        by=by,
        at=at,
        code="old-bed",
        name="Old bed",
        kind="BED",
        parent=ward,
        opened_at=at - 9 * DAY,
    )
    locations.deactivate(by=by, at=at, location=one, reason="broken", closed_at=at - 2 * DAY)

    rows = {}
    for days in (1, 3):
        asked = {"since": local(at - 8 * DAY), "until": local(at - days * DAY)}
        answer = client.post(reverse("census-export"), asked)
        (rows[days],) = [
            row
            for row in csv.DictReader(io.StringIO(answer.content.decode()))
            if row["ward"] == ward.code
        ]

    assert [rows[days]["capacity"] for days in (1, 3)] == ["0", "1"]
    assert DataExport.objects.filter(kind="census").count() == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "never"},
        {"since": "2026-01-02T00:00", "until": "2026-01-01T00:00"},
        {"since": "2020-01-01T00:00", "until": "2021-01-01T00:00"},
        {"ward": "nowhere"},
        {"since": "0001-01-01T00:00"},
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(client: Client, asked: Any) -> None:
    answer = client.get(reverse("census"), asked)

    assert answer.status_code == 422
    assert b"errorlist" in answer.content


def test_nobody_without_the_permission_sees_a_census() -> None:
    ward = people.ward()
    for role in (Role.TECHNOLOGIST, Role.GATE_OFFICER, Role.VISITING_CLINICIAN):
        client = client_of(role)
        for name, args in (("wards", ()), ("ward", (ward.code,)), ("census", ())):
            assert client.get(reverse(name, args=args)).status_code == 403
    assert client_of(Role.NURSE).post(reverse("census-export")).status_code == 403


def test_a_ward_that_is_none_is_not_found(client: Client) -> None:
    room = people.ward(kind="ROOM")

    for name in ("ward", "ward-board", "ward-board-part"):
        assert client.get(reverse(name, args=["nowhere"])).status_code == 404
        assert client.get(reverse(name, args=[room.code])).status_code == 404


def _filled(ward: Location, count: int) -> None:
    for _number in range(count):
        people.admitted(people.person(), bed(ward))


@pytest.mark.parametrize("name", ["wards", "wards-board", "ward", "ward-board", "census"])
def test_pages_take_the_same_queries_however_many_there_are(client: Client, name: str) -> None:
    ward = people.ward()
    args = [ward.code] if name in ("ward", "ward-board") else []
    taken = []
    for count in (2, 6):
        _filled(ward, count)
        client.get(reverse(name, args=args))
        with CaptureQueriesContext(
            connection,
        ) as held:
            client.get(reverse(name, args=args))
        taken.append(len(held))

    assert taken[0] == taken[1] <= 40


def test_the_home_of_these_figures_is_one_function() -> None:
    """Board, ward and census tell the same of one instant."""
    ward = people.ward()
    _filled(ward, 2)
    people.admitted(people.person(), ward)
    client = client_of(people.infection_control())
    at = database_now() + timedelta(seconds=1)

    assert Encounter.objects.open().count() == 3
    assert "3 people, 2 places open, 0 free." in page(client, "ward", ward.code)
    assert "3 people, 2 places" in page(client, "wards-board")
    assert "<strong>3</strong>" in page(client, "census", until=local(at), since=local(at - DAY))
    assert Person.objects.count() == 3
