"""The serial interval by days: how long after a case its own cases fall ill."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from assays.numerics.refusals import Floats, Unusable, numbers
from labsys.lib.wording import gettext_noop as _

# How far the shares of a given distribution may be from adding up to 1 (rounded tables).
ROUNDING = 0.01


def discretised(*, mean: float, sd: float, days: int) -> Floats:
    """Return the shares (days + 1) of serial intervals of 0, 1, ... ``days`` days.

    A gamma distribution with that mean and SD, in days, moved up by one day, of which each case's
    moment within its day is spread evenly: the integral of its density against a triangle over
    (k - 1, k + 1) (Cori et al., Am J Epidemiol 2013;178:1505, web appendix; EpiEstim's
    ``discr_si``). Shares are not made to add up to 1 where ``days`` cuts them off. Raises Unusable
    (code SERIAL_INTERVAL) unless mean > 1 and sd > 0.
    """
    if not (math.isfinite(mean) and math.isfinite(sd) and mean > 1 and sd > 0):
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
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    place = np.arange(days + 1, dtype=np.float64)

    def share(edge: Floats, of: float) -> Floats:
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
    given = numbers(shares, name=_("shares of the serial interval"), least=2, lowest=0.0)
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
