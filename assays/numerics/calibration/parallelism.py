"""Whether curves are parallel, and how potent one is beside the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.calibration.curves import Form
from assays.numerics.calibration.fitting import fit
from assays.numerics.least_squares.descent import descend
from assays.numerics.refusals import (
    Floats,
    NoSolution,
    Unusable,
    is_between,
    listed,
    numbers,
    pairs,
)
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.parallelism/1"


class Shared(StrEnum):
    """What curves have in common besides nothing: both ends, or ends and slope."""

    NOTHING = "nothing"
    ENDS = "ends"
    ENDS_AND_SLOPE = "ends_and_slope"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The test of a narrower model within a wider one."""

    f: float
    p: float
    degrees_of_freedom: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Parallelism:
    """Curves beside the first one.

    ``common_ends`` tests ends in common against separate curves, ``parallel`` a slope in common as
    well against ends in common. ``slope_ratios`` and ``potencies`` (midpoint of the first over the
    other's) hold estimate and limits by group. ``is_parallel`` judges by the limits of slope ratios
    where they were given, else by the test.
    """

    groups: tuple[str, ...]
    squares: Mapping[Shared, float]
    common_ends: Comparison
    parallel: Comparison
    slope_ratios: Mapping[str, tuple[float, float, float]]
    potencies: Mapping[str, tuple[float, float, float]]
    is_parallel: bool
    level: float
    method: str


def compare(
    concentrations: ArrayLike,
    signals: ArrayLike,
    groups: Sequence[str],
    *,
    alpha: float = 0.05,
    ratio_limits: tuple[float, float] | None = None,
    level: float = 0.9,
) -> Parallelism:
    """Compare 4PL curves of two groups or more, each signal with the name of its group.

    The extra-sum-of-squares F test (Bates and Watts, 1988, section 3.10), or equivalence: the limits
    of every slope ratio at ``level`` lie within ``ratio_limits``, for instance (0.8, 1.25) (USP
    <1032>). Signals are weighted alike.
    """
    x = numbers(concentrations, name=_("concentrations"), lowest=0.0)
    y = numbers(signals, name=_("signals"))
    pairs(x, y, names=(_("concentrations"), _("signals")))
    given = listed(groups, name=_("groups"))
    names = tuple(dict.fromkeys(one if isinstance(one, str | int) else cited(one) for one in given))
    if (
        len(given) != x.size
        or len(names) < 2
        or not all(isinstance(one, str | int) for one in given)
    ):
        raise Unusable("GROUPS", _("Name the group of each signal; there are two or more."))
    if not is_between(alpha, 0, 1) or not is_between(level, 0, 1):
        raise Unusable("LEVEL", _("A level lies between 0 and 1."))
    within = None if ratio_limits is None else numbers(ratio_limits, name=_("limits of ratios"))
    if within is not None and (within.size != 2 or not 0 < within[0] <= within[1]):
        raise Unusable("RATIO_LIMITS", _("Limits of ratios are two numbers above 0, in order."))
    place = np.array([names.index(name) for name in given])
    unit = float(np.abs(y).max()) or 1.0
    task = _Task(x, y / unit, place, len(names))
    starts = task.starts()
    fitted = {shared: task.fitted(shared, starts) for shared in Shared}
    squares = {shared: float(np.sum(one[1] ** 2)) * unit**2 for shared, one in fitted.items()}
    freedom = {shared: x.size - one[0].size for shared, one in fitted.items()}
    ends = _tested(squares, freedom, Shared.ENDS, Shared.NOTHING)
    parallel = _tested(squares, freedom, Shared.ENDS_AND_SLOPE, Shared.ENDS)
    slopes = task.ratios(fitted[Shared.ENDS], Shared.ENDS, level, names)
    potencies = task.ratios(fitted[Shared.ENDS_AND_SLOPE], Shared.ENDS_AND_SLOPE, level, names)
    is_parallel = parallel.p >= alpha
    if within is not None:
        low, high = within.tolist()
        is_parallel = all(low <= one[1] and one[2] <= high for one in slopes.values())
    return Parallelism(
        groups=names,
        squares=squares,
        common_ends=ends,
        parallel=parallel,
        slope_ratios=slopes,
        potencies=potencies,
        is_parallel=is_parallel,
        level=level,
        method=METHOD,
    )


def _tested(
    squares: Mapping[Shared, float], freedom: Mapping[Shared, int], narrow: Shared, wide: Shared
) -> Comparison:
    from scipy.stats import f as distribution

    apart = freedom[narrow] - freedom[wide]
    if freedom[wide] < 1:
        raise Unusable("TOO_FEW", _("The signals are too few to compare curves."))
    if squares[wide] <= 0:
        raise NoSolution("EXACT", _("Curves without residuals cannot be compared by a test."))
    value = (squares[narrow] - squares[wide]) / apart / (squares[wide] / freedom[wide])
    value = max(value, 0.0)
    return Comparison(
        value, float(distribution.sf(value, apart, freedom[wide])), (apart, freedom[wide])
    )


_Fitted = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class _Task:
    """Parameters: both ends (once or by group), logarithms of slopes, logarithms of midpoints."""

    x: Floats
    y: Floats
    place: np.ndarray
    groups: int

    def starts(self) -> list[Floats]:
        found = []
        for group in range(self.groups):
            own = self.place == group
            curve = fit(self.x[own], self.y[own], form=Form.FOUR, theta=0.0).parameters
            found.append(
                np.array(
                    [
                        curve.at_zero,
                        curve.at_infinity,
                        math.log(curve.slope),
                        math.log(curve.midpoint),
                    ]
                )
            )
        return found

    def _laid_out(self, shared: Shared) -> list[list[int]]:
        """Return for each group the places of its four parameters in the whole."""
        count = self.groups
        ends = 1 if shared is not Shared.NOTHING else count
        slopes = 1 if shared is Shared.ENDS_AND_SLOPE else count
        return [
            [
                0 if ends == 1 else group,
                ends + (0 if ends == 1 else group),
                2 * ends + (0 if slopes == 1 else group),
                2 * ends + slopes + group,
            ]
            for group in range(count)
        ]

    def fitted(self, shared: Shared, starts: list[Floats]) -> _Fitted:
        """Return parameters, residuals and derivatives at the least sum of squares."""
        laid = self._laid_out(shared)
        size = max(max(one) for one in laid) + 1
        start, counts = np.zeros(size), np.zeros(size)
        for places, own in zip(laid, starts, strict=True):
            start[places] += own
            counts[places] += 1

        def residuals(at: Floats) -> Floats | None:
            found = self.y - self._values(at, laid)[0]
            return found if np.isfinite(found).all() else None

        def columns(at: Floats) -> Floats | None:
            found = self._values(at, laid)[1]
            return found if np.isfinite(found).all() else None

        ended = descend(residuals, columns, start / counts, most=500)
        if ended is None or not ended.slope < 1e-5:
            raise NoSolution("NO_MINIMUM", _("No curves with a part in common were found."))
        at = ended.parameters
        values, derivatives = self._values(at, laid)
        return at, self.y - values, derivatives

    def _values(self, at: Floats, laid: list[list[int]]) -> tuple[Floats, Floats]:
        values, columns = np.empty(self.x.size), np.zeros((self.x.size, at.size))
        for group, places in enumerate(laid):
            own = self.place == group
            a, d, slope, middle = at[places]
            with np.errstate(all="ignore"):
                along = np.where(self.x[own] > 0, np.log(np.maximum(self.x[own], 1e-300)), -1e4)
                argument = np.exp(min(slope, 50.0)) * (along - middle)
                power = np.exp(np.clip(argument, -700, 700))
            share = 1 / (1 + power)
            values[own] = d + (a - d) * share
            inner = -(a - d) * share * (power * share)
            rows = np.flatnonzero(own)
            parts = (share, 1 - share, inner * argument, -inner * np.exp(min(slope, 50.0)))
            for place, part in zip(places, parts, strict=True):
                columns[rows, place] = part
        return values, columns

    def ratios(
        self, fitted: _Fitted, shared: Shared, level: float, names: tuple[str, ...]
    ) -> dict[str, tuple[float, float, float]]:
        """Return slopes over the first's, or the first's midpoint over the others'."""
        from scipy.stats import t

        at, missed, columns = fitted
        laid = self._laid_out(shared)
        freedom = self.x.size - at.size
        sizes = np.sqrt(np.sum(columns**2, axis=0))
        if not np.all(sizes > 0) or np.linalg.cond(columns / sizes) > 1e10:
            raise NoSolution("NOT_DETERMINED", _("The signals do not determine these curves."))
        _left, upper = np.linalg.qr(columns / sizes)
        root = np.linalg.solve(upper, np.eye(at.size)) / sizes[:, None]
        covariance = root @ root.T * float(missed @ missed) / freedom
        quantile = float(t.ppf((1 + level) / 2, freedom))
        number, sign = (2, 1.0) if shared is Shared.ENDS else (3, -1.0)
        found = {}
        for group in range(1, self.groups):
            contrast = np.zeros(at.size)
            contrast[laid[group][number]] += sign
            contrast[laid[0][number]] -= sign
            middle = float(contrast @ at)
            reach = quantile * math.sqrt(float(contrast @ covariance @ contrast))
            found[names[group]] = (
                math.exp(middle),
                math.exp(min(middle - reach, 700.0)),
                math.exp(min(middle + reach, 700.0)),
            )
        return found
