"""A patient's controllers at one look: what is in force, what was set and read, and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from patients.models import (
    ControllerAlarm,
    ControllerAssignment,
    ControllerReading,
    ControllerSetting,
    ControlQuantity,
    Person,
    SetPoint,
)
from patients.queries.controllers import stated_of
from patients.queries.identities import entries
from patients.rules.controllers import Span, Stated, deviates, in_force, spans

MOST_READINGS = 200


@dataclass(frozen=True)
class Course:
    """One quantity of a patient: its set-points, settings and readings, the newest first."""

    quantity: ControlQuantity
    stated: tuple[Stated, ...]
    set_point: SetPoint | None
    readings: tuple[ControllerReading, ...]
    settings: tuple[ControllerSetting, ...]

    @property
    def spans(self) -> list[Span]:
        return spans(self.stated)

    @property
    def last_reading(self) -> ControllerReading | None:
        return self.readings[0] if self.readings else None

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


def overview(person: Person, *, at: datetime) -> Overview:
    """Return a patient's controllers, over all entries of the person; as many questions however much."""
    mine = entries(person.pk)
    assigned = ControllerAssignment.objects.filter(person__in=mine).select_related("controller")
    current = assigned.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))
    of = {"assignment__person__in": mine}
    settings = ControllerSetting.objects.standing().filter(**of)
    readings = newest_readings(assigned)
    alarms = ControllerAlarm.objects.open().filter(**of)
    seen = ("assignment__controller", "quantity")
    drafts = SetPoint.objects.filter(person__in=mine).to_sign().counted()
    return Overview(
        courses=_courses(
            stated_of(mine),
            readings,
            list(
                settings.select_related(*seen, "set_by__user").order_by("-set_at", "-id")[
                    :MOST_READINGS
                ]
            ),
        ),
        drafts=tuple(drafts.select_related("quantity", "recorded_by__user").order_by("-id")),
        assignments=tuple(current.order_by("since")),
        alarms=tuple(
            alarms.select_related(*seen, "reading", "acknowledged_by__user").order_by("id")
        ),
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


def newest_readings(assigned: QuerySet[ControllerAssignment]) -> list[ControllerReading]:
    """Return the newest readings that hold of some assignments, however many there are."""
    rows = ControllerReading.objects.standing().order_by("-read_at", "-id")
    ids = first_ids(rows, assigned, most=MOST_READINGS)
    seen = ("assignment__controller", "assignment__person", "quantity")
    found = ControllerReading.objects.filter(pk__in=ids).select_related(*seen)
    return list(found.order_by("-read_at", "-id")[:MOST_READINGS])


def _courses(
    stated: Sequence[tuple[int, Stated]],
    readings: Sequence[ControllerReading],
    settings: Sequence[ControllerSetting],
) -> tuple[Course, ...]:
    ids = {quantity for quantity, _one in stated}
    ids |= {row.quantity_id for row in (*readings, *settings)}
    newest: dict[int, Stated] = {}
    for id_, one in sorted(stated, key=lambda pair: (pair[1].since, pair[1].id)):
        newest[id_] = one
    known = SetPoint.objects.in_bulk([one.id for one in newest.values()])
    found = []
    for quantity in ControlQuantity.objects.filter(pk__in=ids).order_by("name"):
        mine = tuple(one for id_, one in stated if id_ == quantity.pk)
        last = newest.get(quantity.pk)
        found.append(
            Course(
                quantity=quantity,
                stated=mine,
                set_point=known[last.id] if last else None,
                readings=tuple(row for row in readings if row.quantity_id == quantity.pk),
                settings=tuple(row for row in settings if row.quantity_id == quantity.pk),
            )
        )
    return tuple(found)
