"""The demo's quarantines: rules for nanites, people apart in the ward and at home, one breach.

Of those apart, one waits for a review, one broke it, one's criteria cannot be determined while a load
waits for its release, and one's are met: nobody was let go yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from consent.actions import quarantine_rules
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo.outbreak import AGENT
from labsys.web.demo.people import principal
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


def _low(times: int) -> Criterion:
    return Criterion(
        analyte="NANITE-LOAD",
        asks=Asks.BELOW,
        limit=Decimal(1000),
        unit="{nanites}/uL",
        times=times,
        hours_apart=24 if times > 1 else 0,
    )


# For which kind, how many days, how many low loads, and whether it ends only when it is lifted.
RULES: tuple[tuple[QuarantineKind, int, int, bool], ...] = (
    (QuarantineKind.HOSPITAL, 12, 1, True),
    (QuarantineKind.HOME, 14, 2, False),
    (QuarantineKind.INSTITUTIONAL, 28, 2, True),
)
RELEASABLE = "Diallo"  # of the survey's crew
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
    for kind, days, times, until_lifted in RULES:
        rule = quarantine_rules.draft(
            by=officer,
            at=at,
            agent=AGENT,
            kind=kind.value,
            days=days,
            review_every_days=1 if until_lifted else 3,
            criteria=[_low(times)],
            signs_gone=until_lifted,
            until_lifted=until_lifted,
            source="Invented for the demonstration.",
        )
        registry_rules.approve(by=doctor, at=database_now(), rule=rule)
    ward = places["isolation"]
    for many, moment, note in (
        (3, at - timedelta(days=7), ""),
        (2, at + timedelta(days=3), "One cabin is rebuilt."),
    ):
        quarantine_capacities.state(
            by=officer, at=at, location=ward, places=many, from_at=moment, note=note
        )
    orders = {
        key: _order(officer, people[key], kind, days, ward if kind == "HOSPITAL" else None)
        for key, kind, days in APART
    }
    _follow(officer, orders, people, at=database_now())


def propose(say: Callable[[str], None]) -> None:
    """Keep one of the survey's crew apart whose last loads are low, and propose the release."""
    by = principal("infection")
    person = Person.objects.get(names__family=RELEASABLE)
    order = _order(by, person, QuarantineKind.INSTITUTIONAL, 14, None)
    at = database_now()
    quarantine_reviews.record(
        by=by,
        at=at,
        order=order,
        outcome=QuarantineReview.Outcome.RELEASE_PROPOSED,
        signs=QuarantineReview.Signs.ABSENT,
        findings="Well since the filtration; nothing was found in the last two specimens.",
        reviewed_at=at - timedelta(hours=2),
    )
    say(f"{person.display_name} waits to be released from quarantine: the criteria are met")


def _order(
    by: Principal, person: Person, kind: QuarantineKind, days: int, ward: Location | None
) -> QuarantineOrder:
    at = database_now()
    return quarantine.order(
        by=by,
        at=at,
        person=person,
        kind=kind.value,
        agent=AGENT,
        reason="Exposed in the outbreak.",
        starts_at=at - timedelta(days=days),
        location=ward,
        place="" if ward else "Crew quarters",
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
