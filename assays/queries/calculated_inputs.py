"""What a calculated value rests on, as rules see it: the control, holds and flags of its inputs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from assays.models import Recording
from assays.rules.autoverification import QcState, Source

DOORS = {
    Recording.Door.ADMIN: Source.TYPED,
    Recording.Door.HTTP: Source.INSTRUMENT,
    Recording.Door.INSTRUMENT: Source.INSTRUMENT,
    Recording.Door.CALCULATION: Source.CALCULATED,
}

# Everything a calculated result rests on, what its calculated inputs rest on too; as it was then.
_INPUTS = r"""
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT a.result_id, a.at FROM unnest(%s::bigint[], %s::timestamptz[]) AS a(result_id, at)
), rests(result_id, at, input_id) AS (
    SELECT a.result_id, a.at, u.result_id FROM asked a
    JOIN assays_calculatedresult c ON c.result_id = a.result_id
    JOIN assays_calculatedinput u ON u.calculated_id = c.id
    UNION
    SELECT s.result_id, s.at, u.result_id FROM rests s
    JOIN assays_calculatedresult c ON c.result_id = s.input_id
    JOIN assays_calculatedinput u ON u.calculated_id = c.id
)
SELECT s.result_id, r.id, n.code, c.door, i.code, r.observed_at,
       EXISTS (SELECT FROM assays_controlhold h
               WHERE h.instrument_id = r.instrument_id AND h.assay_id = v.assay_id
                 AND h.recorded_at <= s.at AND (h.ended_at IS NULL OR h.ended_at > s.at)),
       (SELECT m.observed_at FROM assays_controlmeasurement m
        JOIN assays_controlevaluation e ON e.measurement_id = m.id
        WHERE m.instrument_id = r.instrument_id AND m.assay_id = v.assay_id
          AND e.verdict IN ('ACCEPTED', 'WARNING') AND e.recorded_at <= s.at
          AND m.observed_at <= r.observed_at
        ORDER BY m.observed_at DESC, m.id DESC LIMIT 1),
       coalesce(r.released_at <= s.at, false) AND r.status = 'RELEASED',
       EXISTS (SELECT FROM assays_resulthold h
               LEFT JOIN assays_resultholdclear e ON e.hold_id = h.id
               WHERE h.result_id = r.id AND h.recorded_at <= s.at
                 AND (e.id IS NULL OR e.recorded_at > s.at)),
       r.kind = 'NUMERIC' AND r.corrects_id IS NULL AND r.range_signed
           AND r.reference->>'outcome' IN ('ONE', 'SEVERAL')
           AND coalesce(r.reference->'unsigned_limits' = '[]', false)
           AND btrim(r.flags_sent) ~ '^(N(\s+N)*)?$',
       (SELECT e.flags FROM assays_evaluation e
        WHERE e.result_id = r.id AND e.recorded_at <= s.at
        ORDER BY e.method_version DESC LIMIT 1),
       (SELECT e.is_critical FROM assays_evaluation e
        WHERE e.result_id = r.id AND e.recorded_at <= s.at
        ORDER BY e.method_version DESC LIMIT 1)
FROM rests s
JOIN assays_result r ON r.id = s.input_id
JOIN assays_recording c ON c.id = r.recording_id
JOIN assays_assayversion v ON v.id = r.assay_version_id
JOIN assays_analyte n ON n.id = r.analyte_id
LEFT JOIN assays_instrument i ON i.id = r.instrument_id
ORDER BY s.result_id, r.id
"""
_NORMAL = ("N",)
# The worst that is found of any input is what holds of a value calculated from them.
_WORST = (QcState.BLOCKED, QcState.UNKNOWN, QcState.NOT_CONTROLLED, QcState.NO_INSTRUMENT)


@dataclass(frozen=True, slots=True)
class Found:
    """What the evaluation found of one result; `at` is when, or None for one made just now."""

    result_id: int
    flags: tuple[str, ...]
    is_critical: bool
    delta: str
    delta_reasons: tuple[str, ...]
    previous_id: int | None
    holds: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resting:
    """What the inputs of a calculated value say of it; without inputs nothing is known."""

    qc: QcState = QcState.UNKNOWN
    qc_age: timedelta | None = None
    holds: tuple[str, ...] = ()


def resting_on(ids: Sequence[int], found: Mapping[int, Found]) -> dict[int, Resting]:
    """Return what the inputs of calculated results say of them, in one query."""
    if not ids:
        return {}
    rows: dict[int, list[Sequence[Any]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_INPUTS, [list(ids), [moment(found[one].at) for one in ids]])
        for of, *row in cursor.fetchall():
            rows[of].append(row)
    return {of: _rests(inputs, found) for of, inputs in rows.items()}


def _rests(inputs: Sequence[Sequence[Any]], found: Mapping[int, Found]) -> Resting:
    states, ages, holds = set(), [], []
    for id_, code, door, instrument, observed_at, is_out, controlled_at, *rest in inputs:
        if DOORS[door] is not Source.CALCULATED:
            states.add(qc_state(instrument, is_out, controlled_at))
            ages.append(None if controlled_at is None else observed_at - controlled_at)
        is_released, is_held, is_fit, flags, is_critical = rest
        if (now := found.get(id_)) is not None:
            flags, is_critical = now.flags, now.is_critical
            is_held = is_held or bool(now.holds)
        is_sound = is_fit and tuple(flags or ()) == _NORMAL and is_critical is False
        if is_held or not (is_released or is_sound):
            holds.append(f"INPUT:{code}")
    known = [age for age in ages if age is not None]
    return Resting(
        qc=next((one for one in _WORST if one in states), QcState.IN_CONTROL)
        if states
        else QcState.UNKNOWN,
        qc_age=max(known) if known and len(known) == len(ages) else None,
        holds=tuple(holds),
    )


def moment(at: datetime | None) -> str:
    """Return a moment for a query; None is now and later."""
    return "infinity" if at is None else at.isoformat()


def qc_state(instrument: str | None, is_out: bool, controlled_at: datetime | None) -> QcState:
    """Return how quality control of one measurement stands."""
    if instrument is None:
        return QcState.NO_INSTRUMENT
    if is_out:
        return QcState.BLOCKED
    return QcState.NOT_CONTROLLED if controlled_at is None else QcState.IN_CONTROL
