"""How many beds cases will need: cases carried forward, those admitted, and how long they stay."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc

from assays.numerics.doubling import Estimate
from assays.numerics.epidemic.counts import cases_by_day
from assays.numerics.epidemic.growth import Growth
from assays.numerics.epidemic.reproduction import Reproduction
from assays.numerics.refusals import (
    Floats,
    NoSolution,
    Unusable,
    drawing,
    is_within,
    made,
    number,
    whole,
)
from labsys.lib.wording import gettext_noop as _

METHOD = "ward_load/1"
LEVEL = 0.95
DRAWS = 2000
SEED = 20130915
FARTHEST = 90
# Of mean and SD of the length of stay, in days.
LEAST_STAY, MOST_STAY = 1e-3, 36_525.0
MOST = 1e9  # cases a day; beyond, nothing that grows so is a projection


@dataclass(frozen=True, slots=True)
class WardDay:
    """One day to come, counted from 1 on the scale of the cases: medians with their limits."""

    day: int
    cases: Estimate
    admissions: Estimate
    beds: Estimate


@dataclass(frozen=True, slots=True)
class WardLoad:
    """The days to come, and the day with the most beds (its median) among them."""

    days: tuple[WardDay, ...]
    peak: WardDay
    carried_by: str
    draws: int
    seed: int
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def ward_load(
    incidence: ArrayLike,
    carried_by: Growth | Reproduction,
    *,
    admitted_share: float,
    stay_mean: float,
    stay_sd: float,
    delay_days: int = 0,
    ahead: int = 14,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> WardLoad:
    """Project beds for ``ahead`` days after the last day of cases (n, consecutive days).

    ``carried_by``: ``growth_rate`` fitted up to the last day, or ``reproduction_number``, of which
    the last estimated window is used with its serial interval and without further imported cases.
    Of each day's cases the share ``admitted_share`` comes to a ward ``delay_days`` later and stays
    for a gamma time of ``stay_mean`` and ``stay_sd`` days, the day of admission included. Cases
    before the first day are not known: where stays are long against the days given, beds come out
    too low.

    Limits hold the error of growth or of R (with that of the serial interval, where R was
    estimated with one), the chance of cases (with the dispersion seen where
    growth has one), of admission and of stay; that growth or R stays what it is, is assumed. They
    come from ``draws`` random courses of a fixed ``seed``. Raises Unusable for what cannot be, and
    NoSolution (code TOO_FAR) where a thousand million cases a day would be passed.
    """
    cases = cases_by_day(incidence, least=2)
    _check(admitted_share, stay_mean, stay_sd, delay_days, ahead, level, draws)
    rng = drawing(seed)
    if not isinstance(carried_by, Growth):
        made(carried_by, Reproduction, name=_("course"), by="growth_rate or reproduction_number")
    future = (
        _grown(carried_by, cases, ahead, draws, rng)
        if isinstance(carried_by, Growth)
        else _caused(carried_by, cases, ahead, draws, rng)
    )
    past = np.broadcast_to(cases.astype(np.int64), (draws, cases.size))
    every = np.concatenate([past, future], axis=1)
    admitted = rng.binomial(every, admitted_share)
    admissions = np.zeros_like(admitted)
    admissions[:, delay_days:] = admitted[:, : admitted.shape[1] - delay_days]
    staying = _staying(stay_mean, stay_sd, admissions.shape[1])
    days = []
    for place in range(cases.size, cases.size + ahead):
        beds = rng.binomial(admissions[:, : place + 1], staying[: place + 1][::-1]).sum(axis=1)
        shown = (every[:, place], admissions[:, place], beds)
        days.append(WardDay(place + 1, *(_summed(one, level) for one in shown)))
    return WardLoad(
        days=tuple(days),
        peak=max(days, key=lambda one: one.beds.value),
        carried_by="growth" if isinstance(carried_by, Growth) else "reproduction_number",
        draws=draws,
        seed=seed,
    )


def _summed(draws: NDArray[np.int64], level: float) -> Estimate:
    tail = (1 - level) / 2
    low, middle, high = np.quantile(draws, [tail, 0.5, 1 - tail])
    return Estimate(float(middle), float(low), float(high))


def _staying(mean: float, sd: float, days: int) -> Floats:
    """Return the share that is still there so many whole days after the day of admission."""
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    found: Floats = gammaincc(shape, np.arange(days) / scale)
    return found


def _grown(
    growth: Growth, cases: Floats, ahead: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    if growth.last_day != cases.size:
        raise Unusable(
            "GROWTH",
            _("Growth was fitted up to day %(fitted)d; cases go on to day %(last)d."),
            fitted=growth.last_day,
            last=int(cases.size),
        )
    root = np.linalg.cholesky(np.array(growth.covariance) + 1e-18 * np.eye(2))
    drawn = np.array([growth.level, growth.rate.value]) + rng.standard_normal((draws, 2)) @ root.T
    days = np.arange(cases.size, cases.size + ahead) - (growth.first_day - 1)
    expected = _bounded(np.exp(np.minimum(drawn[:, :1] + drawn[:, 1:] * days, 700.0)))
    extra = growth.applied_dispersion - 1
    if extra > 1e-9:
        # Variance = dispersion x mean, as the regression took it.
        expected = rng.gamma(np.maximum(expected, 1e-12) / extra, extra)
    return rng.poisson(expected).astype(np.int64)


def _caused(
    found: Reproduction, cases: Floats, ahead: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    known = [one for one in found.windows if one.shape is not None]
    if not known:
        raise NoSolution("NO_R", _("No window of R could be estimated; nothing carries cases on."))
    last = known[-1]
    if found.mixture is None:
        ratio = rng.gamma(last.shape or 0.0, last.scale or 0.0, size=draws)
        shares = np.array(found.serial_interval)[None]
    else:
        # R and the interval that it belongs to, together.
        drawn = rng.integers(found.mixture.scales.size, size=draws)
        ratio = rng.gamma(last.shape or 0.0, found.mixture.scales[drawn])
        shares = found.mixture.shares[drawn]
    course = np.concatenate(
        [np.broadcast_to(cases, (draws, cases.size)), np.zeros((draws, ahead))], axis=1
    )
    for place in range(cases.size, cases.size + ahead):
        reach = min(place + 1, shares.shape[1])
        past, weights = course[:, place - reach + 1 : place + 1], shares[:, :reach][:, ::-1]
        # One interval for all courses, or each course its own.
        infectivity = past @ weights[0] if len(weights) == 1 else (past * weights).sum(axis=1)
        course[:, place] = rng.poisson(_bounded(ratio * infectivity))
    return course[:, cases.size :].astype(np.int64)


def _bounded(expected: Floats) -> Floats:
    if float(np.quantile(expected, 0.5)) > MOST:
        raise NoSolution(
            "TOO_FAR", _("So many days ahead there would be more cases than people; look less far.")
        )
    return np.minimum(expected, 100 * MOST)


def _check(
    share: float, mean: float, sd: float, delay: int, ahead: int, level: float, draws: int
) -> None:
    for one, name in (
        (share, _("share admitted")),
        (mean, _("mean length of stay")),
        (sd, _("SD of the length of stay")),
        (level, _("level of confidence")),
    ):
        number(one, name=name)
    for days, name in ((delay, _("delay")), (ahead, _("number of days")), (draws, _("draws"))):
        whole(days, name=name)
    if not 0 <= share <= 1:
        raise Unusable("SHARE", _("The share admitted is a fraction from 0 to 1."))
    if not all(is_within(one, LEAST_STAY, MOST_STAY) for one in (mean, sd)):
        raise Unusable("STAY", _("The length of stay has a mean and an SD above 0, in days."))
    if not 0 <= delay <= FARTHEST or not 1 <= ahead <= FARTHEST:
        raise Unusable("AHEAD", _("Beds are projected for 1 to 90 days, with 0 to 90 days' delay."))
    if not 0.5 <= level < 1 or not 100 <= draws <= 100_000:
        raise Unusable("LEVEL", _("Limits have a level from 0.5 to below 1, of 100 draws or more."))
