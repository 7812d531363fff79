"""Storage: units put up and moved; specimens put into positions, moved and taken out."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.models import Specimen, StorageUnit, StorageUnitMove, StoredSpecimen
from assays.queries import storage
from assays.rules.states import SpecimenStatus
from assays.rules.storage import (
    MOST_COLUMNS,
    MOST_ROWS,
    WITH_POSITIONS,
    Temperature,
    UnitKind,
    may_stand_in,
    next_free,
    position_name,
)
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

USE, MANAGE = "assays.storage.use", "assays.storage.manage"
STORABLE = (SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE, SpecimenStatus.UNSATISFACTORY)
RACES = 5


class PositionTaken(Conflict):
    """Another specimen stands at this position."""

    kind = "position-taken"


class NotEmpty(Conflict):
    """A unit still holds something."""

    kind = "not-empty"


def build(
    *,
    code: str,
    name: str,
    kind: UnitKind | str,
    by: Principal,
    at: datetime,
    parent: StorageUnit | None = None,
    temperature: Temperature | str = "",
    rows: int | None = None,
    columns: int | None = None,
) -> StorageUnit:
    """Put up a room, freezer, shelf, rack or box; racks and boxes may have positions."""
    policy.check(by, MANAGE)
    if kind not in set(UnitKind):
        raise InvalidInput(_("Choose what it is."), field="kind")
    if temperature and temperature not in set(Temperature):
        raise InvalidInput(_("Choose at which temperature it is kept."), field="temperature")
    _check_place(UnitKind(kind), parent)
    _check_size(UnitKind(kind), rows, columns)
    if not code.strip() or not name.strip():
        raise InvalidInput(_("Give it a code and a name."), field="code")
    with acting(by=by, at=at, action="assays.storage.build"):
        if StorageUnit.objects.filter(code=code).exists():
            raise Conflict(_("There is something called %(code)s already.") % {"code": code})
        made: StorageUnit = StorageUnit.objects.create(
            code=code,
            name=name.strip(),
            kind=kind,
            parent=parent,
            temperature=temperature,
            rows=rows,
            columns=columns,
            recorded_at=at,
            recorded_by=by,
        )
        _moved(made, old=None, what=StorageUnitMove.What.BUILT, by=by, at=at)
    return made


def relocate(
    *,
    unit: StorageUnit,
    parent: StorageUnit | None,
    by: Principal,
    at: datetime,
    reason: str = "",
) -> StorageUnit:
    """Put a unit, with all that stands in it, somewhere else; at another temperature stays restart."""
    policy.check(by, MANAGE)
    with acting(by=by, at=at, action="assays.storage.relocate", reason=reason):
        # Whoever puts something into a box of this one meanwhile comes before or after the move.
        inside = StorageUnit.objects.filter(pk__in=[unit.pk, *storage.warmed_with(unit.pk)])
        list(inside.select_for_update(no_key=True).order_by("pk"))
        row = StorageUnit.objects.get(pk=unit.pk)
        _check_place(UnitKind(row.kind), parent)
        old = row.parent
        StorageUnit.objects.filter(pk=row.pk).update(parent=parent)
        row.parent = parent
        _restart_stays(row, by=by, at=at)
        _moved(row, old=old, what=StorageUnitMove.What.MOVED, by=by, at=at, reason=reason)
    return row


def retire(*, unit: StorageUnit, by: Principal, at: datetime, reason: str) -> StorageUnit:
    """Take an empty unit out of use; its history stays."""
    policy.check(by, MANAGE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.storage.retire", reason=reason):
        row = StorageUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        has_units = row.children.filter(is_active=True).exists()
        if has_units or storage.open_stays(row).exists():
            raise NotEmpty(_("%(unit)s is not empty.") % {"unit": row})
        if not StorageUnit.objects.filter(pk=row.pk, is_active=True).update(is_active=False):
            raise Conflict(_("%(unit)s is out of use already.") % {"unit": row})
        row.is_active = False
        what = StorageUnitMove.What.RETIRED
        _moved(row, old=row.parent, what=what, by=by, at=at, reason=reason)
    return row


def store(
    *,
    specimen: Specimen,
    unit: StorageUnit,
    by: Principal,
    at: datetime,
    position: tuple[int, int] | None = None,
) -> StoredSpecimen:
    """Put a specimen into a position (None: the next free one); it leaves the one it had.

    Of two people who take the same position, one is told that it is taken; where the next free one
    was asked for, the second gets the one after it.
    """
    policy.check(by, USE)
    if position is not None:
        return _store(specimen, unit, position, by=by, at=at)
    for _attempt in range(RACES):
        taken = set(storage.open_stays(unit).values_list("row", "column"))
        free = next_free(rows=unit.rows or 0, columns=unit.columns or 0, taken=taken)
        if free is None:
            break
        try:
            return _store(specimen, unit, free, by=by, at=at)
        except PositionTaken:
            continue
    raise Conflict(_("%(unit)s has no free position.") % {"unit": unit})


def take_out(*, specimen: Specimen, by: Principal, at: datetime, reason: str = "") -> None:
    """Take a specimen out of its position, to be measured, sent or looked for.

    A scan is enough; no reason is made up where none was given.
    """
    policy.check(by, USE)
    with acting(by=by, at=at, action="assays.storage.take_out", reason=reason):
        if not _end_stay(specimen, by=by, at=at, reason=reason):
            raise Conflict(_("%(specimen)s is in no position.") % {"specimen": specimen})


def release(*, specimen: Specimen, by: Principal, at: datetime, reason: str) -> None:
    """Free the position of a specimen that is gone; part of the act that took it away."""
    with acting(by=by, at=at, action="assays.storage.release", reason=reason):
        _end_stay(specimen, by=by, at=at, reason=reason)


def _store(
    specimen: Specimen, unit: StorageUnit, position: tuple[int, int], *, by: Principal, at: datetime
) -> StoredSpecimen:
    row, column = position
    if not (1 <= row <= (unit.rows or 0) and 1 <= column <= (unit.columns or 0)):
        raise InvalidInput(_("%(unit)s has no such position.") % {"unit": unit}, field="position")
    with acting(by=by, at=at, action="assays.storage.store"):
        held = Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
        if held.status not in STORABLE:
            raise Conflict(
                _("%(specimen)s is not in the laboratory, so it cannot be put away.")
                % {"specimen": held}
            )
        place = StorageUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        if not place.is_active:
            raise Conflict(_("%(unit)s is out of use.") % {"unit": place})
        _end_stay(held, by=by, at=at, reason=_("moved"))
        try:
            with transaction.atomic():
                made: StoredSpecimen = StoredSpecimen.objects.create(
                    specimen=held,
                    unit=place,
                    row=row,
                    column=column,
                    temperature=storage.temperatures([place.pk])[place.pk],
                    stored_at=at,
                    stored_by=by,
                )
        except IntegrityError as taken:
            where = {"position": position_name(row, column), "unit": place.code}
            raise PositionTaken(
                _("%(position)s of %(unit)s is taken; choose another position.") % where
            ) from taken
    return made


def _end_stay(specimen: Specimen, *, by: Principal, at: datetime, reason: str) -> int:
    rows = StoredSpecimen.objects.filter(specimen=specimen, left_at=None)
    ended: int = rows.update(left_at=at, left_by=by, left_reason=reason[:200])
    return ended


def _restart_stays(unit: StorageUnit, *, by: Principal, at: datetime) -> None:
    """End what stood at the old temperature and go on at the new one, in the same positions."""
    now = storage.temperatures([unit.pk])[unit.pk]
    rows = StoredSpecimen.objects.select_for_update(no_key=True).filter(
        unit__in=storage.warmed_with(unit.pk), left_at=None
    )
    changed = list(rows.exclude(temperature=now).order_by("pk"))
    ended = StoredSpecimen.objects.filter(pk__in=[stay.pk for stay in changed], left_at=None)
    ended.update(left_at=at, left_by=by, left_reason=_("%(unit)s was moved") % {"unit": unit.code})
    StoredSpecimen.objects.bulk_create(
        StoredSpecimen(
            specimen_id=stay.specimen_id,
            unit_id=stay.unit_id,
            row=stay.row,
            column=stay.column,
            temperature=now,
            stored_at=at,
            stored_by=by,
        )
        for stay in changed
    )


def _check_place(kind: UnitKind, parent: StorageUnit | None) -> None:
    if parent is None:
        return
    if not parent.is_active:
        raise Conflict(_("%(unit)s is out of use.") % {"unit": parent})
    if parent.capacity or not may_stand_in(kind, UnitKind(parent.kind)):
        raise InvalidInput(_("It cannot stand in %(unit)s.") % {"unit": parent}, field="parent")


def _check_size(kind: UnitKind, rows: int | None, columns: int | None) -> None:
    if rows is None and columns is None:
        if kind is UnitKind.BOX:
            raise InvalidInput(_("Say how many rows and columns the box has."), field="rows")
        return
    if kind not in WITH_POSITIONS:
        raise InvalidInput(_("Only racks and boxes have positions."), field="rows")
    if rows is None or not 1 <= rows <= MOST_ROWS:
        raise InvalidInput(_("From 1 to %(most)d rows.") % {"most": MOST_ROWS}, field="rows")
    if columns is None or not 1 <= columns <= MOST_COLUMNS:
        raise InvalidInput(
            _("From 1 to %(most)d columns.") % {"most": MOST_COLUMNS}, field="columns"
        )


def _moved(
    unit: StorageUnit,
    *,
    old: StorageUnit | None,
    what: str,
    by: Principal,
    at: datetime,
    reason: str = "",
) -> None:
    StorageUnitMove.objects.create(
        unit=unit,
        old=old,
        new=unit.parent if what != StorageUnitMove.What.RETIRED else None,
        what=what,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )
