"""Entries that may be one person, and the worker that looks for them."""

from __future__ import annotations

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from patients.actions import duplicates
from patients.models import Person
from tests.patients import people


def pair(family: str = "Vega-Ros", given: str = "Lyra") -> tuple[Person, Person]:
    """Register somebody twice, with the name written otherwise."""
    one = people.person(family=family, given=given, birth=people.BORN)
    other = people.person(family=family.upper().replace("-", " "), given=given, birth=people.BORN)
    return one, other


def looked_for() -> None:
    """Do every search that is asked for."""
    by = Principal.objects.system("sweep")
    while duplicates.find_due(by=by, at=database_now()):
        pass
