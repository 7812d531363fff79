"""Whether somebody is still followed up after an exposure: per agent, from facts and one moment.

Each agent has a clock of its own, which runs from the latest exposure for as many days as the rule in
force says. What was recorded about another agent is never looked at. A later exposure sets the clock
anew, whatever was decided before it; it can only move the end later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

MOST_DAYS = 365
MOST_VISITS = 6
# A living person's body temperature, in °C: beyond, it is a slip of the pen.
COLDEST, HOTTEST = Decimal(25), Decimal(45)
DAY = timedelta(days=1)


class State(StrEnum):
    """Where a follow-up stands; the words are those of SORMAS."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    LOST = "LOST"
    # Nobody said for how long: the exposure stands, and nobody follows it up.
    NO_RULE = "NO_RULE"


class Deciding(StrEnum):
    CANCELLED = "CANCELLED"
    LOST = "LOST"
    RESUMED = "RESUMED"
    EXTENDED = "EXTENDED"


class Visiting(StrEnum):
    SEEN = "SEEN"
    UNAVAILABLE = "UNAVAILABLE"
    REFUSED = "REFUSED"


class Duty(StrEnum):
    """What is to be done about a follow-up today."""

    OVERDUE = "OVERDUE"
    DUE = "DUE"
    DONE = "DONE"
    NONE = "NONE"


# From which states each decision may be taken.
POSSIBLE = {
    Deciding.CANCELLED: (State.ACTIVE,),
    Deciding.LOST: (State.ACTIVE,),
    Deciding.EXTENDED: (State.ACTIVE, State.COMPLETED),
    Deciding.RESUMED: (State.CANCELLED, State.LOST),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row that is never changed: known from `recorded_at`, until a row that corrects it is."""

    id: int
    agent: str
    recorded_at: datetime
    corrects: int | None = None
    is_retraction: bool = False


Row = TypeVar("Row", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed(Fact):
    """An exposure; `agent` is the text that it names."""

    first_at: datetime
    last_at: datetime
    is_excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Fact):
    """A decision; `until` of an extension alone."""

    kind: Deciding
    decided_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited(Fact):
    """A visit, with what it found."""

    outcome: Visiting
    visited_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that somebody approved; it holds from `in_force_from` until the next one of its agent."""

    id: int
    agent: str
    days: int
    visits_per_day: int
    approved_at: datetime
    in_force_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Where the follow-up of one person for one agent stands at a moment, and why."""

    agent: str
    state: State
    first_at: datetime
    last_at: datetime
    until: datetime | None
    # From when visits are to be made: the day on which an exposure that still counts was learnt of.
    from_day: date
    rule: Rule | None
    decision: Decided | None = None
    exposures: tuple[int, ...] = ()
    visits: tuple[Visited, ...] = field(default=(), repr=False)
    duty: Duty = Duty.NONE
    last_seen_at: datetime | None = None
    seen_today: int = 0
    unseen_days: int = 0


def standing(rows: Iterable[Row], *, at: datetime) -> list[Row]:
    """Return the rows that were known at a moment and held then, in the order of their ids."""
    known = sorted((row for row in rows if row.recorded_at <= at), key=lambda row: row.id)
    corrected = {row.corrects for row in known}
    return [row for row in known if row.id not in corrected and not row.is_retraction]


def in_force(rules: Iterable[Rule], *, at: datetime) -> Rule | None:
    """Return the rule that holds at a moment: the one that came into force last."""
    held = [rule for rule in rules if rule.in_force_from <= at and rule.approved_at <= at]
    return max(held, key=lambda rule: (rule.in_force_from, rule.id), default=None)


def follow_up(
    *,
    agent: str,
    exposures: Sequence[Exposed],
    rules: Sequence[Rule],
    decisions: Sequence[Decided] = (),
    visits: Sequence[Visited] = (),
    at: datetime,
    zone: tzinfo,
) -> FollowUp | None:
    """Derive the follow-up of one person for one agent; None where no exposure to it holds.

    Rows of every agent and every moment may be given: only those of `agent` known at `at` count.
    `zone` says which calendar days visits are counted by.
    """
    every = standing(exposures, at=at)
    held = [one for one in every if one.agent == agent and not one.is_excluded]
    if not held:
        return None
    rule = in_force((rule for rule in rules if rule.agent == agent), at=at)
    decided = [one for one in standing(decisions, at=at) if one.agent == agent]
    decided = [one for one in decided if one.decided_at <= at]
    seen = [one for one in standing(visits, at=at) if one.agent == agent and one.visited_at <= at]
    last_at, known_at = max(one.last_at for one in held), max(one.recorded_at for one in held)
    until = _until(rule, last_at, decided)
    decision = _deciding(decided, last_at, known_at)
    found = FollowUp(
        agent=agent,
        state=_state(until, decision, at),
        first_at=min(one.first_at for one in held),
        last_at=last_at,
        until=until,
        from_day=_local(min(one.recorded_at for one in _running(held, rule, at)), zone),
        rule=rule,
        decision=decision,
        exposures=tuple(one.id for one in held),
        visits=tuple(sorted(seen, key=lambda one: (one.visited_at, one.id))),
    )
    return _with_duty(found, decided, at=at, zone=zone)


def refusing(decision: Deciding, state: State) -> bool:
    """Return whether a decision makes no sense in a state, such as cancelling what is over."""
    return state not in POSSIBLE[decision]


def _until(rule: Rule | None, last_at: datetime, decided: Sequence[Decided]) -> datetime | None:
    """Return the end: of the latest exposure's clock or of the longest extension, whichever is later."""
    if rule is None:
        return None
    extended = [one.until for one in decided if one.until is not None]
    return max([last_at + timedelta(days=rule.days), *extended])


def _running(held: list[Exposed], rule: Rule | None, at: datetime) -> list[Exposed]:
    """Return the exposures whose own clock still runs; all of them where none does."""
    length = timedelta(days=rule.days) if rule is not None else timedelta()
    return [one for one in held if one.last_at + length > at] or held


def _deciding(decided: Sequence[Decided], last_at: datetime, known_at: datetime) -> Decided | None:
    """Return the decision that holds; one holds until an exposure happens, or is learnt of, after it."""
    turns = [one for one in decided if one.kind is not Deciding.EXTENDED]
    latest = max(turns, key=lambda one: (one.decided_at, one.id), default=None)
    if latest is None or latest.kind is Deciding.RESUMED:
        return latest
    is_restarted = last_at > latest.decided_at or known_at > latest.recorded_at
    return None if is_restarted else latest


def _state(until: datetime | None, decision: Decided | None, at: datetime) -> State:
    if until is None:
        return State.NO_RULE
    if decision is not None and decision.kind is not Deciding.RESUMED:
        return State(decision.kind.value)
    return State.COMPLETED if at >= until else State.ACTIVE


def _with_duty(
    found: FollowUp, decided: Sequence[Decided], *, at: datetime, zone: tzinfo
) -> FollowUp:
    """Say what is to be done today: nothing is due once the follow-up has ended."""
    today = _local(at, zone)
    seen = [one.visited_at for one in found.visits if one.outcome is Visiting.SEEN]
    last_seen_at = max(seen, default=None)
    seen_today = sum(_local(moment, zone) == today for moment in seen)
    begun = [_local(one.recorded_at, zone) for one in decided if one.kind is Deciding.RESUMED]
    since = max([found.from_day, *begun])
    # The day on which somebody was seen last, or the day before visits were first to be made.
    told = max([since - DAY, *(_local(moment, zone) for moment in seen)])
    unseen = max((today - told).days - 1, 0)
    duty, needed = Duty.NONE, found.rule.visits_per_day if found.rule is not None else 1
    if found.state is State.ACTIVE:
        duty = Duty.OVERDUE if unseen else Duty.DUE
        duty = Duty.DONE if seen_today >= needed else duty
    return replace(
        found,
        duty=duty,
        last_seen_at=last_seen_at,
        seen_today=seen_today,
        unseen_days=unseen,
    )


def _local(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
