"""Maintenance: tasks set up, what was done recorded, wrong records annulled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from assays.actions import annulments
from assays.models import (
    Assay,
    Instrument,
    MaintenanceKind,
    MaintenanceRecord,
    MaintenanceTask,
)
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

RECORD, MANAGE = "assays.bench.record", "assays.bench.manage"


def add_task(
    *,
    instrument: Instrument,
    name: str,
    kind: str,
    every_days: int,
    by: Principal,
    at: datetime,
    instructions: str = "",
) -> MaintenanceTask:
    """Set up something that an instrument needs done again and again."""
    policy.check(by, MANAGE)
    name = name.strip()
    if not name or len(name) > 120:
        raise InvalidInput(_("Say what is to be done, in up to 120 characters."), field="name")
    _check_kind(kind)
    if not 0 < every_days < 4000:
        raise InvalidInput(_("Give days above 0."), field="every_days")
    with acting(by=by, at=at, action="assays.maintenance.add_task"):
        if MaintenanceTask.objects.filter(instrument=instrument, name__iexact=name).exists():
            raise InvalidInput(_("This instrument has such a task already."), field="name")
        return MaintenanceTask.objects.create(
            instrument=instrument,
            name=name,
            kind=kind,
            every_days=every_days,
            instructions=instructions.strip(),
            recorded_at=at,
            recorded_by=by,
        )


def end_task(*, task: MaintenanceTask, by: Principal, at: datetime, reason: str) -> None:
    """Ask for a task no more."""
    policy.check(by, MANAGE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.maintenance.end_task", reason=reason):
        if not MaintenanceTask.objects.filter(pk=task.pk, is_active=True).update(is_active=False):
            raise Conflict(_("%(task)s was ended before.") % {"task": task})


def record(
    *,
    instrument: Instrument,
    what: str,
    performed_at: datetime,
    by: Principal,
    at: datetime,
    kind: str = "",
    task: MaintenanceTask | None = None,
    assay: Assay | None = None,
    performed_by: Principal | None = None,
    next_due_on: date | None = None,
) -> MaintenanceRecord:
    """Record what was done; control rules count anew from a repair on.

    A task brings its kind and, unless told otherwise, its next day.
    """
    policy.check(by, RECORD)
    check_world_moment(performed_at, at=at, field="performed_at")
    if task is not None:
        if task.instrument_id != instrument.pk:
            raise InvalidInput(_("This task is of another instrument."), field="task")
        kind = kind or task.kind
        what = what.strip() or task.name
        if next_due_on is None:
            next_due_on = hospital_day(performed_at) + timedelta(days=task.every_days)
    _check_kind(kind)
    if not what.strip():
        raise InvalidInput(_("Say what was done."), field="what")
    if next_due_on is not None and next_due_on <= hospital_day(performed_at):
        raise InvalidInput(_("It is next due after it was done."), field="next_due_on")
    with acting(by=by, at=at, action="assays.maintenance.record"):
        made: MaintenanceRecord = MaintenanceRecord.objects.create(
            instrument=instrument,
            task=task,
            kind=kind,
            assay=assay,
            what=what.strip(),
            performed_at=performed_at,
            performed_by=performed_by or by,
            next_due_on=next_due_on,
            recorded_at=at,
            recorded_by=by,
        )
    return made


def annul(
    *, done: MaintenanceRecord, by: Principal, at: datetime, reason: str
) -> MaintenanceRecord:
    """Take back a line of the log that was recorded wrongly."""
    policy.check(by, MANAGE)
    with acting(by=by, at=at, action="assays.maintenance.annul", reason=reason):
        return annulments.annul(done, by=by, at=at, reason=reason)


def _check_kind(kind: str) -> None:
    if kind not in MaintenanceKind.values:
        raise InvalidInput(_("Choose the kind of maintenance."), field="kind")
