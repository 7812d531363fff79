"""Places of the hospital: opened, closed, opened again."""

from __future__ import annotations

from datetime import datetime

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions.gateway import claiming, insert, required
from patients.models import Encounter, Location

WITHIN = """
    WITH RECURSIVE part(id) AS (
        SELECT %s::bigint
        UNION
        SELECT l.id FROM patients_location l JOIN part ON l.parent_id = part.id
    )
    SELECT id FROM part
"""


def create(
    *,
    by: Principal,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    parent: Location | None = None,
) -> Location:
    """Add a place, as part of another where it is one."""
    policy.check(by, "patients.location.manage")
    name = required(name, field="name", what=_("Give the place a name."))
    taken = InvalidInput(_("This code is in use already."), field="code")
    with (
        claiming({"patients_location_code_key": taken}),
        acting(by=by, at=at, action="patients.location.create"),
    ):
        if parent is not None and not _locked(parent).is_active:
            raise InvalidInput(_("The place it belongs to is closed."), field="parent")
        made = insert(
            Location(code=code, name=name, kind=kind, parent=parent, recorded_at=at, recorded_by=by)
        )
        signals.place_opened.send(sender=Location, location=made, by=by, at=at)
    return made


def deactivate(*, by: Principal, at: datetime, location: Location, reason: str) -> Location:
    """Close a place in which nobody stays; its past remains."""
    policy.check(by, "patients.location.manage")
    reason = required(reason, field="reason", what=_("Say why the place is closed."))
    with acting(by=by, at=at, action="patients.location.deactivate", reason=reason):
        _locked(location)
        parts = RawSQL(WITHIN, [location.pk])  # noqa: S611
        if Encounter.objects.open().filter(location_id__in=parts).exists():
            raise Conflict(_("There are still people in this place; move them first."))
        others = Location.objects.filter(pk__in=parts, is_active=True).exclude(pk=location.pk)
        if others.exists():
            raise Conflict(_("Parts of this place are still open; close them first."))
        return _switch(location, is_active=False)


def activate(*, by: Principal, at: datetime, location: Location, reason: str) -> Location:
    """Open a closed place again."""
    policy.check(by, "patients.location.manage")
    reason = required(reason, field="reason", what=_("Say why the place is opened again."))
    with acting(by=by, at=at, action="patients.location.activate", reason=reason):
        _locked(location)
        if location.parent is not None and not _locked(location.parent).is_active:
            raise Conflict(_("The place it belongs to is closed; open that one first."))
        opened = _switch(location, is_active=True)
        signals.place_opened.send(sender=Location, location=opened, by=by, at=at)
    return opened


def _locked(location: Location) -> Location:
    found: Location = Location.objects.select_for_update(no_key=True).get(pk=location.pk)
    return found


def _switch(location: Location, *, is_active: bool) -> Location:
    rows = Location.objects.filter(pk=location.pk, is_active=not is_active)
    if not rows.update(is_active=is_active):
        raise Conflict(_("The place is open already.") if is_active else _("It is closed already."))
    location.is_active = is_active
    return location
