"""Bad input gets a precise problem document, and nothing of it is applied."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from assays.models import Result, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.senders import item

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def nothing_is_applied() -> bool:
    return not (TransmissionMessage.objects.exists() or Result.objects.exists())


def check_problem(answer, status: int, pointer: str | None = None, said: str = "") -> None:
    """Hold the answer to a problem document of this status that names this place."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    body = answer.json()
    assert body["status"] == status
    assert said.lower() in json.dumps(body, ensure_ascii=False).lower()
    if pointer is not None:
        assert pointer in [error["pointer"] for error in body["errors"]], body


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"value": "***"}, "value", "is not a number"),
        ({"value": "---"}, "value", "is not a number"),
        ({"value": ""}, "value", "blank"),
        ({"value": "   "}, "value", "blank"),
        ({"value": "NaN"}, "value", "not a finite number"),
        ({"value": "Infinity"}, "value", "not a finite number"),
        ({"value": "1,5"}, "value", "two ways"),
        ({"value": "5."}, "value", "both sides"),
        ({"value": "<"}, "value", "no number"),
        ({"value": "1e400"}, "value", "digits before the decimal point"),
        ({"value": 10**400}, "value", "too long"),
        ({"value": True}, "value", "a number, or text"),
        ({"value": [1]}, "value", "a number, or text"),
        ({"value": {"amount": 1}}, "value", "a number, or text"),
        ({"value": None}, "value", "exactly one of"),
        ({"value": "1", "value_text": "x"}, "value", "exactly one of"),
        ({"unit": None}, "unit", "required"),
        ({"unit": ""}, "unit", "blank"),
        ({"unit": 7}, "unit", "text is required"),
        ({"unit": "gram per litre"}, "unit", "not a UCUM unit"),
        ({"unit": "mmol/L"}, "unit", "not “g/dL”, nor converted to it"),
        ({"value": None, "unit": None, "value_text": "clotted"}, "value", "reported as a number"),
        ({"value": None, "value_text": "clotted"}, "unit", "Only a number has a unit"),
        ({"value": None, "unit": None, "absent_reason": "because"}, "absent_reason", "One of"),
        ({"specimen": None}, "specimen", "required"),
        ({"specimen": ""}, "specimen", "blank"),
        ({"specimen": 2600000018}, "specimen", "accession number as text"),
        ({"specimen": {"system": "x"}}, "specimen/value", "required"),
        ({"specimen": {"system": "x", "value": "1", "mrn": "2"}}, "specimen/mrn", "not known"),
        ({"specimen": "1" * 81}, "specimen", "81 characters"),
        ({"code": None}, "code", "required"),
        ({"code": "\x00"}, "code", "cannot be printed"),
        ({"code": "\ud800"}, "code", "cannot be printed"),
        ({"observed_at": None}, "observed_at", "required"),
        ({"observed_at": "yesterday"}, "observed_at", "not a moment"),
        ({"observed_at": "2026-03-01T08:30:00"}, "observed_at", "no time zone"),
        ({"observed_at": "2026-03-01"}, "observed_at", "no time zone"),
        ({"observed_at": 1772349000}, "observed_at", "text is required"),
        ({"observed_at": "0001-01-01T00:00:00Z"}, "observed_at", "not a moment of"),
        ({"observed_at": "2126-03-01T08:30:00Z"}, "observed_at", "future"),
        ({"flags": "H"}, "flags", "list of texts"),
        ({"flags": [1]}, "flags", "list of texts"),
        ({"run": 5}, "run", "text is required"),
        ({"patient": "Doe^John"}, "patient", "not known here"),
        ({"a/b~c": 1}, "a~1b~0c", "not known here"),
    ],
)
def test_a_fault_in_a_result_is_named_by_its_pointer(
    sender, specimen, change, pointer, said
) -> None:
    bad = {**item(specimen, "HB"), **change}
    answer = sender.send(
        item(specimen), {name: given for name, given in bad.items() if given is not None}
    )

    check_problem(answer, 422, f"/results/1/{pointer}", said)
    assert nothing_is_applied()


def test_all_faults_of_a_message_are_named_at_once(sender, specimen) -> None:
    answer = sender.send(item(specimen, value="***"), item(specimen, unit="???", sex="F"))

    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/results/0/value", "/results/1/unit", "/results/1/sex"}


@pytest.mark.parametrize(
    ("body", "status", "pointer", "said"),
    [
        (b"", 400, None, "not JSON"),
        (b"{", 400, None, "not JSON"),
        (b"H|\\^&|||", 400, None, "not JSON"),
        (b"\xff\xfe", 400, None, "UTF-8"),
        (b'{"results": [NaN]}', 400, None, "not a number"),
        (b'{"results": [Infinity]}', 400, None, "not a number"),
        (b'{"results": [], "results": []}', 400, None, "twice"),
        (b'{"results": ' + b"[" * 60_000 + b"]" * 60_000 + b"}", 400, None, "nested"),
        (b'{"results": [' + b"9" * 5000 + b"]}", 400, None, "too many digits"),
        (b"[]", 422, "", "an object with a list"),
        (b"7", 422, "", "an object with a list"),
        (b"{}", 422, "/results", "list of results is required"),
        (b'{"results": {}}', 422, "/results", "list of results is required"),
        (b'{"results": []}', 422, "/results", "nothing to record"),
        (b'{"results": [7]}', 422, "/results/0", "A result is an object"),
        (b'{"results": [{}], "patient": {}}', 422, "/patient", "not known here"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(sender, body, status, pointer, said) -> None:
    answer = sender.post(body, CONTENT_TYPE="application/json")

    check_problem(answer, status, pointer, said)
    assert nothing_is_applied()


def test_a_number_beyond_every_column_is_refused_where_it_stands(sender, specimen) -> None:
    body = json.dumps({"results": [item(specimen, value="@")]}).replace('"@"', "1e400")

    check_problem(sender.post(body.encode()), 422, "/results/0/value", "digits before")


def test_too_many_results_are_refused(sender) -> None:
    answer = sender.send(*[item("2600000018")] * 501)

    check_problem(answer, 422, "/results", "501 results are too many")


def test_an_oversized_body_is_refused_before_it_is_read(sender) -> None:
    answer = sender.post(b" " * (1_048_576 + 1))

    check_problem(answer, 413, said="at most 1048576")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_refused(sender, content_type) -> None:
    answer = sender.post(b"{}", content_type=content_type)

    check_problem(answer, 415)


@pytest.mark.parametrize("key", ["", "a b", "k" * 201, "ä"])
def test_a_message_needs_an_idempotency_key(sender, specimen, key) -> None:
    answer = sender.send(item(specimen), key=key)

    check_problem(answer, 400, said="Idempotency-Key")
    assert nothing_is_applied()


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000])
def test_a_wrong_token_opens_nothing(sender, specimen, token) -> None:
    headers = {"Authorization": f"Instrument {token}"}

    answer = sender.send(item(specimen), headers=headers)

    check_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Instrument"
    assert nothing_is_applied()


def test_without_a_token_nobody_gets_in(sender, specimen) -> None:
    check_problem(sender.send(item(specimen), headers={"Authorization": ""}), 401)
    check_problem(sender.send(item(specimen), headers={"Authorization": "Basic YTpi"}), 401)


def test_an_expired_token_opens_nothing(sender, specimen) -> None:
    expired = laboratory.key_of(sender.instrument, valid_for=-timedelta(seconds=1))

    check_problem(sender.send(item(specimen), token=expired), 401, said="expired")


def test_a_revoked_token_opens_nothing(sender, specimen) -> None:
    with laboratory.setting_up():
        sender.instrument.principal.access_keys.update(revoked_at=database_now())

    check_problem(sender.send(item(specimen)), 401, said="revoked")


def test_a_token_is_bound_to_its_networks(sender, specimen) -> None:
    token = laboratory.key_of(sender.instrument, networks=["10.1.0.0/16"])

    check_problem(sender.send(item(specimen), token=token), 401, said="address")


def test_a_person_does_not_send_results(sender, specimen) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)
    client = Client()
    client.force_login(doctor.user, backend="labsys.accounts.backends.PrincipalBackend")

    answer = client.post(
        "/api/v1/results",
        json.dumps({"results": [item(specimen)]}),
        content_type="application/json",
        headers={"Idempotency-Key": "1"},
    )

    check_problem(answer, 403)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_posting_is_answered(sender, method) -> None:
    headers = {"Authorization": f"Instrument {sender.token}"}

    answer = getattr(Client(), method)("/api/v1/results", headers=headers)

    assert answer.status_code in (403, 405)
    assert answer.headers["Content-Type"] == PROBLEM


def test_a_refusal_says_nothing_of_other_patients(sender, specimen) -> None:
    answer = sender.send(item(specimen, "XYZ"), item(specimen, unit="mmol/L"))

    text = answer.content.decode()
    assert specimen.person.mrn not in text
