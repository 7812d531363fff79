"""A correction comes in at the moment in which its value is released: neither waits for ever."""

from __future__ import annotations

import pytest

from assays.actions import results
from assays.models import Report, Result
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import message, read, reading, send
from tests.assays.reports.making import Bench
from tests.assays.verification.test_races import race, releaser


@pytest.mark.parametrize("status", ["C", "D"])
def test_a_release_and_a_correction_at_once(fresh_database: str, status: str) -> None:
    bench = Bench("HGB", "WBC")
    instrument = plain.instrument({"HB": bench.assays["HGB"], "WBC": bench.assays["WBC"]})
    sent = reading(bench.specimen)
    read(instrument, message(sent, reading(bench.specimen, "WBC", value="13.0")))
    for result in Result.objects.order_by("pk"):
        results.verify(result=result, by=bench.verifier, at=database_now())
    first, other = Result.objects.order_by("pk")
    changed = {**sent, "value": "13.9", "doubts": [["CORRECTION", {"status": status}]]}
    send(instrument, message(changed))

    done = race(
        {
            "correction": work_off,
            "release": releaser(first, bench.pathologist),
            "another": releaser(other, bench.corrector),
        }
    )
    work_off()

    assert {"correction", "another"} <= set(done)
    first.refresh_from_db()
    assert first.status == ("SUPERSEDED" if status == "C" else "ENTERED_IN_ERROR")
    assert set(Result.objects.exclude(pk=first.pk).values_list("status", flat=True)) == (
        {"RELEASED", "RESULTED"} if status == "C" else {"RELEASED"}
    )
    assert first.pk not in Report.objects.get().versions.latest("number").result_ids
    assert not WorkItem.objects.exclude(state="DONE").exists()
    assert set(WorkItem.objects.filter(kind="interpret").values_list("attempts", flat=True)) == {1}
