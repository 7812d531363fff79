"""What the wells of a plate come to: controls and specimens read from the curve, and what follows.

Loads the numerics: only work of an analysis and commands import it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.plates import Content, Well
from assays.numerics.calibration import (
    Curve,
    Parallelism,
    Reading,
    Series,
    back_calculate,
    compare,
    dilution_for,
    fit,
    judge_dilutions,
)
from assays.numerics.refusals import NoSolution, Unusable
from labsys.lib.wording import gettext_noop as _

STEPS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
# Of a specimen's replicates within the range, as of calibrators (ICH M10, 4.2.4).
REPLICATE_CV_PERCENT = 20.0
FEWEST_FOR_PARALLELISM = 5
_AFTER_HOOK = 10.0


class Why(StrEnum):
    """Why a specimen's value is what it is, or is none."""

    IN_RANGE = "in_range"
    AFTER_HOOK = "after_hook"
    HOOK = "hook"
    BELOW = "below"
    ABOVE = "above"
    BEYOND_CURVE = "beyond_curve"
    SATURATED = "saturated"
    REPLICATES_APART = "replicates_apart"
    NOT_LINEAR = "not_linear"


@dataclass(frozen=True, slots=True)
class Measured:
    """The replicates of one name at one dilution; `reading` is None where one was saturated."""

    name: str
    content: Content
    wells: tuple[str, ...]
    target: float | None
    dilution: float
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to report of a specimen: `value` as measured in the well, times `dilution`.

    ``value`` is None where nothing is to be reported, which `why` explains. ``dilute_to``: the
    dilution to be measured next.
    """

    comparator: str
    value: float | None
    dilution: float
    why: Why
    dilute_to: float | None = None


@dataclass(frozen=True, slots=True)
class Specimen:
    """All that was measured of one specimen, by dilution, and what is reported of it."""

    name: str
    measured: tuple[Measured, ...]
    series: Series | None
    parallelism: Parallelism | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Range:
    """What may be reported of a well; None takes the lowest calibrator above 0, or the highest."""

    low: float | None = None
    high: float | None = None

    def ends(self, curve: Curve) -> tuple[float, float]:
        positive = curve.concentrations[curve.concentrations > 0]
        low = float(positive.min()) if self.low is None else self.low
        top = float(positive.max())
        return low, top if self.high is None else min(self.high, top)


def fitted(wells: Sequence[Well], *, form: str, theta: float | None) -> Curve:
    """Fit the curve of a plate's standards."""
    standards = standards_of(wells)
    if not standards:
        raise Unusable("NO_STANDARDS", _("The layout has no standards: there is no curve."))
    return fit(
        [held for well in standards if (held := well.place.concentration) is not None],
        [well.signal for well in standards],
        form=form,
        theta=theta,
    )


def standards_of(wells: Sequence[Well]) -> list[Well]:
    return [well for well in wells if well.place.content is Content.STANDARD]


def measured(
    wells: Sequence[Well], curve: Curve, *, within: Range, level: float = 0.95
) -> list[Measured]:
    """Read controls and unknowns from the curve, the replicates of a dilution together."""
    groups: dict[tuple[Content, str, float], list[Well]] = {}
    for well in wells:
        if well.place.content in (Content.CONTROL, Content.UNKNOWN):
            key = (well.place.content, well.place.name, well.place.dilution)
            groups.setdefault(key, []).append(well)
    found = []
    for (content, name, dilution), held in sorted(groups.items(), key=lambda one: one[0]):
        reading = None
        if all(math.isfinite(well.signal) for well in held):
            reading = back_calculate(
                curve,
                [well.signal for well in held],
                level=level,
                dilution=dilution,
                low=within.low,
                high=within.high,
            )
        names = tuple(well.place.well for well in held)
        target = held[0].place.concentration
        found.append(Measured(name, content, names, target, dilution, reading))
    return found


def series_of(found: Sequence[Measured], curve: Curve) -> dict[str, Series]:
    """Judge the dilutions of each specimen that was read in more than one."""
    groups: dict[str, list[Reading]] = {}
    for one in found:
        if one.content is Content.UNKNOWN and one.reading is not None:
            groups.setdefault(one.name, []).append(one.reading)
    return {
        name: judge_dilutions(readings, is_increasing=curve.is_increasing)
        for name, readings in groups.items()
        if len(readings) > 1
    }


def specimens(found: Sequence[Measured], curve: Curve, *, within: Range) -> list[Specimen]:
    """Return what is to be reported of each specimen, and what is to be measured next."""
    groups: dict[str, list[Measured]] = {}
    for one in found:
        if one.content is Content.UNKNOWN:
            groups.setdefault(one.name, []).append(one)
    series = series_of(found, curve)
    made = []
    for name, held in groups.items():
        ordered = sorted(held, key=lambda one: one.dilution)
        made.append(
            Specimen(
                name,
                tuple(ordered),
                series.get(name),
                _parallelism(ordered, curve),
                decide(ordered, series.get(name), within.ends(curve)),
            )
        )
    return made


def decide(held: Sequence[Measured], series: Series | None, ends: tuple[float, float]) -> Decision:
    """Decide what is reported of dilutions in rising order, within the range (low, high) of wells.

    The least dilution that is within the range and not hooked is reported; of a specimen above the
    range in every one the end of the range, with the dilution to measure next. After a hook a further
    dilution has to agree: one alone may lie on the falling side itself.
    """
    chosen = _chosen(held, series)
    if series is not None and series.has_hook and series.is_linear is None:
        further = held[-1].dilution * _AFTER_HOOK
        return Decision(">", ends[1], held[0].dilution, Why.HOOK, further)
    if chosen is not None and chosen.reading is not None:
        return _within(chosen, chosen.reading, series)
    above = [one for one in held if one.reading is None or one.reading.comparator == ">"]
    if above:
        most = above[-1]
        why, step = _beyond(most.reading, most.dilution, ends)
        return Decision(">", ends[1], most.dilution, why, most.dilution * step)
    least = held[0]
    return Decision("<", ends[0], least.dilution, Why.BELOW)


def _chosen(held: Sequence[Measured], series: Series | None) -> Measured | None:
    if series is not None:
        return next((one for one in held if one.dilution == series.dilution), None)
    return next((one for one in held if one.reading and not one.reading.comparator), None)


def _within(chosen: Measured, reading: Reading, series: Series | None) -> Decision:
    apart = reading.replicate_cv_percent
    if apart is not None and apart > REPLICATE_CV_PERCENT:
        return Decision("", None, chosen.dilution, Why.REPLICATES_APART)
    if series is not None and series.is_linear is False:
        return Decision("", None, chosen.dilution, Why.NOT_LINEAR)
    assert reading.concentration is not None
    why = Why.AFTER_HOOK if series is not None and series.has_hook else Why.IN_RANGE
    return Decision("", reading.concentration / chosen.dilution, chosen.dilution, why)


def _beyond(
    reading: Reading | None, dilution: float, ends: tuple[float, float]
) -> tuple[Why, float]:
    """Return why a specimen is above, and by what to dilute it further."""
    blind = blind_step(*ends)
    if reading is None:
        return Why.SATURATED, blind
    if reading.concentration is None:
        return Why.BEYOND_CURVE, blind
    step = dilution_for(reading.concentration / dilution, high=ends[1])
    return Why.ABOVE, blind if step is None else step


def blind_step(low: float, high: float) -> float:
    """Return by what to dilute what lies beyond the curve, which says no more than "above".

    As far as a concentration just above the range would still be read well: 100 in a range of 1 to
    200, so that a specimen a hundred times too strong is read at the first attempt.
    """
    return max((step for step in STEPS if high / step >= 2 * low), default=STEPS[0])


def requested(found: Sequence[Measured], curve: Curve, *, within: Range) -> Mapping[str, float]:
    """Return, by name, the dilution to measure next."""
    return {
        one.name: one.decision.dilute_to
        for one in specimens(found, curve, within=within)
        if one.decision.dilute_to is not None
    }


def _parallelism(held: Sequence[Measured], curve: Curve) -> Parallelism | None:
    """Compare a specimen's dilutions with the calibrators; None where there are too few."""
    read = [one.reading for one in held if one.reading is not None]
    known = [one for one in read if one.concentration is not None and not one.comparator]
    if len(read) < FEWEST_FOR_PARALLELISM or not known:
        return None
    neat = known[0].concentration or 0.0
    across = [*map(float, curve.concentrations), *(neat / one.dilution for one in read)]
    up = [*map(float, curve.signals), *(one.signal for one in read)]
    groups = ["calibrators"] * len(curve.concentrations) + ["specimen"] * len(read)
    try:
        return compare(across, up, groups)
    except (NoSolution, Unusable):
        return None
