"""Making the people and things that tests need, by the product's own actions and models."""

from __future__ import annotations

from itertools import count

from labsys.accounts.models import Principal, PrincipalKind, RoleGrant, User
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now

_numbers = count(1)
PASSWORD = "correct-horse-battery"


def seed() -> Principal:
    """Return the principal that sets things up."""
    return Principal.objects.get(name="system:seed")


def principal(*roles: Role, name: str = "") -> Principal:
    """Make a person who holds these roles, with a login (username = the principal's name)."""
    at = database_now()
    name = name or f"person-{next(_numbers)}"
    with acting(by=seed(), at=at, action="accounts.user.create"):
        made = Principal.objects.create(kind=PrincipalKind.PERSON, name=name, created_at=at)
        for role in roles:
            RoleGrant.objects.create(
                principal=made, role=role.value, granted_by=seed(), recorded_at=at
            )
        user = User(principal=made, username=name, full_name=name.title(), password_changed_at=at)
        user.set_password(PASSWORD)
        user.save()
    return made
