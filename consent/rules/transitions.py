"""The log of who was cleared when and why, derived from the facts.

What is written down of it besides (`ClearanceTransition`) says what was announced and when; the
answer for a moment is always the one derived here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.rules.answers import Clearance, Reason
from consent.rules.clearance import decide
from consent.rules.facts import Facts, in_utc
from consent.rules.instants import instants
from consent.rules.programmes import Programme


class Change(StrEnum):
    """What became of an answer."""

    FIRST = "FIRST"
    REGAINED = "REGAINED"
    REVOKED = "REVOKED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """At this moment the answer became `clearance`; `gone` and `come` are the reasons' changes."""

    at: datetime
    clearance: Clearance
    come: tuple[Reason, ...]
    gone: tuple[Reason, ...]


def transitions(
    facts: Facts,
    *,
    programme: Programme,
    since: datetime,
    until: datetime,
    known_at: datetime | None = None,
) -> tuple[Transition, ...]:
    """Return the answer at `since` and each change of reasons before `until` (not included).

    Without `known_at` every answer is the one that was given at its moment; with it all are given
    with that knowledge. The answer at any moment between is that of the last entry before it.
    """
    return tuple(_changes(facts, programme, in_utc(since), in_utc(until), known_at))


def _changes(
    facts: Facts,
    programme: Programme,
    since: datetime,
    until: datetime,
    known_at: datetime | None,
) -> Iterator[Transition]:
    if until <= since:
        return
    moments = {since} | {one for one in instants(facts, programme) if since <= one < until}
    before: frozenset[Reason] | None = None
    for moment in sorted(moments):
        clearance = decide(facts, programme=programme, at=moment, known_at=known_at)
        now = frozenset(clearance.reasons)
        if now == before:
            continue
        yield Transition(
            at=moment,
            clearance=clearance,
            come=tuple(reason for reason in Reason if reason in now - (before or frozenset())),
            gone=tuple(reason for reason in Reason if reason in (before or frozenset()) - now),
        )
        before = now


def change_between(before: Collection[Reason] | None, now: Collection[Reason]) -> Change | None:
    """Say what became of an answer, given the reasons before (None: there was none) and now."""
    if before is None:
        return Change.FIRST
    if set(before) == set(now):
        return None
    if not now:
        return Change.REGAINED
    return Change.CHANGED if before else Change.REVOKED
