"""Psychological checks as they are sent over HTTP."""

from __future__ import annotations

import json
from typing import Any

from consent.models import Check
from consent.rules.voluntariness import domains
from tests.clients import client_of
from tests.consent.programme import World

PATH = "/api/v1/checks/psychological"
CALM = dict.fromkeys(domains(), 0)
ANSWERS = {"PHQ-9": [0] * 9, "GAD-7": [0] * 7}


def send(who, body: Any, *, key: str = "one", path: str = PATH):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(who).post(path, content, content_type="application/json", headers=headers)


def check_of(world: World, person, **change: Any) -> dict[str, Any]:
    return {
        "person": str(person.uid),
        "programme": world.programme.code,
        "answers": ANSWERS,
        "interview": CALM,
        **change,
    }


def shown_to(who, body: Any, **more: Any) -> str:
    """Return what identifies the proposal that somebody is shown for a body."""
    found = send(who, body, key="look", **more)
    assert found.status_code == 200, found.content
    return found.json()["seen"]


def passed(world: World, person, **change: Any) -> dict[str, Any]:
    return concluding(world, check_of(world, person, **change), "PASSED")


def concluding(world: World, body: dict[str, Any], outcome: str) -> dict[str, Any]:
    return {**body, "outcome": outcome, "seen": shown_to(world.psychologist, body)}


def second_path(check: Check) -> str:
    return f"/api/v1/checks/{check.uid}/second-interview"
