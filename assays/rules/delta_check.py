"""The delta check: has a value changed by more than its method and its owner explain?

Up to four criteria, each as far as it is set: an absolute change, a relative change, a rate of
change per day, and the reference change value (RCV) from the method's CV and the within-person
biological CV. One that is exceeded is enough. A change equal to a limit is within it.

What was done to the patient between the two collections, and is known to act on the analyte,
takes the ground from under the comparison: a change is then EXPLAINED, not an error of the
laboratory, and no change is NOT_ASSESSABLE, as the intervention may have hidden one. Neither is
ever "within": the intervention is named and a person looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation, localcontext
from enum import StrEnum
from numbers import Rational
from typing import Any, Final

from assays.rules.interventions import REASON as INTERVENTION
from assays.rules.interventions import Intervention
from assays.rules.reference_change import PRECISION, TWO_SIDED_95, limit_of, number_of
from assays.rules.reference_change import DeltaRefused as DeltaRefused
from assays.rules.reference_change import Factors as Factors
from assays.rules.reference_change import Number as Number
from assays.rules.reference_change import rcv_log_normal as rcv_log_normal
from assays.rules.reference_change import rcv_symmetric as rcv_symmetric
from assays.rules.spans import Span, span_of
from labsys.lib.quantities import (
    DECIMAL_DIGITS,
    Absent,
    Coded,
    Quantity,
    QuantityRefused,
    ReportedValue,
    Text,
    parse_quantity,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "delta/2"
LOG_NORMAL_ABOVE_PERCENT = Decimal(10)
ONE_DAY = timedelta(days=1)
# What is shown of a limit: four decimal places, or as many digits where it is smaller.
SHOWN_PLACES: Final = 4


class Verdict(StrEnum):
    WITHIN = "WITHIN"
    EXCEEDED = "EXCEEDED"
    EXPLAINED = "EXPLAINED"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


LIMITS = ("absolute", "percent", "cv_method_percent", "cv_within_percent", "per_day")


@dataclass(frozen=True, slots=True)
class DeltaRule:
    """What an assay version says of change; None leaves a criterion out.

    ``absolute`` is in the unit of the value, ``per_day`` in that unit per day, either way up or
    down; ``window`` is how long ago the value before may have been collected.
    """

    absolute: Decimal | None = None
    percent: Decimal | None = None
    cv_method_percent: Decimal | None = None
    cv_within_percent: Decimal | None = None
    window: timedelta | None = None
    z: Decimal = TWO_SIDED_95
    per_day: Decimal | None = None

    def __post_init__(self) -> None:
        for name in (*LIMITS, "z"):
            given = getattr(self, name)
            if given is not None or name == "z":
                object.__setattr__(self, name, limit_of(given, name))
        if not self.z > 0:
            raise DeltaRefused("z", _("z of a delta check lies above zero."))
        if self.window is not None and not (
            isinstance(self.window, timedelta) and self.window >= timedelta(0)
        ):
            raise DeltaRefused("window", _("The window of a delta check is a time not below zero."))

    @property
    def is_empty(self) -> bool:
        return {self.absolute, self.percent, self.cv_within_percent, self.per_day} == {None}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its limits as a change or as factors, and what it found."""

    name: str
    verdict: Verdict
    low: str
    high: str
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "low": self.low,
            "high": self.high,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Delta:
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "verdict": self.verdict.value,
            "reasons": list(self.reasons),
            "criteria": [criterion.to_json() for criterion in self.criteria],
            "interventions": [one.to_json() for one in self.interventions],
        }


def rcv_factors(rule: DeltaRule) -> Factors:
    """Return the reference change value as factors; both CVs must be known."""
    if rule.cv_method_percent is None or rule.cv_within_percent is None:
        raise ValueError("a reference change value needs the method's and the biological CV")
    is_log_normal = rule.cv_within_percent > LOG_NORMAL_ABOVE_PERCENT
    limits = rcv_log_normal if is_log_normal else rcv_symmetric
    return limits(rule.cv_method_percent, rule.cv_within_percent, z=rule.z)


def check(
    current: ReportedValue | Number,
    previous: ReportedValue | Number | None,
    *,
    elapsed: timedelta | None,
    rule: DeltaRule,
    interventions: Iterable[Intervention] = (),
    analyte: str = "",
) -> Delta:
    """Compare a value with the one before it.

    ``elapsed`` lies between the two collections. ``interventions`` are what was done to the patient
    between them; those that act on ``analyte`` (a code of the catalogue) count. Plain numbers, and
    text such as "<0.5", are taken to be in one unit; floats count to ten decimal places. Raises
    DeltaRefused where ``rule`` is no `DeltaRule`, ``elapsed`` no `timedelta` or something among
    ``interventions`` no `Intervention`.
    """
    if not isinstance(rule, DeltaRule):
        raise DeltaRefused("rule", _("A delta check is made by a DeltaRule."))
    if not (elapsed is None or isinstance(elapsed, timedelta)):
        message = _("The time between two collections is a timedelta, not %(given)s.")
        raise DeltaRefused("elapsed", message, given=cited(elapsed))
    done = _interventions(interventions)
    found = (
        Delta(Verdict.NOT_ASSESSABLE, ("no_previous_value",))
        if previous is None and not rule.is_empty
        else _compare(_reported(current), _reported(previous), elapsed, rule)
    )
    acting = tuple(one for one in done if one.acts_on(analyte))
    # What was not compared at all is not made comparable by an intervention, nor less so.
    if not acting or not found.criteria:
        return found
    is_exceeded = found.verdict is Verdict.EXCEEDED
    verdict = Verdict.EXPLAINED if is_exceeded else Verdict.NOT_ASSESSABLE
    reasons = (*found.reasons, *(one.reason for one in acting))
    return Delta(verdict, tuple(dict.fromkeys(reasons)), found.criteria, acting)


def _interventions(given: Iterable[Intervention]) -> tuple[Intervention, ...]:
    done = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(isinstance(one, Intervention) for one in done):
        message = _(
            "What was done between two collections is a list of Interventions, not %(given)s."
        )
        raise DeltaRefused("interventions", message, given=cited(given))
    return done


def is_across_intervention(reasons: Iterable[str]) -> bool:
    """Whether the reasons of a verdict name something that was done to the patient in between."""
    return any(reason.startswith(INTERVENTION) for reason in reasons)


def _compare(
    current: ReportedValue | None,
    previous: ReportedValue | None,
    elapsed: timedelta | None,
    rule: DeltaRule,
) -> Delta:
    reason = _why_not_comparable(current, previous, elapsed, rule)
    if reason:
        return Delta(Verdict.NOT_ASSESSABLE, (reason,))
    assert isinstance(current, Quantity)
    assert isinstance(previous, Quantity)
    assert elapsed is not None
    with localcontext(prec=PRECISION):
        criteria = tuple(_criteria(span_of(current), span_of(previous), elapsed, rule))
    verdict = _together([criterion.verdict for criterion in criteria])
    told = [c.reason or f"{c.name}_exceeded" for c in criteria if c.verdict is verdict]
    reasons = () if verdict is Verdict.WITHIN else tuple(dict.fromkeys(told))
    return Delta(verdict, reasons, criteria)


def _criteria(now: Span, before: Span, elapsed: timedelta, rule: DeltaRule) -> Iterator[Criterion]:
    if rule.absolute is not None:
        yield _absolute("absolute", now, before, rule.absolute)
    if rule.percent is not None:
        share = rule.percent / 100
        factors = Factors(max(Decimal(0), 1 - share), 1 + share)
        yield _relative("percent", now, before, factors)
    if rule.per_day is not None:
        days = Decimal(elapsed // timedelta(microseconds=1)) / (
            ONE_DAY // timedelta(microseconds=1)
        )
        yield _absolute("rate", now, before, rule.per_day * days)
    if rule.cv_within_percent is not None:
        yield _rcv(now, before, rule)


def _reported(value: object) -> ReportedValue | None:
    """Return a reported value; None stands for what is not one."""
    if isinstance(value, Quantity | Coded | Text | Absent):
        return value
    try:
        if isinstance(value, str):
            return parse_quantity(value, unit="")
        exact = number = number_of(value)
        if number is not None and not isinstance(value, Rational | Decimal):
            number = number.quantize(Decimal(1).scaleb(-DECIMAL_DIGITS))
        if number is None or (number == 0 and exact != 0):  # a float below the tenth place
            return None
        return Quantity(number, "")
    except (QuantityRefused, InvalidOperation):
        return None


def _why_not_comparable(
    current: ReportedValue | None,
    previous: ReportedValue | None,
    elapsed: timedelta | None,
    rule: DeltaRule,
) -> str:
    if rule.is_empty:
        return "no_rule"
    if elapsed is None:
        return "no_previous_value"
    if not isinstance(current, Quantity) or not isinstance(previous, Quantity):
        return "not_numeric"
    if current.unit != previous.unit:
        return "units_differ"
    if elapsed <= timedelta(0):
        return "previous_not_earlier"
    if rule.window is not None and elapsed > rule.window:
        return "previous_too_old"
    return ""


def _together(verdicts: list[Verdict]) -> Verdict:
    if Verdict.EXCEEDED in verdicts:
        return Verdict.EXCEEDED
    return Verdict.NOT_ASSESSABLE if Verdict.NOT_ASSESSABLE in verdicts else Verdict.WITHIN


def _absolute(name: str, now: Span, before: Span, limit: Decimal) -> Criterion:
    low = None if now.low is None or before.high is None else now.low - before.high
    high = None if now.high is None or before.low is None else now.high - before.low
    return _judge(name, low, high, Factors(-limit, limit))


def _rcv(now: Span, before: Span, rule: DeltaRule) -> Criterion:
    if rule.cv_method_percent is None:
        return Criterion("rcv", Verdict.NOT_ASSESSABLE, "", "", "no_method_cv")
    return _relative("rcv", now, before, rcv_factors(rule))


def _relative(name: str, now: Span, before: Span, factors: Factors) -> Criterion:
    if any(end is not None and end < 0 for end in (now.low, before.low)):
        return _undecided(name, factors, "negative_value")
    if before.high == 0:
        if now.high == 0:
            return _judge(name, Decimal(1), Decimal(1), factors)
        return _undecided(name, factors, "previous_is_zero")
    assert now.low is not None
    assert before.low is not None
    low = Decimal(0) if before.high is None else now.low / before.high
    high = None if now.high is None or before.low == 0 else now.high / before.low
    return _judge(name, low, high, factors)


def _judge(name: str, low: Decimal | None, high: Decimal | None, limits: Factors) -> Criterion:
    """Judge every change from ``low`` to ``high`` that the two values leave possible."""
    if (low is not None and low > limits.high) or (high is not None and high < limits.low):
        verdict = Verdict.EXCEEDED
    elif low is not None and high is not None and limits.low <= low and high <= limits.high:
        verdict = Verdict.WITHIN
    else:
        return _undecided(name, limits, "censored_value")
    return Criterion(name, verdict, _shown(limits.low), _shown(limits.high))


def _undecided(name: str, limits: Factors, reason: str) -> Criterion:
    low, high = _shown(limits.low), _shown(limits.high)
    return Criterion(name, Verdict.NOT_ASSESSABLE, low, high, reason)


def _shown(limit: Decimal) -> str:
    """Write a limit so that one other than zero never reads as zero, nor as another small one."""
    places = SHOWN_PLACES if not limit else max(SHOWN_PLACES, SHOWN_PLACES - 1 - limit.adjusted())
    with localcontext(prec=2 * PRECISION + SHOWN_PLACES):
        return format(round(limit, places).normalize(), "f")
