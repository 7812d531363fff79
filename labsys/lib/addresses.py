"""What addresses and plain fields of a page carry, read without trusting any of it; and writing many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

BIGGEST_ID = 2**63 - 1
ANYBODY = "00000000-0000-0000-0000-000000000000"


def number(given: object, *, most: int = BIGGEST_ID) -> int | None:
    """Return the whole number that was written, or None where it is none or beyond `most`."""
    written = str(given or "")
    # Other alphabets have digits as well, and int() refuses some and thousands of any.
    if not (written.isascii() and written.isdigit() and len(written) < 20):
        return None
    return int(written) if int(written) <= most else None


def text(given: Mapping[str, Any], name: str, *, most: int = 500) -> str:
    """Return what a plain field carried: no longer than asked, without what no row takes."""
    return str(given.get(name, "")).replace("\x00", "").strip()[:most]


def one_of(given: Mapping[str, Any], name: str, choices: tuple[int, ...], *, usual: int) -> int:
    """Return which of a few numbers was chosen; the usual one where none of them was."""
    found = number(given.get(name))
    return found if found in choices else usual


def of_each(url_name: str) -> Callable[[object], str]:
    """Return how to write the address of a page for each id of a list; reversing hundreds takes long."""
    before, after = reverse(url_name, args=[ANYBODY]).split(ANYBODY)
    return lambda one: f"{before}{one}{after}"
