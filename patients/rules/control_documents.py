"""Documents of controllers: what kind of file one is, where a version stands, what changed in a text."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from enum import StrEnum

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

MOST_BYTES = 20 * 1024 * 1024
MOST_SECRET_BYTES = 256 * 1024  # a kill code is sealed in its row
MOST_COMPARED_BYTES = 256 * 1024
TEXT = "text/plain"
# What a file begins with says what it is; what a browser calls it says nothing.
_SIGNATURES = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)
ENDINGS = {media_type: ending for _start, media_type, ending in _SIGNATURES} | {TEXT: "txt"}


class FileRefused(Refused):
    """A file is not one of those that are kept."""


class VersionState(StrEnum):
    """Where a version of a document stands."""

    DRAFT = "DRAFT"
    IN_FORCE = "IN_FORCE"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"


def media_type_of(content: bytes) -> str:
    """Return what a file is, by its bytes alone: PDF, PNG, JPEG, or text in UTF-8.

    Raises FileRefused for anything else, so that nothing is kept that a machine would execute.
    """
    if not content:
        raise FileRefused("empty", _("The file is empty."))
    for start, media_type, _ending in _SIGNATURES:
        if content.startswith(start):
            return media_type
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\x00"
    if any(character < " " and character not in "\t\r\n\f" for character in text):
        raise FileRefused(
            "kind",
            _("Only PDF, PNG, JPEG and plain text in UTF-8 are kept; this file is none of them."),
        )
    return TEXT


def states_of(versions: Sequence[tuple[int, int, bool]]) -> dict[int, VersionState]:
    """Return where each version stands, of (number, signatures, whether it was withdrawn).

    The highest number with two signatures that was not withdrawn is in force, and supersedes those
    below it: withdrawing it does not bring an earlier one back, somebody has to sign one anew.
    """
    signed = [number for number, signatures, _withdrawn in versions if signatures >= 2]
    newest = max(signed, default=0)
    found = {}
    for number, _signatures, is_withdrawn in versions:
        if is_withdrawn:
            found[number] = VersionState.WITHDRAWN
        elif number == newest:
            found[number] = VersionState.IN_FORCE
        elif number < newest:
            found[number] = VersionState.SUPERSEDED
        else:
            found[number] = VersionState.DRAFT
    return found


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """Return the lines of two texts that differ, with three around them: ("-" | "+" | " " | "@", line)."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3)
    return [(line[:1], line if line[:1] == "@" else line[1:]) for line in list(lines)[2:]]
