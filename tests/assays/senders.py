"""An instrument as the server sees it: it posts under its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from assays.models import Instrument
from tests.assays import laboratory

_numbers = count(1)


@dataclass
class Sender:
    """What an instrument does: sends results under its key."""

    instrument: Instrument
    token: str
    assays: dict[str, Any]

    def post(self, body: Any, *, key: str | None = None, token: str | None = None, **more: Any):
        """Post a body (given as bytes, as it stands) and return the response."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "Authorization": f"Instrument {self.token if token is None else token}",
            "Idempotency-Key": f"key-{next(_numbers)}" if key is None else key,
            **more.pop("headers", {}),
        }
        headers = {name: value for name, value in headers.items() if value != ""}
        more.setdefault("content_type", "application/json")
        return Client(raise_request_exception=False).post(
            "/api/v1/results", content, headers=headers, **more
        )

    def send(self, *items: dict[str, Any], **more: Any):
        return self.post({"results": list(items)}, **more)


def item(specimen: Any, code: str = "HB", value: Any = "13.2", **more: Any) -> dict[str, Any]:
    """One result as an instrument sends it; a field given as None is left out."""
    made = {
        "specimen": getattr(specimen, "accession", specimen),
        "code": code,
        "value": value,
        "unit": "g/dL",
        "observed_at": laboratory.moment().isoformat(),
        **more,
    }
    return {name: found for name, found in made.items() if found is not None}
