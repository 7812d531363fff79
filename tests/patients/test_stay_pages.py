"""Admission, transfer, discharge and beds from pages: one form each, by MRN."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import encounters, injuries
from patients.models import Encounter, Injury, Location, LocationOpening, TriageAssessment
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def moment(at: datetime | None = None) -> str:
    return timezone.localtime(at or database_now()).strftime("%Y-%m-%dT%H:%M:%S")


def test_somebody_is_admitted_by_their_number_with_their_triage(client: Client) -> None:
    ward, someone = people.ward(), people.person()
    bed = people.ward(parent=ward, kind="BED")
    given = {
        "person": someone.mrn,
        "location": bed.code,
        "started_at": moment(),
        "triage": "ESI:2",
        "arrival": "AMBULANCE",
    }

    answer = client.post(reverse("stay-admit"), given)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("ward", args=[ward.code])
    assert Encounter.objects.open().get().location == bed
    assert TriageAssessment.objects.get().category == "2"


def test_a_bed_that_is_taken_or_closed_is_not_offered(client: Client) -> None:
    ward = people.ward()
    taken, free = people.ward(parent=ward, kind="BED"), people.ward(parent=ward, kind="BED")
    tent = people.ward(kind="OVERFLOW")
    people.admitted(people.person(), taken)

    shown = client.get(reverse("stay-admit")).content.decode()

    assert f'value="{free.code}"' in shown
    assert f'value="{ward.code}"' in shown
    for not_offered in (taken, tent):
        assert f'value="{not_offered.code}"' not in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person": "123"}, "digits"),
        ({"location": "nowhere"}, "Select a valid choice"),
        ({"started_at": "soon"}, "Enter a valid date"),
        ({"triage": "ESI:9"}, "Select a valid choice"),
        ({"arrival": "WALKED"}, "how urgent"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, wrong: Any, said: str) -> None:
    ward, someone = people.ward(), people.person()
    given = {"person": someone.mrn, "location": ward.code, "started_at": moment(), **wrong}

    answer = client.post(reverse("stay-admit"), given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Encounter.objects.exists()


def test_a_stay_is_moved_and_ended(client: Client) -> None:
    ward, other = people.ward(), people.ward()
    stay = people.admitted(people.person(), ward)

    moved = client.post(
        reverse("stay-transfer", args=[stay.pk]), {"location": other.code, "moved_at": moment()}
    )
    here = Encounter.objects.open().get()
    ended = client.post(
        reverse("stay-discharge", args=[here.pk]),
        {"ended_at": moment(), "disposition": "DISCHARGED"},
    )

    assert (moved.status_code, ended.status_code) == (302, 302)
    assert moved["Location"] == reverse("ward", args=[other.code])
    assert not Encounter.objects.open().exists()
    again = client.post(
        reverse("stay-discharge", args=[here.pk]),
        {"ended_at": moment(), "disposition": "DISCHARGED"},
    )
    assert again.status_code == 422
    assert "ended already" in again.content.decode()


def test_a_stay_out_of_reach_is_not_found() -> None:
    stay = people.admitted(people.person())
    nurse = client_of(people.doctor_of(people.ward(), Role.NURSE))

    for name in ("stay-transfer", "stay-discharge"):
        assert nurse.get(reverse(name, args=[stay.pk])).status_code == 404
        assert nurse.post(reverse(name, args=[stay.pk]), {}).status_code == 404
    assert nurse.get(reverse("person-stays", args=[stay.person.uid])).status_code == 404


def test_a_person_s_stays_show_triage_and_injuries(client: Client) -> None:
    stay, at = people.admitted(people.person()), database_now()
    injuries.record(
        by=people.infection_control(),
        at=at,
        person=stay.person,
        site="forearm",
        kind="BURN",
        severity=3,
        found_at=at,
    )

    shown = client.get(reverse("person-stays", args=[stay.person.uid])).content.decode()

    assert stay.location.name in shown
    assert "forearm" in shown
    assert ReadEvent.objects.filter(purpose="stays", person_id=stay.person_id).exists()


def test_a_bed_is_closed_and_opened_by_a_nurse() -> None:
    ward = people.ward()
    bed = people.ward(parent=ward, kind="BED")
    nurse = client_of(people.doctor_of(ward, Role.NURSE))

    closed = nurse.post(reverse("place-close", args=[bed.code]), {"reason": "cleaning"})
    opened = nurse.post(reverse("place-open", args=[bed.code]), {"reason": "clean"})

    assert (closed.status_code, opened.status_code) == (302, 302)
    rows = LocationOpening.objects.order_by("happened_at").values_list("is_open", "reason")
    assert list(rows) == [(False, "cleaning"), (True, "clean")]
    assert nurse.get(reverse("place-close", args=[ward.code])).status_code == 403


def test_an_overflow_place_is_opened_with_what_it_holds(client: Client) -> None:
    tent = people.ward(kind="OVERFLOW")

    without = client.post(reverse("place-open", args=[tent.code]), {"reason": "surge"})
    opened = client.post(
        reverse("place-open", args=[tent.code]), {"reason": "surge", "capacity": "12"}
    )

    assert (without.status_code, opened.status_code) == (422, 302)
    assert Location.objects.get(pk=tent.pk).is_active
    assert LocationOpening.objects.get().capacity == 12
    assert client.get(reverse("place-open", args=["nowhere"])).status_code == 404


INJURED = {"site_1": "forearm", "side_1": "LEFT", "kind_1": "BURN", "severity_1": "3"}


def admission(**more: Any) -> dict[str, Any]:
    given = {"person": people.person().mrn, "location": people.ward().code}
    return {**given, "started_at": moment(), **more}


def test_somebody_is_admitted_with_the_injuries_they_came_with(client: Client) -> None:
    second = {"site_3": "scalp", "kind_3": "CUT", "severity_3": "1"}

    shown = client.get(reverse("stay-admit")).content.decode()
    answer = client.post(reverse("stay-admit"), admission(**INJURED, **second))

    assert "Injury 3" in shown
    assert answer.status_code == 302
    stay = Encounter.objects.open().get()
    rows = Injury.objects.order_by("pk").values_list("site", "side", "severity", "found_at")
    assert list(rows) == [
        ("forearm", "LEFT", 3, stay.started_at),
        ("scalp", "", 1, stay.started_at),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"site_1": ""}, "a site, a kind and a severity"),
        ({"kind_1": ""}, "a site, a kind and a severity"),
        ({"severity_1": ""}, "a site, a kind and a severity"),
        ({"severity_1": "7"}, "Select a valid choice"),
        ({"side_1": "UNDER"}, "Select a valid choice"),
    ],
)
def test_an_injury_that_is_half_stated_admits_nobody(client: Client, wrong: Any, said: str) -> None:
    answer = client.post(reverse("stay-admit"), admission(**{**INJURED, **wrong}))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert '<details class="form-part" open>' in answer.content.decode()
    assert not Encounter.objects.exists()
    assert not Injury.objects.exists()


def test_an_open_overflow_place_is_given_another_number(client: Client) -> None:
    tent = people.ward(kind="OVERFLOW")
    where = reverse("place-open", args=[tent.code])
    client.post(where, {"reason": "surge", "capacity": "12"})

    shown = client.get(where).content.decode()
    without = client.post(where, {"reason": "fewer beds"})
    changed = client.post(where, {"reason": "fewer beds", "capacity": "8"})

    assert 'value="12"' in shown
    assert (without.status_code, changed.status_code) == (422, 302)
    rows = LocationOpening.objects.order_by("happened_at").values_list("is_open", "capacity")
    assert list(rows) == [(True, 12), (True, 8)]
    assert client_of(Role.NURSE).get(where).status_code == 403


def test_an_overflow_place_is_closed_when_it_is_empty_and_not_before(client: Client) -> None:
    tent = people.ward(kind="OVERFLOW")
    before = database_now() - people.HOUR
    given = {"reason": "surge", "capacity": "2", "opened_at": moment(before)}
    client.post(reverse("place-open", args=[tent.code]), given)
    stay = client.post(reverse("stay-admit"), admission(location=tent.code))
    close = reverse("place-close", args=[tent.code])

    refused = client.post(close, {"reason": "over"})
    here = Encounter.objects.open().get()
    over = {"ended_at": moment(), "disposition": "DISCHARGED"}
    client.post(reverse("stay-discharge", args=[here.pk]), over)
    closed = client.post(close, {"reason": "over"})

    assert (stay.status_code, refused.status_code, closed.status_code) == (302, 422, 302)
    assert "still people in this place" in refused.content.decode()
    assert not Location.objects.get(pk=tent.pk).is_active


def test_lists_and_forms_take_the_same_queries_however_many_there_are(client: Client) -> None:
    ward, someone = people.ward(), people.person()
    stays = reverse("person-stays", args=[someone.uid])
    taken: dict[str, list[int]] = {}
    for count in (2, 6):
        for _number in range(count):
            people.ward(parent=ward, kind="BED")
            here = people.admitted(someone, ward)
            at = database_now()
            by = people.infection_control()
            given: dict[str, Any] = {"person": someone, "site": "hand", "kind": "CUT"}
            injuries.record(by=by, at=at, severity=1, found_at=at, **given)
            encounters.discharge(
                by=by, at=at, encounter=here, ended_at=here.started_at, disposition="ERROR"
            )
        for where in (stays, reverse("stay-admit")):
            client.get(where)
            with CaptureQueriesContext(connection) as queries:
                client.get(where)
            taken.setdefault(where, []).append(len(queries))

    for few, many in taken.values():
        assert few == many <= 25
