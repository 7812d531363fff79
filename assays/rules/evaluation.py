"""What a recorded value means: flags, critical, change since the value before, and what holds it.

Version 1 of the method: `flags/1` against the reference frozen when the value was recorded, and
`delta/2` against the latest earlier collection of the same person and assay, aware of what was done
to the patient in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from assays.rules.delta_check import Delta, DeltaRule, Verdict, check
from assays.rules.flags import Flag, Flagging, flag
from assays.rules.interventions import Intervention
from assays.rules.reference_intervals import Resolution
from labsys.lib import units
from labsys.lib.quantities import ReportedValue
from labsys.lib.wording import gettext_noop as _

METHOD_VERSION = 1


class AutomaticHold(StrEnum):
    """The holds that the evaluation sets; a person clears them."""

    IMPLAUSIBLE = "IMPLAUSIBLE"
    DELTA = "DELTA"
    PREDECESSOR_PARKED = "PREDECESSOR_PARKED"
    QC = "QC"


@dataclass(frozen=True, slots=True)
class Previous:
    """The latest value of an earlier collection, and how far it had come."""

    result_id: int
    value: ReportedValue
    collected_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One result with everything its evaluation rests on.

    `out_of_control` says why its instrument is, for this assay, where it is. `interventions` are
    what was done to the patient between the collection before and this one.
    """

    result_id: int
    recording_id: int
    value: ReportedValue
    collected_at: datetime
    resolution: Resolution
    delta_rule: DeltaRule
    previous: Previous | None
    out_of_control: str = ""
    analyte: str = ""
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldFound:
    kind: AutomaticHold
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one result, and from what."""

    result_id: int
    flags: tuple[str, ...]
    is_critical: bool
    delta_verdict: str
    inputs: dict[str, Any]
    trace: dict[str, Any]
    holds: tuple[HoldFound, ...]
    analyte: str = ""


def evaluate(subject: Subject, *, is_predecessor_parked: bool = False) -> Finding:
    """Evaluate one result."""
    flagging = flag(subject.value, subject.resolution)
    previous = subject.previous
    delta = check(
        subject.value,
        previous.value if previous is not None else None,
        elapsed=subject.collected_at - previous.collected_at if previous is not None else None,
        rule=subject.delta_rule,
        interventions=subject.interventions,
        analyte=subject.analyte,
    )
    return Finding(
        result_id=subject.result_id,
        flags=tuple(one.value for one in flagging.flags),
        is_critical=flagging.is_critical,
        delta_verdict=delta.verdict.value,
        inputs=_inputs(subject),
        trace={"flags": flagging.to_json(), "delta": delta.to_json()},
        holds=_holds(subject, flagging, delta, is_predecessor_parked),
        analyte=subject.analyte,
    )


def _inputs(subject: Subject) -> dict[str, Any]:
    previous, rule = subject.previous, subject.delta_rule
    return {
        "value": str(subject.value),
        "collected_at": subject.collected_at.isoformat(),
        "previous": None
        if previous is None
        else {
            "result": previous.result_id,
            "value": str(previous.value),
            "collected_at": previous.collected_at.isoformat(),
            "status": previous.status,
        },
        "interventions": [one.to_json() for one in subject.interventions],
        "delta_rule": {
            "absolute": _text(rule.absolute),
            "percent": _text(rule.percent),
            "per_day": _text(rule.per_day),
            "cv_method_percent": _text(rule.cv_method_percent),
            "cv_within_percent": _text(rule.cv_within_percent),
            "window_hours": None
            if rule.window is None
            else int(rule.window.total_seconds() // 3600),
        },
    }


def _holds(
    subject: Subject, flagging: Flagging, delta: Delta, is_predecessor_parked: bool
) -> tuple[HoldFound, ...]:
    found = []
    if Flag.IMPLAUSIBLE in flagging.flags:
        found.append(HoldFound(AutomaticHold.IMPLAUSIBLE, _implausible(subject)))
    if delta.verdict is Verdict.EXCEEDED and subject.previous is not None:
        found.append(HoldFound(AutomaticHold.DELTA, _changed(subject, subject.previous, delta)))
    if is_predecessor_parked:
        reason = _("An earlier analysis of this specimen failed and waits for a decision.")
        found.append(HoldFound(AutomaticHold.PREDECESSOR_PARKED, reason))
    if subject.out_of_control:
        found.append(HoldFound(AutomaticHold.QC, subject.out_of_control))
    return tuple(found)


def _implausible(subject: Subject) -> str:
    limits = subject.resolution.plausibility
    assert limits is not None  # the flag exists by these limits alone
    low, high = _text(limits.low) or "−∞", _text(limits.high) or "∞"
    said = (
        _("%(value)s lies outside the plausibility limits %(low)s to %(high)s.")
        if limits.signed
        else _("%(value)s lies outside the unsigned plausibility limits %(low)s to %(high)s.")
    )
    return said % {"value": units.reading(subject.value), "low": low, "high": high}


def _changed(subject: Subject, previous: Previous, delta: Delta) -> str:
    elapsed = subject.collected_at - previous.collected_at
    return _("%(value)s after %(before)s, %(hours)s hours earlier: %(criteria)s.") % {
        "value": units.reading(subject.value),
        "before": units.reading(previous.value),
        "hours": round(elapsed.total_seconds() / 3600, 1),
        "criteria": ", ".join(delta.reasons),
    }


def _text(number: object) -> str | None:
    return None if number is None else str(number)
