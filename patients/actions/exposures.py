"""Exposures: who met which agent, when, by whom or what, and how certain that is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients import queries
from patients.actions import quarantine
from patients.actions.gateway import correcting, held, insert, required, stated_in
from patients.models import Exposure, Person

PERMISSION = "patients.exposure.record"


class Stated(TypedDict, total=False):
    """What an exposure says; a correction says all of it again."""

    person: Required[Person]
    agent: Required[str]
    kind: Required[str]
    certainty: Required[str]
    first_at: Required[datetime]
    last_at: Required[datetime]
    source_person: Person | None
    event: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> Exposure:
    """Record that somebody was, or may have been, exposed."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.exposure.record"):
        return _learnt(stated, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, exposure: Exposure, reason: str, **stated: Unpack[Stated]
) -> Exposure:
    """State an exposure again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, exposure.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(exposure, by=by, at=at, action="patients.exposure.correct", reason=reason):
        return _learnt(stated, by=by, at=at, corrects=exposure)


def retract(*, by: Principal, at: datetime, exposure: Exposure, reason: str) -> Exposure:
    """Take back an exposure that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, exposure.person)
    stated = stated_in(exposure, Stated.__annotations__)
    with correcting(exposure, by=by, at=at, action="patients.exposure.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=exposure, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    required(stated["agent"], field="agent", what=_("Name the agent."))
    check_world_moment(stated["first_at"], at=at, field="first_at")
    check_world_moment(stated["last_at"], at=at, field="last_at")
    if stated["last_at"] < stated["first_at"]:
        raise InvalidInput(_("The last moment lies before the first."), field="last_at")
    source = stated.get("source_person")
    if source is not None and source.pk in queries.entries(stated["person"].pk):
        raise InvalidInput(_("Nobody is their own source."), field="source_person")


def _learnt(stated: Any, *, by: Principal, at: datetime, **more: Any) -> Exposure:
    """Insert what was learnt under the person's lock, and move the ends of quarantines it moves."""
    entries, at = held(stated["person"], at=at)
    made = _insert(stated, by=by, at=at, **more)
    quarantine.extend(by=by, at=at, entries=entries)
    return made


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> Exposure:
    return insert(Exposure(**stated, **more, recorded_at=at, recorded_by=by))
