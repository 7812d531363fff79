"""Controllers for the tests: a device on somebody, a quantity, and set-points signed by two."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import control_documents, controller_readings, controllers, set_points
from patients.models import (
    ControlDocumentVersion,
    Controller,
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    Person,
    SetPoint,
)
from patients.queries.control_signatures import digest_of
from tests import factories, signing
from tests.patients import people
from tests.patients.people import HOUR

_numbers = count(1)
CODE = b"halt 7F-21 and stay"


def physician() -> Principal:
    return factories.principal(Role.EXAMINING_PHYSICIAN)


def quantity(decimals: int = 1) -> ControlQuantity:
    return controllers.define(
        code=f"rate-{next(_numbers)}",
        name="Replication rate",
        unit="1/d",
        decimals=decimals,
        by=physician(),
        at=database_now(),
    )


def device(**more: Any) -> Controller:
    given = {"serial": f"NC-{next(_numbers)}", "model": "Regulator", "firmware": "1.2", **more}
    return controllers.register(**given, by=physician(), at=database_now())


def assigned(
    person: Person | None = None, one: Controller | None = None, *, ago: Any = 5 * HOUR
) -> ControllerAssignment:
    at = database_now()
    given = {"controller": one or device(), "person": person or people.person()}
    return controllers.assign(**given, since=at - ago, by=physician(), at=at)


def drafted(
    person: Person, what: ControlQuantity, value: str | None = "2.0", **more: Any
) -> SetPoint:
    band = {"low": Decimal("1.0"), "high": Decimal("3.0")} if value else {}
    given = {"reason": "load rises", **band, **more}
    return set_points.draft(
        person=person,
        quantity=what,
        value=None if value is None else Decimal(value),
        **{"by": physician(), **given},
        at=database_now(),
    )


def sign(row: SetPoint | ControlDocumentVersion, by: Principal | None = None) -> Any:
    """Sign as somebody, or as a new person."""
    by = by or physician()
    given = {"seen": digest_of(row), "step_up": signing.step_up(by), "by": by}
    if isinstance(row, SetPoint):
        return set_points.sign(set_point=row, **given, at=database_now())
    return control_documents.sign(version=row, **given, at=database_now())


def in_force(
    person: Person, what: ControlQuantity, value: str | None = "2.0", **more: Any
) -> SetPoint:
    made = drafted(person, what, value, **more)
    sign(made)
    sign(made)
    return made


def read(
    one: Controller, what: ControlQuantity, value: str, at: datetime | None = None
) -> ControllerReading:
    now = database_now()
    return controller_readings.record(
        controller=one,
        quantity=what,
        value=Decimal(value),
        read_at=at or now,
        by=physician(),
        at=now,
    )


def kill_code(content: bytes = CODE, **more: Any) -> ControlDocumentVersion:
    given = {"kind": "KILL_CODE", "code": f"code-{next(_numbers)}", "title": "Halt", **more}
    return control_documents.begin(
        **given, content=content, note="first", by=physician(), at=database_now()
    )


def schematic(content: bytes = b"coil 4\n", **more: Any) -> ControlDocumentVersion:
    return kill_code(content, kind="SCHEMATIC", title="Wiring", **more)
