"""Controllers: registered, followed by facts, given to one patient at a time. Never commanded."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from labsys.lib.locks import hold
from labsys.lib.units import check_unit
from patients.actions.gateway import claiming, held, insert, required
from patients.models import (
    Controller,
    ControllerAssignment,
    ControllerEvent,
    ControllerReading,
    ControllerSetting,
    ControlQuantity,
    Person,
)
from patients.models.controllers import ONE_PATIENT
from patients.queries.controllers import assignment_at, state
from patients.rules.controllers import DeviceState

MANAGE, ASSIGN = "patients.device.manage", "patients.device.assign"


def define(
    *, code: str, name: str, unit: str, decimals: int, by: Principal, at: datetime
) -> ControlQuantity:
    """Define something that controllers keep; its unit and decimals never change."""
    policy.check(by, MANAGE)
    name = required(name, field="name", what=_("Name the quantity."))
    try:
        unit = check_unit(unit.strip())
    except InvalidInput as refused:
        raise InvalidInput(str(refused), field="unit") from refused
    taken = {
        "patients_controlquantity_code_key": InvalidInput(
            _("A quantity has this code already."), field="code"
        )
    }
    with claiming(taken), acting(by=by, at=at, action="patients.control_quantity.define"):
        given = {"code": code.strip(), "name": name, "unit": unit, "decimals": decimals}
        return insert(ControlQuantity(**given, recorded_at=at, recorded_by=by))


def retire(*, quantity: ControlQuantity, reason: str, by: Principal, at: datetime) -> None:
    """Offer a quantity no longer for new set-points and readings; what was recorded stays."""
    policy.check(by, MANAGE)
    reason = required(reason, field="reason", what=_("Say why it is no longer used."))
    with acting(by=by, at=at, action="patients.control_quantity.retire", reason=reason):
        rows = ControlQuantity.objects.filter(pk=quantity.pk, is_active=True)
        if not rows.update(is_active=False):
            raise Conflict(_("This quantity is not used any more already."))


def register(
    *,
    serial: str,
    model: str,
    firmware: str = "",
    sender: Principal | None = None,
    by: Principal,
    at: datetime,
) -> Controller:
    """Register a device, in service from now on."""
    policy.check(by, MANAGE)
    serial = required(serial, field="serial", what=_("Give the serial number of the device."))
    model = required(model, field="model", what=_("Name the model of the device."))
    taken = {
        "patients_controller_serial_key": InvalidInput(
            _("A controller has this serial number already."), field="serial"
        )
    }
    with claiming(taken), acting(by=by, at=at, action="patients.controller.register"):
        made = insert(
            Controller(serial=serial, model=model, sender=sender, recorded_at=at, recorded_by=by)
        )
        _event(made, ControllerEvent.Kind.IN_SERVICE, at, by=by, at=at)
        if firmware.strip():
            _event(made, ControllerEvent.Kind.FIRMWARE, at, by=by, at=at, firmware=firmware.strip())
    return made


def name_sender(
    *, controller: Controller, sender: Principal | None, by: Principal, at: datetime
) -> Controller:
    """Say whose readings of a device are taken: the instrument key that reads it, or nobody's."""
    policy.check(by, MANAGE)
    with acting(by=by, at=at, action="patients.controller.name_sender"):
        Controller.objects.filter(pk=controller.pk).update(sender=sender)
    controller.sender = sender
    return controller


def observe(
    *,
    controller: Controller,
    kind: str,
    happened_at: datetime,
    firmware: str = "",
    note: str = "",
    by: Principal,
    at: datetime,
) -> ControllerEvent:
    """Record what became of a device, or which firmware it runs."""
    policy.check(by, MANAGE)
    check_world_moment(happened_at, at=at, field="happened_at")
    firmware = firmware.strip()
    if (kind == ControllerEvent.Kind.FIRMWARE) != bool(firmware):
        raise InvalidInput(
            _("Name the firmware where it was changed, and only there."), field="firmware"
        )
    with acting(by=by, at=at, action="patients.controller.observe"):
        return _event(
            controller, kind, happened_at, by=by, at=at, firmware=firmware, note=note.strip()
        )


def assign(
    *, controller: Controller, person: Person, since: datetime, by: Principal, at: datetime
) -> ControllerAssignment:
    """Record that a device acts on a patient from a moment on; it acts on one patient at a time."""
    policy.check(by, ASSIGN, person)
    check_world_moment(since, at=at, field="since")
    with acting(by=by, at=at, action="patients.controller.assign"):
        _entries, at = held(person, at=at)
        lock_device(controller)
        _check_usable(controller)
        overlaps = controller.assignments.filter(Q(until=None) | Q(until__gt=since))
        taken = Conflict(
            _("This controller is another patient's at that time; record when that ended first.")
        )
        if overlaps.exclude(until__isnull=False, until=F("since")).exists():
            raise taken
        given = {"controller": controller, "person": person, "since": since}
        with (
            claiming({ONE_PATIENT: taken}),
            acting(by=by, at=at, action="patients.controller.assign"),
        ):
            return insert(ControllerAssignment(**given, recorded_at=at, recorded_by=by))


def release(
    *, assignment: ControllerAssignment, until: datetime, reason: str, by: Principal, at: datetime
) -> ControllerAssignment:
    """Record that a device acts on a patient no longer; `until` its beginning takes an error back."""
    policy.check(by, ASSIGN, assignment.person)
    reason = required(reason, field="reason", what=_("Say why the assignment ends."))
    check_world_moment(until, at=at, field="until")
    if until < assignment.since:
        raise InvalidInput(_("The end lies before the beginning."), field="until")
    with acting(by=by, at=at, action="patients.controller.release", reason=reason):
        held(assignment.person, at=at)
        lock_device(assignment.controller)
        _check_nothing_after(assignment, until)
        rows = ControllerAssignment.objects.filter(pk=assignment.pk, until=None)
        if not rows.update(until=until):
            raise Conflict(_("This assignment has ended already."))
    assignment.until = until
    return assignment


def assignment_in_reach(
    controller: Controller, moment: datetime, *, by: Principal, permission: str
) -> ControllerAssignment:
    """Return whose a device was at a moment; a patient out of reach and nobody at all look alike."""
    found = assignment_at(controller, moment)
    if found is not None and policy.can(by, permission, found.person):
        return found
    if not policy.reaches(by, permission):
        raise NotAllowed(_("Your role does not allow this."))
    raise NotFound(
        _(
            "This controller was nobody's at that moment, or its patient is not in your reach; assign it "
            "first, or ask somebody who may."
        )
    )


def lock_device(controller: Controller) -> None:
    """Keep whose a device is until the end of the transaction; taken after the persons."""
    hold(f"patients.controller:{controller.pk}")


def _check_usable(controller: Controller) -> None:
    found = state(controller.events.all())
    if found is not DeviceState.IN_SERVICE:
        raise Conflict(
            _("This controller is %(state)s; record first that it is in service again.")
            % {"state": ControllerEvent.Kind(found.value).label}
        )


def _check_nothing_after(assignment: ControllerAssignment, until: datetime) -> None:
    """What was read or set after the end would be a patient's whose the device was not."""
    read = ControllerReading.objects.standing().filter(assignment=assignment, read_at__gte=until)
    was_set = ControllerSetting.objects.standing().filter(assignment=assignment, set_at__gte=until)
    if read.exists() or was_set.exists():
        raise Conflict(
            _(
                "Readings or settings after that moment are recorded for this patient; choose a later "
                "end, or take them back first."
            )
        )


def _event(
    controller: Controller,
    kind: str,
    happened_at: datetime,
    *,
    by: Principal,
    at: datetime,
    firmware: str = "",
    note: str = "",
) -> ControllerEvent:
    return insert(
        ControllerEvent(
            controller=controller,
            kind=kind,
            firmware=firmware,
            note=note,
            happened_at=happened_at,
            recorded_at=at,
            recorded_by=by,
        )
    )
