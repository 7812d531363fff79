"""Runs of analyses: how far they are, what their parts gave, and whether a repetition agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from assays.models import AnalysisPart, AnalysisRun
from assays.rules import analyses
from assays.rules.analyses import doing
from assays.rules.analyses.runs import (
    OPEN,
    AnalysisKind,
    Reproduction,
    RunStatus,
    digest_of,
    reproduction,
)
from labsys.accounts.models import Principal
from labsys.lib import policy

PAGE = 50
RUNS = 30
_FEWEST_FOR_PACE = 3
_CHUNK = 200
_PROGRESS = """
SELECT p.run_id, count(*), count(p.done_at), count(p.refusal) FILTER (WHERE NOT g.is_given_up),
       count(*) FILTER (WHERE g.is_given_up), (
           SELECT count(*) FROM work_workitem w LEFT JOIN assays_analysispart q ON q.id = w.subject_id
           WHERE w.state = 'PARKED' AND (w.kind = 'analyse' AND q.run_id = p.run_id
               OR w.kind = 'conclude' AND w.subject_id = p.run_id))
FROM assays_analysispart p
CROSS JOIN LATERAL (SELECT coalesce(jsonb_exists(p.refusal, 'given_up'), false) AS is_given_up) g
WHERE p.run_id = ANY(%s) GROUP BY p.run_id
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: of `total` parts how many are done, could not be used, or were given up.

    ``refused`` and ``given_up`` are among the ``done``. ``stuck``: what waits for a person's decision
    about failed work, because not even that could be kept.
    """

    total: int
    done: int = 0
    refused: int = 0
    given_up: int = 0
    stuck: int = 0

    @property
    def waiting(self) -> int:
        return self.total - self.done

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    def remaining(self, started_at: datetime | None, at: datetime) -> timedelta | None:
        """Return about how long the rest will take at the pace so far; None while nobody can say.

        Time in which nothing was done counts: what waits behind other work takes longer.
        """
        if started_at is None or self.done < _FEWEST_FOR_PACE:
            return None
        return max(at - started_at, timedelta()) / self.done * self.waiting


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the parts of a run gave, as far as its end needs it, and the digest of all of it."""

    gists: list[Any]
    digest: str


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


def to_conclude(run_id: int) -> AnalysisRun | None:
    """Return a run whose parts are all done, unless somebody ended it."""
    found: AnalysisRun | None = AnalysisRun.objects.filter(
        pk=run_id, status=RunStatus.RUNNING.value
    ).first()
    return found


def gathered(run: AnalysisRun) -> Gathered:
    """Return what the parts gave in their order, never holding more than some of it as it is."""
    analysis = analyses.of(AnalysisKind(run.kind))
    rows = run.parts.filter(outcome__isnull=False).order_by("position")
    gists, digests = [], []
    for outcome in rows.values_list("outcome", flat=True).iterator(chunk_size=_CHUNK):
        gists.append(doing.gist(analysis, outcome))
        digests.append(digest_of(outcome))
    return Gathered(gists, digest_of(digests))


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
