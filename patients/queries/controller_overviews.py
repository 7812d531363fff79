"""A patient's controllers at one look: what is in force, what was set and read, and what is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from labsys.accounts.models import Principal
from patients.models import (
    ControllerAlarm,
    ControllerAssignment,
    ControllerReading,
    ControllerSetting,
    ControlQuantity,
    SetPoint,
)
from patients.queries.controller_alarms import open_of
from patients.queries.controllers import as_stated, signed_of
from patients.rules.controllers import Span, Stated, deviates, in_force, spans

MOST_READINGS = 200


class Reading(NamedTuple):
    """What a list or a drawing tells of a reading: hundreds of whole rows cost more than all else."""

    quantity_id: int
    name: str
    unit: str
    read_at: datetime
    value: Decimal
    verdict: str
    serial: str
    mrn: str


_SAID = (
    *("quantity_id", "quantity__name", "quantity__unit", "read_at", "value", "verdict"),
    *("assignment__controller__serial", "assignment__person__mrn"),
)

_BESIDE = {
    "serial": F("assignment__controller__serial"),
    "mrn": F("assignment__person__mrn"),
    "name": F("quantity__name"),
    "unit": F("quantity__unit"),
    "signed": F("set_point__value"),
}


@dataclass(frozen=True)
class Course:
    """One quantity of a patient: its set-points, settings and readings, the newest first."""

    quantity: ControlQuantity
    stated: tuple[Stated, ...]
    set_point: SetPoint | None
    readings: tuple[Reading, ...]
    settings: tuple[ControllerSetting, ...]

    @property
    def spans(self) -> list[Span]:
        return spans(self.stated)

    @property
    def last_setting(self) -> ControllerSetting | None:
        return self.settings[0] if self.settings else None

    def is_deviation(self, setting: ControllerSetting) -> bool:
        """Whether what was set is not what was signed to be set at that moment."""
        return deviates(setting.value, in_force(self.stated, at=setting.set_at))

    @property
    def deviation(self) -> ControllerSetting | None:
        """The last setting, where it is not what is in force now."""
        last = self.last_setting
        if last is None:
            return None
        version = self.set_point
        wanted = None if version is None else version.value
        return None if wanted is not None and last.value == wanted else last

    @property
    def is_unset(self) -> bool:
        """Whether two people signed a value that nobody is recorded to have set since."""
        if self.set_point is None or self.set_point.value is None:
            return False
        since = next(one.since for one in self.stated if one.id == self.set_point.pk)
        return not any(one.set_at >= since for one in self.settings)

    @property
    def has_no_band(self) -> bool:
        """Whether readings of it are judged by nothing."""
        version = self.set_point
        return version is None or (version.low is None and version.high is None)


@dataclass(frozen=True)
class Overview:
    """All that a patient's page shows."""

    courses: tuple[Course, ...]
    drafts: tuple[SetPoint, ...]
    assignments: tuple[ControllerAssignment, ...]
    alarms: tuple[ControllerAlarm, ...]
    is_cut: bool


def overview(mine: Collection[int], *, at: datetime) -> Overview:
    """Return a patient's controllers, over all entries of the person; as many questions however much."""
    assigned = ControllerAssignment.objects.filter(person__in=mine).select_related("controller")
    assignments = list(assigned.order_by("since"))
    ids = [one.pk for one in assignments]
    readings = newest_readings(ids)
    drafts = SetPoint.objects.filter(person__in=mine).to_sign().counted()
    drafted = list(drafts.select_related("quantity").order_by("-id"))
    Principal.objects.fill_in(drafted, "recorded_by")
    return Overview(
        courses=_courses(signed_of(mine), readings, newest_settings(ids)),
        drafts=tuple(drafted),
        assignments=tuple(
            one for one in assignments if one.since <= at and (one.until is None or one.until > at)
        ),
        alarms=tuple(open_of(mine)),
        is_cut=len(readings) == MOST_READINGS,
    )


def first_ids(
    rows: QuerySet[ControllerReading], assigned: QuerySet[ControllerAssignment], *, most: int
) -> list[int]:
    """Return the ids of the first readings of each assignment, in the order that the rows have.

    So the first of all are among them, found by an index and without a look at the others.
    """
    mine = rows.filter(assignment=OuterRef("pk")).values("pk")[:most]
    found = assigned.order_by().values_list(ArraySubquery(mine), flat=True)
    return [one for ids in found for one in ids]


def newest_readings(assignments: Collection[int], *, most: int = MOST_READINGS) -> list[Reading]:
    """Return the newest readings that hold of some assignments, however many there are."""
    rows = ControllerReading.objects.standing().order_by("-read_at", "-id")
    ids = first_ids(rows, ControllerAssignment.objects.filter(pk__in=assignments), most=most)
    found = ControllerReading.objects.filter(pk__in=ids).order_by("-read_at", "-id")
    return [Reading(*row) for row in found.values_list(*_SAID)[:most]]


def newest_settings(
    assignments: Collection[int], *, most: int = MOST_READINGS
) -> list[ControllerSetting]:
    """Return what was set last on devices of some assignments, with whose, what and who set it."""
    rows = ControllerSetting.objects.standing().filter(assignment__in=assignments)
    found = list(rows.annotate(**_BESIDE).order_by("-set_at", "-id")[:most])
    Principal.objects.fill_in(found, "set_by")
    return found


def _courses(
    signed: Iterable[SetPoint],
    readings: Sequence[Reading],
    settings: Sequence[ControllerSetting],
) -> tuple[Course, ...]:
    versions: dict[int, list[tuple[Stated, SetPoint]]] = {}
    for row in signed:
        versions.setdefault(row.quantity_id, []).append((as_stated(row), row))
    ids = {*versions, *(row.quantity_id for row in (*readings, *settings))}
    found = []
    for quantity in ControlQuantity.objects.filter(pk__in=ids).order_by("name"):
        mine = versions.get(quantity.pk, [])
        newest = max(mine, key=lambda pair: (pair[0].since, pair[0].id), default=None)
        found.append(
            Course(
                quantity=quantity,
                stated=tuple(one for one, _row in mine),
                set_point=newest[1] if newest else None,
                readings=tuple(row for row in readings if row.quantity_id == quantity.pk),
                settings=tuple(row for row in settings if row.quantity_id == quantity.pk),
            )
        )
    return tuple(found)
