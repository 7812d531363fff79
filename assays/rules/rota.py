"""A rota of shifts: who is on duty when, where nobody is, and who rests too little.

Rest and weekly time are those of the European working time directive (2003/88/EC, articles 3 and
6): 11 consecutive hours of rest in 24, 48 hours a week on average. They warn and refuse nothing:
in an emergency somebody has to stay. Moments are absolute, so that days of 23 and of 25 hours are
as long as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
SHORTEST = timedelta(minutes=15)
REST = timedelta(hours=11)
WEEK = timedelta(days=7)
MOST_A_WEEK = timedelta(hours=48)


@dataclass(frozen=True, order=True)
class Duty:
    """Somebody is on duty from one moment until another."""

    starts_at: datetime
    ends_at: datetime
    who: int

    def overlaps(self, other: Duty) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, order=True)
class Span:
    """A time with the same number of people on duty."""

    starts_at: datetime
    ends_at: datetime
    on_duty: int

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True, order=True)
class ShortRest:
    """Somebody begins a shift too soon after the last."""

    who: int
    from_: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.from_


def on_duty(duties: Iterable[Duty], at: datetime) -> set[int]:
    """Return who is on duty at a moment; a shift includes its beginning and not its end."""
    return {duty.who for duty in duties if duty.starts_at <= at < duty.ends_at}


def coverage(duties: Iterable[Duty], start: datetime, end: datetime) -> list[Span]:
    """Return how many people are on duty throughout a period, as spans that join without a gap.

    Somebody whose shifts join or overlap counts once.
    """
    if end <= start:
        return []
    within = [one for one in duties if one.starts_at < end and one.ends_at > start]
    edges = {start, end}
    for one in within:
        edges |= {max(one.starts_at, start), min(one.ends_at, end)}
    moments = sorted(edges)
    spans: list[Span] = []
    for begin, finish in zip(moments, moments[1:], strict=False):
        count = len(on_duty(within, begin))
        if spans and spans[-1].on_duty == count:
            spans[-1] = Span(spans[-1].starts_at, finish, count)
        else:
            spans.append(Span(begin, finish, count))
    return spans


def gaps(duties: Iterable[Duty], start: datetime, end: datetime, *, needed: int) -> list[Span]:
    """Return when fewer than needed are on duty."""
    return [span for span in coverage(duties, start, end) if span.on_duty < needed]


def clash(duties: Iterable[Duty], wanted: Duty) -> Duty | None:
    """Return the first duty of the same person that a wanted one overlaps."""
    found = (one for one in sorted(duties) if one.who == wanted.who and one.overlaps(wanted))
    return next(found, None)


def short_rests(duties: Iterable[Duty]) -> list[ShortRest]:
    """Return where somebody rests less than 11 hours between two shifts; shifts that join are one."""
    found = []
    for who, theirs in _by_person(duties).items():
        for before, after in zip(theirs, theirs[1:], strict=False):
            if timedelta(0) < after.starts_at - before.ends_at < REST:
                found.append(ShortRest(who, before.ends_at, after.starts_at))
    return sorted(found)


def hours(duties: Iterable[Duty], start: datetime, end: datetime) -> dict[int, timedelta]:
    """Return how long each person is on duty in a period."""
    return {
        who: sum(
            (
                max(min(one.ends_at, end) - max(one.starts_at, start), timedelta(0))
                for one in theirs
            ),
            timedelta(0),
        )
        for who, theirs in _by_person(duties).items()
    }


def _by_person(duties: Iterable[Duty]) -> dict[int, list[Duty]]:
    """Return each person's duties in order, those that join or overlap as one."""
    found: dict[int, list[Duty]] = {}
    for duty in sorted(duties):
        theirs = found.setdefault(duty.who, [])
        if theirs and duty.starts_at <= theirs[-1].ends_at:
            last = theirs[-1]
            theirs[-1] = Duty(last.starts_at, max(last.ends_at, duty.ends_at), duty.who)
        else:
            theirs.append(duty)
    return found


def moved(duties: Sequence[Duty], by: timedelta) -> list[Duty]:
    """Return the same duties so much later."""
    return [Duty(one.starts_at + by, one.ends_at + by, one.who) for one in duties]
