"""Runs of analyses: how far they are, what their parts gave, and whether a repetition agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from assays.models import AnalysisPart, AnalysisRun
from assays.rules.analyses.runs import OPEN, Reproduction, RunStatus, reproduction
from labsys.accounts.models import Principal
from labsys.lib import policy

PAGE = 50
RUNS = 30
_FEWEST_FOR_PACE = 3
_PROGRESS = """
SELECT p.run_id, count(*), count(p.done_at), count(p.refusal),
       count(*) FILTER (WHERE p.done_at IS NULL AND EXISTS (
           SELECT 1 FROM work_workitem w WHERE w.kind = 'analyse' AND w.subject_id = p.id
           AND w.subject_table = 'assays_analysispart' AND w.state IN ('PARKED', 'REJECTED'))),
       max(p.done_at)
FROM assays_analysispart p WHERE p.run_id = ANY(%s) GROUP BY p.run_id
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: of `total` parts how many are done, could not be used, or were given up.

    ``refused`` are among the ``done``; ``given_up`` wait for somebody's decision.
    """

    total: int
    done: int = 0
    refused: int = 0
    given_up: int = 0
    latest: datetime | None = None

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.given_up

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.given_up) // self.total if self.total else 100

    def remaining(self, started_at: datetime | None) -> timedelta | None:
        """Return about how long the rest will take at the pace so far; None while nobody can say."""
        if started_at is None or self.latest is None or self.done < _FEWEST_FOR_PACE:
            return None
        return (self.latest - started_at) / self.done * self.waiting


def listed(principal: Principal) -> QuerySet[AnalysisRun]:
    """Return the runs within reach, the newest first, without what came of them."""
    rows = AnalysisRun.objects.select_related("asked_by__user").defer("outcome")
    found: QuerySet[AnalysisRun] = policy.scope(principal, rows).order_by("-id")
    return found


def progress(run_ids: Sequence[int]) -> dict[int, Progress]:
    """Return how far runs are, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(run_ids)])
        return {run_id: Progress(*counts) for run_id, *counts in cursor.fetchall()}


def to_work(part_ids: Sequence[int]) -> list[AnalysisPart]:
    """Return the parts that are still to be done, of runs that nobody ended."""
    rows = AnalysisPart.objects.filter(
        pk__in=list(part_ids), done_at=None, run__status__in=[one.value for one in OPEN]
    )
    return list(rows.select_related("run").order_by("pk"))


def parts(run: AnalysisRun, *, after: int = 0) -> tuple[list[AnalysisPart], int | None]:
    """Return a page of a run's parts in their order, and where the next page begins."""
    rows = run.parts.filter(position__gt=after).select_related("person").order_by("position")
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].position if len(found) > PAGE else None


def compared(run: AnalysisRun) -> Reproduction | None:
    """Return whether a repetition gave what the run it repeats gave; None where it cannot be told."""
    first = run.repeats
    if first is None or {first.status, run.status} != {RunStatus.DONE.value}:
        return None
    return reproduction(
        outcomes=(first.outcome_digest, run.outcome_digest),
        inputs=(first.inputs_digest, run.inputs_digest),
        made_with=(first.made_with, run.made_with),
    )
