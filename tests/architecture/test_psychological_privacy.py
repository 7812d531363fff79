"""Every address as every role but psychologist: none shows what was said at a psychological check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from consent.models import Check
from labsys.accounts.roles import EXCLUSIVE, MACHINES, Role
from tests.architecture.routes import Route, discover, holders
from tests.architecture.test_access_matrix import Caller
from tests.architecture.world import World
from tests.clients import client_of
from tests.consent.pages.test_pages import CALM, seen
from tests.consent.pages.test_second_interviews import DOUBTS, RATED
from tests.factories import principal

# Said together: whoever searches for the first must not be shown the others.
SOUGHT, NOTES, SECOND, GROUNDS = "zephyr", "lapisfern", "quartzmoss", "umbralichen"
HIDDEN = (NOTES, SECOND, GROUNDS, "SAFETY_REVIEW", "SECOND_INTERVIEWER", "safety item")
GETS = [route for route in discover() if route.method == "GET"]
ORDINARY = frozenset(Role) - EXCLUSIVE - MACHINES - {Role.PARTICIPANT, Role.PSYCHOLOGIST}
# More roles never take a right away (tests/lib/test_policy.py): the ordinary ones are tried as one.
CALLERS = [
    frozenset(),
    ORDINARY,
    *(frozenset({role}) for role in sorted(EXCLUSIVE | MACHINES | {Role.PARTICIPANT})),
]


def walked(roles: frozenset[Role]) -> list[Route]:
    """Return what these roles may open, and all of this app; elsewhere a refusal is proven to be one."""
    return [route for route in GETS if roles & set(holders(route)) or "consent" in route.needs]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        _interview(made)
        yield made
        transaction.set_rollback(True)


def _interview(world: World) -> None:
    """Hold both interviews with the near person on the psychologists' own pages."""
    code = world.value_of("code", world.near, None)
    address = reverse("check-psychological", args=[world.near.uid, code])
    given = {**CALM, **DOUBTS, "PHQ-9:9": "2", "notes": f"{SOUGHT} {NOTES}"}
    _conclude(address, given)
    first = Check.objects.latest("id")
    again = reverse("second-interview", args=[first.uid])
    _conclude(again, {**RATED, **DOUBTS, "notes": f"{SOUGHT} {SECOND}"})
    assert Check.objects.latest("id") != first
    # What stands in addresses is looked up anew, now that these are the newest rows.
    world._rows.clear()


def _conclude(address: str, given: dict[str, str]) -> None:
    client = client_of(principal(Role.PSYCHOLOGIST))
    shown = seen(client.post(address, {**given, "step": "assess"}))
    end = {"step": "conclude", "outcome": "REFERRED", "grounds": f"{SOUGHT} {GROUNDS}"}
    answer = client.post(address, {**given, **end, "seen": shown})
    assert answer.status_code == 302, answer.content.decode()


def shown_to(caller: Caller, route: Route, query: str = "") -> list[str]:
    values = dict(route.fixed)
    for name in route.parameters:
        if name not in values:
            values[name] = caller.world.value_of(name, caller.world.near, route.model)
    answer = caller._answer(route, route.address(values) + query) if query else None
    answer = answer or caller.call(route, caller.world.near)
    content = b"".join(answer) if answer.streaming else answer.content
    said = content.decode("utf-8", "replace")
    return [f"{route.shown}{query} shows {word!r}" for word in HIDDEN if word in said]


@pytest.mark.parametrize(
    "roles", CALLERS, ids=lambda roles: "+".join(sorted(roles))[:40] or "nobody"
)
def test_no_address_shows_what_was_said(world: World, roles: frozenset[Role]) -> None:
    caller = Caller(world, roles)

    faults = [fault for route in walked(roles) for fault in shown_to(caller, route)]

    assert not faults, "\n".join(faults)


def test_no_search_finds_it(world: World) -> None:
    caller = Caller(world, ORDINARY)
    lists = [route for route in walked(ORDINARY) if not route.parameters]

    faults = [fault for route in lists for fault in shown_to(caller, route, f"?q={SOUGHT}")]

    assert not faults, "\n".join(faults)


def test_a_psychologist_is_shown_it(world: World) -> None:
    caller = Caller(world, frozenset({Role.PSYCHOLOGIST}))
    (route,) = (one for one in GETS if one.shown == "/psychological/<check_uid>/")

    assert len(shown_to(caller, route)) >= 2
