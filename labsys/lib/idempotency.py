"""The key under which a caller sends the same message again, so that it is applied once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from labsys.lib.errors import Conflict

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


def digest_of(body: Mapping[str, Any]) -> str:
    """Return what tells two bodies apart, whatever the order of their fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def check_same(kept: str, body: Mapping[str, Any]) -> None:
    """Refuse a body other than the one that was applied under a key; `kept` is its digest."""
    if kept != digest_of(body):
        raise Conflict(
            _(
                "This Idempotency-Key was used with another body; nothing was applied. Send a new key."
            )
        )
