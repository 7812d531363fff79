"""Making the people and things that tests need, by the product's own actions and models."""

from __future__ import annotations

import copy
from functools import cache
from itertools import count

from labsys.accounts.actions import roles, users
from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.roles import MACHINES, Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now

_numbers = count(1)
PASSWORD = "correct-horse-battery"


def seed() -> Principal:
    """Return the principal that sets things up.

    It is asked for several times by all that a test makes, and is the same row in every copy of the
    template: the row is read once per process.
    """
    return copy.copy(_seed())


@cache
def _seed() -> Principal:
    return Principal.objects.get(name="system:seed")


def principal(*held: Role, name: str = "") -> Principal:
    """Make a person who holds these roles, with a login (username = the principal's name).

    The role of a machine makes an instrument instead, which has no login.
    """
    if len(held) == 1 and held[0] in MACHINES:
        return instrument_principal(name, role=held[0])
    name = name or f"person-{next(_numbers)}"
    made = users.create(
        username=name,
        full_name=name.title(),
        first_roles=held,
        password=PASSWORD,
        must_change=False,
        by=seed(),
        at=database_now(),
    )
    return made.user.principal


def instrument_principal(name: str = "", *, role: Role = Role.INSTRUMENT) -> Principal:
    """Make a principal that stands for an instrument, or for a hospital's system."""
    at = database_now()
    with acting(by=seed(), at=at, action="tests.instrument.create"):
        made: Principal = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT,
            name=name or f"instrument-{next(_numbers)}",
            created_at=at,
        )
    roles.grant(principal=made, role=role, by=seed(), at=at)
    return made
