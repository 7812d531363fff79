"""Calls of the interface in tests: as whom, what, and what every refusal looks like."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.models import Principal
from tests.clients import client_of


def post(who: Principal, path: str, body: Any = None) -> Any:
    """Send a body to an address."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    return client_of(who).post(path, content, content_type="application/json")


def post_twice(who: Principal, path: str, body: Any) -> tuple[Any, Any]:
    """Send a body twice under one key."""
    client, key = client_of(who), {"Idempotency-Key": str(uuid.uuid4())}
    content = json.dumps(body)
    first, second = (
        client.post(path, content, content_type="application/json", headers=key)
        for _each in range(2)
    )
    return first, second


def get(who: Principal, path: str, **asked: object) -> Any:
    """Ask an address."""
    return client_of(who).get(path, asked)


def is_problem(answer: Any, status: int, pointer: str | None = None) -> bool:
    """Say whether an answer is a problem document, of one field where one is named."""
    body = answer.json()
    named = [error["pointer"] for error in body.get("errors", ())]
    is_document = answer.headers["Content-Type"] == "application/problem+json" and body["detail"]
    assert (answer.status_code, named or None) == (status, pointer and [pointer]), answer.content
    return bool(is_document)


def counted(who: Principal, path: str, **asked: object) -> tuple[int, int]:
    """Return how many rows a list has, and how many questions it asked of the database."""
    client = client_of(who)
    client.get(path, asked)
    with CaptureQueriesContext(connection) as queries:
        body = client.get(path, asked).json()
    rows = next(value for name, value in body.items() if name != "next")
    return len(rows), len(queries)
