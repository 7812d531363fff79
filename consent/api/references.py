"""What a body names of programmes, checks and those who sign: read without trusting any of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from rest_framework.request import Request

from consent.models import Check, Programme
from consent.rules.facts import CheckKind
from labsys.accounts import step_ups
from labsys.accounts.models import Principal
from labsys.accounts.rules.usernames import normalize
from labsys.lib import policy
from labsys.lib.errors import InvalidInput, NotFound
from patients.models import Person

GATE = "consent.clearance.gate"  # reaches everybody whom the gate may ask about


def people(body: dict[str, Any], name: str, *, by: Principal, most: int) -> list[Person]:
    """Return the people of a list of public ids, all in reach; empty where it is left out."""
    given = body.get(name, [])
    if not isinstance(given, list) or len(given) > most:
        raise InvalidInput(f"{name} is a list of at most {most} public ids.", field=name)
    try:
        asked = [uuid.UUID(str(one)) for one in given]
    except ValueError:
        raise InvalidInput("Name people by their public ids.", field=name) from None
    found = {one.uid: one for one in policy.scope(by, Person.objects.filter(uid__in=asked), GATE)}
    if any(one not in found for one in asked):
        raise NotFound("There is no such record, or it is not in your reach.")
    return [found[one] for one in asked]


def programme(code: object) -> Programme:
    """Return the programme with a code."""
    found: Programme | None = None
    if isinstance(code, str) and "\x00" not in code:
        found = Programme.objects.filter(code=code).first()
    if found is None:
        raise InvalidInput("Name a programme that exists.", field="programme")
    return found


def login(request: Request, body: dict[str, Any], name: str, *, wrong: str) -> Principal | None:
    """Return whose username and password a field holds, None where it is left out.

    Nobody signs for another: a name alone is no agreement.
    """
    said = body.get(name)
    if said is None:
        return None
    user_name, password = (
        said.get(each) if isinstance(said, dict) else None for each in ("username", "password")
    )
    if not isinstance(user_name, str) or not isinstance(password, str) or len(said) > len("np"):
        raise InvalidInput(f"{name} holds their username and password.", field=name)
    is_short = len(password) <= step_ups.LONGEST_PASSWORD and "\x00" not in user_name + password
    user = None
    if is_short:
        user = step_ups.known_by(request._request, normalize(user_name), password)
    if user is None:
        raise InvalidInput(wrong, field=name)
    found: Principal = user.principal
    return found


def lifted(body: dict[str, Any], refusals: Iterable[Check], *, kind: CheckKind) -> list[Check]:
    """Return which of the refusals that stand are named by their public ids in `lifts`."""
    named = body.get("lifts", [])
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise InvalidInput("lifts is a list of the public ids of checks.", field="lifts")
    standing = {str(one.uid): one for one in refusals}
    unknown = [one for one in named if one not in standing]
    if unknown:
        raise InvalidInput(
            f"{unknown[0]!r} is no refusal of a {kind.value.lower()} check that still stands.",
            field="lifts",
        )
    return [standing[one] for one in dict.fromkeys(named)]


def drafted(version: Any) -> dict[str, Any]:
    """Return by whom a version was drafted and approved, and what became of it."""
    by = version.approved_by
    return {
        "recorded_at": version.recorded_at,
        "drafted_by": version.drafted_by.name,
        "approved_by": by.name if by else None,
        "approved_at": version.approved_at,
        "discarded_at": version.discarded_at,
    }
