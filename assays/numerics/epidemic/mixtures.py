"""Gamma distributions of one shape, each as likely: mean, SD and quantiles of their mixture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import gammainc, gammaincinv, gammaln

from assays.numerics.refusals import Floats

STEPS = 100
PRECISION = 1e-13


def mean_sd(shape: float, scales: Floats) -> tuple[float, float]:
    """Return mean and SD of gamma distributions of ``shape`` with ``scales`` (m), mixed evenly."""
    mean = shape * float(scales.mean())
    within, between = shape * float((scales**2).mean()), shape**2 * float(scales.var())
    return mean, math.sqrt(within + between)


def quantiles(shape: float, scales: Floats, levels: Sequence[float]) -> Floats:
    """Return the quantiles (k) of the mixture at ``levels`` (k, within 0 and 1).

    Solves F(x) = level for F the mean of the m distributions, by Newton's steps on the logarithm,
    kept between the quantiles of the least and the greatest scale, which hold the answer. No
    chance is in it; relative error about 1e-12.
    """
    wanted = np.asarray(levels, dtype=np.float64)
    alone = np.log(gammaincinv(shape, wanted))
    low, high = alone + math.log(scales.min()), alone + math.log(scales.max())
    at, logs = (low + high) / 2, np.log(scales)
    for _step in range(STEPS):
        ratios = at[:, None] - logs
        share = gammainc(shape, np.exp(ratios)).mean(axis=1)
        density = np.exp(shape * ratios - np.exp(ratios) - gammaln(shape)).mean(axis=1)
        low, high = np.where(share < wanted, at, low), np.where(share < wanted, high, at)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            step = at + (wanted - share) / density
        within = np.isfinite(step) & (step >= low) & (step <= high)
        moved = np.where(within, step, (low + high) / 2)
        is_there = bool((np.abs(moved - at) <= PRECISION * np.maximum(1.0, np.abs(at))).all())
        at = moved
        if is_there:
            break
    found: Floats = np.exp(at)
    return found
