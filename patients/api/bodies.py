"""What a body of the interface names: read without trusting any of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput, NotFound
from patients.actions.gateway import check_text
from patients.models import Person

Row = TypeVar("Row", bound=Model)


def read(request: Request, *names: str) -> dict[str, Any]:
    """Return a JSON object that holds nothing but these names."""
    body = request.data
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise InvalidInput(f"There is no field {unknown[0]!r}.", field=unknown[0])
    return body


def person_in_reach(
    given: object, by: Principal, permission: str, *, field: str = "person"
) -> Person:
    """Return the person with a public id; not there and not in reach look alike."""
    try:
        uid = uuid.UUID(str(given or ""))
    except ValueError:
        raise InvalidInput("Name the person by their public id.", field=field) from None
    found: Person | None = policy.scope(by, Person.objects.filter(uid=uid), permission).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found


def row(request: Request, model: type[Row], pk: int, permission: str) -> Row:
    """Return a row by its id; not there and not in reach look alike."""
    found: Row | None = policy.scope(
        request.user, model._default_manager.filter(pk=pk), permission
    ).first()
    if found is None:
        raise NotFound("There is no such record, or it is not in your reach.")
    return found


def nothing_asked(request: Request) -> None:
    """Refuse parameters of a list that takes none."""
    for name in request.query_params:
        raise InvalidInput(f"There is no parameter {name!r}.", field=name)


def person_or_own(body: dict[str, Any], by: Principal, permission: str) -> Person:
    """Return the person named; a participant who names nobody means themselves."""
    account = getattr(by, "person_account", None)
    if "person" not in body and account is not None:
        own: Person = account.person
        return own
    return person_in_reach(body.get("person"), by, permission)


def text(body: dict[str, Any], name: str, *, most: int = 500) -> str:
    """Return a text that may be left out."""
    found = body.get(name, "")
    if not isinstance(found, str) or len(found) > most:
        raise InvalidInput(f"{name} is a text of at most {most} characters.", field=name)
    return check_text(found, field=name)


def whole(body: dict[str, Any], name: str, usual: int | None = None) -> int:
    """Return a whole number, the usual one where it is left out."""
    found = body.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, int):
        raise InvalidInput(f"{name} is a whole number.", field=name)
    return found


def moment(body: dict[str, Any], name: str) -> datetime | None:
    """Return a moment with its time zone, None where it is left out."""
    given = body.get(name)
    if given is None:
        return None
    found = None
    if isinstance(given, str):
        try:
            # A "+" of an address that was not encoded arrives as a blank.
            found = parse_datetime(given.replace(" ", "+") if "T" in given else given)
        except ValueError:
            found = None
    if found is None or found.tzinfo is None or not 1900 <= found.year <= 2200:
        raise InvalidInput(
            f"{name} must be a moment with its time zone, such as 2026-01-31T08:00:00Z.", field=name
        )
    return found


def needed_moment(body: dict[str, Any], name: str) -> datetime:
    """Return a moment that may not be left out."""
    found = moment(body, name)
    if found is None:
        raise InvalidInput(f"Give {name}, such as 2026-01-31T08:00:00Z.", field=name)
    return found
