"""The demo's quarantines: a rule for nanites, people apart in the ward and at home, one breach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from consent.actions import quarantine_rules
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo.outbreak import AGENT
from patients.actions import (
    quarantine,
    quarantine_breaches,
    quarantine_capacities,
    quarantine_reviews,
)
from patients.actions import quarantine_rules as registry_rules
from patients.models import (
    Location,
    Person,
    QuarantineBreach,
    QuarantineKind,
    QuarantineOrder,
    QuarantineReview,
)
from patients.rules.quarantine_criteria import Asks, Criterion

LOW = Criterion(
    analyte="NANITE-LOAD",
    asks=Asks.BELOW,
    limit=Decimal(1000),
    unit="{nanites}/uL",
    times=2,
    hours_apart=24,
)
# Who, where, since how many days.
APART: tuple[tuple[str, QuarantineKind, int], ...] = (
    ("unnamed", QuarantineKind.HOSPITAL, 1),
    ("brandao", QuarantineKind.HOSPITAL, 2),
    ("veshtor", QuarantineKind.HOSPITAL, 9),
    ("fofana", QuarantineKind.HOME, 4),
)


def stage(
    staff: Mapping[str, Principal], places: Mapping[str, Location], people: Mapping[str, Person]
) -> None:
    """Approve the rules, state the room of a ward, and order quarantine for some of the exposed."""
    officer, doctor, at = staff["infection"], staff["exam"], database_now()
    for kind, days, until_lifted in (
        (QuarantineKind.HOSPITAL, 12, True),
        (QuarantineKind.HOME, 14, False),
    ):
        rule = quarantine_rules.draft(
            by=officer,
            at=at,
            agent=AGENT,
            kind=kind.value,
            days=days,
            review_every_days=1 if until_lifted else 3,
            criteria=[LOW],
            signs_gone=until_lifted,
            until_lifted=until_lifted,
            source="Invented for the demonstration.",
        )
        registry_rules.approve(by=doctor, at=database_now(), rule=rule)
    ward = places["isolation"]
    quarantine_capacities.state(
        by=officer, at=at, location=ward, places=3, from_at=at - timedelta(days=7)
    )
    orders = {key: _order(officer, people[key], kind, days, ward) for key, kind, days in APART}
    _follow(officer, orders, people, at=database_now())


def _order(
    by: Principal, person: Person, kind: QuarantineKind, days: int, ward: Location
) -> QuarantineOrder:
    at = database_now()
    is_here = kind is QuarantineKind.HOSPITAL
    return quarantine.order(
        by=by,
        at=at,
        person=person,
        kind=kind.value,
        agent=AGENT,
        reason="Exposed in the outbreak.",
        starts_at=at - timedelta(days=days),
        location=ward if is_here else None,
        place="" if is_here else "Crew quarters",
    )


def _follow(
    by: Principal,
    orders: Mapping[str, QuarantineOrder],
    people: Mapping[str, Person],
    *,
    at: datetime,
) -> None:
    """Write down a review, and a breach in which somebody was met."""
    quarantine_reviews.record(
        by=by,
        at=at,
        order=orders["brandao"],
        outcome=QuarantineReview.Outcome.CONTINUE,
        signs=QuarantineReview.Signs.ABSENT,
        findings="Feels well; the load is still high.",
        reviewed_at=at - timedelta(hours=3),
    )
    quarantine_breaches.record(
        by=by,
        at=at,
        order=orders["fofana"],
        kind=QuarantineBreach.Kind.VISITOR,
        seen_at=at - timedelta(hours=20),
        until_at=at - timedelta(hours=19),
        place="Crew quarters, deck 4",
        witness="Deck steward",
        contacts=[people["okonkwo"]],
    )
