"""Who is logged in, and who may do something, each found in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, OuterRef, QuerySet
from django.db.models.fields import DateTimeField

from labsys.accounts.models import LoginSession, Principal, PrincipalKind, RoleGrant
from labsys.accounts.roles import EXCLUSIVE, GRANTS


@dataclass(frozen=True)
class Login:
    """A login that has not been ended, with the moment at which it was looked up."""

    session: LoginSession
    at: datetime


def open_login(*, key_digest: str, user_id: int) -> Login | None:
    """Return the open login with this key: its user, principal and roles are loaded with it."""
    grants = RoleGrant.objects.filter(
        principal=OuterRef("user__principal"), revocation=None
    ).values("role")
    found = (
        LoginSession.objects.filter(session_key=key_digest, user=user_id, ended_at=None)
        .select_related("user__principal")
        .annotate(
            database_now=Func(function="clock_timestamp", output_field=DateTimeField()),
            held_roles=ArraySubquery(grants),
        )
        .first()
    )
    if found is None:
        return None
    found.user.principal.remember_roles(found.held_roles)
    return Login(found, found.database_now)


def people_who_may(permission: str) -> QuerySet[Principal]:
    """Return the people who hold a permission within some reach, as `policy.can` has it."""
    roles = GRANTS[permission].keys()
    held = RoleGrant.objects.filter(principal=OuterRef("pk"), revocation=None)
    found: QuerySet[Principal] = Principal.objects.filter(
        Exists(held.filter(role__in=roles)),
        ~Exists(held.filter(role__in=EXCLUSIVE - roles)),
        kind=PrincipalKind.PERSON,
        is_active=True,
    )
    return found.select_related("user")
