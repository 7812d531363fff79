"""Who is away now, and where somebody was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from consent.models import Posting, Programme
from consent.queries import clearances
from consent.rules.gates import GateView, gate_view
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

PAGE = 100


@dataclass(frozen=True)
class Away:
    """One person who is away, and whether they are still cleared: the gate's word alone."""

    posting: Posting
    view: GateView


@dataclass(frozen=True)
class AwayPage:
    """One page of who is away, those longest away first."""

    rows: Sequence[Away]
    after: int | None


def listed(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    """Return postings with all that a line of a list says, in two queries."""
    person = Prefetch("person", Person.objects.listed())
    return rows.select_related("programme", "returned", "annulment").prefetch_related(person)


def away_page(
    programme: Programme, *, principal: Principal, at: datetime, after: int | None = None
) -> AwayPage:
    """Return who is away on a programme, within reach, in a constant number of queries."""
    rows = policy.scope(principal, Posting.objects.away().filter(programme=programme))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(listed(rows).order_by("id")[: PAGE + 1])
    shown = found[:PAGE]
    answers = clearances.clearances_of([one.person_id for one in shown], programme, at=at)
    return AwayPage(
        rows=[Away(one, gate_view(answers[one.person_id])) for one in shown],
        after=shown[-1].pk if len(found) > PAGE else None,
    )


def open_posting(entries: Iterable[int]) -> Posting | None:
    """Return the posting that somebody is away on, under whichever entry it was recorded."""
    found: Posting | None = (
        Posting.objects.away()
        .filter(person__in=list(entries))
        .select_related("programme", "person")
        .first()
    )
    return found


def history(entries: Iterable[int]) -> QuerySet[Posting]:
    """Return somebody's postings, the latest first."""
    rows: QuerySet[Posting] = Posting.objects.filter(person__in=list(entries))
    rows = rows.select_related("programme", "returned", "annulment").order_by("-left_at", "-id")
    return rows.prefetch_related("programme__versions")
