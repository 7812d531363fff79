"""Who is logged in, and who may do something, each found in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Exists, Field, Func, Model, OuterRef, QuerySet
from django.db.models.fields import DateTimeField

from labsys.accounts.models import LoginSession, Principal, PrincipalKind, RoleGrant, User
from labsys.accounts.roles import EXCLUSIVE, GRANTS

# What a login is loaded with, by the way to it.
LOADED: dict[str, type[Model]] = {"": LoginSession, "user__": User, "user__principal__": Principal}


@dataclass(frozen=True)
class Login:
    """A login that has not been ended, with the moment at which it was looked up."""

    session: LoginSession
    at: datetime


def open_login(*, key_digest: str, user_id: int) -> Login | None:
    """Return the open login with this key: its user, principal and roles are loaded with it."""
    with connection.cursor() as cursor:
        cursor.execute(_open_login_statement(), [key_digest, user_id])
        found = cursor.fetchone()
    if found is None:
        return None
    at, held_roles, *values = found
    session, user, principal = _instances(LOADED, values)
    session.user, user.principal = user, principal
    principal.remember_roles(held_roles)
    return Login(session, at)


@cache
def _open_login_statement() -> str:
    # Asked with every request: writing the statement anew took longer than the database's answer.
    grants = RoleGrant.objects.filter(
        principal=OuterRef("user__principal"), revocation=None
    ).values("role")
    columns = [
        f"{path}{field.attname}" for path, model in LOADED.items() for field in _fields(model)
    ]
    statement, values = (
        LoginSession.objects.filter(session_key="KEY", user=0, ended_at=None)
        .values_list(
            Func(function="clock_timestamp", output_field=DateTimeField()),
            ArraySubquery(grants),
            *columns,
        )
        .query.sql_with_params()
    )
    assert values == ("KEY", 0), values
    return statement


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def _instances(models: dict[str, type[Model]], values: list[Any]) -> list[Any]:
    found = []
    rest = iter(values)
    for model in models.values():
        names = [field.attname for field in _fields(model)]
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, list(islice(rest, len(names)))))
    return found


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
