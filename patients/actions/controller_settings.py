"""What was set on a controller in fact: recorded once, and shown on the trend as an intervention."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict
from patients.actions import interventions
from patients.actions.controllers import assignment_in_reach, lock_device
from patients.actions.gateway import claiming, correcting, held, insert
from patients.actions.set_points import check_value
from patients.models import Controller, ControllerSetting, ControlQuantity, SetPoint
from patients.queries.controllers import assignment_at, in_force_for

RECORD = "patients.setting.record"


def record(
    *,
    controller: Controller,
    quantity: ControlQuantity,
    value: Decimal,
    set_at: datetime,
    set_by: Principal | None = None,
    by: Principal,
    at: datetime,
) -> ControllerSetting:
    """Record what was set on a device, when and by whom; it need not be what was signed.

    Whose patient it is follows from whose the device was at that moment. The set-point that was in
    force then is named; the intervention is written in the same transaction.
    """
    check_world_moment(set_at, at=at, field="set_at")
    check_value(quantity, value, field="value")
    assignment = assignment_in_reach(controller, set_at, by=by, permission=RECORD)
    twice = Conflict(_("A setting of this quantity at that moment is recorded; correct that one."))
    action = "patients.controller_setting.record"
    with (
        claiming({"patients_controllersetting_once": twice}),
        acting(by=by, at=at, action=action),
    ):
        entries, at = held(assignment.person, at=at)
        lock_device(controller)
        now = assignment_at(controller, set_at)
        if now is None or now.pk != assignment.pk:
            raise Conflict(_("Whose this controller is was changed meanwhile; try again."))
        standing = in_force_for(entries, quantity, at=set_at)
        given = {
            "assignment": assignment,
            "quantity": quantity,
            "value": value,
            "set_at": set_at,
            "set_by": set_by or by,
            "set_point_id": standing.id if standing else None,
        }
        return _insert(given, by=by, at=at)


def correct(
    *, setting: ControllerSetting, value: Decimal, reason: str, by: Principal, at: datetime
) -> ControllerSetting:
    """State the value of a setting again; its intervention is corrected with it."""
    policy.check(by, RECORD, setting.assignment.person)
    check_value(setting.quantity, value, field="value")
    action = "patients.controller_setting.correct"
    with correcting(setting, by=by, at=at, action=action, reason=reason):
        return _insert({**_stated(setting), "value": value}, by=by, at=at, corrects=setting)


def retract(
    *, setting: ControllerSetting, reason: str, by: Principal, at: datetime
) -> ControllerSetting:
    """Take back a setting that was entered in error, with its intervention."""
    policy.check(by, RECORD, setting.assignment.person)
    action = "patients.controller_setting.retract"
    with correcting(setting, by=by, at=at, action=action, reason=reason):
        return _insert(_stated(setting), by=by, at=at, corrects=setting, is_retraction=True)


def _stated(setting: ControllerSetting) -> dict[str, Any]:
    names = ("assignment", "quantity", "value", "set_at", "set_by", "set_point_id")
    return {name: getattr(setting, name) for name in names}


def _insert(
    given: dict[str, Any],
    *,
    by: Principal,
    at: datetime,
    corrects: ControllerSetting | None = None,
    is_retraction: bool = False,
) -> ControllerSetting:
    assignment, quantity = given["assignment"], given["quantity"]
    version = SetPoint.objects.filter(pk=given["set_point_id"]).first()
    number = f" v{version.number}" if version else ""
    treatment = interventions.set_on_controller(
        corrects=corrects.intervention if corrects else None,
        is_retraction=is_retraction,
        person=assignment.person,
        detail=f"{quantity.name}{number}, {assignment.controller}"[:200],
        dose=given["value"],
        dose_unit=quantity.unit,
        started_at=given["set_at"],
        operator=given["set_by"],
        by=by,
        at=at,
    )
    return insert(
        ControllerSetting(
            **given,
            intervention=treatment,
            corrects=corrects,
            is_retraction=is_retraction,
            recorded_at=at,
            recorded_by=by,
        )
    )
