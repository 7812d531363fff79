"""Controllers: whose a device was, what its events say, and the set-points that two people signed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import (
    Controller,
    ControllerAssignment,
    ControllerEvent,
    ControlQuantity,
    SetPoint,
)
from patients.rules.controllers import SIGNATURES_NEEDED, DeviceState, Stated, in_force, state_of

VIEW = "patients.controller.view"


@dataclass(frozen=True)
class Device:
    """A controller with what its events tell of it, and whose it is now among those in reach."""

    controller: Controller
    state: DeviceState
    firmware: str
    assignment: ControllerAssignment | None
    is_elsewhere: bool

    @property
    def state_words(self) -> Any:
        return ControllerEvent.Kind(self.state.value).label


def assignment_at(controller: Controller, moment: datetime) -> ControllerAssignment | None:
    """Return whose a controller was at a moment; None where it was nobody's."""
    rows = ControllerAssignment.objects.select_related("person", "controller")
    found: ControllerAssignment | None = (
        rows.filter(controller=controller, since__lte=moment)
        .filter(Q(until=None) | Q(until__gt=moment))
        .first()
    )
    return found


def devices(by: Any, rows: QuerySet[Any], *, at: datetime) -> list[Device]:
    """Return controllers with their states; whose they are only where the reader reaches the patient."""
    current = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
    assigned = ControllerAssignment.objects.filter(current)
    found = list(rows.prefetch_related("events", Prefetch("assignments", assigned, "now")))
    reached = policy.scope(by, assigned.filter(controller__in=found), VIEW)
    near = {row.controller_id: row for row in reached.select_related("person")}
    return [_device(one, near.get(one.pk)) for one in found]


def _device(one: Any, near: ControllerAssignment | None) -> Device:
    return Device(
        controller=one,
        state=state(one.events.all()),
        firmware=firmware(one.events.all()),
        assignment=near,
        is_elsewhere=near is None and bool(one.now),
    )


def last_events(controller: Controller, *, most: int) -> list[ControllerEvent]:
    """Return what was found of one of the `devices`, the last first, each with who recorded it."""
    told = sorted(controller.events.all(), key=lambda one: (one.happened_at, one.pk), reverse=True)
    Principal.objects.fill_in(told[:most], "recorded_by")
    return told[:most]


def state(events: Iterable[ControllerEvent]) -> DeviceState:
    """Return what a device is, by its events."""
    told = [one for one in events if one.kind != ControllerEvent.Kind.FIRMWARE]
    return state_of((one.happened_at, one.pk, DeviceState(one.kind)) for one in told)


def firmware(events: Iterable[ControllerEvent]) -> str:
    """Return which firmware a device runs, by its events; empty where nobody said."""
    told = [one for one in events if one.kind == ControllerEvent.Kind.FIRMWARE]
    return max(((one.happened_at, one.pk, one.firmware) for one in told), default=("", 0, ""))[2]


def stated(person_ids: Collection[int], quantity: ControlQuantity | None = None) -> list[Stated]:
    """Return the signed set-points of a person (all entries), of one quantity, in any order."""
    return [one for _quantity, one in stated_of(person_ids, quantity)]


def stated_of(
    person_ids: Collection[int], quantity: ControlQuantity | None = None
) -> list[tuple[int, Stated]]:
    """Return the signed set-points of a person, each with the id of its quantity."""
    return [(row.quantity_id, as_stated(row)) for row in signed_of(person_ids, quantity)]


def signed_of(
    person_ids: Collection[int], quantity: ControlQuantity | None = None
) -> QuerySet[SetPoint]:
    """Return the rows of a person's signed set-points, each with `since` when it is in force."""
    rows = SetPoint.objects.filter(person__in=list(person_ids), discarded_at=None)
    if quantity is not None:
        rows = rows.filter(quantity=quantity)
    signed = Q(signatures__position__gt=0)
    found: QuerySet[SetPoint] = rows.annotate(
        given=Count("signatures", filter=signed), since=Max("signatures__signed_at", filter=signed)
    ).filter(given=SIGNATURES_NEEDED)
    return found


def as_stated(row: Any) -> Stated:
    """Return what one of the rows that `signed_of` finds says."""
    return Stated(row.pk, row.number, row.value, row.low, row.high, row.since)


def in_force_for(
    person_ids: Collection[int], quantity: ControlQuantity, *, at: datetime
) -> Stated | None:
    """Return the set-point of a person in force at a moment."""
    return in_force(stated(person_ids, quantity), at=at)
