"""Visits to people under follow-up: who was seen, and what was found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import correcting, held, insert, stated_in
from patients.models import Agent, FollowUpVisit, Location, Person
from patients.queries import follow_ups
from patients.rules.follow_ups import COLDEST, HOTTEST, Visiting

PERMISSION = "patients.followup.visit"


class Stated(TypedDict, total=False):
    """What a visit says; a correction says all of it again."""

    person: Required[Person]
    agent: Required[Agent]
    outcome: Required[str]
    visited_at: Required[datetime]
    symptoms: str
    temperature: Decimal | None
    location: Location | None
    place: str
    visitor: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> FollowUpVisit:
    """Record a visit to somebody who was exposed to the agent, seen or not."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.followup.visit"):
        # Asked under the lock: an exposure recorded after the door read its clock counts.
        _entries, at = held(stated["person"], at=at)
        if follow_ups.of_agent(stated["person"], stated["agent"], at=at) is None:
            raise Conflict(
                _("This person is not followed up for this agent: no exposure to it holds.")
            )
        return _insert(stated, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, visit: FollowUpVisit, reason: str, **stated: Unpack[Stated]
) -> FollowUpVisit:
    """State a visit again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, visit.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    action = "patients.followup.correct_visit"
    with correcting(visit, by=by, at=at, action=action, reason=reason):
        _entries, at = held(visit.person, stated["person"], at=at)
        return _insert(stated, by=by, at=at, corrects=visit)


def retract(*, by: Principal, at: datetime, visit: FollowUpVisit, reason: str) -> FollowUpVisit:
    """Take back a visit that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, visit.person)
    stated = stated_in(visit, Stated.__annotations__)
    action = "patients.followup.retract_visit"
    with correcting(visit, by=by, at=at, action=action, reason=reason):
        _entries, at = held(visit.person, at=at)
        return _insert(stated, by=by, at=at, corrects=visit, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["visited_at"], at=at, field="visited_at")
    temperature = stated.get("temperature")
    if temperature is None:
        return
    if stated["outcome"] != Visiting.SEEN:
        raise InvalidInput(
            _("Nobody's temperature was taken who was not seen."), field="temperature"
        )
    if not temperature.is_finite() or not COLDEST <= temperature <= HOTTEST:
        raise InvalidInput(
            _("A body temperature lies between %(least)s and %(most)s °C; check the figure.")
            % {"least": COLDEST, "most": HOTTEST},
            field="temperature",
        )


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> FollowUpVisit:
    said = {name: text.strip() if isinstance(text, str) else text for name, text in stated.items()}
    return insert(FollowUpVisit(**said, **more, recorded_at=at, recorded_by=by))
