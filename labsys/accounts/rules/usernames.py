"""Names people log in by."""

from __future__ import annotations

import re
import unicodedata

FORM = re.compile(r"[a-z][a-z0-9._-]{1,62}")


def normalize(username: str) -> str:
    """Return the one way of writing a username: case and width do not tell people apart."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def is_acceptable(username: str) -> bool:
    """Return whether a normalized username may be given to somebody."""
    return FORM.fullmatch(username) is not None
