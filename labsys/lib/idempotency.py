"""The key under which a caller sends the same message again, so that it is applied once."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.exceptions import ParseError

_KEY = re.compile(r"[!-~]{1,200}\Z")


def key_of(request: Any) -> str:
    """Return the header Idempotency-Key; ParseError where there is none that can be used."""
    key: str = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not _KEY.match(key):
        raise ParseError(
            "Send a header Idempotency-Key: up to 200 printable characters, new for each message "
            "and the same when that message is sent again."
        )
    return key
