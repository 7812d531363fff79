"""Twenty senders at once: one effect, one answer, and no specimen with interleaved attempts."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from assays.models import Result, TransmissionItem, TransmissionMessage
from tests.assays import laboratory
from tests.assays.senders import Sender, item

SENDERS = 20


@pytest.fixture
def racing(fresh_database: str):
    """A sender in a database where commits are real, and a specimen."""
    assays = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})
    instrument = laboratory.instrument({"HB": assays["HGB"]})
    sender = Sender(instrument, laboratory.key_of(instrument), assays)
    return sender, laboratory.specimen([assays["HGB"]])


def together(act, count: int = SENDERS):
    """Call `act(n)` from so many threads at the same moment."""
    barrier = Barrier(count)

    def one(number: int):
        try:
            barrier.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_key_from_twenty_senders_is_applied_once(racing, django_db_blocker) -> None:
    sender, specimen = racing
    body = json.dumps({"results": [item(specimen)]}).encode()

    with django_db_blocker.unblock():
        answers = together(lambda _n: sender.post(body, key="same"))

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        fresh = [answer for answer in answers if "Idempotency-Replayed" not in answer.headers]
        assert len(fresh) == 1
        assert TransmissionMessage.objects.count() == Result.objects.count() == 1


def test_one_key_with_twenty_bodies_takes_one_and_refuses_the_others(
    racing, django_db_blocker
) -> None:
    sender, specimen = racing
    with django_db_blocker.unblock():
        bodies = [
            json.dumps({"results": [item(specimen, value=f"13.{n}")]}).encode()
            for n in range(SENDERS)
        ]

        answers = together(lambda n: sender.post(bodies[n], key="same"))

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * (SENDERS - 1)
        assert TransmissionMessage.objects.count() == Result.objects.count() == 1


def test_one_measurement_under_twenty_keys_is_recorded_once(racing, django_db_blocker) -> None:
    sender, specimen = racing
    with django_db_blocker.unblock():
        body = json.dumps({"results": [item(specimen)]}).encode()

        answers = together(lambda _n: sender.post(body))

        assert {answer.status_code for answer in answers} == {201}
        assert TransmissionMessage.objects.count() == SENDERS
        assert Result.objects.count() == 1
        statuses = TransmissionItem.objects.values_list("status", flat=True)
        assert sorted(statuses) == ["DUPLICATE"] * (SENDERS - 1) + ["RECORDED"]
