"""The completeness ledger: it balances after normal work, and says what waits."""

from __future__ import annotations

from itertools import chain

import pytest
from django.core.management import call_command

from assays.queries import ledger
from assays.queries.ledger import Fate, words
from assays.queries.ledger.statement import BUCKETS, FAULTS, SUMS, TABLES
from assays.rules import states
from assays.rules.analyses.runs import RunStatus
from assays.rules.attempts import RequestStatus
from assays.rules.dispatching import DispatchStatus
from assays.rules.filing import Hold
from assays.rules.states import ItemStatus
from labsys.work.models import WorkState
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.ledger import day
from tests.assays.ledger.breaking import BREAKS, ROWS


def level(found: ledger.Ledger, key: str) -> dict[str, int]:
    (one,) = [one for one in found.levels if one.key == key]
    return {bucket.key: bucket.count for bucket in one.buckets}


@pytest.mark.django_db
def test_an_empty_laboratory_balances() -> None:
    found = ledger.take()

    assert found.is_balanced
    assert {one.total for one in found.levels} == {0}


@pytest.mark.django_db
def test_a_day_of_normal_work_balances(sender) -> None:
    day.work(sender)

    found = ledger.take()

    assert found.faults == ()
    assert [one for one in found.sums if not one.is_balanced] == []
    assert found.is_balanced
    assert level(found, "message") == {
        "DUPLICATE": 1,
        "FILED": 1,
        "HELD": 1,
        "PARTLY_HELD": 1,
        "REJECTED": 1,
    }
    assert level(found, "item") == {
        "RECORDED": 3,
        "DUPLICATE": 2,
        "REJECTED": 1,
        "HELD UNKNOWN_SPECIMEN": 2,
        "HELD UNMAPPED_CODE": 1,
    }
    assert level(found, "result") == {
        "RELEASED": 1,
        "ENTERED_IN_ERROR": 1,
        "CANCELLED": 1,
        "HELD": 1,
        "SUPERSEDED": 1,
        "TECHNICALLY_VERIFIED": 2,
        "RESULTED": 3,
        "NOT_EVALUATED": 2,
    }


@pytest.mark.django_db
def test_it_balances_again_when_everything_was_worked_off(sender) -> None:
    day.work(sender)
    work_off()

    found = ledger.take()

    assert found.is_balanced
    assert level(found, "recording") == {"DONE": 10, "PARKED": 1}


@pytest.mark.django_db
def test_parked_work_is_shown_with_its_error_and_age(sender) -> None:
    day.work(sender)

    (parked,) = ledger.take().parked

    assert (parked.kind, parked.table) == ("evaluate", "assays_recording")
    assert parked.error == "ValueError: cannot read this"
    assert parked.age.total_seconds() > 0


@pytest.mark.django_db
def test_only_what_waits_has_an_age(sender) -> None:
    day.work(sender)

    buckets = list(chain.from_iterable(one.buckets for one in ledger.take().levels))

    for bucket in buckets:
        assert (bucket.age is not None) == (bucket.fate in (Fate.PENDING, Fate.HELD)), bucket


@pytest.mark.django_db
def test_the_ledger_costs_two_queries_however_much_there_is(
    sender, django_assert_num_queries
) -> None:
    day.work(sender)

    with django_assert_num_queries(2):
        ledger.take()


@pytest.mark.django_db
def test_reconcile_prints_every_level_and_says_that_it_balances(sender, capsys) -> None:
    day.work(sender)

    call_command("reconcile")

    text = capsys.readouterr().out
    assert all(str(label) in text for label in words.LEVELS.values())
    assert "held: unknown specimen" in text
    assert "ValueError: cannot read this" in text
    assert text.rstrip().endswith("The ledger balances.")


@pytest.mark.django_db
def test_a_day_of_the_wires_balances(sender, driver) -> None:
    day.wires(laboratory.specimen(list(sender.assays.values())))

    found = ledger.take()

    assert found.faults == ()
    assert [one for one in found.sums if not one.is_balanced] == []
    assert found.is_balanced
    assert level(found, "message") == {
        "FILED": 3,
        "DUPLICATE": 1,
        "HELD": 2,
        "INCOMPLETE": 1,
        "REJECTED": 1,
        "UNREAD PARKED": 1,
        "RECEIVED": 1,
    }
    assert level(found, "item") == {
        "RECORDED": 3,
        "QC": 1,
        "DUPLICATE": 2,
        "HELD POSSIBLE_DUPLICATE": 1,
        "HELD UNKNOWN_SOURCE": 1,
    }
    assert level(found, "session") == {"OPEN": 11}
    assert level(found, "frame") == {"STORED": 10, "APART": 1}
    (error,) = {one.error for one in found.parked if one.kind == "interpret"}
    assert error == "RuntimeError: the driver cannot read this"


@pytest.mark.django_db
def test_what_was_queued_is_accepted_left_or_waiting() -> None:
    day.sent()

    found = ledger.take()

    assert found.is_balanced
    assert level(found, "dispatch") == {
        "QUEUED": 1,
        "SENDING": 1,
        "ACCEPTED": 1,
        "REFUSED": 1,
        "DEAD": 1,
        "WITHDRAWN": 1,
    }


@pytest.mark.django_db
def test_each_part_of_an_analysis_is_in_one_bucket() -> None:
    day.analysed()
    day.analysis_waits()

    found = ledger.take()

    assert found.is_balanced
    assert level(found, "analysis") == {"DONE": 1, "CANCELLED": 1, "QUEUED": 1}
    assert level(found, "analysis_part") == {
        "DONE": 2,
        "REFUSED": 1,
        "GIVEN_UP": 1,
        "LEFT": 2,
        "WAITING PENDING": 2,
    }


def test_every_status_has_a_bucket_and_every_key_its_words() -> None:
    assert set(words.LEVELS) == set(BUCKETS) == set(TABLES)
    assert set(words.SUMS) == set(SUMS)
    assert set(words.FAULTS) == set(FAULTS) == set(BREAKS) == set(ROWS)
    for name, enum in {
        "session": states.SessionState,
        "message": states.MessageStatus,
        "item": states.ItemStatus,
        "result": states.ResultStatus,
        "order_item": states.OrderItemStatus,
        "order": states.OrderStatus,
        "recording": WorkState,
        "report": states.ReportStatus,
        "report_version": WorkState,
        "attempt_request": RequestStatus,
        "dispatch": DispatchStatus,
        "analysis": RunStatus,
    }.items():
        missing = [one for one in enum if words.bucket(name, one.value) is None]
        assert missing in ([], [ItemStatus.HELD]), (name, missing)
    assert all(words.bucket("item", f"HELD {one.value}") is not None for one in Hold)
    assert words.bucket("item", "HELD NONSENSE") is None
    assert words.bucket("work", "evaluate PARKED") is not None
