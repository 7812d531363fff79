"""Moments as instruments write them: YYYYMMDDHHMM[SS[.S]][+ZZZZ], mostly local and without a zone.

Some set off the same with `-` or `/` and `:` (2026/01/05 10:00:00), or the day with a blank or a T;
what begins with a day or a month may be either, and is not resolved. Z is UTC.

A moment that summer time doubles or skips, or one given to the day only, is not resolved: a person
says which it was.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from assays.instruments.readings import Doubt
from assays.rules.filing import Hold

_MOMENT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.(\d{1,6})\d*)?(?:([+-])(\d\d)(\d\d)?)?"
)
_SET_OFF = re.compile(
    r"(\d{4})([-/])(\d\d)\2(\d\d)[ T](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?([+-]\d\d(?::?\d\d)?)?"
)
_DAY_APART = re.compile(r"(\d{8})[ T](\d\d):?(\d\d)(?::?(\d\d(?:\.\d+)?))?([+-]\d\d(?::?\d\d)?)?")
_LONGEST = 40
_YEARS = range(1900, 2200)


def read(text: str, zone: tzinfo) -> datetime | Doubt | None:
    """Return the moment, None where there is none, or why it is not certain."""
    text = text.strip()
    if text in ("", '""'):
        return None
    return _read(text, zone) if len(text) <= _LONGEST else _unclear(text, zone)


@lru_cache(maxsize=256)  # the results of one message mostly have one moment
def _read(text: str, zone: tzinfo) -> datetime | Doubt:
    found = _MOMENT.fullmatch(_together(text))
    if found is None or not found.group().isascii():
        return _unclear(text, zone)
    *digits, fraction, sign, hours, minutes = found.groups()
    try:
        local = datetime(
            *(int(one or 0) for one in digits),  # type: ignore[misc,arg-type]
            microsecond=int((fraction or "0").ljust(6, "0")),
            tzinfo=_offset(sign, hours, minutes or "00") if sign else zone,
        )
    except ValueError:
        return _unclear(text, zone)
    if local.year not in _YEARS or not (sign or _exists_once(local)):
        return _unclear(text, zone)
    return local


def _together(text: str) -> str:
    """Return a moment without what sets its parts off; year, month and day are in that order."""
    if text.endswith("Z"):
        text = f"{text[:-1]}+0000"
    if (found := _SET_OFF.fullmatch(text)) is not None:
        year, _mark, *others = found.groups("")
        return "".join((year, *others)).replace(":", "")
    apart = _DAY_APART.fullmatch(text)
    return text if apart is None else "".join(apart.groups("")).replace(":", "")


def offset_of(text: str) -> timezone | None:
    """Return the offset that a moment is written with, or None."""
    found = _MOMENT.fullmatch(_together(text.strip()[:_LONGEST]))
    if found is None or not found.group(8) or not found.group().isascii():
        return None
    try:
        sign, hours, minutes = found.groups()[7:10]
        return _offset(sign, hours, minutes or "00")
    except ValueError:
        return None


def message_zone(text: str, zone: tzinfo) -> tzinfo:
    """Return the zone of a message's moments, from the moment in its header.

    HL7 2.5.1 section 2.15.9.7: the offset in MSH-7 holds for the whole message. Where the
    instrument's own zone had that offset at that moment, the zone is taken: it knows when summer
    time began.
    """
    offset = offset_of(text)
    sent = read(text, zone)
    if offset is None or not isinstance(sent, datetime):
        return zone
    there = sent.astimezone(UTC).astimezone(zone).utcoffset()
    return zone if there == offset.utcoffset(None) else offset


def _offset(sign: str, hours: str, minutes: str) -> timezone:
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError("no such offset")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-shift if sign == "-" else shift)


def _exists_once(local: datetime) -> bool:
    """Both readings of a doubled or skipped local time differ in their offset (PEP 495)."""
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


def _unclear(text: str, zone: tzinfo) -> Doubt:
    return Doubt(Hold.TIME_UNCLEAR, {"text": text[:_LONGEST], "zone": str(zone)})
