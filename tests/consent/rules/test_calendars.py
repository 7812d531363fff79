"""What is written as a calendar is read back by a reader that knows RFC 5545 alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.calendars import Event, calendar, escaped, folded

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PLAIN = Event(
    uid="7d444840@labsys",
    sequence=0,
    starts_at=START,
    ends_at=START + timedelta(minutes=30),
    changed_at=START - timedelta(days=1),
    summary="Medical check",
)


def read(text: str) -> list[dict[str, str]]:
    """Return the properties of each event, as a reader unfolds and unescapes them."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75, line
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    found: list[dict[str, str]] = []
    is_inside = False
    for line in lines[1:-2]:
        name, _colon, value = line.partition(":")
        if line in ("BEGIN:VEVENT", "END:VEVENT"):
            is_inside = line.startswith("BEGIN")
            found += [{}] if is_inside else []
        elif is_inside:
            assert name not in found[-1], f"{name} twice"
            found[-1][name] = unescaped(value)
    assert not is_inside
    return found


def unescaped(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


def test_an_event_says_who_knows_it_when_it_is_and_what() -> None:
    [found] = read(calendar([PLAIN], name="Round"))

    assert found == {
        "UID": "7d444840@labsys",
        "SEQUENCE": "0",
        "DTSTAMP": "20260301T083000Z",
        "DTSTART": "20260302T083000Z",
        "DTEND": "20260302T090000Z",
        "SUMMARY": "Medical check",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
    }


def test_what_is_cancelled_is_written_and_says_so() -> None:
    gone = Event(**{**fields(PLAIN), "sequence": 3, "is_cancelled": True})

    [found] = read(calendar([gone], name="Round"))

    assert (found["STATUS"], found["SEQUENCE"], found["UID"]) == ("CANCELLED", "3", PLAIN.uid)


def fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in Event.__slots__}


@pytest.mark.parametrize(
    ("local", "written"),
    [
        (datetime(2026, 3, 28, 9), "20260328T080000Z"),
        (datetime(2026, 3, 29, 9), "20260329T070000Z"),  # clocks went forward that night
        (datetime(2026, 10, 24, 9), "20261024T070000Z"),
        (datetime(2026, 10, 25, 9), "20261025T080000Z"),  # and back
        (datetime(2026, 10, 25, 2, 30, fold=0), "20261025T003000Z"),
        (datetime(2026, 10, 25, 2, 30, fold=1), "20261025T013000Z"),
    ],
)
def test_local_times_are_written_as_the_instant_they_are(local, written) -> None:
    starts_at = local.replace(tzinfo=ZoneInfo("Europe/Paris"))
    moved = {"starts_at": starts_at, "ends_at": starts_at.astimezone(UTC) + timedelta(hours=1)}

    [found] = read(calendar([Event(**{**fields(PLAIN), **moved})], name="Round"))

    assert found["DTSTART"] == written


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        calendar([Event(**{**fields(PLAIN), "starts_at": datetime(2026, 3, 2)})], name="Round")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"),
        ("one\ntwo\r\nthree\rfour", "one\\ntwo\\nthree\\nfour"),
        ("a\x00b\x07c\x7f", "abc"),
        ("tab\tstays", "tab\tstays"),
        ("END:VEVENT", "END:VEVENT"),
    ],
)
def test_what_has_a_meaning_in_a_calendar_is_escaped(text, written) -> None:
    assert escaped(text) == written


def test_nothing_that_is_typed_begins_a_line_of_its_own() -> None:
    sly = Event(**{**fields(PLAIN), "summary": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged"})

    [found] = read(calendar([sly], name="Round"))

    assert found["UID"] == PLAIN.uid


def test_a_line_is_folded_by_octets_and_never_within_a_letter() -> None:
    line = "SUMMARY:" + "é" * 100

    parts = list(folded(line))

    assert [len(part.encode()) for part in parts[:-1]] == [74, 75]
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@given(text=st.text(max_size=300), place=st.text(max_size=200))
def test_any_text_is_read_back(text, place) -> None:
    event = Event(**{**fields(PLAIN), "summary": text, "location": place, "description": text})

    [found] = read(calendar([event], name=text))

    said = "".join(
        one
        for one in text.replace("\r\n", "\n").replace("\r", "\n")
        if one in "\t\n" or (one >= " " and one != "\x7f")
    )
    assert found["SUMMARY"] == said
    assert found.get("DESCRIPTION", "") == said
