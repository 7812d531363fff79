"""Interventions: what was done to somebody that a trend must know of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from django.db.models import Q
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import (
    ControllerAssignment,
    ControllerSetting,
    Intervention,
    KillCodeUse,
    Person,
)
from patients.queries.identities import entries

PERMISSION = "patients.intervention.record"
USE = "patients.killcode.use"


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
    _check_allowed(by, stated)
    _check(stated, at=at)
    _check_not_a_controllers(stated)
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
    _check_allowed(by, stated)
    _check(stated, at=at)
    _check_typed(intervention)
    if any(
        stated[name] != getattr(intervention, name) for name in ("kind", "person", "started_at")
    ):
        _check_not_a_controllers(stated)
    used = KillCodeUse.objects.filter(intervention=intervention).first()
    if used is not None:
        policy.check(by, USE, intervention.person)
        kept = {"kind": Intervention.Kind.KILL_CODE, "person": intervention.person}
        if any(stated[name] != value for name, value in kept.items()):  # type: ignore[literal-required]
            raise Conflict(
                _("It names a version of a kill code; take it back and record another one.")
            )
        stated["detail"] = str(used.version)
    action = "patients.intervention.correct"
    with correcting(intervention, by=by, at=at, action=action, reason=reason):
        made = _insert(stated, by=by, at=at, corrects=intervention)
        if used is not None:
            said = {"version": used.version, "recorded_at": at, "recorded_by": by}
            insert(KillCodeUse(intervention=made, **said))
    return made


def retract(
    *, by: Principal, at: datetime, intervention: Intervention, reason: str
) -> Intervention:
    """Take back an intervention that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, intervention.person)
    _check_typed(intervention)
    stated = stated_in(intervention, Stated.__annotations__)
    action = "patients.intervention.retract"
    with correcting(intervention, by=by, at=at, action=action, reason=reason):
        return _insert(stated, by=by, at=at, corrects=intervention, is_retraction=True)


def set_on_controller(
    *,
    corrects: Intervention | None,
    is_retraction: bool,
    by: Principal,
    at: datetime,
    **stated: Any,
) -> Intervention:
    """Write the intervention of a controller's setting; called in the transaction that records it."""
    said = {**stated, "kind": Intervention.Kind.SET_POINT, "corrects": corrects}
    with acting(by=by, at=at, action="patients.intervention.set_on_controller"):
        return _insert({**said, "is_retraction": is_retraction}, by=by, at=at)


def use_kill_code(*, by: Principal, at: datetime, **stated: Any) -> Intervention:
    """Write the intervention of a kill code's use; called in the transaction that records it."""
    said: Any = {**stated, "kind": Intervention.Kind.KILL_CODE}
    _check(said, at=at)
    with acting(by=by, at=at, action="patients.intervention.use_kill_code"):
        return _insert(said, by=by, at=at)


def _check_allowed(by: Principal, stated: Stated) -> None:
    """Refuse what somebody may not record of whom; a kill code is recorded by who may use one."""
    policy.check(by, PERMISSION, stated["person"])
    if stated["kind"] == Intervention.Kind.KILL_CODE:
        policy.check(by, USE, stated["person"])


def _check_not_a_controllers(stated: Stated) -> None:
    """What was set on a registered controller is one fact, which writes its intervention itself."""
    if stated["kind"] != Intervention.Kind.SET_POINT:
        return
    rows = ControllerAssignment.objects.filter(
        person__in=entries(stated["person"].pk), since__lte=stated["started_at"]
    )
    if rows.filter(Q(until=None) | Q(until__gt=stated["started_at"])).exists():
        raise InvalidInput(
            _(
                "This patient had a controller then: record what was set on it, and it stands here by "
                "itself."
            ),
            field="kind",
        )


def _check_typed(intervention: Intervention) -> None:
    if ControllerSetting.objects.filter(intervention=intervention).exists():
        raise Conflict(_("This is what was set on a controller; set that right, not this row."))


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
    made = insert(Intervention(**said, **more, recorded_at=at, recorded_by=by))
    signals.intervention_recorded.send(sender=Intervention, intervention=made, by=by, at=at)
    return made
