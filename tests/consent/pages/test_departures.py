"""Departures on pages, on paper, in the admin and over HTTP."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from consent.models import Departure, Posting
from consent.queries.clearances import clearance_of
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib import navigation
from labsys.lib.clock import database_now
from patients.forms import MOMENT
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
API = "/api/v1/departures"
NOBODY = "7d444840-9dc0-41d1-b245-5ffdce74fad2"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def gate():
    return principal(Role.GATE_OFFICER)


def listed(departure) -> str:
    return reverse("departure", args=[departure.uid])


def send(who, path, body):
    return client_of(who).post(path, json.dumps(body), content_type="application/json")


def test_an_officer_plans_a_departure_and_puts_people_on_its_list(world) -> None:
    officer, people = client_of(world.officer), [world.cleared(), world.cleared()]
    leaves = (database_now() + timedelta(hours=2)).strftime(MOMENT)
    given = {"programme": str(world.programme.pk), "leaves_at": leaves, "destination": "Station 4"}

    planned = officer.post(reverse("departures"), given)
    departure = Departure.objects.get()
    numbers = f"{people[0].mrn}, {people[1].mrn}\n{people[0].mrn}"
    added = officer.post(listed(departure), {"move": "add", "people": numbers})
    shown = officer.get(listed(departure)).content.decode()
    index = officer.get(reverse("departures")).content.decode()

    assert (planned.status_code, added.status_code) == (302, 302)
    assert [one for one in people if one.mrn not in shown] == []
    assert "Station 4" in index


@pytest.mark.parametrize("numbers", ["", "12345678", "x", "00000000", "1\x002", "٣" * 8])
def test_a_number_of_nobody_is_an_error_of_its_field(world, numbers) -> None:
    departure = world.departure()

    answer = client_of(world.officer).post(listed(departure), {"move": "add", "people": numbers})

    assert answer.status_code == 422
    assert "people" in answer.context["form"].errors
    assert not departure.members.exists()


def test_the_gate_lets_one_leave_and_then_all_who_are_cleared(world, gate) -> None:
    first, second, ill = world.cleared(), world.cleared(), world.cleared()
    departure = world.departure(first, second, ill)
    world.medical(ill, FAILED, comment="canary")
    officer = client_of(gate)
    member = departure.members.get(person=first)

    alone = officer.post(listed(departure), {"move": "leave", "member": str(member.pk)})
    every = officer.post(listed(departure), {"move": "depart"}, follow=True)
    said = every.content.decode()

    assert alone.status_code == 302
    assert Posting.objects.filter(departure=departure).count() == 2
    assert f"Stayed: {ill.mrn} Revoked." in said
    for word in ("canary", "medical check", "failed"):
        assert word not in said
    assert ReadEvent.objects.filter(actor=gate.pk, person_id=ill.pk).exists()
    assert officer.post(listed(departure), {"move": "close"}).status_code == 302
    departure.refresh_from_db()
    assert departure.state == "LEFT"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"move": "fly"}, 422),
        ({"move": "leave"}, 422),
        ({"move": "leave", "member": "99999999"}, 422),
        ({"move": "leave", "member": "\x00"}, 422),
        ({"move": "cancel"}, 403),
        ({"move": "remove", "member": "1"}, 422),
    ],
)
def test_what_cannot_be_done_is_said(world, gate, given, status) -> None:
    departure = world.departure(world.cleared())

    assert client_of(gate).post(listed(departure), given).status_code == status
    assert not Posting.objects.exists()


def test_the_list_is_printed_with_its_moment_and_each_print_is_on_record(world, gate) -> None:
    person = world.cleared()
    departure = world.departure(person)

    answer = client_of(gate).get(reverse("departure-manifest", args=[departure.uid]))

    assert answer["Content-Type"] == "application/pdf"
    printed = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    until = clearance_of(person, world.programme, at=database_now()).valid_until
    assert f"until {until:%-d %b %Y %H:%M}" in printed
    looks = ReadEvent.objects.filter(actor=gate.pk, purpose="manifest", person_id=person.pk)
    assert looks.count() == 1


def test_a_list_asks_as_many_questions_of_twelve_people_as_of_three(world, gate) -> None:
    client, asked = client_of(gate), []
    for number in (3, 12):
        people = [world.cleared() for _each in range(number)]
        departure = world.departure(*people)
        world.post(people[0], departure=departure)
        client.get(listed(departure))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(listed(departure))
        asked.append((len(answer.context["lines"]), len(queries)))

    assert [lines for lines, _queries in asked] == [3, 12]
    assert asked[0][1] == asked[1][1]


def test_the_words_of_a_list_are_looked_up_once_for_all_its_lines(world, gate, monkeypatch) -> None:
    client, looked_up, asked = client_of(gate), translation._trans.gettext, []
    asked_for = []

    def counted(message: str) -> str:
        asked_for.append(message)
        return looked_up(message)

    for number in (3, 12):
        departure = world.departure(*(world.cleared() for _each in range(number)))
        client.get(listed(departure))
        with monkeypatch.context() as patched:
            patched.setattr(translation._trans, "gettext", counted)
            asked_for.clear()
            client.get(listed(departure))
        asked.append(len(asked_for))

    assert asked[0] == asked[1] > 0


def test_who_belongs_to_a_list_is_asked_once(world, gate) -> None:
    client, departure = client_of(gate), world.departure(world.cleared())
    client.get(listed(departure))

    with CaptureQueriesContext(connection) as queries:
        client.get(listed(departure))

    links = [one for one in queries if 'FROM "patients_personlink"' in one["sql"]]
    assert len(links) == 2


def test_each_line_offers_what_may_be_done_with_it_and_names_whom(world, gate) -> None:
    cleared, ill, gone = world.cleared(), world.cleared(), world.cleared()
    departure = world.departure(cleared, ill, gone)
    world.medical(ill, FAILED)
    world.post(gone, departure=departure)

    def offered(who) -> list[tuple[str, str]]:
        shown = client_of(who).get(listed(departure)).content.decode()
        return re.findall(
            r'form="(\w+)" name="member" value="\d+" aria-describedby="m(\d+)"', shown
        )

    ids = {one.person: str(one.pk) for one in departure.members.select_related("person")}
    assert offered(gate) == [("leave", ids[cleared])]
    assert offered(world.officer) == [
        ("leave", ids[cleared]),
        ("remove", ids[cleared]),
        ("remove", ids[ill]),
    ]


def test_departures_are_listed_by_few_questions_and_not_shown_to_others(world) -> None:
    client, asked = client_of(world.officer), []
    for more in (2, 5):
        for _each in range(more):
            world.departure(world.person())
        client.get(reverse("departures"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("departures"), {"show": "all"})
        asked.append(len(queries))

    assert asked[0] == asked[1]
    for role in (Role.PARTICIPANT, Role.NURSE, Role.PSYCHOLOGIST):
        assert client_of(principal(role)).get(reverse("departures")).status_code == 403


def test_in_the_admin_a_departure_is_planned_and_cancelled(world) -> None:
    client = client_of(world.officer)
    leaves = (database_now() + timedelta(hours=2)).strftime(MOMENT)
    given = {"programme": str(world.programme.pk), "leaves_at": leaves, "destination": ""}

    added = client.post(reverse("admin:consent_departure_add"), given)
    assert added.status_code == 302, added.context["adminform"].form.errors
    row = Departure.objects.get()
    page = client.get(reverse("admin:consent_departure_change", args=[row.pk]))
    moved = client.post(reverse("admin:consent_departure_move", args=[row.pk, "cancel"]))

    assert listed(row) in page.content.decode()
    assert client.get(reverse("admin:consent_departure_changelist")).status_code == 200
    assert moved.status_code == 302
    row.refresh_from_db()
    assert row.state == "CANCELLED"


def test_a_departure_over_http_from_plan_to_close(world, gate) -> None:
    well, ill = world.cleared(), world.cleared()
    leaves = (database_now() + timedelta(hours=2)).isoformat()
    plan = {"programme": world.programme.code, "leaves_at": leaves, "people": [str(well.uid)]}

    planned = send(world.officer, API, plan)
    uid = planned.json()["uid"]
    grown = send(world.officer, f"{API}/{uid}/members", {"add": [str(ill.uid)]})
    world.medical(ill, FAILED)
    read = client_of(gate).get(f"{API}/{uid}")
    left = send(gate, f"{API}/{uid}/moves", {"move": "depart"})
    closed = send(gate, f"{API}/{uid}/moves", {"move": "close"})

    assert (planned.status_code, planned.json()["listed"], grown.json()["listed"]) == (201, 1, 2)
    assert [one["status"] for one in read.json()["members"]] == ["CLEARED", "REVOKED"]
    assert left.json()["left"] == [str(well.uid)]
    assert left.json()["stayed"] == [{"person": str(ill.uid), "status": "REVOKED"}]
    assert closed.json()["state"] == "LEFT"
    planned_now = client_of(gate).get(API, {"state": "PLANNED"}).json()["departures"]
    assert planned_now == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {}, 422),
        ("", [], 422),
        ("", {"programme": "CODE", "leaves_at": "soon"}, 422),
        ("", {"programme": "CODE", "leaves_at": "2020-01-01T00:00:00Z"}, 422),
        ("", {"programme": "CODE", "leaves_at": "NOW", "people": "x"}, 422),
        ("", {"programme": "CODE", "leaves_at": "NOW", "people": ["x"]}, 422),
        ("", {"programme": "CODE", "leaves_at": "NOW", "people": [NOBODY]}, 404),
        ("", {"programme": "CODE", "leaves_at": "NOW", "people": [{}] * 1001}, 422),
        ("UID/members", {"add": 7}, 422),
        ("UID/members", {"remove": ["PERSON"]}, 422),
        ("UID/moves", {}, 422),
        ("UID/moves", {"move": ["close"]}, 422),
        ("UID/moves", {"move": "depart", "people": ["PERSON"]}, 422),
        (f"{NOBODY}/moves", {"move": "close"}, 404),
    ],
)
def test_what_cannot_be_meant_is_refused_over_http(world, path, body, status) -> None:
    departure, person = world.departure(), world.cleared()
    stated = {
        "CODE": world.programme.code,
        "NOW": database_now().isoformat(),
        "UID": str(departure.uid),
        "PERSON": str(person.uid),
    }
    content = json.dumps(body)
    for name, value in stated.items():
        content, path = content.replace(name, value), path.replace(name, value)

    answer = client_of(world.officer).post(
        f"{API}/{path}".rstrip("/"), content, content_type="application/json"
    )

    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Departure.objects.count() == 1
    assert not Posting.objects.exists()


def test_the_gates_home_page_counts_what_leaves_within_a_day(world, gate) -> None:
    world.departure(world.cleared())
    world.departure(leaves_at=database_now() + timedelta(days=3))

    counted = {card.url_name: count for card, count in navigation.waiting_for(gate)}

    assert counted == {"departures": 1}
