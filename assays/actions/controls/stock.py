"""Control materials and their lots: registered, named as instruments name them, opened, ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions.controls import items
from assays.models import ControlIdentifier, ControlLevel, ControlLot, ControlMaterial, Instrument
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

STOCK = "assays.control.stock"
MOST_LEVELS = 9
LONGEST_NAME = 200


def register_material(
    *, name: str, maker: str, matrix: str, levels: int, by: Principal, at: datetime
) -> ControlMaterial:
    """Register a control material with the number of levels it comes in."""
    policy.check(by, STOCK)
    given = {"name": name.strip(), "maker": maker.strip(), "matrix": matrix.strip()}
    for field, text in given.items():
        if not text:
            raise InvalidInput(_("This is needed."), field=field)
    if not 1 <= levels <= MOST_LEVELS:
        raise InvalidInput(
            _("A material has 1 to %(most)d levels.") % {"most": MOST_LEVELS}, field="levels"
        )
    if ControlMaterial.objects.filter(name=given["name"]).exists():
        raise Conflict(_("There is a material of this name already."))
    with acting(by=by, at=at, action="assays.control.register_material"):
        return ControlMaterial.objects.create(
            **given, levels=levels, recorded_by=by, recorded_at=at
        )


def register_lot(
    *, material: ControlMaterial, number: str, expires_on: date, by: Principal, at: datetime
) -> ControlLot:
    """Register a lot with its levels."""
    policy.check(by, STOCK)
    number = number.strip()
    if not number:
        raise InvalidInput(_("Give the lot number as it is printed."), field="number")
    if material.lots.filter(number=number).exists():
        raise InvalidInput(_("This lot is registered already."), field="number")
    with acting(by=by, at=at, action="assays.control.register_lot"):
        lot = ControlLot.objects.create(
            material=material, number=number, expires_on=expires_on, recorded_by=by, recorded_at=at
        )
        ControlLevel.objects.bulk_create(
            ControlLevel(lot=lot, number=level) for level in range(1, material.levels + 1)
        )
    return lot


def open_lot(*, lot: ControlLot, opened_at: datetime, by: Principal, at: datetime) -> ControlLot:
    """Record when a lot was put into use."""
    policy.check(by, STOCK)
    check_world_moment(opened_at, at=at, field="opened_at")
    with acting(by=by, at=at, action="assays.control.open_lot"):
        rows = ControlLot.objects.filter(pk=lot.pk, opened_at=None, ended_at=None)
        if not rows.update(opened_at=opened_at):
            raise Conflict(_("Lot %(lot)s was opened or ended meanwhile.") % {"lot": lot})
    lot.refresh_from_db()
    return lot


def end_lot(*, lot: ControlLot, by: Principal, at: datetime, reason: str) -> ControlLot:
    """Take a lot out of use: its names mean nothing any more."""
    policy.check(by, STOCK)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.control.end_lot", reason=reason):
        rows = ControlLot.objects.filter(pk=lot.pk, ended_at=None)
        if not rows.update(ended_at=at, ended_by=by, end_reason=reason[:200]):
            raise Conflict(_("Lot %(lot)s is out of use already.") % {"lot": lot})
        ControlIdentifier.objects.filter(level__lot=lot, until=None).update(until=at)
    lot.refresh_from_db()
    return lot


def name_level(
    *,
    level: ControlLevel,
    value: str,
    by: Principal,
    at: datetime,
    instrument: Instrument | None = None,
    since: datetime | None = None,
    takes_over: bool = False,
) -> ControlIdentifier:
    """Register how instruments name a level, and try again what waits under that name.

    Where the name means another level until now, it goes over at `since` only if that is said.
    """
    policy.check(by, STOCK)
    value = value.strip()
    if not value or len(value) > LONGEST_NAME:
        raise InvalidInput(_("Give the name exactly as the instrument sends it."), field="value")
    since = check_world_moment(since or at, at=at, field="since")
    with acting(by=by, at=at, action="assays.control.name_level"):
        before = _open_name(value, instrument)
        if before is not None:
            _hand_over(before, level, since, takes_over=takes_over)
        made = _name(level, value, instrument, since, by=by, at=at)
        items.reconsider(by=by, at=at, instrument=instrument)
    return made


def _open_name(value: str, instrument: Instrument | None) -> ControlIdentifier | None:
    rows = ControlIdentifier.objects.select_for_update(of=("self",)).select_related("level__lot")
    found: ControlIdentifier | None = rows.filter(
        value=value, instrument=instrument, until=None
    ).first()
    return found


def _hand_over(
    before: ControlIdentifier, level: ControlLevel, since: datetime, *, takes_over: bool
) -> None:
    if before.level_id == level.pk:
        raise Conflict(_("“%(name)s” means this level already.") % {"name": before.value})
    if not takes_over:
        raise InvalidInput(
            _("“%(name)s” means %(level)s until now; say that it goes over to this level.")
            % {"name": before.value, "level": before.level},
            field="takes_over",
        )
    if since < before.since:
        raise InvalidInput(
            _("“%(name)s” began to mean %(level)s only after that.")
            % {"name": before.value, "level": before.level},
            field="since",
        )
    ControlIdentifier.objects.filter(pk=before.pk, until=None).update(until=since)


def _name(
    level: ControlLevel,
    value: str,
    instrument: Instrument | None,
    since: datetime,
    *,
    by: Principal,
    at: datetime,
) -> ControlIdentifier:
    try:
        with transaction.atomic():
            made: ControlIdentifier = ControlIdentifier.objects.create(
                level=level,
                instrument=instrument,
                value=value,
                since=since,
                recorded_by=by,
                recorded_at=at,
            )
            return made
    except IntegrityError as refused:
        raise Conflict(_("This name was registered meanwhile; look again.")) from refused
