"""An analyser's side of the HTTP interface: one kept connection per client."""

from __future__ import annotations

import http.client
import json
import time
from itertools import count

from bench.seed import Bench
from bench.site import Site

_keys = count(1)


class Client:
    """One sender with one connection."""

    def __init__(self, site: Site, bench: Bench) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        self.token = bench.token

    def post(self, content: bytes) -> float:
        """Send a message; returns how long the answer took. It must have been filed whole."""
        headers = {
            "Authorization": f"Instrument {self.token}",
            "Idempotency-Key": f"bench-{next(_keys)}",
            "Content-Type": "application/json",
        }
        begun = time.monotonic()
        self.line.request("POST", "/api/v1/results", content, headers)
        answer = self.line.getresponse()
        text = answer.read()
        took = time.monotonic() - begun
        if answer.status != 201 or json.loads(text)["status"] != "FILED":
            raise SystemExit(f"not filed: {answer.status} {text[:400]!r}")
        return took
