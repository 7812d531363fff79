"""Indicators of follow-up: what is counted, out of what, and how sure the share is.

The measures and their definitions are those of contact tracing in the field (World Health
Organization, *Implementation and management of contact tracing for Ebola virus disease*,
WHO/EVD/Guidance/Contact/15.1, 2015). Shares carry the interval of E. B. Wilson, *Probable inference,
the law of succession, and statistical inference*, J. Am. Stat. Assoc. 22:209-212, 1927.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import sqrt

from labsys.lib.wording import gettext_noop as _
from patients.rules.follow_ups import FollowUp, State, Visited, Visiting

Z95 = 1.959963984540054  # the normal quantile at 0.975: an interval of 95 %


class Indicator(StrEnum):
    UNDER_FOLLOW_UP = "UNDER_FOLLOW_UP"
    TRACED = "TRACED"
    COMPLETED = "COMPLETED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"
    KNOWN_CASES = "KNOWN_CASES"


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator is called, what it counts, and out of what."""

    label: str
    numerator: str
    denominator: str


DEFINITIONS: Mapping[Indicator, Definition] = {
    Indicator.UNDER_FOLLOW_UP: Definition(
        _("under follow-up"),
        _("living people whose follow-up for the agent is active at the end of the day"),
        _("people with an exposure to the agent that holds and was known by then"),
    ),
    Indicator.TRACED: Definition(
        _("traced daily"),
        _(
            "people under follow-up who were seen at a visit in the 24 hours before the end of the day"
        ),
        _(
            "living people whose follow-up was active at the beginning of these 24 hours and at their end"
        ),
    ),
    Indicator.COMPLETED: Definition(
        _("completed"),
        _("people whose follow-up for the agent reached its end"),
        _("people with an exposure to the agent that holds and was known by then"),
    ),
    Indicator.LOST: Definition(
        _("lost to follow-up"),
        _("people whose follow-up for the agent was ended as lost"),
        _("people with an exposure to the agent that holds and was known by then"),
    ),
    Indicator.CANCELLED: Definition(
        _("cancelled"),
        _("people whose follow-up for the agent was cancelled"),
        _("people with an exposure to the agent that holds and was known by then"),
    ),
    Indicator.KNOWN_CASES: Definition(
        _("new cases that were known contacts"),
        _("new cases with an exposure to the agent that was recorded before they became a case"),
        _("new cases in the period"),
    ),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of another; no share where nothing could be counted."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is no share")

    @property
    def fraction(self) -> float | None:
        """The share, between 0 and 1; None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of 95 %, between 0 and 1; None where the denominator is 0."""
        if not self.denominator:
            return None
        n, p = self.denominator, self.numerator / self.denominator
        centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2)) / (1 + Z95**2 / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Case:
    """A new case: when they became one, and when an exposure of theirs was first on record."""

    at: datetime
    known_from: datetime | None


def of_follow_ups(
    before: Sequence[FollowUp | None],
    found: Sequence[FollowUp | None],
    *,
    visits: Sequence[Sequence[Visited]],
    dead: Sequence[bool],
    since: datetime,
    until: datetime,
) -> Mapping[Indicator, Share]:
    """Return the indicators of the moment `until` for the same people `before`, at `since`, and then.

    The sequences name the same people in the same order; None is somebody not yet exposed. `before`
    and `found` are as known at their moments. `visits` are those that stand now, whenever they were
    typed, and `dead` is who had died by `until`: they are neither followed up nor to be traced.
    Raises ValueError where the sequences are not equally long.
    """
    every = sum(one is not None for one in found)
    counts = {
        state: sum(one is not None and one.state is state for one in found) for state in State
    }
    living = [
        (old, seen)
        for old, new, seen, is_dead in zip(before, found, visits, dead, strict=True)
        if new is not None and new.state is State.ACTIVE and not is_dead
    ]
    stayed = [seen for old, seen in living if old is not None and old.state is State.ACTIVE]
    traced = sum(_is_seen(seen, since=since, until=until) for seen in stayed)
    return {
        Indicator.UNDER_FOLLOW_UP: Share(len(living), every),
        Indicator.TRACED: Share(traced, len(stayed)),
        Indicator.COMPLETED: Share(counts[State.COMPLETED], every),
        Indicator.LOST: Share(counts[State.LOST], every),
        Indicator.CANCELLED: Share(counts[State.CANCELLED], every),
    }


def known_cases(cases: Sequence[Case]) -> Share:
    """Return how many of the new cases were known contacts before they became cases."""
    known = [one for one in cases if one.known_from is not None and one.known_from < one.at]
    return Share(len(known), len(cases))


def by_day(
    counted: Mapping[date, Mapping[Indicator, Share]], indicator: Indicator
) -> list[tuple[date, Share]]:
    """Return the course of one indicator, day by day."""
    return [(day, counted[day][indicator]) for day in sorted(counted) if indicator in counted[day]]


def _is_seen(visits: Sequence[Visited], *, since: datetime, until: datetime) -> bool:
    """Say whether somebody was seen at a visit of a period, whenever it was typed."""
    return any(one.outcome is Visiting.SEEN and since < one.visited_at <= until for one in visits)
