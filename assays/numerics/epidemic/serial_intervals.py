"""The serial interval by days: how long after a case its own cases fall ill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, ndtr, ndtri

from assays.numerics.refusals import LARGEST, Floats, Unusable, is_within, number, numbers
from labsys.lib.wording import gettext_noop as _

# How far the shares of a given distribution may be from adding up to 1 (rounded tables).
ROUNDING = 0.01
# Serial intervals drawn where mean and SD are uncertain, and how far from both, in their SDs.
DRAWS = 1000
SEED = 20130915
FARTHEST = 3.0
# Days: no serial interval is longer, and none so sharp that it could not be told from one day.
MOST_DAYS, LEAST_SD = 36_525.0, 1e-6


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How well a serial interval is known: the SDs, in days, of its mean and of its SD."""

    mean: float = 0.0
    sd: float = 0.0

    @property
    def is_none(self) -> bool:
        return self.mean == 0 and self.sd == 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Serial intervals that may be, each as likely: means and SDs (m), shares (m x days + 1)."""

    means: Floats
    sds: Floats
    shares: Floats


def discretised(*, mean: float, sd: float, days: int) -> Floats:
    """Return the shares (days + 1) of serial intervals of 0, 1, ... ``days`` days.

    A gamma distribution with that mean and SD, in days, moved up by one day, of which each case's
    moment within its day is spread evenly: the integral of its density against a triangle over
    (k - 1, k + 1) (Cori et al., Am J Epidemiol 2013;178:1505, web appendix; EpiEstim's
    ``discr_si``). Shares are not made to add up to 1 where ``days`` cuts them off. Raises Unusable
    (code SERIAL_INTERVAL) unless mean > 1 and sd > 0.
    """
    number(mean, name=_("mean of the serial interval"))
    number(sd, name=_("SD of the serial interval"))
    if not (is_within(mean, 1, MOST_DAYS) and mean > 1 and is_within(sd, LEAST_SD, MOST_DAYS)):
        raise Unusable(
            "SERIAL_INTERVAL",
            _(
                "A serial interval has a mean above 1 day and an SD above 0, not %(mean)s and %(sd)s."
            ),
            mean=mean,
            sd=sd,
        )
    if days < 0:
        raise Unusable("SERIAL_INTERVAL", _("A serial interval is counted over 0 days or more."))
    return _shares(mean, sd, days)


def drawn(
    *,
    mean: float,
    sd: float,
    uncertainty: Uncertainty,
    days: int,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Drawn:
    """Return serial intervals as they may be where their mean and SD are uncertain.

    Mean and SD are drawn from normal distributions around ``mean`` and ``sd`` with the SDs of
    ``uncertainty`` (all in days), each truncated evenly on both sides: at 3 of its SDs, and where
    the mean would reach 1 day or the SD 0. Pairs whose SD is not below their mean are left out
    (Cori et al. 2013; EpiEstim's ``uncertain_si``), so that fewer than ``draws`` may come back.
    Each of ``draws`` strata of either distribution gives one value, paired at random by ``seed``:
    the same seed, the same pairs, and less chance than of independent draws.

    Raises Unusable (code SERIAL_INTERVAL) for a mean or SD that cannot be, for an SD that is not
    below the mean, and for an uncertainty below 0 or not finite.
    """
    discretised(mean=mean, sd=sd, days=0)
    if not all(is_within(one, 0, LARGEST) for one in (uncertainty.mean, uncertainty.sd)):
        raise Unusable(
            "SERIAL_INTERVAL",
            _("How uncertain a serial interval is, is said by SDs in days of 0 or more."),
        )
    if sd >= mean:
        raise Unusable(
            "SERIAL_INTERVAL",
            _(
                "A serial interval that is uncertain has an SD below its mean, not %(mean)s and %(sd)s."
            ),
            mean=mean,
            sd=sd,
        )
    if not 1 <= draws <= 100_000:
        raise Unusable("SERIAL_INTERVAL", _("Serial intervals are drawn 1 to 100000 times."))
    rng = np.random.default_rng(seed)
    means = _truncated(mean, uncertainty.mean, mean - 1, draws, rng)
    sds = rng.permutation(_truncated(sd, uncertainty.sd, sd, draws, rng))
    fits = (sds < means) & (means > 1) & (sds > 0)
    means, sds = means[fits], sds[fits]
    return Drawn(means, sds, _shares(means[:, None], sds[:, None], days))


def _truncated(
    middle: float, spread: float, most: float, draws: int, rng: np.random.Generator
) -> Floats:
    """Return one value of each of ``draws`` equal strata of a normal distribution cut evenly."""
    if spread == 0:
        return np.full(draws, middle)
    edge = float(ndtr(-min(FARTHEST, most / spread)))
    levels = edge + (1 - 2 * edge) * (np.arange(draws) + rng.random(draws)) / draws
    found: Floats = middle + spread * ndtri(levels)
    return found


def _shares(mean: float | Floats, sd: float | Floats, days: int) -> Floats:
    """Return shares of days 0 to ``days``, of one interval, or of each in a column (m x 1)."""
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    place = np.arange(days + 1, dtype=np.float64)

    def share(edge: Floats, of: float | Floats) -> Floats:
        found: Floats = gammainc(of, np.maximum(edge, 0.0) / scale)
        return found

    levels = (
        place * share(place, shape)
        + (place - 2) * share(place - 2, shape)
        - 2 * (place - 1) * share(place - 1, shape)
    )
    moments = (
        2 * share(place - 1, shape + 1) - share(place - 2, shape + 1) - share(place, shape + 1)
    )
    return np.maximum(levels + shape * scale * moments, 0.0)


def checked(shares: ArrayLike) -> Floats:
    """Return shares by day from day 0 on, as they were given.

    Raises Unusable (code SERIAL_INTERVAL) where day 0 has a share (a case cannot cause one of its
    own day here), or where they do not add up to 1 within 0.01.
    """
    given = numbers(
        shares, name=_("shares of the serial interval"), least=2, lowest=0.0, smallest=0.0
    )
    if given[0] != 0:
        raise Unusable(
            "SERIAL_INTERVAL",
            _("The first share of the serial interval is that of day 0 and must be 0."),
        )
    if abs(float(given.sum()) - 1) > ROUNDING:
        raise Unusable(
            "SERIAL_INTERVAL",
            _("The shares of the serial interval add up to %(total).4g, not to 1."),
            total=float(given.sum()),
        )
    return given


def of(*, shares: ArrayLike | None, mean: float | None, sd: float | None, days: int) -> Floats:
    """Return shares by day, from a distribution or from mean and SD: one of both is given."""
    if shares is not None and mean is None and sd is None:
        return checked(shares)
    if shares is None and mean is not None and sd is not None:
        return discretised(mean=mean, sd=sd, days=days)
    raise Unusable(
        "SERIAL_INTERVAL",
        _("Give the serial interval by its shares of each day, or by mean and SD: one of both."),
    )


def mean_of(shares: Floats) -> float:
    """Return the mean of shares by day, as far as they go."""
    return float(shares @ np.arange(shares.size))
