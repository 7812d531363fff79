"""Places of the hospital: opened, closed, opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, database_now
from labsys.lib.errors import Conflict, InvalidInput
from patients import signals
from patients.actions.gateway import claiming, insert, required
from patients.models import Encounter, EncounterEnd, Location, LocationOpening

Kind = Location.Kind
MANAGE, SWITCH = "patients.location.manage", "patients.bed.switch"
NAMED = 5  # places in which somebody still is, in one sentence

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
    opened_at: datetime | None = None,
) -> Location:
    """Add a place, as part of another where it is one; an overflow place begins closed.

    `opened_at` says since when it is in use, where that was before it was recorded.
    """
    policy.check(by, MANAGE)
    name = required(name, field="name", what=_("Give the place a name."))
    taken = InvalidInput(_("This code is in use already."), field="code")
    if opened_at is not None:
        check_world_moment(opened_at, at=at, field="opened_at")
    with (
        claiming({"patients_location_code_key": taken}),
        acting(by=by, at=at, action="patients.location.create"),
    ):
        if parent is not None:
            _check_parent(_locked(parent), kind)
        made = Location(
            code=code,
            name=name,
            kind=kind,
            parent=parent,
            is_active=kind != Kind.OVERFLOW,
            recorded_at=at,
            recorded_by=by,
        )
        insert(made)
        if opened_at is not None and made.is_active:
            _record(made, True, reason=_("In use."), happened_at=opened_at, by=by, at=at)
        signals.place_opened.send(sender=Location, location=made, by=by, at=at)
    return made


def deactivate(
    *,
    by: Principal,
    at: datetime,
    location: Location,
    reason: str,
    closed_at: datetime | None = None,
) -> Location:
    """Close a place in which nobody stays, now or at an earlier moment; its past remains."""
    policy.check(by, permission_to_switch(location))
    reason = required(reason, field="reason", what=_("Say why the place is closed."))
    check_world_moment(closed_at or at, at=at, field="closed_at")
    with acting(by=by, at=at, action="patients.location.deactivate", reason=reason):
        _locked(location)
        moment = closed_at or max(at, database_now())
        parts = RawSQL(WITHIN, [location.pk])  # noqa: S611
        _check_empty(parts, since=moment)
        others = Location.objects.filter(pk__in=parts, is_active=True).exclude(pk=location.pk)
        if others.exists():
            raise Conflict(_("Parts of this place are still open; close them first."))
        closed = _switch(location, is_active=False)
        _record(closed, False, reason=reason, happened_at=moment, by=by, at=at, field="closed_at")
        return closed


def activate(
    *,
    by: Principal,
    at: datetime,
    location: Location,
    reason: str,
    opened_at: datetime | None = None,
    capacity: int | None = None,
    expected_until: datetime | None = None,
) -> Location:
    """Open a closed place again; an overflow place with how many it holds."""
    policy.check(by, permission_to_switch(location))
    reason = required(reason, field="reason", what=_("Say why the place is opened."))
    check_world_moment(opened_at or at, at=at, field="opened_at")
    _check_capacity(location, capacity)
    _check_until(expected_until, opened_at or at)
    with acting(by=by, at=at, action="patients.location.activate", reason=reason):
        _locked(location)
        moment = opened_at or max(at, database_now())
        if location.parent is not None and not _locked(location.parent).is_active:
            raise Conflict(_("The place it belongs to is closed; open that one first."))
        opened = _switch(location, is_active=True)
        more = {"capacity": capacity, "expected_until": expected_until}
        _record(opened, True, reason=reason, happened_at=moment, by=by, at=at, **more)
        signals.place_opened.send(sender=Location, location=opened, by=by, at=at)
    return opened


def resize(
    *,
    by: Principal,
    at: datetime,
    location: Location,
    capacity: int,
    reason: str,
    expected_until: datetime | None = None,
) -> Location:
    """Say that an open overflow place holds another number from now on."""
    policy.check(by, MANAGE)
    reason = required(reason, field="reason", what=_("Say why it holds another number."))
    _check_capacity(location, capacity)
    _check_until(expected_until, at)
    if location.kind != Kind.OVERFLOW:
        raise InvalidInput(_("This place holds as many as it has open beds."), field="capacity")
    with acting(by=by, at=at, action="patients.location.resize", reason=reason):
        found = _locked(location)
        if not found.is_active:
            raise Conflict(_("The place is closed; open it with the number it holds."))
        moment = max(at, database_now())
        more = {"capacity": capacity, "expected_until": expected_until}
        _record(found, True, reason=reason, happened_at=moment, by=by, at=at, **more)
    return found


def permission_to_switch(location: Location) -> str:
    """Return what somebody needs to close or open a place: beds are a ward's own affair."""
    return SWITCH if location.kind == Kind.BED else MANAGE


def _check_parent(parent: Location, kind: str) -> None:
    if not parent.is_active:
        raise InvalidInput(_("The place it belongs to is closed."), field="parent")
    if parent.kind == Kind.BED:
        raise InvalidInput(_("A bed has no parts."), field="parent")
    if parent.kind == Kind.OVERFLOW:
        sentence = _("An overflow place has no parts: its opening says how many it holds.")
        raise InvalidInput(sentence, field="parent")


def _check_empty(parts: RawSQL, *, since: datetime) -> None:
    stays = Encounter.objects.filter(location_id__in=parts)
    here = stays.open().values_list("location__name", flat=True)
    names = list(here.order_by("location__name")[: NAMED + 1])
    if names:
        told = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
        sentence = _("There are still people in this place (%(places)s); move them first.")
        raise Conflict(sentence % {"places": told})
    later = stays.filter(end__ended_at__gt=since).exclude(
        end__disposition=EncounterEnd.Disposition.ERROR
    )
    if later.exists():
        raise InvalidInput(_("Somebody was still here after this moment."), field="closed_at")


def _check_capacity(location: Location, capacity: int | None) -> None:
    if location.kind == Kind.OVERFLOW and not capacity:
        raise InvalidInput(_("Say how many people the place holds."), field="capacity")
    if location.kind != Kind.OVERFLOW and capacity is not None:
        raise InvalidInput(_("This place holds as many as it has open beds."), field="capacity")


def _check_until(until: datetime | None, moment: datetime) -> None:
    if until is not None and until.tzinfo is None:
        raise InvalidInput(_("The moment has no time zone."), field="expected_until")
    if until is not None and until <= moment:
        raise InvalidInput(_("The end must lie after the beginning."), field="expected_until")


def _record(
    location: Location,
    is_open: bool,
    *,
    happened_at: datetime,
    by: Principal,
    at: datetime,
    field: str = "opened_at",
    **stated: Any,
) -> None:
    """Append what became of a place; nothing is recorded before what is on record of it."""
    if LocationOpening.objects.filter(location=location, happened_at__gte=happened_at).exists():
        sentence = _("This place was opened or closed later than this moment already.")
        raise InvalidInput(sentence, field=field)
    insert(
        LocationOpening(
            location=location,
            is_open=is_open,
            happened_at=happened_at,
            recorded_at=at,
            recorded_by=by,
            **stated,
        )
    )


def _locked(location: Location) -> Location:
    found: Location = Location.objects.select_for_update(no_key=True).get(pk=location.pk)
    return found


def _switch(location: Location, *, is_active: bool) -> Location:
    rows = Location.objects.filter(pk=location.pk, is_active=not is_active)
    if not rows.update(is_active=is_active):
        raise Conflict(_("The place is open already.") if is_active else _("It is closed already."))
    location.is_active = is_active
    return location
