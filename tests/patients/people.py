"""Persons, wards and staff for the tests of the registry, made by its own actions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import care, encounters, locations, persons
from patients.actions import species as species_actions
from patients.models import Encounter, Location, Person, Species
from patients.rules.births import Birth, Precision
from tests import factories

_numbers = count(1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BORN = Birth(date(1990, 5, 17), Precision.DAY)


def human() -> Species:
    found: Species = Species.objects.get(code="human")
    return found


def species() -> Species:
    """Add a species of invented name."""
    number = next(_numbers)
    return species_actions.add(
        by=_usual(Role.ADMINISTRATOR),
        at=database_now(),
        code=f"species-{number}",
        name=f"Species {number}",
    )


def infection_control() -> Principal:
    """A principal who may do most of what the registry knows, anywhere."""
    return factories.principal(Role.INFECTION_CONTROL)


def administrator() -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


def _usual(role: Role) -> Principal:
    """Return whoever does what a test only builds upon: one for each role, made when first asked."""
    name = f"usual-{role.value.replace('_', '-').lower()}"
    found: Principal | None = Principal.objects.filter(name=name).first()
    return found or factories.principal(role, name=name)


def person(*, by: Principal | None = None, family: str = "", **stated: Any) -> Person:
    """Register somebody under an invented name."""
    stated = {"species": human(), "sex": "F", "birth": BORN, "given": "Ada", **stated}
    if "placeholder" in stated:
        stated.pop("given")
    else:
        stated["family"] = family or f"Family{next(_numbers)}"
    by = by or _usual(Role.INFECTION_CONTROL)
    return persons.register(by=by, at=database_now(), **stated)


def unnamed(placeholder: str = "found at dock 7") -> Person:
    return person(placeholder=placeholder)


def ward(*, parent: Location | None = None, kind: str = "WARD") -> Location:
    number = next(_numbers)
    return locations.create(
        by=_usual(Role.ADMINISTRATOR),
        at=database_now(),
        code=f"place-{number}",
        name=f"Place {number}",
        kind=kind,
        parent=parent,
    )


def admitted(whom: Person, where: Location | None = None) -> Encounter:
    """Admit somebody an hour ago."""
    at = database_now()
    by = _usual(Role.INFECTION_CONTROL)
    return encounters.admit(
        by=by, at=at, person=whom, location=where or ward(), started_at=at - HOUR
    )


def doctor_of(where: Location, role: Role = Role.WARD_DOCTOR) -> Principal:
    """Make somebody who works in a place since an hour ago."""
    at = database_now()
    made = factories.principal(role)
    by = _usual(Role.ADMINISTRATOR)
    care.assign(by=by, at=at, principal=made, location=where, since=at - HOUR)
    return made
