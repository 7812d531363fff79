"""Components of variance of nested measurements: day, run within day, replicates (CLSI EP05-A3)."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import Floats, Unusable, is_between, listed, numbers
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.precision/1"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Component:
    """What one source adds to the variance of a measurement, or several sources together.

    ``variance`` of a single source may come out below 0, where its scatter is less than chance
    alone would give; ``sd`` is 0 then, and sums take 0 for it. ``low`` and ``high`` are limits of the
    SD from chi squared, with Satterthwaite's degrees of freedom; None where those are below 1.
    """

    name: str
    variance: float
    sd: float
    cv_percent: float | None
    degrees_of_freedom: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Precision:
    """Precision of a method at one concentration.

    ``components`` are the factors from the outermost in, and ``error``. ``repeatability`` is the
    error alone, ``within_laboratory`` all of it together.
    """

    mean: float
    measurements: int
    components: tuple[Component, ...]
    repeatability: Component
    within_laboratory: Component
    is_balanced: bool
    level: float
    method: str


def nested_anova(
    values: ArrayLike, factors: Mapping[str, Sequence[object]], *, level: float = 0.95
) -> Precision:
    """Return components of variance of measurements (n,) by factors, each nested in the one before.

    ``factors``: for each, from the outermost in, the label of every measurement; run 1 of one day is
    another run than run 1 of the next. Analysis of variance with expected mean squares (type 1,
    Searle, Casella and McCulloch, Variance Components, 1992, chapter 3), which for 20 days, 2 runs
    and 2 replicates is EP05-A3. Unbalanced measurements are allowed. Raises Unusable where a factor
    has no replicates (TOO_FEW), or labels that are fewer than the values (LENGTHS).
    """
    y = numbers(values, name=_("measurements"), least=3)
    if not is_between(level, 0, 1):
        raise Unusable("LEVEL", _("A level of confidence lies between 0 and 1."))
    groups = _groups(factors, y.size)
    names = list(factors)
    # A power of two, so that no digit is lost: squares of squares are to be floats.
    unit = 2.0 ** math.frexp(float(np.abs(y).max()))[1]
    y = y / unit
    squares, freedom = _mean_squares(y, groups)
    for name, one in zip([*names, ERROR], freedom, strict=True):
        if one < 1:
            raise Unusable(
                "TOO_FEW",
                _("There is nothing to tell %(name)s from: measure in more of them, repeatedly."),
                name=name,
            )
    weights = np.linalg.inv(_expected(groups, freedom))
    found = weights @ squares
    mean = float(y.mean())

    def component(name: str, rows: Floats) -> Component:
        return _component(name, rows, squares, freedom, mean, level, unit)

    single = [component(name, weights[place]) for place, name in enumerate([*names, ERROR])]
    counted = [place for place, one in enumerate(found) if one > 0]
    together = weights[counted].sum(axis=0) if counted else np.zeros(len(squares))
    return Precision(
        mean=mean * unit,
        measurements=int(y.size),
        components=tuple(single),
        repeatability=single[-1],
        within_laboratory=component("within_laboratory", together),
        is_balanced=all(len(set(np.bincount(one).tolist())) == 1 for one in groups[1:]),
        level=level,
        method=METHOD,
    )


def _groups(factors: Mapping[str, Sequence[object]], size: int) -> list[np.ndarray]:
    """Return, for no factor, the first, the first two ..., the number of each measurement's group."""
    if not isinstance(factors, Mapping) or not factors:
        raise Unusable("NO_FACTORS", _("Name at least one factor, such as the day."))
    found, keys = [np.zeros(size, dtype=np.intp)], [()] * size
    for name, given in factors.items():
        labels = listed(given, name=_("labels"))
        if len(labels) != size:
            raise Unusable(
                "LENGTHS",
                _("There are %(first)d measurements and %(second)d labels of %(name)s."),
                first=size,
                second=len(labels),
                name=name,
            )
        keys = [(*key, label) for key, label in zip(keys, labels, strict=True)]  # type: ignore[misc]
        if not all(isinstance(label, Hashable) for label in labels):
            raise Unusable(
                "LABELS", _("The labels of %(name)s are text or numbers."), name=cited(name)
            )
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        found.append(np.array([places[key] for key in keys], dtype=np.intp))
    return found


def _mean_squares(y: Floats, groups: Sequence[np.ndarray]) -> tuple[Floats, Floats]:
    """Return mean squares and degrees of freedom, from the outermost factor to the error."""
    fitted = []
    for one in groups:
        sizes = np.bincount(one)
        fitted.append((np.bincount(one, weights=y) / sizes)[one])
    fitted.append(y)
    counts = [int(one.max()) + 1 for one in groups] + [y.size]
    freedom = np.diff(np.array(counts, dtype=np.float64))
    squares = [
        float(np.sum((inner - outer) ** 2))
        for outer, inner in zip(fitted, fitted[1:], strict=False)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array(squares) / freedom, freedom


def _expected(groups: Sequence[np.ndarray], freedom: Floats) -> Floats:
    """Return the coefficients of the components (columns) in the mean squares (rows)."""
    size = groups[0].size
    levels = [*groups, np.arange(size)]
    sums = np.zeros((len(levels), len(levels)))
    for row, outer in enumerate(levels):
        for column, inner in enumerate(levels):
            if column <= row:
                sums[row, column] = size
                continue
            own = np.bincount(inner).astype(np.float64)
            holder = np.zeros(own.size, dtype=np.intp)
            holder[inner] = outer
            sums[row, column] = float(np.sum(own**2 / np.bincount(outer)[holder]))
    found: Floats = np.diff(sums, axis=0)[:, 1:] / freedom[:, None]
    return found


def _component(
    name: str,
    rows: Floats,
    squares: Floats,
    freedom: Floats,
    mean: float,
    level: float,
    unit: float,
) -> Component:
    from scipy.stats import chi2

    variance = float(rows @ squares)
    sd = math.sqrt(max(variance, 0.0))
    spread = float(np.sum((rows * squares) ** 2 / freedom))
    degrees = variance**2 / spread if variance > 0 and spread > 0 else None
    low = high = None
    if degrees is not None and degrees >= 1:
        tail = (1 - level) / 2
        low = unit * math.sqrt(degrees * variance / float(chi2.ppf(1 - tail, degrees)))
        high = unit * math.sqrt(degrees * variance / float(chi2.ppf(tail, degrees)))
    cv = sd / abs(mean) * 100 if mean else None
    return Component(name, variance * unit**2, sd * unit, cv, degrees, low, high)
