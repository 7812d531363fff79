"""Appointments as other programs read them: iCalendar, RFC 5545.

Lines end in CRLF and are folded at 75 octets of UTF-8, never within a character. Moments are in
UTC, so that no time zone has to be described. A cancelled appointment is still written, with its
sequence raised: a program that imported it before takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

CRLF = "\r\n"
LONGEST_LINE = 75
PRODUCT = "-//labsys//weekly round//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One appointment. `uid` and `sequence` tell a reader which one, and which version of it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    is_cancelled: bool = False


def calendar(events: Iterable[Event], *, name: str, method: str = "PUBLISH") -> str:
    """Return a calendar of these events, to be sent as text/calendar in UTF-8."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        f"X-WR-CALNAME:{escaped(name)}",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(part + CRLF for line in lines for part in folded(line))


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_moment(event.changed_at)}"
    yield f"DTSTART:{_moment(event.starts_at)}"
    yield f"DTEND:{_moment(event.ends_at)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.location:
        yield f"LOCATION:{escaped(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Return a text as a TEXT value: backslash, semicolon, comma and line ends escaped.

    Control characters, which no TEXT value may hold, are left out.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for character, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(character, written)
    return "".join(one for one in plain if one == "\t" or (one >= " " and one != "\x7f"))


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, each but the first after one blank."""
    part, length = "", 0
    for character in line:
        octets = len(character.encode())
        if length + octets > LONGEST_LINE:
            yield part
            part, length = " ", 1
        part, length = part + character, length + octets
    yield part
