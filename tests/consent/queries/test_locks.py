"""Acts wait for whoever holds the person; a withdrawal longer than any other statement may."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

from django.db import connection, transaction
from django.urls import reverse

from consent.queries.clearances import clearance_of
from consent.queries.facts import lock
from consent.rules.answers import Reason
from labsys.lib.clock import database_now
from patients.actions import links, persons, quarantine
from tests.clients import client_of
from tests.consent.programme import World
from tests.patients import people

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


def test_what_the_registry_records_is_known_from_after_the_wait(fresh_database: str) -> None:
    """Were it not to wait, it would be recorded before whoever holds the person is done."""
    world = World()
    person, by = people.person(), world.registrar
    double, stranger = people.person(), people.person()
    made = links.link(
        by=by, at=database_now(), duplicate=double, survivor=person, reason="Same person."
    )
    at = database_now()
    own, wrong = {"by": by, "at": at}, "Not the same."
    acts = [
        lambda: quarantine.order(
            **own, person=double, kind="HOSPITAL", reason="Contact.", starts_at=at
        ),
        lambda: persons.doubt_identity(**own, person=person, basis="Two faces.", happened_at=at),
        lambda: links.unlink(**own, link=made, reason=wrong).unlink,
        lambda: links.link(**own, duplicate=stranger, survivor=person, reason="Same person."),
    ]
    for act in acts:
        with transaction.atomic():
            lock([person.pk])
            racing, recorded = begun(act)
            wait_until_somebody_waits()
            assert recorded == []
            held_until = database_now()
        racing.join(timeout=20)

        [row] = recorded
        assert row.recorded_at > held_until > at


def begun(act: Callable[[], object]) -> tuple[Thread, list[object]]:
    recorded: list[object] = []

    def run() -> None:
        try:
            recorded.append(act())
        finally:
            connection.close()

    racing = Thread(target=run)
    racing.start()
    return racing, recorded


def wait_until_somebody_waits() -> None:
    asked = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _look in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(asked)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
