"""Evaluating a value whose reflex orders, while somebody takes the value back."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from assays.actions import results
from assays.models import Evaluation, Result, Specimen
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.work.models import WorkItem
from tests import factories, laboratory
from tests.assays.calculations.entering import enter, specimens_of, work_off
from tests.assays.reflexes.test_firing import above, in_force, reflexes
from tests.assays.verification.test_races import race

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def measured(fresh_database: str) -> Result:
    """A value that meets a reflex rule once it is evaluated."""
    laboratory.load_catalogue()
    authors = factories.principal(Role.PATHOLOGIST), factories.principal(Role.QUALITY_MANAGER)
    in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH")
    (result,) = enter(serum, factories.principal(Role.TECHNOLOGIST), TSH="8.2")
    return result


def wait_for_somebody_to_wait() -> None:
    """Return once another session waits for a lock."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for the specimen")


def test_an_evaluation_takes_the_specimen_before_it_touches_the_value(measured: Result) -> None:
    """Whoever holds the specimen may go on to the value, as every withdrawal does."""

    def evaluate() -> None:
        try:
            work_off()
        finally:
            connection.close()

    worker = threading.Thread(target=evaluate)
    with transaction.atomic():
        Specimen.objects.select_for_update(no_key=True).get(pk=measured.specimen_id)
        worker.start()
        wait_for_somebody_to_wait()

        Result.objects.select_for_update().get(pk=measured.pk)  # a deadlock, if it were the first

    worker.join(timeout=60)
    assert Evaluation.objects.filter(result=measured).exists()
    assert len(reflexes()) == 1
    assert set(WorkItem.objects.filter(kind="evaluate").values_list("attempts", flat=True)) == {1}


def test_evaluating_and_rejecting_at_once_wait_for_each_other(measured: Result) -> None:
    verifier = factories.principal(Role.TECHNOLOGIST)

    def reject() -> None:
        mine = Result.objects.select_related("specimen", "analyte").get(pk=measured.pk)
        results.reject(result=mine, by=verifier, at=database_now(), reason="clot")

    done = race({"evaluate": work_off, "reject": reject})

    assert done == ["evaluate", "reject"]
    assert Result.objects.get(pk=measured.pk).status == "CANCELLED"
    assert len(reflexes()) <= 1
    with pytest.raises(Refusal):
        reject()
