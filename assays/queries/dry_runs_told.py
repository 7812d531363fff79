"""What would be done about what a hospital's system tells, decided from the record and not done.

Each event is decided beside what is on record now. What the lines of one message are to each other, and
what the act itself would refuse (a question that is not answered, a move that the registry forbids),
shows only once it is done: a door hands in an act that does it and takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from assays.models import Instrument
from assays.queries import hospital as queries
from assays.queries import hospital_orders
from assays.rules import hospital
from assays.rules import hospital_orders as order_rules
from assays.rules.filing import Held
from assays.rules.hospital_known import Outcome, Plan
from assays.rules.hospital_messages import Event, HospitalMessage
from assays.rules.hospital_orders import Leave


@dataclass(frozen=True, slots=True)
class Decided:
    """One event, with what would become of it and the person it is about, where one is known."""

    event: Event
    end: Outcome | Held
    person_id: int | None


class Ended(Protocol):
    """What an act says of an event that it did."""

    @property
    def outcome(self) -> Outcome: ...


class Trial(Protocol):
    """Does what a message asks for and takes it back; returns how each event ended."""

    def __call__(
        self, *, told: HospitalMessage, instrument: Instrument, at: datetime
    ) -> Sequence[Ended | Held]: ...


def decide(
    told: HospitalMessage, instrument: Instrument, *, at: datetime, trial: Trial | None = None
) -> list[Decided]:
    """Say of every event of a message what would become of it, had it come now."""
    naming = queries.naming(instrument)
    decided = [_decided(naming.event(one), instrument, naming, at) for one in told.events]
    if trial is None:
        return decided
    ended = trial(told=told, instrument=instrument, at=at)
    return [
        replace(one, end=end if isinstance(end, Held) else end.outcome)
        for one, end in zip(decided, ended, strict=True)
    ]


def _decided(event: Event, instrument: Instrument, naming: queries.Naming, at: datetime) -> Decided:
    known = queries.known(event, naming)
    person = known.persons[0].id if len(known.persons) == 1 else None
    if event.line is None:
        plan = hospital.decide(event, known, at=at)
        return Decided(event, plan.outcome if isinstance(plan, Plan) else plan, person)
    of_line = hospital_orders.line_known(event.line, instrument, naming)
    decision = order_rules.decide(event, known, of_line, at=at)
    if isinstance(decision, Held):
        return Decided(event, decision, person)
    outcome = decision.outcome if isinstance(decision, Leave) else Outcome.DONE
    return Decided(event, outcome, person)
