"""Analyses over the interface: asked for once under a key, cancelled, and their parts read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import AnalysisRun
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.models import Person
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import GROWING, measured
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/analysis-runs"


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


@pytest.fixture
def person() -> Person:
    one = laboratory.person()
    measured(one, GROWING, loads.assay())
    work_off()
    return one


def asked(client: Any, key: str = "k1", **body: Any) -> Any:
    return client.post(
        RUNS,
        {"kind": "KINETICS", **body},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_run_is_asked_for_once_under_a_key(client, person) -> None:
    first = asked(client, persons=[str(person.uid)], limit=5000)
    again = asked(client, persons=[str(person.uid)], limit=5000)
    other = asked(client, persons=[str(person.uid)], limit=6000)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json()["uid"] == again.json()["uid"]
    assert AnalysisRun.objects.count() == 1


def test_parts_are_read_and_the_look_is_on_record(client, person) -> None:
    asked(client)
    work_off()

    (run,) = client.get(RUNS).json()["analysis_runs"]
    answer = client.get("/api/v1/analysis-parts", {"person": str(person.uid)}).json()

    assert run["progress"] == {
        **{"total": 1, "done": 1, "refused": 0, "given_up": 0, "percent": 100}
    }
    (part,) = answer["analysis_parts"]
    assert part["person"] == str(person.uid)
    assert part["outcome"]["segments"][0]["doubling"]["direction"] == "growth"
    assert ReadEvent.objects.filter(person_id=person.pk, purpose="api").exists()


def test_a_run_is_cancelled(client, person) -> None:
    run = asked(client).json()

    answer = client.post(
        f"{RUNS}/{run['id']}/cancellations", {"reason": "wrong"}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["status"]) == (201, "CANCELLED")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "HOROSCOPE"}, "kind"),
        ({"kind": ["KINETICS"]}, "kind"),
        ({"kind": {}}, "kind"),
        ({"kind": None}, "kind"),
        ({"persons": {"a": 1}}, "persons"),
        ({"persons": [7]}, "persons"),
        ({"persons": [["x"]]}, "persons"),
        ({"persons": ["00000000-0000-4000-8000-000000000000"] * 20_001}, "persons"),
        ({"persons": []}, "nothing to analyse"),
        ({"limit": 10**400}, "limit"),
        ({"limit": 1e300}, ""),
        ({"limit": [1]}, "limit"),
        ({"reason": "a\x00b"}, "reason"),
        ({"reason": "a" * 501}, "reason"),
        ({"persons": "all"}, "persons"),
        ({"persons": ["no uuid"]}, "persons"),
        ({"limit": "many"}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": -1}, ""),
        ({"is_urgent": "yes"}, "is_urgent"),
        ({"reason": 7}, "reason"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_body_that_cannot_be_used_is_told(client, person, body, field) -> None:
    answer = asked(client, **body)

    assert answer.status_code == 422
    assert not AnalysisRun.objects.exists()
    assert field in answer.content.decode()


def test_somebody_out_of_reach_is_not_found(client, person) -> None:
    answer = asked(client, persons=["00000000-0000-4000-8000-000000000000"])

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"null", b"[]", b'"KINETICS"', b"7", b"{", b"\xff\xfe"),
        *(b'{"kind": "KINETICS", "limit": NaN}', b'{"kind": "KINETICS", "limit": Infinity}'),
        *(b'{"kind": "KINETICS", "limit": 1e999}', b"[" * 5_000, b'{"kind": "\\u0000"}'),
    ],
)
def test_a_body_that_is_no_wish_is_refused_in_a_sentence(client, person, content) -> None:
    answer = client.post(
        RUNS, content, content_type="application/json", headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code in (400, 422)
    assert answer.json()
    assert not AnalysisRun.objects.exists()


@pytest.mark.parametrize(
    "asked_for",
    [{"kind": "HOROSCOPE"}, {"status": "NICE"}, {"id": "one"}, {"colour": "red"}, {"id": "9" * 30}],
)
def test_a_list_of_what_there_cannot_be_is_refused_or_empty(client, asked_for) -> None:
    answer = client.get(RUNS, asked_for)

    assert answer.status_code in (200, 422)
    assert not answer.json().get("analysis_runs")


@pytest.mark.parametrize("body", [[], "because", {"reason": 7}, {}, {"reason": "x", "why": 1}])
def test_a_cancellation_without_a_reason_is_refused(client, person, body) -> None:
    run = asked(client).json()

    answer = client.post(
        f"{RUNS}/{run['id']}/cancellations", json.dumps(body), content_type="application/json"
    )

    assert answer.status_code == 422
    assert AnalysisRun.objects.get().status == "QUEUED"


def test_a_run_that_is_not_there_is_not_found(client) -> None:
    for id_ in (7, 10**30):
        answer = client.post(
            f"{RUNS}/{id_}/cancellations", {"reason": "x"}, content_type="application/json"
        )
        assert answer.status_code == 404


def test_many_persons_cost_as_many_queries_as_one(client, person) -> None:
    others = [laboratory.person() for _number in range(6)]
    everybody = [str(one.uid) for one in (person, *others)]
    asked(client, key="warm", persons=everybody[:1])

    with CaptureQueriesContext(connection) as few:
        first = asked(client, key="one", persons=everybody[:1])
    with CaptureQueriesContext(connection) as many:
        second = asked(client, key="all", persons=everybody)

    assert (first.status_code, second.status_code) == (201, 201)
    assert len(many) == len(few)
