"""What addresses and plain fields of a page carry, read without trusting any of it; and addresses of rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

BIGGEST_ID = 2**63 - 1
# What stands for a key while its address is sought; text is an identifier as it is written.
_SAMPLES: Mapping[str, int | UUID] = {
    "int": BIGGEST_ID,
    "UUID": UUID(int=BIGGEST_ID),
    "str": UUID(int=BIGGEST_ID),
}


def address(url_name: str, *keys: int | UUID | str) -> str:
    """Return what `reverse` finds for one row, without the search: a long list asks for hundreds."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    kinds = tuple(type(key).__name__ for key in keys)
    return _pattern(url_name, kinds, urlconf, get_script_prefix()).format(*keys)


@lru_cache(maxsize=1024)
def _pattern(url_name: str, kinds: tuple[str, ...], urlconf: str, _prefix: str) -> str:
    samples = [_SAMPLES[kind] for kind in kinds]
    found = reverse(url_name, urlconf, samples)  # which has no braces: they are written as %7B
    for sample in samples:
        found = found.replace(str(sample), "{}", 1)
    return found


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
