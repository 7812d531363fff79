"""The one function that flags a result.

Range: outside every interval that may hold is flagged, inside every one is normal, anything
else is indeterminate; no established interval gives ``no_range`` and never "normal". Critical
and plausibility limits are judged whatever the range says. A value equal to a limit is inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assays.rules.intervals import CriticalLimits, IntervalRow
from assays.rules.reference_intervals import Resolution
from assays.rules.spans import Side, Span, side_of, span_of
from labsys.lib.quantities import Quantity, ReportedValue, plain
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

METHOD = "flags/1"
UNSIGNED = "limits unverified"


class Flag(StrEnum):
    """HL7 table 0078 where it has a code, our own words where it has none."""

    LOW = "L"
    HIGH = "H"
    CRITICAL_LOW = "LL"
    CRITICAL_HIGH = "HH"
    NORMAL = "N"
    # Outside every interval that may hold, below one and above another.
    ABNORMAL = "A"
    NO_RANGE = "no_range"
    INDETERMINATE = "indeterminate"
    IMPLAUSIBLE = "implausible"


_CRITICAL_FLAGS = {
    Side.BELOW: Flag.CRITICAL_LOW,
    Side.ABOVE: Flag.CRITICAL_HIGH,
    Side.UNDECIDED: Flag.INDETERMINATE,
}
CRITICAL = frozenset({Flag.CRITICAL_LOW, Flag.CRITICAL_HIGH})


class UnitDiffers(Refused):
    """A value in another unit than its limits; nothing may be compared."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One comparison: which limits, of which row and version, and where the value lay."""

    rule: str
    verdict: str
    row_id: str = ""
    version: int | None = None
    low: str | None = None
    high: str | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "verdict": self.verdict,
            "row_id": self.row_id,
            "version": self.version,
            "low": self.low,
            "high": self.high,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Flagging:
    """All flags of one result, the most serious first, and how each came about."""

    flags: tuple[Flag, ...]
    trace: tuple[TraceLine, ...]
    method: str = METHOD

    @property
    def is_critical(self) -> bool:
        return not CRITICAL.isdisjoint(self.flags)

    @property
    def is_normal(self) -> bool:
        return self.flags == (Flag.NORMAL,)

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "flags": [flag.value for flag in self.flags],
            "trace": [line.to_json() for line in self.trace],
        }


def flag(value: ReportedValue, resolution: Resolution) -> Flagging:
    """Flag one reported value against what was frozen for it."""
    if not isinstance(value, Quantity):
        line = TraceLine("range", Flag.NO_RANGE, note="the value is not a number")
        return Flagging((Flag.NO_RANGE,), (line,))
    if value.unit != resolution.unit:
        raise UnitDiffers(
            "unit_differs",
            _("The value is in “%(unit)s” and its limits are in “%(limits)s”."),
            unit=value.unit,
            limits=resolution.unit,
        )
    span = span_of(value, floor=_floor(resolution))
    implausible, plausibility_lines = _judge_plausibility(span, resolution)
    critical, critical_lines = _judge_critical(span, resolution.critical)
    by_range, range_lines = _judge_range(span, resolution)
    # dict.fromkeys: undecided against a critical limit and against the range is said once.
    flags = dict.fromkeys([*critical, *implausible, by_range])
    for said in _said_by(critical):
        flags.pop(said, None)
    return Flagging(tuple(flags), (*plausibility_lines, *critical_lines, *range_lines))


def _said_by(critical: tuple[Flag, ...]) -> set[Flag]:
    """A critical flag says what L or H would, and no critical value is called normal."""
    said = {Flag.NORMAL} if critical else set()  # "N" never stands beside a doubt either
    if Flag.CRITICAL_LOW in critical:
        said.add(Flag.LOW)
    if Flag.CRITICAL_HIGH in critical:
        said.add(Flag.HIGH)
    return said


def _floor(resolution: Resolution) -> Decimal:
    """What ``<x`` reaches down to: zero, unless the assay is known to go below it."""
    limits = resolution.plausibility
    lowest = limits.low if limits is not None and limits.low is not None else Decimal(0)
    return min(Decimal(0), lowest)


def _judge_range(span: Span, resolution: Resolution) -> tuple[Flag, list[TraceLine]]:
    lines = [
        _line("range", row, side_of(span, row.low, row.high), note=_note(row))
        if row.established
        else TraceLine("range", Flag.NO_RANGE, row.id, row.version, note=row.reason)
        for row in resolution.candidates
    ]
    if resolution.is_uncovered:
        lines.append(TraceLine("range", Flag.NO_RANGE, note="no row covers this patient"))
    verdict = _range_flag(span, resolution)
    return verdict, [*lines, TraceLine("range", verdict, note="taken together")]


def _range_flag(span: Span, resolution: Resolution) -> Flag:
    sides = {side_of(span, row.low, row.high) for row in resolution.established}
    if not sides:
        return Flag.NO_RANGE
    if sides == {Side.BELOW}:
        return Flag.LOW
    if sides == {Side.ABOVE}:
        return Flag.HIGH
    if sides == {Side.BELOW, Side.ABOVE}:
        return Flag.ABNORMAL
    if sides == {Side.INSIDE} and not resolution.is_partly_unestablished:
        return Flag.NORMAL
    return Flag.INDETERMINATE


def _judge_critical(
    span: Span, limits: tuple[CriticalLimits, ...]
) -> tuple[tuple[Flag, ...], list[TraceLine]]:
    """Critical when beyond the limits of any row that may hold; in doubt when it may be."""
    found: set[Flag] = set()
    lines = []
    for row in limits:
        side = side_of(span, row.low, row.high)
        found |= {_CRITICAL_FLAGS[side]} if side in _CRITICAL_FLAGS else set()
        lines.append(_line("critical", row, side, note="" if row.signed else UNSIGNED))
    return tuple(flag for flag in _CRITICAL_FLAGS.values() if flag in found), lines


def _judge_plausibility(
    span: Span, resolution: Resolution
) -> tuple[tuple[Flag, ...], list[TraceLine]]:
    limits = resolution.plausibility
    if limits is None:
        return (), []
    side = side_of(span, limits.low, limits.high)
    is_outside = side in (Side.BELOW, Side.ABOVE)
    line = TraceLine(
        "plausibility",
        side,
        limits.id,
        limits.version,
        _text(limits.low),
        _text(limits.high),
        "" if limits.signed else UNSIGNED,
    )
    return ((Flag.IMPLAUSIBLE,) if is_outside else ()), [line]


def _note(row: IntervalRow) -> str:
    return "" if row.signed else "range unverified"


def _line(
    rule: str, row: IntervalRow | CriticalLimits, verdict: str, *, note: str = ""
) -> TraceLine:
    return TraceLine(rule, str(verdict), row.id, row.version, _text(row.low), _text(row.high), note)


def _text(limit: Decimal | None) -> str | None:
    return None if limit is None else plain(limit)
