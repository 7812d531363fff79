"""What would be done about what a hospital's system tells, decided from the record and not done.

Each event is decided beside what is on record now; the lines of one message do not see each other.
What the act itself would refuse (a question that is not answered, a move that the registry forbids)
shows only once it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def decide(told: HospitalMessage, instrument: Instrument, *, at: datetime) -> list[Decided]:
    """Say of every event of a message what would become of it, had it come now."""
    naming = queries.naming(instrument)
    return [_decided(naming.event(one), instrument, naming, at) for one in told.events]


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
