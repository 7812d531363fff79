"""Fit a curve to logarithms of which some are only known to lie below a limit.

Normal errors of one standard deviation on the logarithmic scale. A value below a limit adds the
probability of lying there, the normal integral up to the limit's logarithm (Tobin, Econometrica
1958;26:24), never a value of its own. Parameters and log sigma are found by damped Newton steps;
second derivatives of the curve are left out (Gauss and Newton).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import log_ndtr

from assays.numerics.kinetics.observations import Observations
from assays.numerics.refusals import Floats

Curve = Callable[[Floats, Floats], tuple[Floats, Floats]]  # parameters, days: logs, Jacobian

# No load is measured closer than this (a CV of 0.0001 %): series without any scatter, typed or
# calculated ones, keep a finite likelihood.
LEAST_SIGMA = 1e-6
STEPS = 40
LOG_2_PI = math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted curve: parameters, their covariance, the scatter and what it rests on.

    ``deviance`` is -2 log-likelihood. ``covariance`` holds the scatter with the degrees of
    freedom taken off, or the known one; it is infinite where no freedom is left.
    """

    parameters: Floats
    covariance: Floats
    sigma: float
    freedom: float
    deviance: float


def fit(curve: Curve, start: Floats, given: Observations, *, sigma: float | None = None) -> Fit:
    """Fit from a start; ``sigma`` is the scatter on the logarithmic scale where it is known."""
    theta, scale = np.array(start, dtype=np.float64), _first_sigma(curve, start, given, sigma)
    lam = 1e-6
    state = _Likelihood(curve, theta, scale, given, is_known=sigma is not None)
    for _step in range(STEPS):
        moved = None
        while lam < 1e12:
            step = state.step(lam)
            proposed = _Likelihood(
                curve,
                theta + step[: theta.size],
                scale if sigma is not None else _bounded(scale, step[-1]),
                given,
                is_known=sigma is not None,
            )
            if proposed.deviance <= state.deviance + 1e-13 * abs(state.deviance):
                moved = proposed
                break
            lam = max(lam * 10, 1e-4)
        if moved is None:
            break
        gain, state = state.deviance - moved.deviance, moved
        theta, scale = moved.theta, moved.sigma
        lam = max(lam / 10, 1e-12)
        if gain < 1e-9:
            break
    return _finished(state, given, sigma)


def working(curve: Curve, fitted: Fit, given: Observations) -> tuple[Floats, Floats]:
    """Return logarithms (n) and weights (n) whose least squares are the fit, near its parameters.

    A load above the limit stands for itself with weight 1; one below it for the place to which the
    likelihood pulls, with the weight that the likelihood has there.
    """
    logs, weights = given.logs.copy(), np.ones(given.logs.size)
    below = given.is_below
    if below.any():
        mean = curve(fitted.parameters, given.days)[0][below]
        z = (given.logs[below] - mean) / fitted.sigma
        mills = np.exp(-0.5 * z**2 - 0.5 * LOG_2_PI - log_ndtr(z))
        weights[below] = np.clip(mills * (mills + z), 1e-9, 1.0)
        logs[below] = mean - fitted.sigma * mills / weights[below]
    return logs, weights


def by_likelihood(one: Fit, given: Observations) -> Fit:
    """Return a fit whose limits are normal with the scatter of maximum likelihood.

    They are narrower than Student's and too narrow for few loads; publications give them.
    """
    if not 0 < one.freedom < math.inf:
        return one
    share = one.freedom / given.seen
    return replace(
        one,
        covariance=one.covariance * share,
        sigma=one.sigma * math.sqrt(share),
        freedom=math.inf,
    )


def _bounded(scale: float, step: float) -> float:
    return max(LEAST_SIGMA, scale * math.exp(min(2.0, max(-2.0, step))))


def _first_sigma(curve: Curve, start: Floats, given: Observations, known: float | None) -> float:
    if known is not None:
        return max(known, LEAST_SIGMA)
    logs, _jacobian = curve(start, given.days)
    residual = (given.logs - logs)[~given.is_below]
    return max(LEAST_SIGMA, float(np.sqrt(np.mean(residual**2))) if residual.size else 1.0)


class _Likelihood:
    """The likelihood at one place, with what the next step needs."""

    def __init__(
        self, curve: Curve, theta: Floats, sigma: float, given: Observations, *, is_known: bool
    ) -> None:
        self.theta, self.sigma, self.is_known = theta, sigma, is_known
        logs, self.jacobian = curve(theta, given.days)
        z = (given.logs - logs) / sigma
        below = given.is_below
        self.z, self.below = z, below
        seen = z[~below]
        total = float(seen @ seen) + seen.size * (2 * math.log(sigma) + LOG_2_PI)
        if below.any():
            self.mills = np.exp(-0.5 * z[below] ** 2 - 0.5 * LOG_2_PI - log_ndtr(z[below]))
            total -= 2 * float(np.sum(log_ndtr(z[below])))
        self.deviance = total if math.isfinite(total) else math.inf

    def information(self) -> tuple[Floats, Floats]:
        """Return the score and the information of parameters and log sigma."""
        z, sigma, below, jacobian = self.z, self.sigma, self.below, self.jacobian
        pull, weight = z / sigma, np.full(z.size, 1 / sigma**2)
        cross, own, bend = np.zeros(z.size), z**2 - 1, np.full(z.size, 2.0)
        if below.any():
            at, mills = z[below], self.mills
            pull[below] = -mills / sigma
            weight[below] = mills * (at + mills) / sigma**2
            own[below] = -at * mills
            bend[below] = at**2 * mills * (at + mills) - at * mills
            cross[below] = -(mills - at * mills * (at + mills)) / sigma
        inner = jacobian.T @ (weight[:, None] * jacobian)
        if self.is_known:
            return jacobian.T @ pull, inner
        edge = jacobian.T @ cross
        top = np.concatenate([inner, edge[:, None]], axis=1)
        last = np.concatenate([edge, [max(float(bend.sum()), 1e-6)]])
        return np.append(jacobian.T @ pull, own.sum()), np.vstack([top, last])

    def step(self, lam: float) -> Floats:
        score, information = self.information()
        diagonal = np.maximum(np.diag(information), 1e-12)
        scaled = 1 / np.sqrt(diagonal)
        normed = information * scaled[:, None] * scaled
        damped = normed + lam * np.eye(diagonal.size)
        try:
            found: Floats = scaled * np.linalg.solve(damped, scaled * score)
        except np.linalg.LinAlgError:
            found = scaled * np.linalg.lstsq(damped, scaled * score, rcond=None)[0]
        return found


def _finished(state: _Likelihood, given: Observations, known: float | None) -> Fit:
    _score, information = state.information()
    count = state.theta.size
    diagonal = np.maximum(np.diag(information), 1e-300)
    scaled = 1 / np.sqrt(diagonal)
    normed = information * scaled[:, None] * scaled
    # A fit that ran away has no information that could be inverted: its limits are infinite.
    is_sound = bool(np.isfinite(normed).all())
    inverse = (
        np.linalg.pinv(normed if is_sound else np.eye(diagonal.size), rcond=1e-12, hermitian=True)
        * scaled[:, None]
        * scaled
    )
    seen = given.seen
    freedom = math.inf if known is not None else float(seen - count)
    if freedom <= 0 or not is_sound:
        covariance = np.full((count, count), math.inf)
    else:
        covariance = inverse[:count, :count]
        if known is None:
            covariance = covariance * (seen / freedom)
    sigma = state.sigma
    if known is None and freedom > 0:
        sigma *= math.sqrt(seen / freedom)
    return Fit(state.theta, covariance, sigma, freedom, state.deviance)
