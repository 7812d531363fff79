"""The page of a patient's pregnancies: what is entered, proposed and accepted, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import pregnancies, ultrasounds
from patients.models import Person, PregnancyDate, PregnancyEstimate, UltrasoundMeasurement
from tests import factories
from tests import laboratory as shipped
from tests.assays.analyses.loads import intervened
from tests.assays.pregnancies.test_ranges import doctor, measured, released, scan
from tests.clients import client_of
from tests.patients import people
from tests.patients.admin_forms import typed
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(doctor())


def address(person: Person) -> str:
    return reverse("pregnancies", args=[person.uid])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def a_scan(**lengths: str) -> dict[str, str]:
    return {
        "act": "scan",
        "scan-observed_at": typed(database_now() - HOUR),
        "scan-route": "VAGINAL",
        "scan-fetus": "1",
        **{f"scan-{code}": length for code, length in lengths.items()},
    }


def test_a_scan_is_entered_proposed_and_accepted(client: Client) -> None:
    person = people.person()

    shown = client.post(address(person), a_scan(CRL="24.0", SAC="30"), follow=True)
    assert "9w2d ± 6" in text(shown)
    assert "No formula with a confirmed error" in text(shown)
    assert not PregnancyEstimate.objects.exists()
    length = UltrasoundMeasurement.objects.get(measured="CRL")
    accepted = client.post(
        address(person),
        {"act": "accept-length", "fact": length.pk, "code": "INTERGROWTH_CRL"},
        follow=True,
    )

    assert "The estimate is recorded" in text(accepted)
    assert PregnancyEstimate.objects.get().measurement == length
    assert "40 weeks reached" in text(accepted)
    assert text(accepted).count("<svg") == 1


def test_a_day_is_entered_and_counted(client: Client) -> None:
    person = people.person()
    on = (database_now() - 60 * DAY).date()
    given = {
        "act": "date",
        "date-kind": "LAST_PERIOD",
        "date-on": on.isoformat(),
        "date-uncertainty_days": "10",
        "date-observed_at": typed(database_now()),
    }
    client.post(address(person), given)
    stated = PregnancyDate.objects.get()

    client.post(address(person), {"act": "accept-day", "fact": stated.pk})

    made = PregnancyEstimate.objects.get()
    assert made.stated_date == stated
    assert made.uncertainty_days == 10
    assert abs((made.gestation_days or 0) - 60) <= 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (a_scan, "Give one length at least"),
        (lambda: a_scan(CRL="-3"), "greater than or equal"),
        (lambda: a_scan(CRL="24,0"), "Enter a number"),
        (lambda: a_scan(CRL="900"), "at most 500 mm"),
        (lambda: {**a_scan(CRL="20"), "scan-fetus": "0"}, "greater than or equal"),
        (lambda: {"act": "date", "date-kind": "LAST_PERIOD"}, "required"),
        (lambda: {"act": "estimate", "estimate-status": "MAYBE"}, "valid choice"),
        (lambda: {"act": "guess"}, "Choose what is to be recorded"),
        (dict, "Choose what is to be recorded"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(client: Client, given: Any, said: str) -> None:
    answer = client.post(address(people.person()), given())

    assert answer.status_code == 422
    assert said in text(answer)
    assert not UltrasoundMeasurement.objects.exists()


@pytest.mark.parametrize("fact", ["", "x", "9" * 30, "0"])
@pytest.mark.parametrize("act", ["accept-length", "accept-day", "accept-hcg"])
def test_a_proposal_that_is_not_there_is_not_accepted(client: Client, act: str, fact: str) -> None:
    assert client.post(address(people.person()), {"act": act, "fact": fact}).status_code == 404


def test_nothing_of_another_patient_is_accepted(client: Client) -> None:
    length = scan(people.person())

    answer = client.post(
        address(people.person()),
        {"act": "accept-length", "fact": length.pk, "code": "HADLOCK_CRL"},
    )

    assert answer.status_code == 404


def test_who_may_see_and_who_may_record() -> None:
    ward, mine, other = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    nurse = client_of(people.doctor_of(ward, Role.NURSE))
    technologist = client_of(factories.principal(Role.TECHNOLOGIST))

    assert nurse.post(address(mine), a_scan(CRL="20")).status_code == 302
    assert nurse.get(address(other)).status_code == 404
    assert technologist.get(address(mine)).status_code == 200
    assert "Record the scan" not in text(technologist.get(address(mine)))
    assert technologist.post(address(mine), a_scan(CRL="20")).status_code == 403
    assert client_of(people.infection_control()).get(address(mine)).status_code == 403
    assert ReadEvent.objects.filter(purpose="pregnancies", person_id=mine.pk).exists()


def test_of_another_species_the_page_says_so(client: Client) -> None:
    person = people.person(species=people.species())
    scan(person)

    shown = text(client.get(address(person)))

    assert "No dating formula is established for this species" in shown
    assert "Record as estimate" not in shown


def test_contradiction_lost_ground_and_an_end_are_told(client: Client) -> None:
    person, by, at = people.person(), doctor(), database_now()
    length = scan(person)
    pregnancies.accept_length(by=by, at=at, measurement=length, code="INTERGROWTH_CRL")
    pregnancies.record(
        by=by,
        at=at,
        person=person,
        status="PREGNANT",
        gestation_days=120,
        uncertainty_days=7,
        observed_at=at - HOUR,
    )
    ultrasounds.retract(by=by, at=database_now(), measurement=length, reason="wrong patient")
    shown = text(client.get(address(person)))
    assert "Estimates contradict each other" in shown
    assert "its ground was taken back" in shown

    pregnancies.record(
        by=by, at=database_now(), person=person, status="ENDED", observed_at=database_now()
    )

    assert "ended, observed" in text(client.get(address(person)))


def test_hcg_is_shown_to_who_reads_results_with_its_rise_and_source(client: Client) -> None:
    shipped.load_catalogue()
    person = people.person()
    for hours, value in ((100, "300"), (52, "400"), (4, "380")):
        released(measured(person, value, hours_ago=hours))
    unreleased = measured(person, "777")

    shown = text(client.get(address(person)))

    assert "rise below the published minimum" in shown
    assert "falling" in shown
    assert "Barnhart" in shown
    assert "diagnosis" in shown
    assert str(unreleased.value) not in shown
    assert shown.count("Record as estimate</button>") == 3


def test_hcg_is_drawn_with_what_was_done_meanwhile(client: Client) -> None:
    shipped.load_catalogue()
    person = people.person()
    for hours, value in ((100, "300"), (52, "500")):
        released(measured(person, value, hours_ago=hours))
    intervened(person, ago=timedelta(hours=400), kind="CHARCOAL")
    intervened(person, ago=timedelta(hours=70))

    shown = text(client.get(address(person)))

    assert shown.count('class="c-mark"') == 1
    assert "1 filtration · pore 8 µm" in shown
    assert "charcoal" not in shown.split("<main")[1]


def test_a_page_costs_the_same_however_much_was_recorded(client: Client) -> None:
    shipped.load_catalogue()
    person = people.person()
    by = doctor()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(person)).status_code == 200
        return len(captured)

    def more(number: int) -> None:
        length = scan(person, crl=f"2{number}.0")
        pregnancies.accept_length(
            by=by, at=database_now(), measurement=length, code="INTERGROWTH_CRL"
        )
        released(measured(person, f"3000{number}", hours_ago=number + 1))

    more(1)
    cost()
    one = cost()
    for number in range(2, 5):
        more(number)

    assert cost() == one


def test_several_pregnancies_have_pages(client: Client) -> None:
    person, by, at = people.person(), doctor(), database_now()
    for ago, status, gestation in (
        (400, "PREGNANT", 100),
        (300, "ENDED", None),
        (20, "PREGNANT", 60),
    ):
        pregnancies.record(
            by=by,
            at=at,
            person=person,
            status=status,
            gestation_days=gestation,
            uncertainty_days=None if gestation is None else 5,
            observed_at=at - timedelta(days=ago),
        )

    newest, first = client.get(address(person)), client.get(address(person), {"pregnancy": "1"})

    assert newest.context["chosen"].course.number == 2
    assert first.context["chosen"].course.number == 1
    assert "ended, observed" in text(first)
    assert client.get(address(person), {"pregnancy": "x"}).status_code == 200
