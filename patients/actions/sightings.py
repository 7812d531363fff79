"""Where people were seen, and where they were looked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients.actions import duplicates
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Location, Person, Sighting
from patients.rules.whereabouts import Looking

PERMISSION = "patients.sighting.record"


class Stated(TypedDict, total=False):
    """What a sighting says; a correction says all of it again."""

    person: Required[Person]
    outcome: Required[str]
    seen_at: Required[datetime]
    location: Location | None
    place: str
    reported_by: str
    note: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> Sighting:
    """Record that somebody was seen at a place, is being looked for, or was not found."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.sighting.record"):
        made = _insert(stated, by=by, at=at)
        duplicates.search_seen(person=made.person, location=made.location, by=by, at=at)
        return made


def correct(
    *, by: Principal, at: datetime, sighting: Sighting, reason: str, **stated: Unpack[Stated]
) -> Sighting:
    """State a sighting again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, sighting.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(sighting, by=by, at=at, action="patients.sighting.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=sighting)


def retract(*, by: Principal, at: datetime, sighting: Sighting, reason: str) -> Sighting:
    """Take back a sighting that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, sighting.person)
    stated = stated_in(sighting, Stated.__annotations__)
    with correcting(sighting, by=by, at=at, action="patients.sighting.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=sighting, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["seen_at"], at=at, field="seen_at")
    is_placed = stated.get("location") is not None or stated.get("place", "").strip()
    if stated["outcome"] == Looking.SEEN and not is_placed:
        raise InvalidInput(_("Say where they were seen."), field="place")
    if stated["outcome"] == Looking.SEARCHING and not stated.get("reported_by", "").strip():
        raise InvalidInput(_("Say who looks for them."), field="reported_by")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> Sighting:
    said = {name: text.strip() if isinstance(text, str) else text for name, text in stated.items()}
    return insert(Sighting(**said, **more, recorded_at=at, recorded_by=by))
