"""Reports and values that move at the same moment."""

from __future__ import annotations

from assays.actions import reports, results
from assays.models import ReportVersion
from labsys.lib.clock import database_now
from tests.assays.reports.making import Bench
from tests.assays.verification.test_races import fresh, race


def test_no_interim_report_tells_a_value_that_is_rejected_at_that_moment(
    fresh_database: str,
) -> None:
    for number in range(5):
        bench = Bench(f"A{number}", f"B{number}")
        verified = bench.verify(bench.record(f"A{number}"))
        mine = fresh(verified)

        done = race(
            {
                "interim": lambda bench=bench: reports.issue_interim(
                    order=bench.order, by=bench.technologist, at=database_now()
                ),
                "reject": lambda bench=bench, mine=mine: results.reject(
                    result=mine, by=bench.verifier, at=database_now(), reason="clot"
                ),
            }
        )

        versions = ReportVersion.objects.filter(report__order=bench.order).order_by("number")
        assert "reject" in done
        assert ("interim" in done) is versions.exists()
        assert all(verified.pk not in one.preliminary_ids for one in versions.reverse()[:1])


def test_no_interim_report_tells_a_value_that_is_held_at_that_moment(fresh_database: str) -> None:
    for number in range(5):
        bench = Bench(f"A{number}", f"B{number}")
        verified = bench.verify(bench.record(f"A{number}"))
        mine = fresh(verified)

        done = race(
            {
                "interim": lambda bench=bench: reports.issue_interim(
                    order=bench.order, by=bench.technologist, at=database_now()
                ),
                "hold": lambda bench=bench, mine=mine: results.hold(
                    result=mine, by=bench.verifier, at=database_now(), reason="clot"
                ),
            }
        )

        versions = ReportVersion.objects.filter(report__order=bench.order).order_by("-number")
        assert "hold" in done
        assert ("interim" in done) is versions.exists()
        assert all(verified.pk not in one.preliminary_ids for one in versions[:1])
