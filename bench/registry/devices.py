"""What else is recorded of some people: readings of controllers, alarms, set-points, needs, a work group."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection

from assays.models import GroupMember, GroupPatient, WorkGroup
from bench.registry.population import FIRST
from bench.registry.recorded import Recorded
from bench.scale.copying import bare, copy
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from patients.models import (
    CareGrant,
    CareNeed,
    ControllerAlarm,
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    SetPoint,
)

TABLES = (ControllerReading, ControllerAlarm, SetPoint, CareNeed, GroupPatient)
READINGS = 200  # of each device
NEEDS = 5_000
REACHED = 200  # persons whom a work group, and a visiting clinician, look after


class Devices:
    """Beside what `Recorded` writes; `member` works in a group, `visitor` has grants."""

    def __init__(self, recorded: Recorded, *, member: Principal, visitor: Principal) -> None:
        self.recorded, self.member, self.visitor = recorded, member, visitor
        self.at, self.stamp, self.dice = recorded.at, recorded.stamp, recorded.dice
        # Others than those at whose page many look.
        self.reached = recorded._persons(REACHED)

    def write_catalogues(self) -> None:
        """Write a quantity and a work group with its member."""
        by = Principal.objects.get(pk=self.recorded.of.actor)
        with acting(by=by, at=self.at, action="bench.prepare"):
            self.quantity = ControlQuantity.objects.create(
                code="bench-rate", name="Rate", unit="/h", decimals=1, **self.stamp
            )
            self.group = WorkGroup.objects.create(
                code="bench-group", name="Bench", kind="REMOVAL", aim="bench", **self.stamp
            )
            GroupMember.objects.create(
                group=self.group, principal=self.member, since=self.at, **self.stamp
            )

    def fill(self, owner: psycopg.Connection[Any]) -> None:
        """Copy everything; what `Recorded` copies stands."""
        # Read before tables are locked.
        worn = ControllerAssignment.objects.values_list("pk", "controller_id", "person_id")
        self.worn = list(worn.order_by("pk"))
        self.granted = max(CareGrant.objects.values_list("pk", flat=True), default=0)
        connection.close()
        with bare(owner, (*TABLES, CareGrant)):
            self._devices(owner)
            self._people(owner)

    def _devices(self, owner: psycopg.Connection[Any]) -> None:
        hour = timedelta(hours=1)
        shown = [
            (assignment, device, self.at - hour * n / 4, n)
            for n in range(READINGS, 0, -1)
            for assignment, device, _person in self.worn
        ]

        def readings() -> Iterator[tuple[Any, ...]]:
            for number, (assignment, device, moment, n) in enumerate(shown):
                verdict = "ABOVE" if n % 50 == 1 else "WITHIN"
                kept = points[assignment]
                yield number + 1, device, assignment, n % 7, moment, kept, verdict, moment

        points = {assignment: n + 1 for n, (assignment, *_rest) in enumerate(self.worn)}
        columns = (
            *("id", "controller_id", "assignment_id", "value", "read_at", "set_point_id"),
            "verdict",
        )
        given = {
            "quantity_id": self.quantity.pk,
            "recorded_by_id": self.recorded.of.actor,
            "source": "MANUAL",
        }
        copy(owner, ControllerReading, (*columns, "recorded_at"), readings(), **given)
        # Of each device the newest stands open.
        outside = [(n + 1, one[0]) for n, one in enumerate(shown) if one[3] == 1]
        alarms = ((n + 1, one, reading) for n, (reading, one) in enumerate(outside))
        copy(
            owner,
            ControllerAlarm,
            ("id", "assignment_id", "reading_id"),
            alarms,
            quantity_id=self.quantity.pk,
            side="ABOVE",
            **self.stamp,
        )
        drafts = (
            (n + 1, uuid.UUID(int=n + 1), person)
            for n, (_one, _device, person) in enumerate(self.worn)
        )
        band = {"value": 3, "low": 1, "high": 5, "number": 1, "reason": "bench"}
        columns = ("id", "uid", "person_id")
        copy(owner, SetPoint, columns, drafts, quantity_id=self.quantity.pk, **band, **self.stamp)

    def _people(self, owner: psycopg.Connection[Any]) -> None:
        many = self.recorded._many(NEEDS)
        needs = (
            (n + 1, FIRST + self.dice.randrange(self.recorded.of.people), self.recorded._ago(20))
            for n in range(many)
        )
        columns = ("id", "person_id", "since")
        copy(owner, CareNeed, columns, needs, kind="MOBILITY", **self.stamp)
        patients = ((n + 1, one, self.at) for n, one in enumerate(self.reached))
        columns = ("id", "person_id", "since")
        given = {"group_id": self.group.pk, "question": "bench", **self.stamp}
        copy(owner, GroupPatient, columns, patients, **given)
        first = self.granted + 1  # after those that were copied before
        until = self.at + timedelta(days=5)
        granted = ((first + n, one, self.at, until) for n, one in enumerate(self.reached))
        columns = ("id", "person_id", "since", "until")
        given = {"principal_id": self.visitor.pk, "reason": "bench", **self.stamp}
        copy(owner, CareGrant, columns, granted, **given)
