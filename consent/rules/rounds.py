"""The weekly round: when somebody's next check opens, is due and lapses, and what a day shows of it.

A round is planning. Nothing here is read by `consent.rules.clearance.decide`: the programme's grace
moves `overdue_at`, by which the board calls somebody overdue, and never the moment of the lapse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from consent.rules.answers import Reason
from consent.rules.board import BoardEntry, board_state
from consent.rules.facts import Facts, Reference, in_utc
from consent.rules.grounds.persons import enrolment
from consent.rules.grounds.waivers import waiver
from consent.rules.programmes import CheckRequirement, NaniteRequirement, Programme
from consent.rules.views import View
from labsys.lib.states import StateTable

Need = CheckRequirement | NaniteRequirement
INSTANT = timedelta(microseconds=1)


class SlotState(StrEnum):
    """OPEN: to be examined. DONE: nothing was due any more. ENDED: left, withdrew or died."""

    OPEN = "OPEN"
    DONE = "DONE"
    ENDED = "ENDED"


SLOT = StateTable(
    name="round",
    states=SlotState,
    initial=frozenset({SlotState.OPEN}),
    moves={SlotState.OPEN: frozenset({SlotState.DONE, SlotState.ENDED})},
)


class DayState(StrEnum):
    """How somebody stands on the board, the most pressing first."""

    RECALLED = "RECALLED"
    AWAY = "AWAY"
    OVERDUE = "OVERDUE"
    DUE = "DUE"
    DONE = "DONE"


class ReminderStep(StrEnum):
    """At which moments of a round somebody is reminded, each once; and of each appointment."""

    OPENS = "OPENS"
    DUE = "DUE"
    LAPSED = "LAPSED"
    APPOINTMENT = "APPOINTMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one requirement stands: on what, and when it opens, lapses and is overdue.

    `passed_at` is when a pass came to count, None where nothing is passed or a refusal stands.
    What was never met `is_due_at_once`: as soon as it opens, not only on the day of its lapse.
    """

    basis: str
    opens_at: datetime
    lapses_at: datetime
    overdue_at: datetime
    passed_at: datetime | None = None
    is_due_at_once: bool = False

    def due_at(self, zone: tzinfo) -> datetime:
        """Return from when it is on the board of the day."""
        if self.is_due_at_once:
            return self.opens_at
        return max(self.opens_at, day_of_lapse(self.lapses_at, zone))


def passed(need: Need, basis: str, *, since: datetime, lapses_at: datetime) -> Standing:
    """Return how a requirement stands that was met, and counts `since`.

    It never opens before half of its validity is over: it would be due as soon as it is passed.
    """
    return Standing(
        basis=basis,
        opens_at=lapses_at - min(need.opens_before, need.validity / 2),
        lapses_at=lapses_at,
        overdue_at=lapses_at + need.grace,
        passed_at=since,
    )


def missing(need: Need, basis: str, *, joined_at: datetime) -> Standing:
    """Return how a requirement stands that was never met: due, with as much time as any round gives."""
    lapses_at = joined_at + need.opens_before
    return Standing(
        basis=basis,
        opens_at=joined_at,
        lapses_at=lapses_at,
        overdue_at=lapses_at + need.grace,
        is_due_at_once=True,
    )


def refused(need: Need, basis: str, *, since: datetime) -> Standing:
    """Return how a requirement stands that a refusal stands against: due from that moment on."""
    return Standing(basis=basis, opens_at=since, lapses_at=since, overdue_at=since + need.grace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When the next check of one person opens, is due and lapses.

    It is that of the requirement that lapses first, which `basis` names; it opens with the first
    that opens. `due_at` begins the hospital's day of the first lapse, and is the enrolment where
    something was never met. `renewed_at` is when a requirement was last met.
    """

    opens_at: datetime
    due_at: datetime
    lapses_at: datetime
    overdue_at: datetime
    basis: str
    renewed_at: datetime | None


def window_of(standings: Sequence[Standing], *, zone: tzinfo) -> Window | None:
    """Return the window over all requirements of one person; None where nothing is required."""
    if not standings:
        return None
    first = min(standings, key=lambda one: (one.lapses_at, one.basis))
    opens_at = min(one.opens_at for one in standings)
    passes = [one.passed_at for one in standings if one.passed_at is not None]
    return Window(
        opens_at=opens_at,
        due_at=min(one.due_at(zone) for one in standings),
        lapses_at=first.lapses_at,
        overdue_at=first.overdue_at,
        basis=first.basis,
        renewed_at=max(passes, default=None),
    )


def day_of_lapse(lapses_at: datetime, zone: tzinfo) -> datetime:
    """Return the midnight that begins the day of the last instant before the lapse."""
    last = (lapses_at - INSTANT).astimezone(zone)
    return datetime.combine(last.date(), time.min, tzinfo=zone).astimezone(UTC)


def window(
    facts: Facts, *, programme: Programme, at: datetime, known_at: datetime | None = None
) -> Window | None:
    """Return somebody's window; None for whoever is not enrolled, or withdrew."""
    at = in_utc(at)
    known_at = at if known_at is None else in_utc(known_at)
    version = programme.version_at(at, known_at=known_at)
    if version is None:
        return None
    view = View(facts=facts, programme=programme, version=version, at=at, known_at=known_at)
    belongs = enrolment(view)
    if belongs.refusals or _has_withdrawn(view):
        return None
    entries = board_state(facts, programme=programme, at=at, known_at=known_at)
    joined_at, joined = min(
        (max(one.start, one.recorded_at), f"enrolment {one.id}")
        for one in facts.enrolments
        if Reference(kind="enrolment", id=one.id) in belongs.relied_on
    )
    moments = _moments(facts)
    needs: tuple[Need, ...] = (*version.checks, *version.nanites)
    standings = [
        _standing(need, entry, moments, joined=joined, joined_at=joined_at)
        for need, entry in zip(needs, entries, strict=True)
    ]
    return window_of(standings, zone=programme.zone)


def _has_withdrawn(view: View) -> bool:
    return any(ground.reason is Reason.WITHDRAWN for ground in waiver(view).refusals)


def _standing(
    need: Need,
    entry: BoardEntry,
    moments: Mapping[Reference, tuple[datetime, datetime]],
    *,
    joined: str,
    joined_at: datetime,
) -> Standing:
    if entry.refusals:
        since, one = min((moments[one][0], f"{one.kind} {one.id}") for one in entry.refusals)
        return refused(need, one, since=since)
    if entry.last is None or entry.due_at is None:
        return missing(need, joined, joined_at=joined_at)
    basis = f"{entry.last.kind} {entry.last.id}"
    return passed(need, basis, since=moments[entry.last][1], lapses_at=entry.due_at)


def _moments(facts: Facts) -> dict[Reference, tuple[datetime, datetime]]:
    """Return, of each check and result, from when it counts against and in favour of somebody."""
    found = {}
    for check in facts.checks:
        both = (check.performed_at, check.recorded_at)
        found[Reference(kind="check", id=check.id)] = (min(both), max(both))
    for result in facts.nanites:
        released_at = result.released_at or result.recorded_at
        found[Reference(kind="nanite result", id=result.id)] = (
            min(result.collected_at, released_at),
            max(result.collected_at, result.recorded_at, released_at),
        )
    return found


def is_done(found: Window, *, opened_at: datetime, at: datetime) -> bool:
    """Say whether a round opened then is done: something was met since, and nothing is due yet."""
    return found.opens_at > at and found.renewed_at is not None and found.renewed_at > opened_at


def day_state(
    *,
    at: datetime,
    overdue_at: datetime,
    is_done: bool = False,
    is_away: bool = False,
    is_recalled: bool = False,
) -> DayState:
    """Return how a round that is on a day's board stands at a moment."""
    if is_done:
        return DayState.DONE
    if is_recalled:
        return DayState.RECALLED
    if is_away:
        return DayState.AWAY
    return DayState.OVERDUE if at >= overdue_at else DayState.DUE


def reminder_step(
    *, opens_at: datetime, due_at: datetime, lapses_at: datetime, at: datetime
) -> ReminderStep | None:
    """Return the last step that a round has reached; steps that were slept through are not told."""
    if at >= lapses_at:
        return ReminderStep.LAPSED
    if at >= due_at:
        return ReminderStep.DUE
    return ReminderStep.OPENS if at >= opens_at else None
