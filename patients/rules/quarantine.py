"""Until when somebody stays apart, when that is to be reviewed, and how full places get.

An end only ever moves later: a further exposure to the agent, learnt of while the order runs, sets it
to that exposure plus the days of the rule by which it was ordered, if that lies later. An exposure that
is corrected afterwards does not bring the end forward, and no result does: who has to stay apart no
longer is let go by a lift, which somebody answers for. What is over is not begun again. Only what rested
on the exposure of another entry counts no longer once the two are not read as one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MOST_DAYS = 365
MOST_REVIEW_DAYS = 30
SOON = timedelta(days=2)
AHEAD_DAYS = 14


class State(StrEnum):
    """Where an order stands at a moment."""

    PLANNED = "PLANNED"
    IN_FORCE = "IN_FORCE"
    ENDED = "ENDED"
    LIFTED = "LIFTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """An exposure to the agent of an order; one that was excluded is none."""

    id: int
    last_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """From `recorded_at` on it is known that the rule lets an order end at `ends_at`, not before."""

    exposure: int
    ends_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with what moved it; `ends_at` None is open, `derived_ends_at` None has no rule."""

    starts_at: datetime
    recorded_at: datetime
    ends_at: datetime | None
    derived_ends_at: datetime | None = None
    days: int | None = None
    moved: tuple[Moved, ...] = ()
    lifted_at: datetime | None = None
    lift_recorded_at: datetime | None = None

    def ends(self, *, at: datetime) -> datetime | None:
        """Return the end in force as known at a moment; None where only a lift ends it."""
        return None if self.ends_at is None else max([self.ends_at, *self._moves(at)])

    def last_moment(self, *, at: datetime) -> datetime | None:
        """Return when the order ends or ended: lifted, or by its end in force; None while open."""
        ends = [end for end in (self.ends(at=at), self.lifted_at) if end is not None]
        return min(ends, default=None)

    def derived(self, *, at: datetime) -> datetime | None:
        """Return the end that the rule gives, as known at a moment."""
        if self.derived_ends_at is None:
            return max(self._moves(at), default=None)
        return max([self.derived_ends_at, *self._moves(at)])

    def _moves(self, at: datetime) -> list[datetime]:
        return [one.ends_at for one in self.moved if one.recorded_at <= at]

    def state(self, *, at: datetime) -> State:
        """Return where the order stands, with what was known at that moment."""
        if self.lifted_at is not None and max(self.lifted_at, self._lift_known()) <= at:
            return State.LIFTED
        ends_at = self.ends(at=at)
        if ends_at is not None and ends_at <= at:
            return State.ENDED
        return State.PLANNED if at < self.starts_at else State.IN_FORCE

    def _lift_known(self) -> datetime:
        known = self.lift_recorded_at or self.lifted_at
        if known is None:
            raise ValueError("an order that is not lifted was asked when that was known")
        return known


def last_exposure(exposures: Iterable[Exposed]) -> Exposed | None:
    """Return the exposure from which the days are counted: the last one, of several the newest row."""
    return max(exposures, key=lambda one: (one.last_at, one.id), default=None)


def derived_end(exposure: Exposed, *, days: int) -> datetime:
    return exposure.last_at + timedelta(days=days)


def moved_by(order: Order, exposure: Exposed, *, at: datetime) -> Moved | None:
    """Return how an exposure that becomes known at `at` moves the end; None where it does not.

    An order that is over, by time or by a lift, is not begun again: that takes a new order.
    """
    if order.state(at=at) in (State.ENDED, State.LIFTED):
        return None
    return later_by(order, exposure, at=at)


def later_by(order: Order, exposure: Exposed, *, at: datetime) -> Moved | None:
    """Return how an exposure moves the end of an order that ran until `at`; None where it does not."""
    if order.days is None:
        return None
    ends_at, before = derived_end(exposure, days=order.days), order.derived(at=at)
    if ends_at <= (before or at):
        return None
    return Moved(exposure=exposure.id, ends_at=ends_at, recorded_at=at)


def replayed(order: Order, exposures: Sequence[Exposed]) -> Order:
    """Return an order moved by these exposures, in the order in which they became known."""
    for one in sorted(exposures, key=lambda one: (one.recorded_at, one.id)):
        more = moved_by(order, one, at=one.recorded_at)
        order = order if more is None else replace(order, moved=(*order.moved, more))
    return order


def review_due(
    *, starts_at: datetime, every_days: int | None, reviewed_at: Iterable[datetime]
) -> datetime | None:
    """Return when an order is to be reviewed next: so many days after its start or its last review."""
    if every_days is None:
        return None
    return max([starts_at, *reviewed_at]) + timedelta(days=every_days)


@dataclass(frozen=True, slots=True)
class Stay:
    """Some are apart in a place from the moment at `first` up to, not including, the one at `last`.

    Each of `many` has no other stay there, or it is one `person`, who may have several.
    """

    first: int
    last: int
    person: int | None = None
    many: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many people a place has room for from a moment on; `id` breaks ties."""

    id: int
    places: int
    from_at: datetime


def census(stays: Iterable[Stay], moments: int) -> list[int]:
    """Return how many people are apart in a place at each of so many moments.

    A person under two orders is one person.
    """
    alone = [0] * moments
    named: list[set[int]] = [set() for _moment in range(moments)]
    for one in stays:
        for moment in range(one.first, one.last):
            if one.person is None:
                alone[moment] += one.many
            else:
                named[moment].add(one.person)
    return [many + len(persons) for many, persons in zip(alone, named, strict=True)]


def room(rooms: Iterable[Room], *, at: datetime) -> int | None:
    """Return how many people a place has room for at a moment; None where nobody said."""
    held = [one for one in rooms if one.from_at <= at]
    last = max(held, key=lambda one: (one.from_at, one.id), default=None)
    return None if last is None else last.places
