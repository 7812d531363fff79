"""Counts that are kept, and what has waited too long: the page is as fast at ten million results."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from assays.actions import ledger_counts
from assays.models import LedgerCount
from assays.queries import ledger
from assays.queries.ledger import kept
from assays.queries.ledger.statement import BUCKETS
from assays.rules.ledger_limits import LIMITS, MACHINE, limit_of
from assays.upkeep import count_ledger
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.work.models import WorkItem
from tests import factories
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.ledger import day
from tests.assays.ledger.test_page import counted, text_for
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_kept_count_says_what_was_counted(sender) -> None:
    day.work(sender)
    work_off()
    now = ledger.take()

    counted()

    made, found = kept.newest()
    assert made.is_sound is now.is_sound
    assert [one.total for one in found.levels if one.key != "work"] == [
        one.total for one in now.levels if one.key != "work"
    ]
    assert [(one.one, one.other) for one in found.sums] == [
        (one.one, one.other) for one in now.sums
    ]
    assert [one.id for one in found.parked] == [one.id for one in now.parked]
    assert found.at == made.counted_at


def test_a_count_kept_before_there_was_a_level_is_still_read() -> None:
    counted()
    made, found = kept.newest()
    content = {**made.content}
    content["lines"] = [line for line in content["lines"] if line[1] != "attempt_request"]

    older = kept.from_json(content)

    assert {one.key for one in found.levels} - {one.key for one in older.levels} == {
        "attempt_request"
    }


def test_the_page_shows_the_kept_count_and_asks_constantly_many_questions(
    sender, django_assert_max_num_queries
) -> None:
    counted()
    day.work(sender)
    client = client_of(Role.QUALITY_MANAGER)

    with django_assert_max_num_queries(8):
        text = client.get("/ledger/").content.decode()

    assert "cannot read this" not in text
    assert "Count again now" in text


def test_whoever_answers_for_it_has_it_counted_again(sender) -> None:
    counted()
    day.work(sender)
    client = client_of(Role.QUALITY_MANAGER)

    asked = client.post("/ledger/", follow=True).content.decode()
    work_off()
    after = client.get("/ledger/").content.decode()

    assert "It waits for a worker." in asked
    assert "Count again now" not in asked
    assert "cannot read this" in after


def test_an_imbalance_of_a_kept_count_is_shown_by_its_rows(sender) -> None:
    day.work(sender)
    lost = WorkItem.objects.filter(kind="evaluate", state="DONE").first()
    WorkItem.objects.filter(pk=lost.pk).update(subject_id=999_999)

    assert counted().is_sound is False

    assert f'<span class="code">{lost.subject_id}</span>' in text_for(Role.PATHOLOGIST)


def test_the_auditor_reads_it_and_asks_for_nothing() -> None:
    client = client_of(Role.AUDITOR)

    assert "Count again now" not in client.get("/ledger/").content.decode()
    assert client.post("/ledger/").status_code == 403
    with pytest.raises(NotAllowed):
        ledger_counts.ask(by=factories.principal(Role.AUDITOR), at=database_now())


def test_two_who_ask_at_once_are_served_by_one_count() -> None:
    first, second = (factories.principal(Role.TECHNOLOGIST) for _number in range(2))

    one = ledger_counts.ask(by=first, at=database_now())
    other = ledger_counts.ask(by=second, at=database_now())

    assert one == other
    assert WorkItem.objects.filter(kind="ledger").count() == 1


def test_the_clock_has_it_counted() -> None:
    count_ledger()
    work_off()

    made, found = kept.newest()
    assert made.asked_by == Principal.objects.system("sweep")
    assert found.is_sound


def test_a_count_that_was_never_made_does_not_stand_in_the_way_for_ever() -> None:
    by = factories.principal(Role.TECHNOLOGIST)
    old = ledger_counts.ask(by=by, at=database_now() - timedelta(hours=2))

    assert ledger_counts.ask(by=by, at=database_now()) != old


def test_what_waits_longer_than_its_limit_is_named_and_fails_the_command(sender, capsys) -> None:
    day.work(sender)
    work_off()
    waiting = WorkItem.objects.filter(state="DONE").first()
    WorkItem.objects.filter(pk=waiting.pk).update(
        kind="ledger",
        state="PENDING",
        subject_table="assays_ledgercount",
        created_at=database_now() - MACHINE - timedelta(minutes=1),
    )

    late = ledger.take().late

    assert [(one.count, one.ids, one.limit) for one in late] == [(1, (waiting.pk,), MACHINE)]
    with pytest.raises(CommandError):
        call_command("reconcile")
    assert f": {waiting.pk}" in capsys.readouterr().out


def test_every_limit_is_of_a_bucket_that_waits() -> None:
    from assays.queries.ledger import words
    from assays.queries.ledger.words import Fate

    for level, limits in LIMITS.items():
        assert level in BUCKETS
        for key in limits:
            known = words.bucket(level, "HELD UNIT" if key == "HELD " else key)
            assert known is not None, (level, key)
            assert known[0] in (Fate.PENDING, Fate.HELD), (level, key)
    assert limit_of("item", "HELD UNIT") == limit_of("item", "HELD UNMAPPED_CODE")
    assert limit_of("result", "RELEASED") is None


def test_a_count_that_took_long_is_made_less_often() -> None:
    made = counted()
    sweep = Principal.objects.system("sweep")
    LedgerCount.objects.filter(pk=made.pk).update(took_ms=1000 * 60 * 6)  # six minutes

    soon = ledger_counts.ask_by_schedule(by=sweep, at=made.asked_at + timedelta(minutes=61))
    later = ledger_counts.ask_by_schedule(by=sweep, at=made.asked_at + timedelta(minutes=121))

    assert soon == made
    assert later.counted_at is None
