"""How fast choriogonadotropin rises in early pregnancies that go on, as published."""

from __future__ import annotations

# Of 287 women with pain or bleeding and an intrauterine pregnancy that went on, log hCG rose linearly:
# 99 % rose at least 1.53-fold in two days, and the fastest 3.28-fold. Barnhart KT et al. Symptomatic
# patients with an early viable intrauterine pregnancy: hCG curves redefined. Obstet Gynecol
# 2004;104:50-55.
SLOWEST_IN_TWO_DAYS = 1.53
FASTEST_IN_TWO_DAYS = 3.28


def slowest_ratio(days: float) -> float:
    """Return the least ratio of two values that many days apart; 1.24 after a day, 1.53 after two."""
    return float(SLOWEST_IN_TWO_DAYS ** (days / 2))


def fastest_ratio(days: float) -> float:
    """Return the greatest ratio of two values that many days apart."""
    return float(FASTEST_IN_TWO_DAYS ** (days / 2))
