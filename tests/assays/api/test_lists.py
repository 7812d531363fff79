"""Orders, specimens and results over HTTP: what is in reach, page by page, and who looked."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection

from assays.models import Result
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward, fresh, queries_of
from tests.clients import client_of

pytestmark = pytest.mark.django_db
LISTS = ("orders", "specimens", "results")


@pytest.fixture
def ward() -> Ward:
    return Ward()


def order_again(ward: Ward) -> int:
    """Another order of the same for the patient; returns its number."""
    made = laboratory.specimen(
        list(ward.assays.values()), of=ward.patient, requester=ward.requester
    )
    return int(made.order_id)


def ask(who: Any, noun: str, **asked: Any) -> Any:
    return client_of(who).get(f"/api/v1/{noun}", asked)


def listed(who: Any, noun: str, **asked: Any) -> list[dict[str, Any]]:
    answer = ask(who, noun, **asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()[noun]
    return found


def test_a_result_is_told_digit_by_digit_with_its_flags_and_range(ward: Ward) -> None:
    ward.release(ward.record("HGB", "13.20"))

    (told,) = listed(ward.doctor, "results", person=ward.patient.uid)

    result = Result.objects.get()
    assert (told["value"], told["unit"], told["comparator"]) == ("13.20", "g/dL", "")
    assert (told["status"], told["is_preliminary"]) == ("RELEASED", False)
    assert told["flags"] == result.evaluations.get().flags
    assert told["reference_range"] == {"text": "12.0 – 15.5", "is_signed": result.range_signed}
    assert (told["specimen"], told["order"]) == (result.specimen.accession, ward.order.pk)


def test_care_staff_are_told_no_value_that_nobody_verified(ward: Ward) -> None:
    plain, critical = ward.record("WBC", "7.1"), ward.critical("6.1").result

    told = listed(ward.doctor, "results", person=ward.patient.uid)
    everything = listed(ward.pathologist, "results", person=ward.patient.uid)

    assert [(one["id"], one["is_preliminary"]) for one in told] == [(critical.pk, True)]
    assert {one["id"] for one in everything} == {plain.pk, critical.pk}


@pytest.mark.parametrize("noun", LISTS)
def test_a_patient_out_of_reach_looks_like_one_that_does_not_exist(ward: Ward, noun: str) -> None:
    ward.release(ward.record("HGB", "13.2"))

    assert listed(ward.doctor, noun, person=ward.patient.uid)
    assert listed(ward.stranger, noun, person=ward.patient.uid) == []
    assert listed(ward.doctor, noun, person=uuid.uuid4()) == []


@pytest.mark.parametrize("noun", LISTS)
def test_who_has_no_such_right_is_refused(ward: Ward, noun: str) -> None:
    gate = factories.principal(Role.GATE_OFFICER)

    answer = ask(gate, noun, person=ward.patient.uid)

    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_pages_hold_every_row_once_and_end(ward: Ward) -> None:
    orders = {ward.order.pk} | {order_again(ward) for _time in range(4)}
    found, address = [], f"/api/v1/orders?person={ward.patient.uid}&limit=2"
    client = client_of(ward.doctor)
    for _page in range(5):
        body = client.get(address).json()
        found += [one["id"] for one in body["orders"]]
        address = body["next"]
        if address is None:
            break

    assert address is None
    assert found == sorted(orders, reverse=True)


def test_a_specimen_is_found_by_its_accession_and_an_order_by_its_number(ward: Ward) -> None:
    ward.release(ward.record("HGB", "13.2"))
    specimen = Result.objects.get().specimen

    by_accession = listed(ward.doctor, "specimens", accession=specimen.accession)
    by_order = listed(ward.doctor, "results", order=ward.order.pk)

    assert [one["id"] for one in by_accession] == [specimen.pk]
    assert [one["specimen"] for one in by_order] == [specimen.accession]
    assert listed(ward.stranger, "specimens", accession=specimen.accession) == []


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({}, "person", "at least one of"),
        ({"person": "7"}, "person", "UUID"),
        ({"person": ""}, "person", "at least one of"),
        ({"order": "1 OR 1=1"}, "order", "whole number"),
        ({"order": "99999999999999999999"}, "order", "whole number"),
        ({"order": "1", "limit": "0"}, "limit", "between 1 and 200"),
        ({"order": "1", "limit": "10000"}, "limit", "between 1 and 200"),
        ({"order": "1", "before": "-1"}, "before", "whole number"),
        ({"order": "1", "page": "3"}, "page", "no parameter"),
        ({"specimen": "26\x00"}, None, "no number has"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(
    ward: Ward, asked: dict[str, str], field: str | None, said: str
) -> None:
    answer = ask(ward.doctor, "results", **asked)

    assert answer.status_code == 422, answer.content
    assert said in answer.content.decode()
    if field is not None:
        assert field in [error["pointer"] for error in answer.json()["errors"]]


def test_who_was_shown_what_is_on_record(ward: Ward) -> None:
    result = ward.record("HGB", "13.2")
    ward.release(result)

    listed(ward.doctor, "results", person=ward.patient.uid)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM read_event WHERE actor = %s AND purpose = 'api' "
            "AND model = 'assays.result' AND pk = %s AND person_id = %s",
            [ward.doctor.pk, result.pk, fresh(result).person_id],
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("noun", LISTS)
def test_a_longer_list_takes_no_more_queries(ward: Ward, noun: str) -> None:
    ward.release(ward.record("HGB", "13.2"))
    client = client_of(ward.doctor)
    address = f"/api/v1/{noun}?person={ward.patient.uid}"
    before = queries_of(client, address)

    for _time in range(3):
        order_again(ward)
    ward.release(ward.record("WBC", "7.1"))

    assert queries_of(client, address) == before
