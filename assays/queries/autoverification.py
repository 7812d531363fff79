"""What autoverification asks of results, now or as it was known when they were evaluated.

A constant number of queries whatever the number of results: the rule sets in force, the facts of
each result, the other results of their specimens, how these were kept, and what calculated ones
rest on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from assays.models import Priority
from assays.queries import stability
from assays.queries.calculated_inputs import (
    DOORS,
    Found,
    Resting,
    moment,
    qc_state,
    resting_on,
)
from assays.queries.filing import reported_value
from assays.queries.rulesets import Standing, covering
from assays.rules.autoverification import (
    Decision,
    Limits,
    Other,
    RuleSet,
    Source,
    Subject,
    Trace,
    evaluate,
)
from assays.rules.evaluation import Finding
from assays.rules.reference_intervals import Outcome
from assays.rules.stability import Stability
from labsys.lib.quantities import Comparator, Quantity

# `at` is infinity for now. A hold counts that was set by then and not cleared by then; so does an
# instrument out of control; controls count that were accepted by then.
_FACTS = """
WITH asked AS MATERIALIZED (
    SELECT a.result_id, a.previous_id, a.at
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS a(result_id, previous_id, at)
)
SELECT r.id, r.specimen_id, r.recording_id, r.section, v.assay_id, n.code, r.priority,
       r.kind, r.comparator, r.value, r.unit, r.value_code, r.value_text, r.absent_reason,
       r.flags_sent, r.corrects_id IS NOT NULL, c.door, i.code,
       r.range_signed, r.reference->'unsigned_limits', r.reference->>'outcome',
       r.reference->'critical',
       r.reference->'context'->>'species', v.amr_low, v.amr_high, v.loq,
       r.collected_at, r.observed_at,
       (SELECT s.ambient_hours FROM assays_stabilitylimit s
        WHERE s.assay_id = v.assay_id AND s.status = 'ACTIVE'),
       p.value, p.unit, p.comparator, p.collected_at,
       ARRAY(SELECT DISTINCT h.kind FROM assays_resulthold h
             LEFT JOIN assays_resultholdclear e ON e.hold_id = h.id
             WHERE h.result_id = r.id AND h.recorded_at <= a.at
               AND (e.id IS NULL OR e.recorded_at > a.at)),
       (SELECT count(*) FROM assays_result q
        WHERE q.order_item_id = r.order_item_id AND q.id < r.id),
       EXISTS (SELECT FROM assays_controlhold h
               WHERE h.instrument_id = r.instrument_id AND h.assay_id = v.assay_id
                 AND h.recorded_at <= a.at AND (h.ended_at IS NULL OR h.ended_at > a.at)),
       (SELECT m.observed_at FROM assays_controlmeasurement m
        JOIN assays_controlevaluation e ON e.measurement_id = m.id
        WHERE m.instrument_id = r.instrument_id AND m.assay_id = v.assay_id
          AND e.verdict IN ('ACCEPTED', 'WARNING') AND e.recorded_at <= a.at
          AND m.observed_at <= r.observed_at
        ORDER BY m.observed_at DESC, m.id DESC LIMIT 1)
FROM asked a
JOIN assays_result r ON r.id = a.result_id
JOIN assays_recording c ON c.id = r.recording_id
JOIN assays_assayversion v ON v.id = r.assay_version_id
JOIN assays_analyte n ON n.id = r.analyte_id
LEFT JOIN assays_instrument i ON i.id = r.instrument_id
LEFT JOIN assays_result p ON p.id = a.previous_id
ORDER BY r.id
"""

# Every value of the specimens, with when it ceased to stand and when it was held.
_OTHERS = """
SELECT q.specimen_id, q.id, n.code,
       q.kind, q.comparator, q.value, q.unit, q.value_code, q.value_text, q.absent_reason,
       q.recorded_at,
       (SELECT min(e.recorded_at) FROM assays_resultevent e WHERE e.result_id = q.id
          AND e.new IN ('CANCELLED', 'SUPERSEDED', 'ENTERED_IN_ERROR')),
       ARRAY(SELECT h.recorded_at FROM assays_resulthold h WHERE h.result_id = q.id ORDER BY h.id),
       ARRAY(SELECT e.recorded_at FROM assays_resulthold h
             LEFT JOIN assays_resultholdclear e ON e.hold_id = h.id
             WHERE h.result_id = q.id ORDER BY h.id)
FROM assays_result q JOIN assays_analyte n ON n.id = q.analyte_id
WHERE q.specimen_id = ANY(%s) ORDER BY q.id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One result as the rules see it, with what says which rule sets are asked."""

    result_id: int
    recording_id: int
    section: str
    assay_id: int
    priority: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class Decided:
    """What one rule set says of one result."""

    asked: Asked
    standing: Standing
    trace: Trace

    @property
    def is_release(self) -> bool:
        return self.trace.decision is Decision.RELEASE


@dataclass(frozen=True, slots=True)
class _Value:
    """Another value of a specimen, and when it stood."""

    id: int
    code: str
    other: Other
    recorded_at: datetime
    ended_at: datetime | None
    holds: tuple[tuple[datetime, datetime | None], ...]

    def stands(self, at: datetime | None) -> bool:
        if at is None:
            return self.ended_at is None
        return self.recorded_at <= at and (self.ended_at is None or self.ended_at > at)

    def is_held(self, at: datetime | None) -> bool:
        return any(
            (at is None and until is None)
            or (at is not None and since <= at and (until is None or until > at))
            for since, until in self.holds
        )


def found_just_now(findings: Iterable[Finding]) -> list[Found]:
    """Return what rules need of evaluations that are not recorded yet."""
    return [
        Found(
            result_id=finding.result_id,
            flags=finding.flags,
            is_critical=finding.is_critical,
            delta=finding.delta_verdict,
            delta_reasons=tuple(finding.trace["delta"]["reasons"]),
            previous_id=(finding.inputs["previous"] or {}).get("result"),
            holds=tuple(hold.kind.value for hold in finding.holds),
        )
        for finding in findings
    ]


def decide(found: Sequence[Found], standings: Sequence[Standing]) -> list[Decided]:
    """Ask of each result every rule set that covers it."""
    if not standings or not found:
        return []
    return [
        Decided(one, standing, evaluate(one.subject, standing.rules))
        for one in subjects(found, is_age_asked=asks_age(*(one.rules for one in standings)))
        for standing in covering(standings, section=one.section, assay_id=one.assay_id)
    ]


def asks_age(*sets: RuleSet) -> bool:
    """Whether any rule of these sets looks at how old a specimen is."""
    return any(rule.kind == "SPECIMEN_AGE" for one in sets for rule in one.rules)


def subjects(found: Sequence[Found], *, is_age_asked: bool = True) -> list[Asked]:
    """Return the results as rules see them, in the order of their ids.

    How specimens were kept is looked up only where a rule asks how old they are.
    """
    by_id = {one.result_id: one for one in found}
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            [
                [one.result_id for one in found],
                [one.previous_id for one in found],
                [moment(one.at) for one in found],
            ],
        )
        rows = cursor.fetchall()
    values = _values({row[1] for row in rows}, by_id)
    calculated = [row[0] for row in rows if DOORS[row[16]] is Source.CALCULATED]
    resting = resting_on(calculated, by_id)
    aged = rows if is_age_asked else ()
    kept = stability.verdicts(stability.Asked(row[1], row[4], row[27]) for row in aged)
    return [
        _asked(
            row,
            by_id[row[0]],
            values[row[1]],
            resting.get(row[0], Resting()),
            kept.get(stability.Asked(row[1], row[4], row[27])),
        )
        for row in rows
    ]


def _values(specimens: Iterable[int], found: Mapping[int, Found]) -> dict[int, list[_Value]]:
    values: dict[int, list[_Value]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [sorted(specimens)])
        for specimen, id_, code, *shown, recorded_at, ended_at, since, until in cursor.fetchall():
            is_sound = id_ not in found or not found[id_].holds
            other = Other(reported_value(*shown), is_sound)
            holds = tuple(zip(since, until, strict=True))
            values[specimen].append(_Value(id_, code, other, recorded_at, ended_at, holds))
    return values


def _asked(
    row: Sequence[Any],
    found: Found,
    values: Sequence[_Value],
    resting: Resting,
    kept: Stability | None,
) -> Asked:
    id_, _specimen, recording, section, assay, code, priority = row[:7]
    flags_sent, is_correction, door, instrument = row[14:18]
    is_signed, unsigned, outcome, critical, species, amr_low, amr_high, loq = row[18:26]
    collected_at, observed_at, stable, *previous, holds, attempts, is_out, controlled_at = row[26:]
    is_calculated = DOORS[door] is Source.CALCULATED
    subject = Subject(
        assay=code,
        value=reported_value(*row[7:14]),
        flags=found.flags,
        is_critical=found.is_critical,
        holds=tuple(sorted({*holds, *found.holds, *resting.holds})),
        range_outcome=Outcome(outcome),
        is_range_signed=is_signed,
        unsigned_limits=None if unsigned is None else tuple(json.loads(unsigned)),
        flags_sent=tuple(flags_sent.split()),
        qc=resting.qc if is_calculated else qc_state(instrument, is_out, controlled_at),
        qc_age=resting.qc_age
        if is_calculated
        else None
        if controlled_at is None
        else observed_at - controlled_at,
        is_correction=is_correction,
        source=DOORS[door],
        critical=_limits(critical),
        delta=found.delta,
        delta_reasons=found.delta_reasons,
        previous=_quantity(*previous[:3]),
        elapsed=_elapsed(collected_at, previous[3]),
        measuring=Limits(amr_low, amr_high),
        quantitation=loq,
        others=_others(values, id_, found.at),
        collected_at=collected_at,
        observed_at=observed_at,
        stability=None if stable is None else timedelta(hours=stable),
        kept=kept,
        earlier_attempts=attempts,
        instrument=instrument,
        priority=Priority(priority).name,
        species=species,
    )
    return Asked(id_, recording, section, assay, priority, subject)


def _limits(critical: str) -> tuple[Limits, ...]:
    return tuple(
        Limits(*(None if row[side] is None else Decimal(row[side]) for side in ("low", "high")))
        for row in json.loads(critical)
    )


def _quantity(value: Decimal | None, unit: str, comparator: str) -> Quantity | None:
    return None if value is None else Quantity(value, unit, Comparator(comparator))


def _elapsed(collected_at: datetime, before: datetime | None) -> timedelta | None:
    return None if before is None else collected_at - before


def _others(values: Sequence[_Value], own: int, at: datetime | None) -> dict[str, Other]:
    """Return the newest value of each analyte that stood then; the result itself is none of them."""
    return {
        value.code: Other(value.other.value, value.other.is_sound and not value.is_held(at))
        for value in values
        if value.id != own and value.stands(at)
    }
