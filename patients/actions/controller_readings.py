"""Readings of controllers: judged by the band in force then, and an alarm in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, Refusal
from labsys.lib.quantities import check_bounds
from patients.actions import controller_alarms
from patients.actions.controllers import assignment_in_reach, lock_device
from patients.actions.gateway import check_text, claiming, correcting, held, insert, required
from patients.actions.set_points import check_value
from patients.models import (
    Controller,
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    HeldReading,
    SetPoint,
)
from patients.models.controller_readings import ONCE
from patients.queries.controllers import assignment_at, in_force_for, stated
from patients.rules.controllers import OUTSIDE, Verdict, decimals_of, verdict

RECORD, SEND, DECIDE = (
    "patients.reading.record",
    "patients.reading.send",
    "patients.reading.decide",
)
Reason, Source = HeldReading.Reason, ControllerReading.Source


class ReadTwice(Conflict):
    """A reading of this quantity at this moment is recorded already."""

    kind = "read-twice"


@dataclass(frozen=True)
class Sent:
    """A reading as an instrument says it, by serial number and code."""

    serial: str
    quantity: str
    value: Decimal
    unit: str
    read_at: datetime


def record(
    *,
    controller: Controller,
    quantity: ControlQuantity,
    value: Decimal,
    read_at: datetime,
    by: Principal,
    at: datetime,
) -> ControllerReading:
    """Record what somebody read off a device; refused where the device was nobody's then."""
    check_world_moment(read_at, at=at, field="read_at")
    check_value(quantity, value, field="value")
    assignment = assignment_in_reach(controller, read_at, by=by, permission=RECORD)
    given = {"quantity": quantity, "value": value, "read_at": read_at, "source": Source.MANUAL}
    return _take(assignment, given, by=by, at=at)


def send(*, sent: Sent, by: Principal, at: datetime) -> ControllerReading | HeldReading:
    """Take what an instrument sent; what cannot be made a patient's is held as it came.

    The same value of the same moment is refused as sent before; another value is held: neither is lost.
    """
    policy.check(by, SEND)
    check_world_moment(sent.read_at, at=at, field="read_at")
    check_bounds(sent.value)
    doubt, controller, quantity = _resolved(sent)
    if doubt is None and controller is not None and controller.sender_id != by.pk:
        doubt = Reason.OTHER_SENDER
    assignment = assignment_at(controller, sent.read_at) if controller and not doubt else None
    if doubt is None and assignment is None:
        doubt = Reason.NOT_ASSIGNED
    if doubt is None and assignment is not None:
        given = {"quantity": quantity, "value": sent.value, "read_at": sent.read_at}
        try:
            return _take(assignment, {**given, "source": Source.API}, by=by, at=at)
        except ReadTwice:
            mine = {"controller": controller, "quantity": quantity, "corrects": None}
            rows = ControllerReading.objects.filter(**mine, read_at=sent.read_at)
            if rows.filter(value=sent.value).exists():
                raise
            doubt = Reason.OTHER_VALUE
    twice = Conflict(_("This reading was sent before and is held."))
    action = "patients.held_reading.hold"
    with claiming({"patients_heldreading_once": twice}), acting(by=by, at=at, action=action):
        return insert(HeldReading(**vars(sent), reason=doubt, recorded_at=at, recorded_by=by))


def place(*, held_reading: HeldReading, by: Principal, at: datetime) -> ControllerReading:
    """Record a held reading as a patient's, once nothing speaks against it any more.

    Whoever does it answers for a key that is not the controller's.
    """
    policy.check(by, DECIDE)
    row = held_reading
    sent = Sent(row.serial, row.quantity, row.value, row.unit, row.read_at)
    doubt, controller, quantity = _resolved(sent)
    assignment = assignment_at(controller, row.read_at) if controller and not doubt else None
    if assignment is None:
        words = Reason(doubt or Reason.NOT_ASSIGNED).label
        raise Conflict(_("It stays held: %(why)s.") % {"why": words})
    given = {"quantity": quantity, "value": row.value, "read_at": row.read_at}
    with acting(by=by, at=at, action="patients.held_reading.place"):
        _claim(row)
        return _take(assignment, {**given, "source": Source.API, "held": row}, by=by, at=at)


def dismiss(*, held_reading: HeldReading, reason: str, by: Principal, at: datetime) -> None:
    """Say why a held reading is nobody's; it stays as it came."""
    policy.check(by, DECIDE)
    reason = required(reason, field="reason", what=_("Say why this reading is nobody's."))
    with acting(by=by, at=at, action="patients.held_reading.dismiss", reason=reason):
        _claim(held_reading)
        rows = HeldReading.objects.filter(pk=held_reading.pk, dismissed_at=None)
        rows.update(dismissed_at=at, dismissed_by=by, dismissed_because=reason)


def correct(
    *, reading: ControllerReading, value: Decimal, reason: str, by: Principal, at: datetime
) -> ControllerReading:
    """State the value of a reading again, judged by the same band; an alarm it raised stays open."""
    policy.check(by, RECORD, reading.assignment.person)
    check_value(reading.quantity, value, field="value")
    action = "patients.controller_reading.correct"
    with correcting(reading, by=by, at=at, action=action, reason=reason):
        _entries, at = held(reading.assignment.person, at=at)
        return _insert(_stated(reading, value), by=by, at=at, corrects=reading)


def retract(
    *, reading: ControllerReading, reason: str, by: Principal, at: datetime
) -> ControllerReading:
    """Take back a reading that was entered in error; an alarm it raised stays open."""
    policy.check(by, RECORD, reading.assignment.person)
    action = "patients.controller_reading.retract"
    with correcting(reading, by=by, at=at, action=action, reason=reason):
        again = _stated(reading, reading.value)
        return _insert(again, by=by, at=at, corrects=reading, is_retraction=True)


def _resolved(sent: Sent) -> tuple[Reason | None, Controller | None, ControlQuantity | None]:
    """Return what speaks against a reading, or the device and quantity that it names."""
    for field in ("serial", "quantity", "unit"):
        check_text(getattr(sent, field), field=field)
    controller = Controller.objects.filter(serial=sent.serial).first()
    quantity = ControlQuantity.objects.filter(code=sent.quantity).first()
    if controller is None:
        return Reason.UNKNOWN_CONTROLLER, None, quantity
    if quantity is None:
        return Reason.UNKNOWN_QUANTITY, controller, None
    if sent.unit != quantity.unit:
        return Reason.OTHER_UNIT, controller, quantity
    if decimals_of(sent.value) > quantity.decimals:
        return Reason.DECIMALS, controller, quantity
    return None, controller, quantity


def _claim(row: HeldReading) -> None:
    """Take a held reading that nobody has decided about."""
    rows = HeldReading.objects.select_for_update(no_key=True).filter(pk=row.pk, dismissed_at=None)
    if not list(rows.values_list("pk")) or ControllerReading.objects.filter(held=row).exists():
        raise Conflict(_("Somebody decided about this reading already."))


def _take(
    assignment: ControllerAssignment, given: dict[str, Any], *, by: Principal, at: datetime
) -> ControllerReading:
    """Insert a reading under the lock of its patient, with the band that was in force then."""
    twice: Refusal = ReadTwice(
        _("A reading of this quantity at that moment is recorded for this controller.")
    )
    action = "patients.controller_reading.record"
    with claiming({ONCE: twice}), acting(by=by, at=at, action=action):
        entries, at = held(assignment.person, at=at)
        lock_device(assignment.controller)
        now = assignment_at(assignment.controller, given["read_at"])
        if now is None or now.pk != assignment.pk:
            raise Conflict(_("Whose this controller is was changed meanwhile; try again."))
        standing = in_force_for(entries, given["quantity"], at=given["read_at"])
        return _insert(
            {
                **given,
                "controller": assignment.controller,
                "assignment": assignment,
                "set_point_id": standing.id if standing else None,
                "verdict": verdict(given["value"], standing),
            },
            by=by,
            at=at,
        )


def _stated(reading: ControllerReading, value: Decimal) -> dict[str, Any]:
    names = ("controller", "assignment", "quantity", "read_at", "source", "set_point_id")
    said = {name: getattr(reading, name) for name in names}
    return {**said, "value": value, "verdict": verdict(value, _band_of(reading))}


def _band_of(reading: ControllerReading) -> Any:
    if reading.set_point_id is None:
        return None
    of = SetPoint.objects.get(pk=reading.set_point_id)
    return next(one for one in stated([of.person_id], reading.quantity) if one.id == of.pk)


def _insert(
    given: dict[str, Any], *, by: Principal, at: datetime, **more: Any
) -> ControllerReading:
    made = insert(ControllerReading(**given, **more, recorded_at=at, recorded_by=by))
    if not made.is_retraction and Verdict(made.verdict) in OUTSIDE:
        controller_alarms.raise_for(reading=made, by=by, at=at)
    return made
