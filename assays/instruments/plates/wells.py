"""Wells with what they hold and what was measured, and what cannot be right about them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assays.instruments.plates.layouts import Content, Place
from assays.numerics.refusals import Unusable
from labsys.lib.wording import gettext_noop as _

# Replicates of one standard that differ by more than this CV are looked at for a swap, which is
# believed where it brings both standards below the other.
_APART, _TOGETHER = 30.0, 15.0


@dataclass(frozen=True, slots=True)
class Well:
    """A well: its place in the layout and its signal."""

    place: Place
    signal: float


def join(layout: Mapping[str, Place], signals: Mapping[str, float]) -> tuple[Well, ...]:
    """Return the wells that hold something, in the layout's order, each with its signal.

    Wells with a signal of which the layout says nothing are left out. Raises Unusable for a well
    without signal (WELL_MISSING), for a saturated standard, blank or control (SATURATED), for two
    wells that were swapped (WELL_SWAPPED). A saturated unknown stays, with infinity as its signal.
    """
    held = [place for place in layout.values() if place.content is not Content.EMPTY]
    absent = [place.well for place in held if place.well not in signals]
    if absent:
        raise Unusable(
            "WELL_MISSING",
            _("There is no signal for %(wells)s, of which the layout says what they hold."),
            wells=", ".join(absent[:8]),
        )
    wells = tuple(Well(place, signals[place.well]) for place in held)
    for well in wells:
        if math.isinf(well.signal) and well.place.content is not Content.UNKNOWN:
            raise Unusable(
                "SATURATED",
                _("The %(role)s in well %(well)s is saturated; measure the plate with less gain."),
                role=well.place.content.value,
                well=well.place.well,
            )
    found = swapped(wells)
    if found is not None:
        raise Unusable(
            "WELL_SWAPPED",
            _(
                "Wells %(first)s and %(second)s look swapped: each fits the other's standard. "
                "Correct the layout, or leave both out."
            ),
            first=found[0],
            second=found[1],
        )
    return wells


def swapped(wells: Sequence[Well]) -> tuple[str, str] | None:
    """Return two wells of different standards whose replicates agree only if they are swapped.

    None where no two are, or where more than one pair would explain it (two replicates each: then
    either of them may be the wrong one, and the pair named is the one that sets the means in order).
    """
    levels: dict[float, list[Well]] = {}
    for well in wells:
        if well.place.content is Content.STANDARD and well.place.concentration is not None:
            levels.setdefault(well.place.concentration, []).append(well)
    suspected = [level for level, held in levels.items() if _cv(_signals(held)) > _APART]
    found = []
    for one, other in combinations(sorted(suspected), 2):
        for first in levels[one]:
            for second in levels[other]:
                low = [second.signal, *(w.signal for w in levels[one] if w is not first)]
                high = [first.signal, *(w.signal for w in levels[other] if w is not second)]
                if _cv(low) <= _TOGETHER and _cv(high) <= _TOGETHER:
                    means = {**_means(levels), one: _mean(low), other: _mean(high)}
                    found.append((_disorder(means), first.place.well, second.place.well))
    if not found:
        return None
    least = min(found)
    others = [one for one in found if one[0] == least[0]]
    return (least[1], least[2]) if len(others) == 1 else None


def _signals(wells: Sequence[Well]) -> list[float]:
    return [well.signal for well in wells]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _means(levels: Mapping[float, Sequence[Well]]) -> dict[float, float]:
    return {level: _mean(_signals(held)) for level, held in levels.items()}


def _cv(values: Sequence[float]) -> float:
    mean = _mean(values)
    if len(values) < 2 or not mean:
        return 0.0
    squares = math.fsum((value - mean) ** 2 for value in values)
    return math.sqrt(squares / (len(values) - 1)) / abs(mean) * 100


def _disorder(means: Mapping[float, float]) -> int:
    """Return how many neighbouring means run against the direction of most."""
    ordered = [means[level] for level in sorted(means)]
    rising = sum(after > before for before, after in zip(ordered, ordered[1:], strict=False))
    return min(rising, len(ordered) - 1 - rising)
