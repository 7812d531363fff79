"""A person's interventions: with their outcome, and a new one in one line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assays.actions.analyses import runs
from assays.queries.analyses import inputs
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Intervention, Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses.loads import assay, intervened, measured
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def address(person: Person) -> str:
    return f"/persons/{person.uid}/interventions/"


def done(**more: Any) -> dict[str, Any]:
    started = timezone.localtime(database_now() - timedelta(hours=2))
    return {"kind": "FILTRATION", "started_at": started.strftime("%Y-%m-%dT%H:%M:%S"), **more}


def test_what_came_of_it_is_said_with_limits_once_the_loads_are_analysed() -> None:
    by, person = factories.principal(Role.PATHOLOGIST), laboratory.person()
    measured(person, ("20000", "29000", "41000", "15000", "7100", "3600"), assay())
    intervened(person, ago=timedelta(days=5))
    assert "no kinetics run" in client_of(by).get(address(person)).content.decode()

    runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=inputs.loads(by, [person.pk]),
        parameters=kinetics.parameters(),
        by=by,
        at=database_now(),
    )
    work_off()

    page = client_of(by).get(address(person)).content.decode()
    assert "fell by a factor 2.7 [" in page
    assert "within 2 d" in page
    trends = client_of(by).get(f"/persons/{person.uid}/trends/").content.decode()
    assert "fell by a factor 2.7 [" in trends
    assert "c-fit" in trends


def test_one_line_records_dose_operator_and_aim() -> None:
    by, operator = factories.principal(Role.PATHOLOGIST), factories.principal(Role.WARD_DOCTOR)
    person = laboratory.person()
    said = {"dose": "6.0", "dose_unit": "L", "intended_effect": "less", "operator": operator.pk}

    answer = client_of(by).post(address(person), done(**said, detail="pore size 9 um"))

    assert answer.status_code == 302
    made = Intervention.objects.get()
    assert (str(made.dose), made.dose_unit, made.operator_id) == ("6.0", "L", operator.pk)
    page = client_of(by).get(address(person)).content.decode()
    assert "6.0 L" in page
    assert "pore size 9 um" in page


def test_without_an_operator_it_is_whoever_records() -> None:
    by, person = factories.principal(Role.PATHOLOGIST), laboratory.person()

    client_of(by).post(address(person), done(kind="TRAUMA_CARE"))

    made = Intervention.objects.get()
    assert (made.operator_id, made.kind) == (by.pk, "TRAUMA_CARE")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "MAGIC"}, "valid choice"),
        ({"dose": "6"}, "needs its unit"),
        ({"dose": "NaN", "dose_unit": "L"}, "number"),
        ({"started_at": "2199-01-01T00:00:00"}, "future"),
        ({"ended_at": "2001-01-01T00:00:00"}, "end"),
        ({"operator": "0"}, "valid choice"),
        ({"started_at": "yesterday"}, "valid"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(change: dict[str, Any], said: str) -> None:
    by, person = factories.principal(Role.PATHOLOGIST), laboratory.person()

    answer = client_of(by).post(address(person), done(**change))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Intervention.objects.exists()


def test_who_may_look_and_not_record_sees_no_form() -> None:
    person = laboratory.person()
    technologist = client_of(factories.principal(Role.TECHNOLOGIST))

    assert (
        '<form method="post" class="filters"'
        not in technologist.get(address(person)).content.decode()
    )
    assert technologist.post(address(person), done()).status_code == 403
    assert client_of(factories.principal(Role.NURSE)).get(address(person)).status_code == 404
