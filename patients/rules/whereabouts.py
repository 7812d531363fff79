"""Where somebody is: from what was recorded of them and one moment; exactly one answer each.

A search that found nobody counts more than a place where somebody ought to be: who was looked for in
a ward or in quarantine and was not there is not located until somebody sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Where somebody was seen is where they are for so long, unless they were looked for in vain since.
SEEN_HOLDS = timedelta(hours=24)


class Where(StrEnum):
    """The answers, in the order in which they are asked for."""

    DECEASED = "DECEASED"
    ADMITTED = "ADMITTED"
    QUARANTINED = "QUARANTINED"
    LOCATED = "LOCATED"
    NOT_LOCATED = "NOT_LOCATED"


class Looking(StrEnum):
    SEEN = "SEEN"
    SEARCHING = "SEARCHING"
    SEARCHED_NOT_FOUND = "SEARCHED_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting or a search; a visit at which somebody was seen is a sighting too."""

    outcome: Looking
    at: datetime
    place: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a ward, or a quarantine at a place: half-open; `until` None where no end is known."""

    place: str
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody is, and where and when they were seen last."""

    where: Where
    place: str = ""
    seen: Seen | None = None
    search: Seen | None = None

    @property
    def is_never_seen(self) -> bool:
        return self.seen is None


def whereabouts(
    *,
    is_deceased: bool,
    stays: Iterable[Stay] = (),
    quarantines: Iterable[Stay] = (),
    sightings: Sequence[Seen] = (),
    at: datetime,
) -> Whereabouts:
    """Return where somebody is at a moment. What lies ahead of it is not looked at.

    `sightings` are those that stand. Of two at one moment the sighting counts, not the search.
    """
    known = [one for one in sightings if one.at <= at]
    seen = _last(known, Looking.SEEN)
    missed = _last(known, Looking.SEARCHED_NOT_FOUND)
    search = max(
        (one for one in known if one.outcome is not Looking.SEEN),
        key=lambda one: one.at,
        default=None,
    )

    def answer(where: Where, place: str = "") -> Whereabouts:
        return Whereabouts(where, place, seen, search)

    if is_deceased:
        return answer(Where.DECEASED)
    sought_at = missed.at if missed and (seen is None or seen.at < missed.at) else None
    for where, places in ((Where.ADMITTED, stays), (Where.QUARANTINED, quarantines)):
        held = [one for one in places if one.holds(at)]
        newest = max(held, key=lambda one: one.since, default=None)
        if newest is not None and (sought_at is None or sought_at < newest.since):
            return answer(where, newest.place)
    if seen is not None and sought_at is None and at < seen.at + SEEN_HOLDS:
        return answer(Where.LOCATED, seen.place)
    return answer(Where.NOT_LOCATED)


def _last(known: Iterable[Seen], outcome: Looking) -> Seen | None:
    return max(
        (one for one in known if one.outcome is outcome), key=lambda one: one.at, default=None
    )
