"""What was asked for again is taken back on the page of the value, by those who may ask."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.actions import attempt_requests
from assays.models import AttemptRequest, Result
from assays.rules.attempts import AttemptKind
from labsys.lib.clock import database_now
from tests.assays.communication.telling import Ward
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward() -> Ward:
    return Ward()


def asked(ward: Ward, result: Result | None = None) -> Result:
    result = result or ward.record("HGB", "13.2")
    attempt_requests.ask(
        result=result,
        kind=AttemptKind.REPEAT,
        by=ward.verifier,
        at=database_now(),
        reason="doubted",
    )
    return result


def address(result: Result) -> str:
    return reverse("result-move", args=[result.pk, "not-again"])


def test_a_request_is_withdrawn_with_a_reason(ward: Ward) -> None:
    result = asked(ward)
    client = client_of(ward.verifier)
    shown = client.get(reverse("result", args=[result.pk])).content.decode()

    without = client.post(address(result), {"expected": "RESULTED", "reason": ""})
    done = client.post(address(result), {"expected": "RESULTED", "reason": "found the cause"})

    assert address(result) in shown
    assert without.status_code == 422
    assert done.status_code == 302
    request = AttemptRequest.objects.get()
    assert (request.status, request.ended_by) == ("WITHDRAWN", ward.verifier)
    again = client.get(reverse("result", args=[result.pk])).content.decode()
    assert address(result) not in again


def test_what_is_not_asked_for_any_more_is_not_withdrawn_twice(ward: Ward) -> None:
    result = asked(ward)
    client = client_of(ward.verifier)
    client.post(address(result), {"expected": "RESULTED", "reason": "found the cause"})

    answer = client.post(address(result), {"expected": "RESULTED", "reason": "once more"})

    assert answer.status_code == 409
    assert "not asked for again any more" in answer.content.decode()


def test_the_ward_does_not_withdraw_it(ward: Ward) -> None:
    result = asked(ward, ward.verify(ward.record("HGB", "13.2")))

    answer = client_of(ward.doctor).post(address(result), {"reason": "not needed"})

    assert answer.status_code == 403
    assert AttemptRequest.objects.get().status == "OPEN"
