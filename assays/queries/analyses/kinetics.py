"""The newest analysis of a person's nanite load, and whether it is still that of all their values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assays.models import AnalysisPart
from assays.queries.analyses import inputs
from assays.rules.analyses.runs import OPEN, AnalysisKind, digest_of
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


def newest(principal: Principal, person_ids: Collection[int]) -> Newest:
    """Return the newest analysis of a person (all linked entries) that the principal may read."""
    rows = AnalysisPart.objects.filter(
        person__in=list(person_ids), run__kind=AnalysisKind.KINETICS.value
    )
    rows = policy.scope(principal, rows).select_related("run__asked_by__user").order_by("-id")
    part = rows.filter(outcome__isnull=False).first()
    is_waiting = rows.filter(done_at=None, run__status__in=[one.value for one in OPEN]).exists()
    if part is None:
        return Newest(None, is_waiting, False)
    now = inputs.loads(principal, person_ids)
    is_stale = [digest_of(one.given) for one in now] != [part.given_digest]
    return Newest(part, is_waiting, is_stale)
