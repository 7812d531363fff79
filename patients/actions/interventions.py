"""Interventions: what was done to somebody that a trend must know of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Intervention, Person

PERMISSION = "patients.intervention.record"


class Stated(TypedDict, total=False):
    """What an intervention says; a correction says all of it again. No operator: whoever records."""

    person: Required[Person]
    kind: Required[str]
    started_at: Required[datetime]
    ended_at: datetime | None
    detail: str
    dose: Decimal | None
    dose_unit: str
    intended_effect: str
    operator: Principal


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> Intervention:
    """Record what was done, or is being done, to somebody."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.intervention.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *,
    by: Principal,
    at: datetime,
    intervention: Intervention,
    reason: str,
    **stated: Unpack[Stated],
) -> Intervention:
    """State an intervention again, in place of the row named (to add its end, for instance)."""
    policy.check(by, PERMISSION, intervention.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    action = "patients.intervention.correct"
    with correcting(intervention, by=by, at=at, action=action, reason=reason):
        return _insert(stated, by=by, at=at, corrects=intervention)


def retract(
    *, by: Principal, at: datetime, intervention: Intervention, reason: str
) -> Intervention:
    """Take back an intervention that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, intervention.person)
    stated = stated_in(intervention, Stated.__annotations__)
    action = "patients.intervention.retract"
    with correcting(intervention, by=by, at=at, action=action, reason=reason):
        return _insert(stated, by=by, at=at, corrects=intervention, is_retraction=True)


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["started_at"], at=at, field="started_at")
    ended_at = stated.get("ended_at")
    if ended_at is not None:
        check_world_moment(ended_at, at=at, field="ended_at")
        if ended_at < stated["started_at"]:
            raise InvalidInput(_("The end lies before the beginning."), field="ended_at")
    dose, unit = stated.get("dose"), stated.get("dose_unit", "").strip()
    if (dose is None) != (unit == ""):
        raise InvalidInput(_("A dose needs its unit, and a unit its dose."), field="dose_unit")
    if dose is not None and not dose.is_finite():
        raise InvalidInput(_("A dose is a finite number."), field="dose")


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> Intervention:
    said = {"operator": by, **stated}
    return insert(Intervention(**said, **more, recorded_at=at, recorded_by=by))
