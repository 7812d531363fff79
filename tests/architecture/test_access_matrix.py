"""Every address and method, as every role and as nobody: in for those who may, shut for all others.

The addresses are found in the code (`routes.py`); what each needs must be declared there and stand
in `access_matrix.csv`. Persons near (in reach) and far (out of reach) come from `world.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from labsys.accounts.actions import keys
from labsys.accounts.permissions import ANYONE, ANYONE_LOGGED_IN, OWN_ACCOUNT
from labsys.accounts.roles import EXCLUSIVE, MACHINES, WITHOUT_FORMS, Role
from labsys.lib import policy
from patients.models import Person
from tests.architecture.planted import CANARY
from tests.architecture.routes import (
    APP,
    NOBODY,
    ONWARD,
    STAFF,
    UNDECLARED,
    Route,
    discover,
    holders,
    lines,
    read_table,
)
from tests.architecture.world import NEARBY, QUERIES, World

# Whoever is nobody reaches these alone (and static files, which no view serves).
OPEN = {
    "/healthz",  # whether the process lives
    "/readyz",  # how long ago each service was heard: no data, and load balancers have no login
    "/login",
}
# Programmes, places and documents, which are nobody's.
NO_RECORD = {"code", "ward_code", "place_code", "killcode_uid", "version_uid", "document_uid"}
ROUTES = discover()
POLICY = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]


def test_every_address_is_declared_and_stands_in_the_table() -> None:
    found, known = lines(ROUTES), read_table()

    missing = [",".join(line) for line in sorted(found - known)]
    gone = [",".join(line) for line in sorted(known - found)]
    undeclared = sorted({route.shown for route in ROUTES if route.needs == UNDECLARED})
    assert not undeclared, (
        f"These say nowhere who may call them: {undeclared}. Decorate the page with @requires(...), "
        "give the API view `permissions`, or register the model with a RecordAdmin and the policy."
    )
    assert not missing + gone, (
        "tests/architecture/access_matrix.csv is out of date. Look at these lines, then run\n"
        "    .venv/bin/python -m tests.architecture.write_access_matrix\n"
        + "\n".join([f"+ {line}" for line in missing] + [f"- {line}" for line in gone])
    )


def test_what_addresses_need_is_in_the_table_of_roles() -> None:
    words = {ANYONE, ANYONE_LOGGED_IN, OWN_ACCOUNT, STAFF, NOBODY, ONWARD}
    needs = {route.needs for route in ROUTES if not route.needs.startswith(APP)}

    assert needs - words <= policy.permissions()


def test_nobody_reaches_the_pinned_list_alone() -> None:
    assert {route.shown for route in ROUTES if route.needs == ANYONE} == OPEN


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


class Caller:
    """Somebody with some roles (or nobody), who calls addresses; what they change is undone."""

    def __init__(self, world: World, roles: frozenset[Role]) -> None:
        self.world, self.roles = world, roles
        self.client = Client()
        self.headers: dict[str, str] = {}
        if roles <= MACHINES and roles:
            made = keys.issue(
                principal=world.principal(roles),
                by=world.principal(frozenset({Role.ADMINISTRATOR})),
                at=world.at,
                valid_for=timedelta(days=1),
            )
            self.headers = {"HTTP_AUTHORIZATION": f"Instrument {made.token}"}
        elif roles:
            backend = "labsys.accounts.backends.PrincipalBackend"
            self.client.force_login(world.principal(roles).user, backend=backend)
        self.cookies = {name: each.value for name, each in self.client.cookies.items()}

    def __str__(self) -> str:
        return "+".join(sorted(self.roles)) or "nobody"

    def call(self, route: Route, person: Person) -> HttpResponse:
        values = dict(route.fixed)
        for name in route.parameters:
            if name not in values:
                values[name] = self.world.value_of(name, person, route.model)
        query = QUERIES.get(route.shown, lambda world, person: "")(self.world, person)
        address = route.address(values) + query
        self.last = self._answer(route, address)
        return self.last

    def must_not_be_kept(self, route: Route) -> bool:
        """Return whether the last answer came of a login and lacks the word that keeps it out of caches."""
        named = route.needs not in (ANYONE, ONWARD) and self.last.status_code != 405
        return named and "no-store" not in self.last.headers.get("Cache-Control", "")

    def _answer(self, route: Route, address: str) -> HttpResponse:
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        if route.method == "GET":
            return self.client.get(address, **self.headers)
        with transaction.atomic():
            answer = self.client.generic(route.method, address, "", **self.headers)
            transaction.set_rollback(True)
        return answer


def is_refused(answer: HttpResponse) -> bool:
    to_login = (f"{reverse('login')}?next=", f"{reverse('admin:login')}?next=")
    sent_away = answer.status_code == 302 and answer["Location"].startswith(to_login)
    return answer.status_code in (401, 403, 404, 405) or sent_away


def shows(word: str, answer: HttpResponse) -> bool:
    return word in answer.content.decode("utf-8", "replace").lower()


def names_a_record(route: Route) -> bool:
    """Return whether the address holds the key of something that concerns a person."""
    named = set(route.parameters) - {name for name, _value in route.fixed} - NO_RECORD
    if route.model is not None:
        return bool(named) and policy.registered_models()[route.model][1] is not None
    return bool(named)


def faults_inside(caller: Caller, route: Route, reach: str) -> Iterator[str]:
    """Say what is wrong with the answers to somebody who may."""
    near = caller.call(route, caller.world.near)
    if is_refused(near) and near.status_code != 405:
        yield f"is refused ({near.status_code}) although the role holds {route.needs}"
    if reach == policy.ANY:
        return
    far = caller.call(route, caller.world.far)
    if shows(CANARY, far):
        yield f"shows the record of somebody out of reach ({far.status_code})"
    if names_a_record(route) and far.status_code not in (404, 405):
        yield f"gets {far.status_code} for a record out of reach; it must look absent (404)"


def faults_outside(caller: Caller, route: Route) -> Iterator[str]:
    """Say what is wrong with the answer to somebody who may not."""
    near = caller.call(route, caller.world.near)
    if route.needs == ONWARD and near.status_code not in (301, 302, 403, 404, 405):
        yield f"gets {near.status_code} where the address should only lead on"
    if route.needs != ONWARD and not is_refused(near):
        yield f"gets {near.status_code} without {route.needs}"
    if shows(NEARBY, near):
        yield f"is refused ({near.status_code}) and shown the record all the same"


def header_faults(caller: Caller, route: Route) -> Iterator[str]:
    """Say what is wrong with the headers of the last answer, whatever it was."""
    answer = caller.last
    sent = answer.headers.get("Content-Security-Policy", "").split(";")
    if {part.split()[0]: part.split()[1:] for part in sent if part.split()} != POLICY:
        yield f"({answer.status_code}) has another content policy than settings.py"
    if answer.headers.get("X-Frame-Options") != "DENY":
        yield f"({answer.status_code}) may be framed"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield f"({answer.status_code}) may be taken for another type"
    if caller.roles - MACHINES and caller.must_not_be_kept(route):
        yield f"({answer.status_code}) may be kept by a cache"


def told(caller: Caller, route: Route, faults: Callable[[], Iterator[str]]) -> list[str]:
    try:
        found = [*faults(), *header_faults(caller, route)]
    except LookupError:
        raise
    except Exception as failure:  # noqa: BLE001 (any failure is a fault of the page)
        found = [f"fails: {type(failure).__name__}: {failure}"]
    return [f"as {caller}: {route.method} {route.shown} {fault}" for fault in found]


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_whoever_may_gets_in_and_no_further_than_they_reach(world: World, role: Role) -> None:
    caller = world.caller(frozenset({role}), Caller)
    faults: list[str] = []
    for route in ROUTES:
        reach = holders(route).get(role)
        if reach is None:
            continue
        # What a machine may do, it does by messages and the interface: a key opens no page.
        is_page = role in MACHINES and not route.shown.startswith("/api/") and route.needs != ANYONE
        inside = partial(faults_inside, caller, route, reach)
        faults += told(caller, route, partial(faults_outside, caller, route) if is_page else inside)

    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("needs", sorted({route.needs for route in ROUTES} - {ANYONE}))
def test_whoever_may_not_is_shut_out(world: World, needs: str) -> None:
    faults: list[str] = []
    for route in ROUTES:
        if route.needs == needs:
            for roles in shut_out(route):
                faults += refusal_faults(world, route, roles)

    assert not faults, "\n" + "\n".join(faults)


def shut_out(route: Route) -> list[frozenset[Role]]:
    """Return who is to be refused, as sets of roles to call with.

    More roles never take a right away (tests/lib/test_policy.py), so that all ordinary roles
    without the right are tried as one person, who is refused only if each of them is. Roles that
    are held alone, those that lack but the forms of the admin, and nobody, are tried by themselves.
    """
    without = frozenset(Role) - set(holders(route))
    alone = without & (EXCLUSIVE | WITHOUT_FORMS)
    ordinary = without - EXCLUSIVE - WITHOUT_FORMS
    return [
        frozenset(),
        *(frozenset({role}) for role in sorted(alone)),
        *([ordinary] * bool(ordinary)),
    ]


def refusal_faults(world: World, route: Route, roles: frozenset[Role]) -> list[str]:
    caller = world.caller(roles, Caller)
    faults = told(caller, route, partial(faults_outside, caller, route))
    if faults and len(roles) > 1:  # which of them was it?
        single = [refusal_faults(world, route, frozenset({role})) for role in sorted(roles)]
        faults = [fault for found in single for fault in found] or faults
    return faults
