"""A message taken apart, whatever its dialect: its header, and what in it asks to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assays.instruments.readings import Doubt
from assays.instruments.segments import Scope
from assays.rules.filing import Hold

# In a group behind a record that is none: whose a result there is, that record may have said.
UNSURE = "?"
# More records, or fields, are no message of an instrument, and would take a worker's memory.
MOST_RECORDS = 100_000
MOST_FIELDS = 2_000_000


class Kind(StrEnum):
    RESULT = "RESULT"
    SPECIMEN_NOTE = "SPECIMEN_NOTE"  # an observation about the specimen itself, not of a test
    FAILED_ORDER = "FAILED_ORDER"  # said to have ended without any result
    ORDER = "ORDER"  # without any result: some families write one into the order itself
    QUERY = "QUERY"
    BROKEN = "BROKEN"  # a record that is none


@dataclass(slots=True)
class Entry:
    """One thing to be read. `comments` came after it; those of its order are shared by its siblings."""

    kind: Kind
    scope: Scope
    comments: list[str] = field(default_factory=list)
    order_comments: list[str] = field(default_factory=list)
    detail: str = ""


@dataclass(slots=True)
class Message:
    """`header` reaches the first record alone; a `doubt` stops all that follows it, and an `end`
    that says that the message is not whole is a doubt about each of its values.

    `is_of_results` says that somebody waits for what it brings: with nothing to be read in it, it is
    never over silently.
    """

    header: Scope
    entries: list[Entry] = field(default_factory=list)
    doubt: Doubt | None = None
    end: Doubt | None = None
    is_of_results: bool = False


def unreadable(detail: str) -> Doubt:
    """Say that a whole message, or a record of it, cannot be read."""
    return Doubt(Hold.UNREADABLE, {"detail": detail})


def too_large(text: str, separator: str) -> Doubt | None:
    """Doubt a text of more records or fields than are taken, before it is taken apart."""
    if text.count("\r") + text.count("\n") > MOST_RECORDS:
        return unreadable(f"it holds more than {MOST_RECORDS} records")
    if separator and text.count(separator) > MOST_FIELDS:
        return unreadable(f"it holds more than {MOST_FIELDS} fields")
    return None
