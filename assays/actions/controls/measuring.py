"""Writing control measurements with their verdicts, and holding what they find out of control.

All doors share this part; each calls it inside the transaction of its own action, and before it
locks anything else (`controls.lock_against_release`): measurements are judged one after the other,
so that of two levels of one run the second sees the first, and nothing is released meanwhile that a
rejection would have kept back. A batch costs a constant number of statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from assays.actions.filing import value_columns
from assays.models import (
    ControlEvaluation,
    ControlHold,
    ControlMeasurement,
    ControlViolation,
)
from assays.queries import control_series, controls
from assays.queries.control_series import Known, LevelFacts, Series
from assays.queries.controls import Pair
from assays.rules.control_filing import run_of
from assays.rules.controls import (
    GOOD,
    ControlVerdict,
    Judgement,
    Point,
    Target,
    judge,
    measured,
    z_of,
)
from assays.rules.westgard import RULES
from labsys.accounts.models import Principal
from labsys.lib import bulk, units
from labsys.lib.clock import hospital_day
from labsys.lib.quantities import ReportedValue

_SAME = """
SELECT a.place, m.id, m.kind, m.comparator, m.value, m.unit, m.value_code, m.absent_reason
FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
    AS a(place, instrument_id, assay_id, level_id, observed_at, run_sent)
JOIN assays_controlmeasurement m ON m.instrument_id = a.instrument_id AND m.assay_id = a.assay_id
 AND m.level_id = a.level_id AND m.observed_at = a.observed_at AND m.run_sent = a.run_sent
 AND m.corrects_id IS NULL
"""
_KEY = ("kind", "comparator", "value", "value_code", "absent_reason")


@dataclass(frozen=True, slots=True)
class Given:
    """A control measurement to be written; the value stands in the assay's unit."""

    instrument_id: int
    assay_id: int
    level_id: int
    value: ReportedValue
    observed_at: datetime
    entered_by_id: int
    run_sent: str = ""
    flags_sent: str = ""
    comment: str = ""
    as_sent: Mapping[str, Any] = field(default_factory=dict)
    item_id: int | None = None
    corrects_id: int | None = None
    correction_reason: str = ""

    @property
    def pair(self) -> Pair:
        return self.instrument_id, self.assay_id


@dataclass(frozen=True, slots=True)
class Written:
    """The measurement that a given value is, and whether it was recorded before."""

    measurement_id: int
    is_repeated: bool = False
    judgement: Judgement | None = None


@dataclass
class _Batch:
    """The rows that a batch writes."""

    measurements: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    violations: list[dict[str, Any]] = field(default_factory=list)
    holds: dict[Pair, dict[str, Any]] = field(default_factory=dict)


def write(given: Sequence[Given], *, by: Principal, at: datetime) -> list[Written]:
    """Write measurements that are not here yet, judged in the order of time; return one per value."""
    if not given:
        return []
    known = control_series.load(
        [one.pair for one in given], level_ids=[one.level_id for one in given]
    )
    held = controls.open_holds(known.series)
    same = _recorded_before(given)
    ids = bulk.new_ids({ControlMeasurement: len(given), ControlEvaluation: len(given)})
    drawn = iter(zip(ids[ControlMeasurement], ids[ControlEvaluation], strict=True))
    stamp = {"recorded_by_id": by.pk, "recorded_at": at}
    batch, written = _Batch(), dict[int, Written]()
    new: dict[tuple[Any, ...], int] = {}
    for place in sorted(range(len(given)), key=lambda n: (given[n].observed_at, n)):
        one = given[place]
        key = (*one.pair, one.level_id, one.observed_at, one.run_sent, *_value_key(one.value))
        before = same.get(place) if one.corrects_id is None else None
        if before is None and one.corrects_id is None:
            before = new.get(key)
        if before is not None:
            written[place] = Written(before, is_repeated=True)
            continue
        id_, evaluation_id = next(drawn)
        new[key] = id_
        judgement = _add(batch, one, id_, evaluation_id, known, stamp)
        if judgement.verdict is ControlVerdict.REJECTED and one.pair not in held:
            level = known.levels[one.level_id]
            batch.holds.setdefault(
                one.pair, _hold_row(one, level, evaluation_id, judgement) | stamp
            )
        written[place] = Written(id_, judgement=judgement)
    bulk.insert(ControlMeasurement, batch.measurements)
    bulk.insert(ControlEvaluation, batch.evaluations)
    bulk.insert(ControlViolation, batch.violations)
    bulk.insert(ControlHold, list(batch.holds.values()))
    return [written[place] for place in range(len(given))]


def _recorded_before(given: Sequence[Given]) -> dict[int, int]:
    """Return, by place in the batch, the measurement that a value repeats exactly."""
    rows = [
        (place, *one.pair, one.level_id, one.observed_at, one.run_sent)
        for place, one in enumerate(given)
    ]
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [list(column) for column in zip(*rows, strict=True)])
        for place, id_, kind, comparator, value, _unit, code, absent in cursor.fetchall():
            if _value_key(given[place].value) == (kind, comparator, value, code, absent):
                found[place] = id_
    return found


def _value_key(value: ReportedValue) -> tuple[Any, ...]:
    columns = value_columns(value)
    return tuple(one.value if hasattr(one := columns[name], "value") else one for name in _KEY)


def _add(
    batch: _Batch,
    one: Given,
    id_: int,
    evaluation_id: int,
    known: Known,
    stamp: Mapping[str, Any],
) -> Judgement:
    """Judge one measurement, add its rows, and let the next of the batch see it."""
    series, level = known.series[one.pair], known.levels[one.level_id]
    run = run_of(
        sent=one.run_sent,
        level_id=one.level_id,
        observed_at=one.observed_at,
        within=series.run_within,
        known=list(series.runs.values()),
    )
    target = series.targets.get(one.level_id)
    judgement = _judge(one, id_, run, level, target, series)
    series.add_to_run(run, one.run_sent, one.level_id, one.observed_at)
    batch.measurements.append(_measurement_row(one, id_, run) | stamp)
    is_judged = judgement.z is not None
    batch.evaluations.append(
        {
            "id": evaluation_id,
            "measurement_id": id_,
            "target_id": target.id if target is not None and is_judged else None,
            "rule_set_id": series.rules.id if series.rules is not None and is_judged else None,
            "z": judgement.z,
            "verdict": judgement.verdict.value,
            "reason": judgement.reason,
            **stamp,
        }
    )
    batch.violations += [
        {
            "evaluation_id": evaluation_id,
            "rule": broken.rule,
            "rejects": broken.rejects,
            "run": broken.run,
            "members": list(broken.members),
            **stamp,
        }
        for broken in judgement.violations
    ]
    return judgement


def _judge(
    one: Given, id_: int, run: str, level: LevelFacts, target: Target | None, series: Series
) -> Judgement:
    if target is None:
        return _not_judged(_("Nobody has signed a target for this level by this assay."))
    if series.rules is None:
        return _not_judged(
            _("No rule set called “%(code)s” is in force.") % {"code": series.rules_named}
        )
    number = measured(one.value, target)
    if isinstance(number, str):
        return _not_judged(_(number))
    point = Point(id_, level.key, level.lot_id, run, one.observed_at, number, target)
    series.points = [other for other in series.points if other.id != one.corrects_id]
    since = [restart.at for restart in series.restarts]
    judgement = judge(point, series.points, series.rules, restarts=since)
    series.points.append(point)
    if judgement.verdict in GOOD and hospital_day(one.observed_at) > level.expires_on:
        reason = _("The lot expired on %(day)s: a good value of it shows nothing.")
        day = {"day": level.expires_on.isoformat()}
        return Judgement(
            ControlVerdict.NOT_JUDGED, z_of(number, target), judgement.violations, reason % day
        )
    return judgement


def _not_judged(reason: str) -> Judgement:
    return Judgement(ControlVerdict.NOT_JUDGED, reason=reason)


def _measurement_row(one: Given, id_: int, run: str) -> dict[str, Any]:
    return {
        "id": id_,
        "instrument_id": one.instrument_id,
        "assay_id": one.assay_id,
        "level_id": one.level_id,
        **value_columns(one.value),
        "as_sent": dict(one.as_sent),
        "flags_sent": one.flags_sent,
        "comment": one.comment,
        "run": run,
        "run_sent": one.run_sent,
        "observed_at": one.observed_at,
        "entered_by_id": one.entered_by_id,
        "transmission_item_id": one.item_id,
        "corrects_id": one.corrects_id,
        "correction_reason": one.correction_reason,
    }


def _hold_row(
    one: Given, level: LevelFacts, evaluation_id: int, judgement: Judgement
) -> dict[str, Any]:
    said = {
        "rules": "; ".join(
            f"{broken.rule}, {_(RULES[broken.rule].words)}"
            for broken in judgement.violations
            if broken.rejects
        ),
        "level": level.number,
        "value": units.reading(one.value),
        "z": f"{judgement.z:+.2f}",
    }
    return {
        "instrument_id": one.instrument_id,
        "assay_id": one.assay_id,
        "evaluation_id": evaluation_id,
        "reason": _("%(rules)s: level %(level)s measured %(value)s (%(z)s SD).") % said,
        "entered_by_id": one.entered_by_id,
        "end_basis": "",
        "end_reason": "",
    }
