"""How fast cases grow or fall, from log-linear regression, and R as far as that says it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri, stdtrit

from assays.numerics.doubling import Doubling, Estimate, doubling
from assays.numerics.epidemic import serial_intervals
from assays.numerics.epidemic.counts import cases_by_day
from assays.numerics.refusals import Floats, NoSolution, Unusable, is_within, made, number, whole
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

METHOD = "epidemic_growth/1"
LEVEL = 0.95
OVERDISPERSED_P = 0.05
STEPS = 100
LONGEST = 20_000.0  # days
# Of mean and SD of a generation time, in days.
LEAST_DAYS, MOST_DAYS = 1e-6, 36_525.0


class Variance(StrEnum):
    """How far cases scatter about the line.

    POISSON: by chance alone. QUASI: by chance times the dispersion that is seen, never less than
    chance. AUTO: quasi where the scatter exceeds chance (Pearson's chi-squared, p < 0.05).
    """

    AUTO = "auto"
    POISSON = "poisson"
    QUASI = "quasi"


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of cases per day: rate (log scale), its limits, the doubling time or half-life.

    ``variance`` is the one that ``rate`` and ``doubling`` hold; ``poisson`` are the rate and the
    doubling time if cases scattered by chance alone. ``dispersion``: Pearson's chi-squared per
    degree of freedom, None with two days.
    ``level`` (log cases of the first day) and ``covariance`` serve for projections.
    """

    rate: Estimate
    standard_error: float
    doubling: Doubling
    variance: Variance
    dispersion: float | None
    dispersion_p: float | None
    poisson_rate: Estimate
    poisson_standard_error: float
    poisson_doubling: Doubling
    level: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    first_day: int
    last_day: int
    cases: int
    method: str = METHOD

    @property
    def applied_dispersion(self) -> float:
        """The dispersion that ``rate`` and ``covariance`` hold: 1 with Poisson variance."""
        if self.variance is Variance.POISSON or self.dispersion is None:
            return 1.0
        return max(1.0, self.dispersion)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def growth_rate(
    incidence: ArrayLike,
    *,
    first_day: int = 1,
    last_day: int | None = None,
    variance: str = Variance.AUTO,
    level: float = LEVEL,
) -> Growth:
    """Fit log-linear growth to cases (n) of consecutive days.

    ``first_day`` and ``last_day`` (counted from 1, both included) choose the days. Limits are
    normal with Poisson variance, Student's with the dispersion. Raises Unusable for fewer than
    two days or cases that are none, NoSolution (code NO_GROWTH) where fewer than two days have
    cases: then no rate is finite.
    """
    cases, last = _chosen(incidence, first_day, last_day, variance, level)
    if np.count_nonzero(cases) < 2:
        raise NoSolution("NO_GROWTH", _("Fewer than two days have cases; no rate follows."))
    start, rate, covariance, expected = _regressed(cases)
    error = math.sqrt(covariance[1, 1])
    dispersion, p = _dispersion(cases, expected)
    is_quasi = variance == Variance.QUASI or (
        variance == Variance.AUTO and p is not None and p < OVERDISPERSED_P
    )
    poisson = _limits(rate, error, float(ndtri(0.5 + level / 2)))
    found, wider = poisson, 1.0
    if is_quasi and dispersion is not None:
        wider = max(1.0, dispersion)
        t = float(stdtrit(cases.size - 2, 0.5 + level / 2))
        found = _limits(rate, error * math.sqrt(wider), t)
    spread = covariance * wider
    return Growth(
        rate=found,
        standard_error=error * math.sqrt(wider),
        doubling=doubling(found),
        variance=Variance.QUASI if is_quasi else Variance.POISSON,
        dispersion=dispersion,
        dispersion_p=p,
        poisson_rate=poisson,
        poisson_standard_error=error,
        poisson_doubling=doubling(poisson),
        level=start,
        covariance=(
            (float(spread[0, 0]), float(spread[0, 1])),
            (float(spread[1, 0]), float(spread[1, 1])),
        ),
        first_day=first_day,
        last_day=last,
        cases=int(cases.sum()),
    )


def _chosen(
    incidence: ArrayLike, first_day: int, last_day: int | None, variance: str, level: float
) -> tuple[Floats, int]:
    """Return the cases of the days that were chosen, and the last of them."""
    every = cases_by_day(incidence, least=2)
    last = every.size if last_day is None else whole(last_day, name=_("last day"))
    whole(first_day, name=_("first day"))
    number(level, name=_("level of confidence"))
    if not 1 <= first_day < last <= every.size:
        raise Unusable(
            "DAYS",
            _("Growth is fitted to two days or more of days 1 to %(days)d."),
            days=every.size,
        )
    if not isinstance(variance, str) or variance not in set(Variance):
        raise Unusable("VARIANCE", _("%(given)s is no variance of cases."), given=cited(variance))
    if not 0.5 <= level < 1:
        raise Unusable("LEVEL", _("The level of limits is a fraction from 0.5 to below 1."))
    return every[first_day - 1 : last], last


def _limits(rate: float, error: float, factor: float) -> Estimate:
    return Estimate(rate, rate - factor * error, rate + factor * error)


def _regressed(cases: Floats) -> tuple[float, float, Floats, Floats]:
    """Return level at the first day, rate, covariance and expected cases (Poisson, log link).

    Iteratively reweighted least squares (McCullagh and Nelder, Generalized Linear Models, 1989,
    2.5), halved where a step does not raise the likelihood.
    """
    days = np.arange(cases.size, dtype=np.float64)
    middle = days.mean()
    design = np.stack([np.ones(days.size), days - middle], axis=1)
    beta = np.array([math.log(float(cases.mean())), 0.0])
    gained = _likelihood(design @ beta, cases)
    for _step in range(STEPS):
        expected = np.exp(design @ beta)
        information = design.T @ (expected[:, None] * design)
        step = np.linalg.solve(information, design.T @ (cases - expected))
        share = 1.0
        while share > 1e-10:
            proposed = beta + share * step
            likelihood = _likelihood(design @ proposed, cases)
            if likelihood >= gained - 1e-12 * abs(gained):
                break
            share /= 2
        beta, moved = beta + share * step, abs(float(share * step[1]))
        gained = likelihood
        if moved < 1e-15 + 1e-13 * abs(float(beta[1])):
            break
    expected = np.exp(design @ beta)
    inverse = np.linalg.inv(design.T @ (expected[:, None] * design))
    back = np.array([[1.0, -middle], [0.0, 1.0]])
    return float(beta[0] - middle * beta[1]), float(beta[1]), back @ inverse @ back.T, expected


def _likelihood(logs: Floats, cases: Floats) -> float:
    return float(cases @ logs - np.exp(np.minimum(logs, 700.0)).sum())


def _dispersion(cases: Floats, expected: Floats) -> tuple[float | None, float | None]:
    freedom = cases.size - 2
    if freedom < 1:
        return None, None
    squares = float(np.sum((cases - expected) ** 2 / np.maximum(expected, 1e-300)))
    return squares / freedom, float(chdtrc(freedom, squares))


class Convention(StrEnum):
    """How the generation time stands in R = 1 / M(-r), M its moment generating function.

    CONTINUOUS: a gamma distribution, R = (1 + r sd^2 / mean)^(mean^2 / sd^2). DAYS: shares of the
    gamma distribution between k - 1 and k put at day k. CENTRED: between k - 1/2 and k + 1/2, none
    before 1/2, each spread over the day from k on (as the R package R0 does, whose histogram form
    is that of Wallinga and Lipsitch). SERIAL: ``serial_intervals.discretised`` at its days, as R(t)
    here uses.
    """

    CONTINUOUS = "continuous"
    DAYS = "days"
    CENTRED = "centred"
    SERIAL = "serial"


def reproduction_from_growth(
    rate: Estimate,
    *,
    generation_mean: float,
    generation_sd: float,
    convention: str = Convention.CONTINUOUS,
) -> Estimate:
    """Return R that belongs to a rate of growth (Wallinga and Lipsitch, Proc R Soc B 2007;274:599).

    The limits are those of the rate alone: the generation time counts as known. How it is made
    discrete moves R by several per cent, so say the convention with the figure. Raises Unusable
    (GENERATION_TIME, CONVENTION) and NoSolution (RATE) where the rate falls too fast for any R.
    """
    number(generation_mean, name=_("mean of the generation time"))
    number(generation_sd, name=_("SD of the generation time"))
    made(rate, Estimate, name=_("rate"), by="growth_rate")
    if not all(is_within(one, LEAST_DAYS, MOST_DAYS) for one in (generation_mean, generation_sd)):
        raise Unusable(
            "GENERATION_TIME", _("A generation time has a mean and an SD above 0, in days.")
        )
    if not isinstance(convention, str) or convention not in set(Convention):
        raise Unusable(
            "CONVENTION",
            _("%(given)s is no convention of generation times; there are %(known)s."),
            given=cited(convention),
            known=", ".join(Convention),
        )

    def at(value: float | None) -> float | None:
        return None if value is None else _ratio(value, generation_mean, generation_sd, convention)

    middle = _ratio(rate.value, generation_mean, generation_sd, convention)
    if middle is None:
        raise NoSolution(
            "RATE", _("Cases fall faster than any generation time of this kind allows.")
        )
    return Estimate(middle, at(rate.low), at(rate.high))


def _ratio(rate: float, mean: float, sd: float, convention: str) -> float | None:
    if convention == Convention.CONTINUOUS:
        base = 1 + rate * sd**2 / mean
        return _exp((mean / sd) ** 2 * math.log(base)) if base > 0 else None
    places, shares = _by_day(mean, sd, convention)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        transform = float(np.exp(-rate * places) @ shares)
    if convention == Convention.CENTRED and abs(rate) > 1e-12:
        transform *= -math.expm1(-rate) / rate if abs(rate) < 700 else math.nan
    if not math.isfinite(transform) or transform <= 0 or transform < 1e-300:
        return None
    return float(shares.sum() / transform)


def _by_day(mean: float, sd: float, convention: str) -> tuple[Floats, Floats]:
    """Return days and the shares of generation times that stand at them."""
    from scipy.special import gammainc

    if mean + 40 * sd > LONGEST:
        raise Unusable("GENERATION_TIME", _("Generation times of years cannot be counted in days."))
    last = math.ceil(mean + 40 * sd) + 2
    days = np.arange(last + 1, dtype=np.float64)
    if convention == Convention.SERIAL:
        shares = serial_intervals.discretised(mean=mean, sd=sd, days=last)
        return days, shares / shares.sum()
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    shift = 0.0 if convention == Convention.DAYS else 0.5
    shares = np.diff(gammainc(shape, (days + shift) / scale))
    if not shares.sum() > 1e-6:
        raise Unusable(
            "GENERATION_TIME",
            _("Generation times of part of a day cannot be counted in days; use continuous."),
        )
    return days[1:], shares


def _exp(value: float) -> float | None:
    return math.exp(value) if value < 700 else None
