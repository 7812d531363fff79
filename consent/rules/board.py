"""Where somebody stands on the board of the weekly round: whom to examine, and by when.

The board is for planning. Its grace is not the clearance's: who stands WITHIN_GRACE is already
not cleared, and nothing here is read by `consent.rules.clearance.decide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.rules.facts import Facts, Reference, in_utc
from consent.rules.grounds import checks, nanites
from consent.rules.grounds.persons import enrolment
from consent.rules.programmes import CheckRequirement, NaniteRequirement, Programme
from consent.rules.views import View


class DueState(StrEnum):
    """NEVER: nothing that counts yet. CURRENT: before the window. DUE: in it. Then lapsed."""

    NEVER = "NEVER"
    CURRENT = "CURRENT"
    DUE = "DUE"
    WITHIN_GRACE = "WITHIN_GRACE"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardEntry:
    """One requirement of one person: when it opens, is due, and becomes overdue.

    `need` is the kind of a check or the analyte of a nanite result. `due_at` is the moment at
    which the clearance lapses. `refusals` are the checks or results that still refuse: a later
    pass has to name the checks.
    """

    need: str
    state: DueState
    last: Reference | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    refusals: tuple[Reference, ...] = ()


def board_state(
    facts: Facts, *, programme: Programme, at: datetime, known_at: datetime | None = None
) -> tuple[BoardEntry, ...]:
    """Return an entry for each requirement of the programme; none for who is not enrolled."""
    at = in_utc(at)
    known_at = at if known_at is None else in_utc(known_at)
    version = programme.version_at(at, known_at=known_at)
    if version is None:
        return ()
    view = View(facts=facts, programme=programme, version=version, at=at, known_at=known_at)
    if enrolment(view).refusals:
        return ()
    return (
        *(_check_entry(view, need) for need in version.checks),
        *(_nanite_entry(view, need) for need in version.nanites),
    )


def _check_entry(view: View, need: CheckRequirement) -> BoardEntry:
    latest = checks.latest_pass(view, need.kind, need.asks)
    return _entry(
        view,
        need,
        name=need.kind,
        last=None if latest is None else Reference(kind="check", id=latest.id),
        due_at=None if latest is None else checks.lapses_at(latest, need),
        refusals=_references(
            "check", [one.id for one in checks.standing_refusals(view, need.kind, need.asks)]
        ),
    )


def _nanite_entry(view: View, need: NaniteRequirement) -> BoardEntry:
    results = nanites.Results(view, need)
    latest = results.latest_allowed()
    refusing = [one.id for one in results.standing_refusals()]
    return _entry(
        view,
        need,
        name=need.analyte,
        last=None if latest is None else Reference(kind="nanite result", id=latest.id),
        due_at=None if latest is None else nanites.lapses_at(latest, need),
        refusals=_references("nanite result", refusing),
    )


def _references(kind: str, ids: list[str]) -> tuple[Reference, ...]:
    return tuple(Reference(kind=kind, id=id) for id in sorted(ids))


def _entry(
    view: View,
    need: CheckRequirement | NaniteRequirement,
    *,
    name: str,
    last: Reference | None,
    due_at: datetime | None,
    refusals: tuple[Reference, ...],
) -> BoardEntry:
    if due_at is None:
        return BoardEntry(need=name, state=DueState.NEVER, refusals=refusals)
    opens_at, overdue_at = due_at - need.opens_before, due_at + need.grace
    return BoardEntry(
        need=name,
        state=_state(view.at, opens_at, due_at, overdue_at),
        last=last,
        opens_at=opens_at,
        due_at=due_at,
        overdue_at=overdue_at,
        refusals=refusals,
    )


def _state(at: datetime, opens_at: datetime, due_at: datetime, overdue_at: datetime) -> DueState:
    if at < opens_at:
        return DueState.CURRENT
    if at < due_at:
        return DueState.DUE
    return DueState.WITHIN_GRACE if at < overdue_at else DueState.OVERDUE
