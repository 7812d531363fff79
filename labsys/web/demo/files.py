"""What the demo writes down for its owner alone: logins, and the keys of its instruments."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

LOGINS = "demo-logins.json"
KEYS = "demo-instrument-keys.json"


def private_file(name: str, content: Any) -> Path:
    """Write a file that only its owner can read."""
    path = Path(settings.VAR_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    return path


def password_of(username: str) -> str:
    """Read a demo password from the private file that it stands in."""
    written = json.loads((Path(settings.VAR_DIR) / LOGINS).read_text())
    return str(next(one["password"] for one in written if one["username"] == username))
