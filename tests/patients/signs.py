"""Signs in force for tests, drafted and approved by two people through the actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import sign_observations, signs
from patients.models import Person, Sign, SignObservation
from patients.rules.signs import check_grades
from tests import factories
from tests.patients.people import HOUR

GRADES = "none: skin as before\nfaint: seen on pressure\nmarked: seen across a room"


def sign(code: str = "skin", kind: str = "GRADED", **stated: Any) -> Sign:
    """Put a sign in force."""
    given: dict[str, Any] = {"name": code.capitalize(), "meaning": f"what {code} means", **stated}
    if kind == "GRADED":
        given.setdefault("grades", check_grades(GRADES))
    if kind == "MEASURED":
        given.setdefault("unit", "Cel")
    made = signs.draft(
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
        code=code,
        kind=kind,
        **given,
    )
    return signs.approve(
        by=factories.principal(Role.EXAMINING_PHYSICIAN), at=database_now(), sign=made
    )


def seen(
    person: Person, what: Sign, *, by: Principal | None = None, **stated: Any
) -> SignObservation:
    """Record one look an hour ago, as graded 1, at 38.5, or present."""
    answers: dict[str, dict[str, Any]] = {
        "GRADED": {"grade": 1},
        "MEASURED": {"value": Decimal("38.5")},
        "PRESENCE": {"is_present": True},
    }
    at = database_now()
    answer = {} if {"grade", "value", "is_present"} & set(stated) else answers[what.kind]
    look = {"sign": what, "observed_at": at - HOUR, **answer, **stated}
    (made,) = sign_observations.record(
        by=by or factories.principal(Role.INFECTION_CONTROL), at=at, person=person, looks=[look]
    )
    return made
