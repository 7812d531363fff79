"""Fields that a reader confirmed, each with its newest count and the one of an earlier version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assays.models import AnalysisPart, AnalysisRun, MicrographReading
from assays.queries.analyses.inputs import Input
from assays.rules.analyses.agreement import KINDS
from assays.rules.analyses.runs import AnalysisKind, RunStatus
from labsys.accounts.models import Principal
from labsys.lib import policy

MOST_FIELDS = 2_000
_PLACE = ("x", "y", "radius", "is_cut")


def inputs(principal: Principal) -> list[Input]:
    """Return one input for each field in reach that somebody read and a worker counted.

    Of several readings the newest is the truth. A count is `before` another where it was made with
    something else: another method, version or machine.
    """
    readings = _newest_readings(principal)
    counts = _counts(principal, readings)
    found = []
    for id_, reading in sorted(readings.items()):
        if id_ not in counts:
            continue
        newest, *older = counts[id_]
        before = next((one for one in older if one.run.made_with != newest.run.made_with), None)
        found.append(
            Input(
                reading.micrograph.specimen.person_id,
                {
                    "micrograph": id_,
                    "name": reading.micrograph.name,
                    "reading_id": reading.pk,
                    "reading": reading.findings,
                    "part": newest.pk,
                    "method": newest.run.made_with,
                    "count": _slim(newest.outcome),
                    "before_part": before and before.pk,
                    "before_method": before and before.run.made_with,
                    "before": _slim(before.outcome) if before is not None else None,
                },
            )
        )
    return found


def newest(principal: Principal) -> AnalysisRun | None:
    """Return the newest comparison that came to something."""
    rows = AnalysisRun.objects.filter(
        kind=AnalysisKind.AGREEMENT.value, status=RunStatus.DONE.value
    )
    found: AnalysisRun | None = policy.scope(principal, rows).order_by("-id").first()
    return found


def latest(principal: Principal) -> AnalysisRun | None:
    """Return the newest comparison, however far it is."""
    rows = AnalysisRun.objects.filter(kind=AnalysisKind.AGREEMENT.value)
    found: AnalysisRun | None = policy.scope(principal, rows).order_by("-id").first()
    return found


def _newest_readings(principal: Principal) -> dict[int, MicrographReading]:
    rows = MicrographReading.objects.filter(micrograph__withdrawn_at=None)
    rows = policy.scope(principal, rows).select_related("micrograph__specimen")
    newest_first = rows.order_by("micrograph_id", "-pk").distinct("micrograph_id")
    return {one.micrograph_id: one for one in newest_first[:MOST_FIELDS]}


def _counts(
    principal: Principal, readings: Mapping[int, MicrographReading]
) -> dict[int, list[AnalysisPart]]:
    """Return the counts of these fields, the newest first."""
    people = {one.micrograph.specimen.person_id for one in readings.values()}
    rows = AnalysisPart.objects.filter(
        person__in=people, run__kind=AnalysisKind.MICROGRAPHS.value, outcome__isnull=False
    )
    rows = policy.scope(principal, rows).filter(given__micrograph__in=list(readings))
    found: dict[int, list[AnalysisPart]] = {}
    for part in rows.select_related("run").order_by("-pk"):
        found.setdefault(part.given["micrograph"], []).append(part)
    return found


def _slim(outcome: Mapping[str, Any]) -> dict[str, Any]:
    bodies = {
        kind: [{name: one[name] for name in _PLACE} for one in outcome[kind]] for kind in KINDS
    }
    return {**bodies, "scale": outcome["scale"]}
