"""The newest analysis of a person's nanite load, and whether it is still that of all their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from assays.models import AnalysisPart
from assays.queries.analyses import inputs
from assays.rules.analyses.runs import OPEN, AnalysisKind, RunStatus, digest_of
from labsys.accounts.models import Principal
from labsys.lib import policy


@dataclass(frozen=True, slots=True)
class Newest:
    """`part` is the newest that came to something, None where none did.

    ``is_waiting``: one is being done. ``is_stale``: values or interventions changed since.
    """

    part: AnalysisPart | None
    is_waiting: bool
    is_stale: bool


_OPEN = Q(run__status__in=[one.value for one in OPEN])


def newest(principal: Principal, person_ids: Collection[int]) -> Newest:
    """Return the newest analysis of a person (all linked entries) that the principal may read."""
    rows = (
        policy.scope(principal, _of(person_ids))
        .select_related("run__asked_by__user")
        .order_by("-id")
    )
    part = rows.filter(outcome__isnull=False).first()
    is_waiting = rows.filter(_OPEN, done_at=None).exists()
    if part is None:
        return Newest(None, is_waiting, False)
    now = inputs.loads(principal, person_ids)
    is_stale = [digest_of(one.given) for one in now] != [part.given_digest]
    return Newest(part, is_waiting, is_stale)


def holds(person_ids: Collection[int], given: Mapping[str, Any]) -> bool:
    """Say whether a run of a person that nobody cancelled has, or had, exactly these inputs."""
    rows = _of(person_ids).filter(given_digest=digest_of(given))
    return rows.exclude(run__status=RunStatus.CANCELLED.value).exists()


def is_open(person_ids: Collection[int]) -> bool:
    """Say whether a run of a person waits or is being done."""
    return _of(person_ids).filter(_OPEN).exists()


def _of(person_ids: Collection[int]) -> QuerySet[AnalysisPart]:
    return AnalysisPart.objects.filter(
        person__in=list(person_ids), run__kind=AnalysisKind.KINETICS.value
    )
