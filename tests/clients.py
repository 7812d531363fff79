"""Browsers in which somebody has logged in."""

from __future__ import annotations

from typing import Any

from django.test import Client

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from tests import factories

BACKEND = "labsys.accounts.backends.PrincipalBackend"


def client_of(*who: Principal | Role, **options: Any) -> Client:
    """Return a browser of this person, or of a new one who holds these roles."""
    given = [one for one in who if isinstance(one, Principal)]
    person = given[0] if given else factories.principal(*(r for r in who if isinstance(r, Role)))
    client = Client(**options)
    client.force_login(person.user, backend=BACKEND)
    return client
