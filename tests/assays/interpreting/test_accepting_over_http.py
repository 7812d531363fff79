"""Over HTTP: held items listed, and a doubted value accepted as measured, signed and done once."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from assays.models import Result, Signature, TransmissionItem
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests import factories
from tests.assays.interpreting.plain import message, read, reading
from tests.assays.interpreting.test_accepting import doubted, held
from tests.clients import client_of
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
REASON = "the smear agrees"


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def client(technologist: Principal) -> Client:
    return client_of(technologist)


def accept(client: Client, item: TransmissionItem, *, key: str = "k1", **body: Any) -> Any:
    body = {"reason": REASON, "password": PASSWORD, **body}
    return client.post(
        f"/api/v1/held-items/{item.pk}/acceptances",
        {name: value for name, value in body.items() if value is not None},
        content_type="application/json",
        headers={"Idempotency-Key": key} if key else {},
    )


def is_untouched(item: TransmissionItem) -> bool:
    item.refresh_from_db()
    return item.status == "HELD" and not Result.objects.exists()


def test_a_doubted_value_is_recorded_and_signed(lab, specimen, client, technologist) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE", flags="L"))

    answer = accept(client, item)

    assert answer.status_code == 201, answer.content
    result = Result.objects.get()
    told = answer.json()
    assert (told["item"], told["result"]["id"]) == (item.pk, result.pk)
    assert (told["result"]["value"], told["result"]["is_preliminary"]) == ("13.2", True)
    assert "Idempotency-Replayed" not in answer.headers
    item.refresh_from_db()
    assert (item.status, item.events.get().reason) == ("RECORDED", REASON)
    assert (result.recorded_by, result.flags_sent) == (technologist, "QUESTIONABLE L")
    signed = Signature.objects.get()
    assert (signed.meaning, signed.signed_by) == ("ACCEPTED", technologist)
    assert ReadEvent.objects.filter(purpose="api", person_id=specimen.person_id).exists()


def test_the_same_key_answers_again_and_records_nothing_twice(lab, specimen, client) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))
    first = accept(client, item)

    again = accept(client, item, password="not needed any more")
    other = accept(client, item, reason="something else")
    new = accept(client, item, key="k2")

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    for refused in (other, new):
        assert refused.status_code == 409
        assert refused.headers["Content-Type"] == "application/problem+json"
    assert Result.objects.count() == Signature.objects.count() == 1


def test_a_key_is_one_persons(lab, specimen, client) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))
    accept(client, item)

    answer = accept(client_of(factories.principal(Role.TECHNOLOGIST)), item)

    assert answer.status_code == 409


def test_the_password_is_asked_for_and_holds_for_minutes(lab, specimen, client) -> None:
    first = held(lab, doubted(specimen, "QUESTIONABLE", run="1"))
    second = held(lab, doubted(specimen, "QUESTIONABLE", run="2"))

    refused = accept(client, first, password=None)
    wrong = accept(client, first, password="wrong")

    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:labsys:problem:password-needed",
    )
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "password"
    assert AccessAttempt.objects.exists()
    assert is_untouched(first)
    assert accept(client, first).status_code == 201
    assert accept(client, second, key="k2", password=None).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": 7}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"password": ["x"]}, "password"),
        ({"meaning": "RELEASED"}, "meaning"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_by_its_field(
    lab, specimen, client, change, pointer
) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))

    answer = accept(client, item, **change)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert is_untouched(item)


def test_without_a_key_nothing_is_done(lab, specimen, client) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))

    assert accept(client, item, key="").status_code == 400
    assert is_untouched(item)


def test_what_is_held_for_another_reason_is_refused_in_words(lab, client) -> None:
    item = held(lab, reading("NOBODY 1"))

    answer = accept(client, item)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:labsys:problem:not-decidable")
    assert "doubted in itself" in answer.json()["detail"]


def test_who_may_not_decide_or_enter_is_refused(lab, specimen) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))

    for role in (Role.WARD_DOCTOR, Role.QUALITY_MANAGER, Role.ADMINISTRATOR):
        assert accept(client_of(factories.principal(role)), item).status_code in (403, 404)
    assert is_untouched(item)


def test_an_item_that_is_none_is_not_found(lab, client) -> None:
    answer = accept(client, TransmissionItem(pk=4711))

    assert answer.status_code == 404


def test_what_is_held_is_listed_and_narrowed(
    lab, specimen, client, django_assert_max_num_queries
) -> None:
    item = held(lab, doubted(specimen, "QUESTIONABLE"))
    read(lab.instrument, *[message(reading("NOBODY 1", run=str(run))) for run in range(6)])

    with django_assert_max_num_queries(12):
        found = client.get("/api/v1/held-items").json()["held_items"]
    (one,) = client.get("/api/v1/held-items", {"hold": "QUESTIONABLE"}).json()["held_items"]

    assert len(found) == 7
    assert (one["id"], one["message"], one["value"]) == (item.pk, item.message_id, "13.2")
    assert one["instrument"] == lab.instrument.code
    narrowed = client.get("/api/v1/held-items", {"instrument": "nothing"}).json()
    assert narrowed["held_items"] == []
    assert client.get("/api/v1/held-items", {"message": "x"}).status_code == 422
