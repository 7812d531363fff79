"""Dilution series of one specimen: linearity, and the hook of too much analyte."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assays.numerics.calibration.fitting import METHOD
from assays.numerics.calibration.reading import Reading
from assays.numerics.refusals import (
    LARGEST,
    Unusable,
    is_number,
    is_within,
    listed,
    made,
    numbers,
    yes_or_no,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

HOOK_RATIO = 1.2
LINEAR_PERCENT = 20.0


class DilutionNote(StrEnum):
    """What a dilution series shows."""

    HOOK_BY_RATIO = "diluted_reads_higher_than_less_diluted_hook_effect"
    HOOK_BY_ORDER = "signal_does_not_fall_with_dilution_hook_effect"
    NOT_LINEAR = "dilutions_do_not_agree"
    NONE_IN_RANGE = "no_dilution_within_the_range"


@dataclass(frozen=True, slots=True)
class Step:
    """One dilution; ``concentration`` is times the dilution, None where nothing was read.

    ``recovery_percent`` is of the reported concentration.
    """

    dilution: float
    concentration: float | None
    is_in_range: bool
    recovery_percent: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A dilution series: what to report, and from which dilution on.

    ``concentration`` is that of the least dilution within the range that is not hooked.
    ``hook_ratio`` is the greatest of a dilution's concentration to that of any less diluted one,
    None where no two were read.
    """

    steps: tuple[Step, ...]
    concentration: float | None
    dilution: float | None
    hook_ratio: float | None
    has_hook: bool
    is_linear: bool | None
    method: str
    notes: tuple[DilutionNote, ...]


def judge_dilutions(
    readings: Sequence[Reading],
    *,
    is_increasing: bool = True,
    hook_ratio: float = HOOK_RATIO,
    linear_percent: float = LINEAR_PERCENT,
) -> Series:
    """Judge readings of one specimen at different dilutions.

    A hook is seen where a dilution times its factor reads more than ``hook_ratio`` of a less diluted
    one, or where the signal rises with dilution though the curve (``is_increasing``) says that it
    falls. A reading beyond the range counts by its limit: what is above it at least reads the top,
    so it can hook nobody. Raises Unusable for no reading and for a dilution given twice.
    """
    ordered = [
        made(one, Reading, name=_("reading"), by="back_calculate")
        for one in listed(readings, name=_("readings"))
    ]
    if not ordered:
        raise Unusable("EMPTY", _("There are no dilutions."))
    is_rising = yes_or_no(is_increasing, name="is_increasing")
    for value in (hook_ratio, linear_percent):
        if not is_number(value) or value < 0:
            raise Unusable(
                "LIMIT", _("A limit is a number from 0, not %(given)s."), given=cited(value)
            )
    ordered.sort(key=lambda one: one.dilution)
    factors = [one.dilution for one in ordered]
    if len(set(factors)) != len(factors):
        raise Unusable("TWICE", _("A dilution is given twice; give its replicates together."))
    ratio, last_hooked = _hooked(ordered, hook_ratio)
    notes = []
    if last_hooked is not None:
        notes.append(DilutionNote.HOOK_BY_RATIO)
    turned = _turned(ordered, is_rising)
    if turned is not None:
        notes.append(DilutionNote.HOOK_BY_ORDER)
    first = max(-1 if last_hooked is None else last_hooked, -1 if turned is None else turned) + 1
    usable = [one for one in ordered[first:] if not one.comparator and one.concentration]
    chosen = usable[0] if usable else None
    reported = None if chosen is None else chosen.concentration
    steps = tuple(_step(one, reported) for one in ordered)
    is_linear = None
    if reported is not None and len(usable) > 1:
        apart = [abs((one.concentration or math.nan) / reported - 1) * 100 for one in usable]
        is_linear = all(percent <= linear_percent for percent in apart)
        if not is_linear:
            notes.append(DilutionNote.NOT_LINEAR)
    if chosen is None:
        notes.append(DilutionNote.NONE_IN_RANGE)
    return Series(
        steps=steps,
        concentration=reported,
        dilution=None if chosen is None else chosen.dilution,
        hook_ratio=ratio,
        has_hook=last_hooked is not None or turned is not None,
        is_linear=is_linear,
        method=METHOD,
        notes=tuple(notes),
    )


def dilution_for(
    expected: float,
    *,
    high: float,
    steps: Sequence[float] = (2, 5, 10, 20, 50, 100, 200, 500, 1000),
) -> float | None:
    """Return the least dilution that brings a concentration to half of the upper limit or below.

    None where none does. ``expected`` is what is thought to be there, not what was read: a signal
    beyond the curve says only that it is more than the limit.
    """
    if not is_within(expected, 0, LARGEST) or not is_within(high, 1 / LARGEST, LARGEST):
        raise Unusable("RANGE", _("A dilution needs an upper limit above 0 and a concentration."))
    usual = sorted(numbers(steps, name=_("dilutions"), lowest=1.0).tolist())
    return next((step for step in usual if expected / step <= high / 2), None)


def _value(one: Reading) -> float | None:
    if one.comparator == ">":
        return one.limit
    return None if one.comparator == "<" else one.concentration


def _hooked(ordered: Sequence[Reading], limit: float) -> tuple[float | None, int | None]:
    """Return the greatest ratio, and the place of the last reading that one of more dilution beats."""
    greatest, last = None, None
    for place, one in enumerate(ordered):
        value = _value(one)
        if not value or one.comparator == ">":
            continue
        for other in ordered[place + 1 :]:
            more = _value(other)
            if more is None:
                continue
            ratio = more / value
            greatest = ratio if greatest is None else max(greatest, ratio)
            if ratio > limit:
                last = place if last is None else max(last, place)
    return greatest, last


def _turned(ordered: Sequence[Reading], is_increasing: bool) -> int | None:
    """Return the place of the last reading after which the signal runs the wrong way.

    Where the signal is within 5 % nothing is said: beyond the curve signals only scatter.
    """
    last = None
    for place, (one, other) in enumerate(zip(ordered, ordered[1:], strict=False)):
        size = abs(one.signal) or 1.0
        moved = (other.signal - one.signal) / size
        if (moved if is_increasing else -moved) > 0.05:
            last = place
    return last


def _step(one: Reading, reported: float | None) -> Step:
    recovery = None
    if reported and one.concentration is not None and not one.comparator:
        recovery = one.concentration / reported * 100
    return Step(one.dilution, one.concentration, not one.comparator, recovery)
