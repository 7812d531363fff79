"""Who came back and is not yet free to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from consent.models import PostingReturn, ReturnEvaluation
from consent.queries.clearances import entries_of
from consent.queries.facts import checks_by
from consent.rules.facts import Check, CheckKind
from consent.rules.returns import Lacking, lacking, latest
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

PAGE = 100


@dataclass(frozen=True)
class Returned:
    """Somebody who came back, what was done since, and what is wanting."""

    row: PostingReturn
    medical: Check | None
    interview: Check | None
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True)
class ReturnedPage:
    rows: Sequence[Returned]
    after: int | None


def waiting(principal: Principal | None) -> QuerySet[PostingReturn]:
    """Return those within reach who came back and are not free to go yet."""
    found: QuerySet[PostingReturn] = policy.scope(
        principal, PostingReturn.objects.filter(freed_at=None), "consent.return.view"
    )
    return found


def page(principal: Principal, *, at: datetime, after: int | None = None) -> ReturnedPage:
    """Return who waits, the longest first, in a constant number of queries."""
    rows = waiting(principal) if after is None else waiting(principal).filter(pk__gt=after)
    found = list(listed(rows).order_by("id")[: PAGE + 1])
    shown = found[:PAGE]
    return ReturnedPage(
        rows=standing(shown, at=at), after=shown[-1].pk if len(found) > PAGE else None
    )


def listed(rows: QuerySet[PostingReturn]) -> QuerySet[PostingReturn]:
    """Return rows with all that a line of a list says."""
    evaluations = ReturnEvaluation.objects.select_related("quarantine__lift", "recorded_by__user")
    return rows.select_related("posting__programme").prefetch_related(
        Prefetch("posting__person", Person.objects.listed()),
        Prefetch("evaluations", evaluations.order_by("-id")),
        "posting__programme__versions",
    )


def standing(rows: Sequence[PostingReturn], *, at: datetime) -> list[Returned]:
    """Say of each what was done since and what is wanting."""
    entries = entries_of([row.posting.person_id for row in rows], known_at=at)
    every = sorted({entry for linked in entries.values() for entry in linked})
    checks = checks_by(every)
    return [_standing(row, _of(entries[row.posting.person_id], checks)) for row in rows]


def _of(linked: Sequence[int], checks: Mapping[int, Sequence[Check]]) -> list[Check]:
    return [one for entry in linked for one in checks.get(entry, ())]


def _standing(row: PostingReturn, checks: Sequence[Check]) -> Returned:
    since = row.returned_at
    return Returned(
        row=row,
        medical=latest(checks, CheckKind.MEDICAL, since=since),
        interview=latest(checks, CheckKind.PSYCHOLOGICAL, since=since),
        lacking=lacking(checks, since=since),
    )
