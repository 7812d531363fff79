"""Orders of quarantine and the rules behind them, made by the registry's own actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from patients.actions import exposures, quarantine, quarantine_rules
from patients.models import Exposure, Person, QuarantineOrder, QuarantineRule
from tests.patients import people
from tests.patients.people import HOUR

AGENT = "nanites"


def rule(**stated: Any) -> QuarantineRule:
    """Draft a rule and have somebody else approve it, in force from now."""
    given = {"agent": AGENT, "kind": "HOSPITAL", "days": 10, "review_every_days": 1, **stated}
    made = quarantine_rules.draft(
        by=people.infection_control(), at=database_now(), source="policy of the house", **given
    )
    return quarantine_rules.approve(by=people.infection_control(), at=database_now(), rule=made)


def exposed(person: Person, at: datetime, **stated: Any) -> Exposure:
    """Record that somebody was exposed at a moment."""
    given = {"agent": AGENT, "kind": "CONTACT", "certainty": "CONFIRMED", "last_at": at, **stated}
    return exposures.record(
        by=people.infection_control(), at=database_now(), person=person, first_at=at, **given
    )


def ordered(
    person: Person | None = None, by: Principal | None = None, **stated: Any
) -> QuarantineOrder:
    """Order quarantine in the hospital, since an hour ago."""
    at = database_now()
    given = {
        "kind": "HOSPITAL",
        "agent": AGENT,
        "reason": "contact",
        "starts_at": at - HOUR,
        **stated,
    }
    return quarantine.order(
        by=by or people.infection_control(), at=at, person=person or people.person(), **given
    )
