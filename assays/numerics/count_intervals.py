"""Exact intervals for counts of rare bodies."""

from __future__ import annotations

LEVEL = 0.95


def garwood(count: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean of which ``count`` events were seen.

    Limits are quantiles of the chi-squared distribution (Garwood, Biometrika 1936;28:437). For
    ``count`` 0 the lower limit is 0 and the upper is -ln((1 - level) / 2), 3.69 at 95 %.
    """
    _check(count, "count")
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


def ratio_of_counts(rare: int, common: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of the ratio of two Poisson means, ``rare`` per ``common``.

    Given their sum, the rare bodies are binomial, so the Clopper-Pearson limits p of the share
    of rare bodies give p / (1 - p) (Przyborowski and Wilenski, Biometrika 1940;31:313). This holds
    the error of both counts; for many common and few rare bodies it becomes Garwood's interval
    divided by ``common``. ``common`` must be at least 1: with none counted nothing bounds it.
    """
    _check(rare, "rare")
    _check(common, "common")
    if common == 0:
        raise ValueError("a ratio needs at least one of the common bodies")
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(rare, common + 1, tail)) if rare else 0.0
    high = float(betaincinv(rare + 1, common, 1 - tail))
    return low / (1 - low), high / (1 - high)


def _check(count: int, name: str) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"{name} is a whole number from 0, not {count!r}")
