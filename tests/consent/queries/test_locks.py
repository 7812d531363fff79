"""A withdrawal waits for whoever holds the person, longer than any other statement may."""

from __future__ import annotations

import time
from threading import Thread

from django.db import connection, transaction
from django.urls import reverse

from consent.queries.clearances import clearance_of
from consent.queries.facts import lock
from consent.rules.answers import Reason
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import World

HELD_SECONDS = 6  # every other statement gives up on a lock after five


def test_a_withdrawal_outlasts_a_lock_that_any_other_statement_gives_up_on(
    fresh_database: str,
) -> None:
    world = World()
    person = world.cleared()
    client = client_of(world.participant(person))
    answers = []

    def withdraw() -> None:
        try:
            given = {"programme": world.programme.code}
            began = time.monotonic()
            status = client.post(reverse("own-clearance"), given).status_code
            answers.append((status, time.monotonic() - began))
        finally:
            connection.close()

    racing = Thread(target=withdraw)
    with transaction.atomic():
        lock([person.pk])
        racing.start()
        time.sleep(HELD_SECONDS)
        assert answers == []
    racing.join(timeout=20)

    [(status, took)] = answers
    assert status == 302
    assert took >= HELD_SECONDS - 0.5
    answer = clearance_of(person, world.programme, at=database_now())
    assert Reason.WITHDRAWN in answer.reasons
