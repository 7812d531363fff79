"""Injuries: what was found on somebody's body, where, and how severe."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from patients.actions.gateway import correcting, insert, required, stated_in
from patients.models import Injury, Person

PERMISSION = "patients.injury.record"


class Stated(TypedDict, total=False):
    """What an injury says; a correction says all of it again."""

    person: Required[Person]
    site: Required[str]
    kind: Required[str]
    severity: Required[int]
    found_at: Required[datetime]
    side: str
    note: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> Injury:
    """Record an injury of one site of somebody's body."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.injury.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, injury: Injury, reason: str, **stated: Unpack[Stated]
) -> Injury:
    """State an injury again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, injury.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(injury, by=by, at=at, action="patients.injury.correct", reason=reason):
        return _insert(stated, by=by, at=at, corrects=injury)


def retract(*, by: Principal, at: datetime, injury: Injury, reason: str) -> Injury:
    """Take back an injury that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, injury.person)
    stated = stated_in(injury, Stated.__annotations__)
    with correcting(injury, by=by, at=at, action="patients.injury.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=injury, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    required(stated["site"], field="site", what=_("Name the site of the body."))
    check_world_moment(stated["found_at"], at=at, field="found_at")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> Injury:
    return insert(Injury(**stated, **more, recorded_at=at, recorded_by=by))
