"""Quality indicators of a laboratory: what is counted, out of what, and how sure the share is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from labsys.lib.wording import gettext_noop as _


class Measure(StrEnum):
    """What is counted on each day."""

    ARRIVED = "ARRIVED"
    REJECTED = "REJECTED"
    LOST = "LOST"
    RELEASED = "RELEASED"
    RELEASED_BY_RULE = "RELEASED_BY_RULE"
    CORRECTED = "CORRECTED"
    WITHDRAWN = "WITHDRAWN"
    AMENDED = "AMENDED"
    APPENDED = "APPENDED"
    UNTIMED = "UNTIMED"


class Indicator(StrEnum):
    """A share of something that is looked at month by month."""

    REJECTED = "REJECTED"
    HEMOLYZED = "HEMOLYZED"
    MISIDENTIFIED = "MISIDENTIFIED"
    LOST = "LOST"
    CORRECTED = "CORRECTED"
    AMENDED = "AMENDED"
    CRITICAL_TOLD = "CRITICAL_TOLD"
    IN_TIME = "IN_TIME"
    BY_RULE = "BY_RULE"


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator is called, what it counts out of what, and which way is good."""

    label: str
    numerator: str
    denominator: str
    is_high_good: bool = False
    has_target: bool = True


DEFINITIONS = {
    Indicator.REJECTED: Definition(
        _("specimens refused"),
        _("specimens found unsatisfactory, with a reason of HL7 table 0490"),
        _("specimens that arrived"),
    ),
    Indicator.HEMOLYZED: Definition(
        _("specimens refused as hemolyzed"),
        _("specimens refused for reason RH"),
        _("specimens that arrived"),
    ),
    Indicator.MISIDENTIFIED: Definition(
        _("specimens refused for their identification"),
        _("specimens refused for the reasons RI, RM, RA, RE or RS"),
        _("specimens that arrived"),
    ),
    Indicator.LOST: Definition(
        _("specimens lost"), _("specimens that could not be found"), _("specimens that arrived")
    ),
    Indicator.CORRECTED: Definition(
        _("results corrected after release"),
        _("released values that were corrected or entered in error"),
        _("values released"),
    ),
    Indicator.AMENDED: Definition(
        _("reports amended or appended"),
        _("comments amended and addenda signed after a release"),
        _("values released"),
    ),
    Indicator.CRITICAL_TOLD: Definition(
        _("critical values told in time"),
        _("calls read back or acknowledged within the target"),
        _("calls that ended, or are open past the target"),
        is_high_good=True,
    ),
    Indicator.IN_TIME: Definition(
        _("results released in time"),
        _("results within their target from receipt to release"),
        _("results with such a target"),
        is_high_good=True,
    ),
    Indicator.BY_RULE: Definition(
        _("results released by rule"),
        _("values released by an approved rule set"),
        _("values released"),
        is_high_good=True,
        has_target=False,
    ),
}
IDENTIFICATION_REASONS = frozenset({"RI", "RM", "RA", "RE", "RS"})
# In force until the laboratory approves its own: percent that a share is to stay below, or reach.
# Starting values; no norm asks for these.
SHIPPED_LIMITS: Mapping[Indicator, float] = {
    Indicator.REJECTED: 1.0,
    Indicator.HEMOLYZED: 0.5,
    Indicator.MISIDENTIFIED: 0.1,
    Indicator.LOST: 0.1,
    Indicator.CORRECTED: 0.1,
    Indicator.CRITICAL_TOLD: 95.0,
    Indicator.IN_TIME: 90.0,
}

_Z = 1.959963984540054  # the normal distribution's 97.5th percentile


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; nothing is said of none."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None where there was nothing to count."""
        return 100 * self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % confidence interval in percent (Wilson 1927, J Am Stat Assoc 22:209-212).

        None where there was nothing to count, or where more was counted than there was: a
        correction may concern what was released in an earlier month.
        """
        n, x = self.denominator, self.numerator
        if n == 0 or x > n:
            return None
        share, square = x / n, _Z * _Z
        middle = share + square / (2 * n)
        half = _Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
        low, high = (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)
        return 100 * max(0.0, low), 100 * min(1.0, high)


class Standing(StrEnum):
    """How a share stands to its limit."""

    MET = "MET"
    MISSED = "MISSED"
    NO_LIMIT = "NO_LIMIT"
    NO_DATA = "NO_DATA"


def judge(indicator: Indicator, share: Share, limit_percent: float | None) -> Standing:
    """Say whether a share meets its limit; the limit itself still does."""
    if share.percent is None:
        return Standing.NO_DATA
    if limit_percent is None:
        return Standing.NO_LIMIT
    if DEFINITIONS[indicator].is_high_good:
        return Standing.MET if share.percent >= limit_percent else Standing.MISSED
    return Standing.MET if share.percent <= limit_percent else Standing.MISSED
