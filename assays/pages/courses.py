"""From a person's results to the drawing of one analyte over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assays.models import Result
from assays.queries.drawing import CENSORED, TONES
from assays.queries.history import Series
from assays.queries.words import value_text
from assays.queries.worklist import Row
from labsys.lib import charts, units
from patients.models import Intervention


def drawn(series: Series, interventions: Sequence[Intervention]) -> charts.Series:
    """Return what is drawn for one analyte; each value is read against its own frozen range."""
    rows = [row for row in series.rows if row.result.value is not None]
    return charts.Series(
        name=series.analyte.name,
        unit=units.shown(series.unit),
        points=[point_of(row) for row in rows],
        reference=_bands([row.result for row in rows], critical=False),
        critical=_bands([row.result for row in rows], critical=True),
        marks=[
            charts.Mark(
                at=one.started_at,
                label=one.get_kind_display(),
                until=one.ended_at,
                detail=one.detail,
            )
            for one in interventions
        ],
        decimals=rows[-1].result.assay_version.decimals if rows else 0,
    )


def point_of(row: Row) -> charts.Point:
    """Return how one result is drawn."""
    result = row.result
    flags = row.evaluation.flags if row.evaluation else []
    return charts.Point(
        at=result.collected_at,
        value=float(result.value),  # type: ignore[arg-type]
        shown=f"{value_text(result)} {units.shown(result.unit)}",
        tone=TONES.get(flags[0], charts.Tone.UNCERTAIN) if flags else charts.Tone.UNCERTAIN,
        censored=CENSORED.get(result.comparator),
        is_provisional=result.status != "RELEASED",
    )


def _bands(results: Sequence[Result], *, critical: bool) -> list[charts.Band]:
    """Return the limits as they changed: each holds from its specimen to the next one."""
    bands: list[charts.Band] = []
    for result in results:
        low, high = _limits(result.reference, critical=critical)
        start: datetime | None = result.collected_at if bands else None
        if bands and (bands[-1].low, bands[-1].high) == (low, high):
            continue
        if bands:
            last = bands.pop()
            bands.append(charts.Band(last.low, last.high, last.start, start))
        bands.append(charts.Band(low, high, start, None))
    return [band for band in bands if band.limits]


def _limits(reference: Mapping[str, Any], *, critical: bool) -> tuple[float | None, float | None]:
    """Return the one pair of limits that was frozen; where several may hold, none is drawn."""
    rows = reference["critical" if critical else "candidates"]
    if len(rows) != 1 or not (critical or (rows[0]["established"] and not reference["uncovered"])):
        return None, None
    return _float(rows[0]["low"]), _float(rows[0]["high"])


def _float(limit: str | None) -> float | None:
    return None if limit is None else float(limit)
