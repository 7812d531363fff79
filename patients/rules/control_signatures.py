"""What a signature on a set-point or a controller's document covers: a digest of the content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Raise it with every change of what a content holds or of how it is written.
ALGORITHM = 1
DRAFTED = 0  # the place of whoever drafted; those who sign stand at 1 and 2


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain values in their one form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
