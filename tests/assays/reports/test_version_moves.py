"""Whatever happens to an order, its report moves as the table says and gives what is released."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assays.actions import orders, reports, results
from assays.models import Report, Result
from assays.queries import ledger
from assays.rules.reports import Sort, Standing, can_follow, digest, status_after
from assays.rules.states import REPORT, ReportStatus
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.quantities import plain
from tests import factories
from tests.assays.reports.making import Bench, work_off
from tests.signing import signing

pytestmark = pytest.mark.django_db
ALL_SORTS = list(chain.from_iterable(combinations(Sort, n) for n in range(len(Sort) + 1)))


@pytest.mark.parametrize("old", list(ReportStatus))
def test_every_status_that_follows_is_a_move_of_the_table(old: ReportStatus) -> None:
    for sorts, flags in product(ALL_SORTS, product((False, True), repeat=3)):
        new = status_after(old, changed=sorts, standing=Standing(*flags))

        assert can_follow(old, new), (old, sorts, flags, new)


@pytest.mark.parametrize(("old", "new"), list(product(ReportStatus, repeat=2)))
def test_a_report_moves_as_its_table_says_or_not_at_all(
    old: ReportStatus, new: ReportStatus
) -> None:
    report, at = Report(pk=0, status=old), database_now()
    with acting(by=factories.seed(), at=at, action="test"):
        if old is new:
            reports._move(report, old=old, to=new)
        else:
            refusal = "meanwhile" if REPORT.can_move(old, new) else "cannot become"
            with pytest.raises(reports.ReportMoved, match=refusal):
                reports._move(report, old=old, to=new)
    assert report.status == old


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["report", "correct", "tell", "withdraw", "cancel", "together"]),
        st.integers(0, 2),
        st.integers(120, 155),
    ),
    max_size=9,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_newest_version_gives_what_is_released(
    db: None, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        bench = Bench("HGB", "WBC", "PLT")
        for step, which, tenths in steps:
            take(bench, step, ("HGB", "WBC", "PLT")[which], f"{tenths / 10:.1f}")
            check(bench)
        work_off()
        assert ledger.take().is_balanced
        transaction.set_rollback(True)


def take(bench: Bench, step: str, code: str, value: str) -> None:
    """Do one thing, where it can be done now."""
    mine = Result.objects.filter(analyte__code=code.lower())
    released = mine.filter(status="RELEASED").first()
    waiting = list(Result.objects.filter(status__in=["RESULTED", "TECHNICALLY_VERIFIED"]))
    is_open = bench.order.items.filter(
        assay__analyte__code=code.lower(), status__in=["ORDERED", "IN_PROCESS"]
    ).exists()
    if step == "report" and is_open and not mine.filter(pk__in=[w.pk for w in waiting]).exists():
        bench.release(bench.record(code, value))
    elif step == "correct" and released is not None:
        bench.correct(released, value)
    elif step == "tell" and waiting:
        bench.release(waiting[0])
    elif step == "together" and waiting:
        for result in waiting:
            bench.verify(result)
        results.release_together(
            results=waiting,
            signing=signing(bench.pathologist),
            by=bench.pathologist,
            at=database_now(),
        )
    elif step == "withdraw" and released is not None:
        bench.withdraw(released)
    elif step == "cancel" and not waiting and bench.order.items.filter(status="IN_PROCESS"):
        orders.cancel(order=bench.order, by=bench.pathologist, at=database_now(), reason="enough")


def check(bench: Bench) -> None:
    """The newest version gives what is released, and every version still reads as it was made."""
    released = Result.objects.filter(order_item__order=bench.order, status="RELEASED")
    if not Report.objects.filter(order=bench.order).exists():
        assert not released.exists()
        return
    told = {one["id"]: one["value"] for one in bench.newest.content["results"]}
    assert told == {one.pk: plain(one.value) for one in released}
    assert bench.newest.result_ids == sorted(told)
    assert bench.report.status == bench.newest.status
    assert all(version.sha256 == digest(version.content) for version in bench.versions)
    assert [version.number for version in bench.versions] == list(range(1, len(bench.versions) + 1))
