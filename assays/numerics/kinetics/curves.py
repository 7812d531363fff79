"""Courses of a load on the logarithmic scale, each with its derivatives.

Every curve takes its parameters and days and gives logarithms (n) and the Jacobian (n, p).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assays.numerics.refusals import Floats


@dataclass(frozen=True, slots=True)
class Broken:
    """Straight lines on the logarithmic scale, joined at breaks.

    Parameters: the logarithm at day 0, the first rate, the change of rate at each known day, the
    jump at each day of ``jumps``, the change of rate at each unknown break, and these breaks' days.
    A jump holds from the first load after its day on.
    """

    known: tuple[float, ...] = ()
    jumps: tuple[float, ...] = ()
    unknown: int = 0

    @property
    def linear(self) -> int:
        return 2 + len(self.known) + len(self.jumps) + self.unknown

    def breaks(self, theta: Floats) -> Floats:
        """Return the days of known and unknown breaks, in the order of their parameters."""
        return np.concatenate([np.asarray(self.known), theta[self.linear :]])

    def __call__(self, theta: Floats, days: Floats) -> tuple[Floats, Floats]:
        columns = [np.ones(days.size), days]
        columns += [np.maximum(days - at, 0.0) for at in self.known]
        columns += [(days > at).astype(np.float64) for at in self.jumps]
        unknown = theta[self.linear :]
        columns += [np.maximum(days - at, 0.0) for at in unknown]
        matrix = np.stack(columns, axis=1)
        logs = matrix @ theta[: self.linear]
        if self.unknown:
            bends = theta[self.linear - self.unknown : self.linear]
            moved = -bends * (days[:, None] > unknown)
            matrix = np.concatenate([matrix, moved], axis=1)
        return logs, matrix


def logistic(theta: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Growth up to a capacity: (log capacity, log(capacity / load at day 0 - 1), rate).

    Verhulst: N = K / (1 + (K / N0 - 1) exp(-r t)).
    """
    top, shift, rate = theta
    inner = shift - rate * days
    logs = top - np.logaddexp(0.0, inner)
    share = np.exp(-np.logaddexp(0.0, -inner))
    return logs, np.stack([np.ones(days.size), -share, days * share], axis=1)


def biexponential(theta: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Clearance in two phases: logarithms of A, delta, B, gamma.

    N = A exp(-delta t) + B exp(-gamma t) (Perelson et al., Nature 1997;387:188).
    """
    fast, slow = np.exp(np.minimum(theta[1], 50)), np.exp(np.minimum(theta[3], 50))
    one, two = theta[0] - fast * days, theta[2] - slow * days
    logs = np.logaddexp(one, two)
    share = np.exp(one - logs)
    rest = np.exp(two - logs)
    return logs, np.stack([share, -share * fast * days, rest, -rest * slow * days], axis=1)
