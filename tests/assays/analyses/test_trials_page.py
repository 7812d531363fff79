"""The page of trials: who was treated, compared by a run, read; and the same over the interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import AnalysisRun
from assays.queries.analyses import trials as queries
from assays.rules.analyses import trials
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import intervened, measured
from tests.assays.analyses.population import joined
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db
PAGE = "/analyses/trials/"
FORM = {
    **{"kind": "FILTRATION", "days_before": "14", "days_after": "14", "gap_hours": "0"},
    **{"which": "first", "others": "left_out"},
}
AGO = timedelta(days=5)  # between the third and the fourth load


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


@pytest.fixture
def assay() -> Any:
    return loads.assay()


def treated(assay: Any, after: int, *, kind: str = "FILTRATION") -> Person:
    one = laboratory.person()
    measured(one, ("200", "290", "410", str(after), str(round(after * 0.9)), "100"), assay)
    intervened(one, ago=AGO, kind=kind)
    return one


def test_a_trial_is_asked_for_followed_and_read(client, assay) -> None:
    filtered = [treated(assay, after) for after in (150, 170, 190)]
    charcoal = [treated(assay, after, kind="CHARCOAL") for after in (250, 270, 290)]
    measured(laboratory.person(), ("200", "290"), assay)  # untreated
    bare = laboratory.person()
    intervened(bare, ago=AGO)
    work_off()
    before = text_of(client, PAGE)

    client.post(PAGE, {**FORM, "detail": "8", "against_kind": "CHARCOAL", "reason": "monthly"})
    (run,) = AnalysisRun.objects.all()
    work_off()
    answer = client.get(PAGE).content.decode()
    done = text_of(client, PAGE)

    assert "No trial was asked for yet" in before
    assert run.total == 7
    assert "Filtration through pores of 8 µm" in done
    assert "No verified load lies in the days before" in done
    assert "questions were asked of the same persons" in done
    assert answer.count("<svg") >= 4
    assert all(one.mrn in done for one in [*filtered, *charcoal, bare])
    assert run.inputs_digest in done
    assert ReadEvent.objects.filter(purpose="trial", person_id=filtered[0].pk).exists()


def test_a_run_leads_to_the_trial_and_repeats_to_the_bit(client, assay) -> None:
    for after in (150, 170):
        treated(assay, after)
    client.post(PAGE, FORM)
    work_off()
    run = AnalysisRun.objects.get()
    client.post(f"/analyses/{run.pk}/repeat/", {})
    work_off()
    again = AnalysisRun.objects.get(repeats=run)

    of_run = client.get(f"/analyses/{again.pk}/").content.decode()

    assert "It gave the same, to the bit" in text_of(client, f"/analyses/{again.pk}/")
    assert f"{PAGE}?run={again.pk}" in of_run
    assert client.get(f"{PAGE}?run=99999").status_code == 404


def test_nobody_treated_is_said_on_the_form(client, assay) -> None:
    answer = client.post(PAGE, FORM)

    assert answer.status_code == 422
    assert "There is nothing to analyse" in answer.content.decode()


def test_a_trial_of_which_nobody_can_be_compared_says_why_of_each(client, assay) -> None:
    one = laboratory.person()
    intervened(one, ago=AGO)
    client.post(PAGE, FORM)
    work_off()

    assert "No verified load lies in the days before" in text_of(client, PAGE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days_before": "-1"}, "greater than or equal to"),
        ({"days_after": ""}, "required"),
        ({"kind": "PRAYER"}, "Select a valid choice"),
        ({"against_kind": "FILTRATION"}, "Compare two different removals"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client, wrong, said) -> None:
    answer = client.post(PAGE, {**FORM, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_linked_entries_are_one_person(assay) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)
    one, other = treated(assay, 150), laboratory.person()
    intervened(other, ago=AGO)
    joined(other, one)

    (found,) = queries.found(doctor, trials.parameters({}))

    assert found.person_id == one.pk
    assert len(found.given["interventions"]) == 2


def test_who_reaches_some_persons_compares_those_alone(assay) -> None:
    ward, near = people.ward(), treated(assay, 150)
    people.admitted(near, ward)
    treated(assay, 170)

    found = queries.found(people.doctor_of(ward), trials.parameters({}))

    assert [one.person_id for one in found] == [near.pk]


def test_the_page_costs_the_same_however_many_persons_there_are(client, assay) -> None:
    for after in (150, 170):
        treated(assay, after)
    client.post(PAGE, FORM)
    work_off()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for after in (155, 165, 175, 185):
        treated(assay, after)
    client.post(PAGE, FORM)
    work_off()

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)


def test_who_may_not_ask_for_analyses_does_not_see_it() -> None:
    assert client_of(Role.WARD_DOCTOR).get(PAGE).status_code == 403


def test_the_interface_asks_for_a_trial(client, assay) -> None:
    for after in (150, 170):
        treated(assay, after)
    sent = {
        "kind": "TRIAL",
        "parameters": {"kind": "FILTRATION", "detail": "8 um", "days_after": 10},
    }

    made = client.post(
        "/api/v1/analysis-runs",
        sent,
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )
    wrong = client.post(
        "/api/v1/analysis-runs",
        {**sent, "parameters": {"days_after": -1}},
        content_type="application/json",
        headers={"Idempotency-Key": "k2"},
    )
    work_off()
    (run,) = client.get("/api/v1/analysis-runs", {"kind": "TRIAL"}).json()["analysis_runs"]

    assert made.status_code == 201
    assert (wrong.status_code, "days_after" in wrong.content.decode()) == (422, True)
    assert run["outcome"]["arms"]["first"]["persons"] == 2
