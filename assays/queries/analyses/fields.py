"""Micrographs of a specimen as the input of a run, and what the newest run found in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from assays.models import AnalysisPart, Micrograph, MicrographReading, Specimen
from assays.queries import nanites
from assays.queries.analyses.inputs import LOOKED_AT, Input
from assays.rules.analyses import micrographs
from assays.rules.analyses.runs import OPEN, AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib import policy

MOST_READINGS = 50


@dataclass(frozen=True, slots=True)
class Field:
    """A micrograph with the newest count of it and the newest reading, None where there is none."""

    micrograph: Micrograph
    part: AnalysisPart | None
    reading: MicrographReading | None
    is_elsewhere: bool = False

    @property
    def counts(self) -> dict[str, int] | None:
        if self.part is None or self.part.outcome is None:
            return None
        return {kind: len(self.part.outcome[kind]) for kind in micrographs.KINDS}


def standing(principal: Principal, specimen: Specimen) -> QuerySet[Micrograph]:
    """Return the micrographs of a specimen that nobody withdrew, as they were given."""
    rows = Micrograph.objects.filter(specimen=specimen, withdrawn_at=None)
    found: QuerySet[Micrograph] = policy.scope(principal, rows)
    return found.select_related("content", "view", "specimen", "recorded_by__user").order_by("pk")


def inputs(rows: Sequence[Micrograph]) -> list[Input]:
    """Return micrographs as the parts of a run; their bytes are named, not held."""
    return [
        Input(
            one.specimen.person_id,
            {
                "micrograph": one.pk,
                "specimen": one.specimen_id,
                "name": one.name,
                "sha256": one.content.sha256,
                "um_per_pixel": None if one.um_per_pixel is None else str(one.um_per_pixel),
            },
        )
        for one in rows
    ]


def parameters(specimen: Specimen) -> dict[str, Any]:
    """Return the parameters of a run: with the specimen's verified red-cell result, if it has one."""
    result = nanites.usable_red_cells(specimen.pk)
    per_ul = None
    if result is not None and result.status in LOOKED_AT:
        per_ul = nanites.concentration(result)
    if result is None or per_ul is None:
        return micrographs.parameters(specimen=specimen.pk)
    cv = result.assay_version.method_cv_percent
    return micrographs.parameters(
        specimen=specimen.pk,
        red_cell_result=result.pk,
        red_cells_per_ul=str(per_ul),
        red_cells_cv=None if cv is None else str(cv / 100),
    )


def shown(principal: Principal, rows: Sequence[Micrograph]) -> list[Field]:
    """Return micrographs with the newest of what was found and read in each; constant queries."""
    parts = _newest_parts(principal, rows)
    read = policy.scope(principal, MicrographReading.objects.filter(micrograph__in=list(rows)))
    readings = {one.micrograph_id: one for one in read.order_by("pk")}
    elsewhere = Micrograph.objects.filter(
        content__in=[one.content_id for one in rows], withdrawn_at=None
    ).exclude(pk__in=[one.pk for one in rows])
    twice = set(elsewhere.values_list("content_id", flat=True))
    return [
        Field(one, parts.get(one.pk), readings.get(one.pk), one.content_id in twice) for one in rows
    ]


def readings(principal: Principal, micrograph: Micrograph) -> list[MicrographReading]:
    """Return what readers said of a field, the newest first."""
    rows = policy.scope(principal, MicrographReading.objects.filter(micrograph=micrograph))
    return list(rows.select_related("recorded_by__user").order_by("-pk")[:MOST_READINGS])


def newest_run(principal: Principal, specimen: Specimen) -> AnalysisPart | None:
    """Return a part of the newest run over a specimen's micrographs, with its run."""
    rows = _parts(principal, specimen.person_id).filter(given__specimen=specimen.pk)
    return rows.select_related("run__asked_by__user").order_by("-run_id", "position").first()


def is_open(part: AnalysisPart | None) -> bool:
    return part is not None and part.run.status in OPEN


def _newest_parts(principal: Principal, rows: Sequence[Micrograph]) -> Mapping[int, AnalysisPart]:
    found: dict[int, AnalysisPart] = {}
    for person_id in {one.specimen.person_id for one in rows}:
        parts = _parts(principal, person_id).exclude(done_at=None)
        wanted = parts.filter(given__micrograph__in=[one.pk for one in rows]).select_related("run")
        found |= {part.given["micrograph"]: part for part in wanted.order_by("pk")}
    return found


def _parts(principal: Principal, person_id: int) -> QuerySet[AnalysisPart]:
    rows = AnalysisPart.objects.filter(person=person_id, run__kind=AnalysisKind.MICROGRAPHS.value)
    found: QuerySet[AnalysisPart] = policy.scope(principal, rows)
    return found
