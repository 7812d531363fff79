"""Plates: their inputs, those that were evaluated, whose specimens are on them, what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KT, KeyTextTransform, KeyTransform

from assays.models import AnalysisPart, Instrument, PlateRecording, Specimen
from assays.queries import catalogue
from assays.queries.analyses.inputs import Input
from assays.rules.analyses import plate_files
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.catalogue import ValueKind
from assays.rules.catalogue_in_force import ActiveAssay
from labsys.accounts.models import Principal
from labsys.lib import policy

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """One plate as it was sent: its name, and both files as they are kept."""

    name: str
    signals: Mapping[str, Any]
    layout: Mapping[str, Any]


def inputs(plates: Sequence[Sent], *, instrument: Instrument, measured_at: datetime) -> list[Input]:
    """Return the input of each plate."""
    return [
        Input(
            None,
            {
                "plate": one.name,
                "instrument": {"id": instrument.pk, "name": instrument.name},
                "measured_at": measured_at.isoformat(),
                "signals": dict(one.signals),
                "layout": dict(one.layout),
            },
        )
        for one in plates
    ]


def measurable() -> list[ActiveAssay]:
    """Return the assays in force that a plate can be of: numbers that nothing calculates."""
    held = catalogue.current()
    found = [
        one
        for one in held.assays.values()
        if one.kind is ValueKind.NUMERIC and one.assay_id not in held.calculations
    ]
    return sorted(found, key=lambda one: (one.code, one.method))


def assay_facts(assay: ActiveAssay) -> dict[str, Any]:
    """Return what an analysis needs of an assay: what may be reported of a well, and how."""
    lows = [one for one in (assay.amr_low, assay.loq) if one is not None]
    return {
        "id": assay.assay_id,
        "version": assay.number,
        "version_id": assay.version_id,
        "code": assay.code,
        "name": assay.name,
        "unit": assay.unit,
        "decimals": assay.decimals,
        "low": _text(max(lows)) if lows and max(lows) > 0 else None,
        "high": _text(assay.amr_high),
        "amr_low": _text(assay.amr_low),
        "loq": _text(assay.loq),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _plates(principal: Principal) -> QuerySet[AnalysisPart]:
    rows = AnalysisPart.objects.filter(run__kind=AnalysisKind.PLATE.value)
    found: QuerySet[AnalysisPart] = policy.scope(principal, rows)
    return found


def listed(principal: Principal) -> list[dict[str, Any]]:
    """Return the newest plates in a few words each, without their files."""
    rows = _plates(principal).annotate(
        plate=KT("given__plate"),
        reader=KT("given__instrument__name"),
        assay=KeyTextTransform("code", KeyTransform("assay", F("run__parameters"))),
        accepted=KT("outcome__acceptance__is_accepted"),
        asked_at=F("run__asked_at"),
        status=F("run__status"),
        recorded_at=F("plate_recording__recorded_at"),
    )
    names = ("id", "plate", "reader", "assay", "accepted", "asked_at", "status", "recorded_at")
    return list(rows.order_by("-id").values(*names, "run_id", "refusal")[:PAGE])


def found(principal: Principal, id_: int) -> AnalysisPart | None:
    """Return a part of a run, whatever its kind: what is no plate is shown with its run."""
    rows = AnalysisPart.objects.select_related("run__asked_by__user", "run__repeats")
    one: AnalysisPart | None = policy.scope(principal, rows.filter(pk=id_)).first()
    return one


def specimens(principal: Principal, accessions: Iterable[str]) -> dict[str, Specimen]:
    """Return the specimens within reach by the accession numbers of a layout."""
    rows = Specimen.objects.filter(accession__in=set(accessions)).select_related("person")
    return {one.accession: one for one in policy.scope(principal, rows)}


def recording(principal: Principal, part: AnalysisPart) -> PlateRecording | None:
    """Return what was recorded of a plate, also where it was evaluated another time."""
    digest = plate_files.same_plate(part.run.parameters["assay"]["id"], part.given)
    rows = PlateRecording.objects.filter(plate_digest=digest).select_related("recorded_by__user")
    rows = rows.prefetch_related("additions__recorded_by__user")
    found: PlateRecording | None = policy.scope(principal, rows).first()
    return found


def told(recording: PlateRecording) -> list[dict[str, Any]]:
    """Return what came of each specimen of a recorded plate, by the newest that was told of it."""
    additions = sorted(recording.additions.all(), key=lambda one: one.pk)
    later = {one["name"]: one for addition in additions for one in addition.specimens}
    return [later.get(one["name"], one) for one in recording.specimens]
