"""Controllers: which set-point is in force, how a reading stands to its band, what a file is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules import control_documents as documents
from patients.rules import control_signatures as signatures
from patients.rules import controllers as rules
from patients.rules.control_documents import VersionState
from patients.rules.controllers import DeviceState, Stated, Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = st.decimals(-1000, 1000, places=2)
MOMENTS = st.integers(0, 50).map(lambda hours: START + timedelta(hours=hours))


def stated(
    id_: int = 1,
    since: datetime = START,
    low: str | None = "1.0",
    high: str | None = "3.0",
    value: str | None = "2.0",
) -> Stated:
    one, two, three = (None if text is None else Decimal(text) for text in (value, low, high))
    return Stated(id_, id_, one, two, three, since)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        ("1.0", "1.0", "3.0", Verdict.WITHIN),
        ("0.9", "1.0", "3.0", Verdict.BELOW),
        ("3.0", "1.0", "3.0", Verdict.WITHIN),
        ("3.1", "1.0", "3.0", Verdict.ABOVE),
        ("0", None, "3.0", Verdict.WITHIN),
        ("0", "0", None, Verdict.WITHIN),
        ("-0.1", "0", None, Verdict.BELOW),
        ("9", None, None, Verdict.NO_BAND),
    ],
)
def test_the_limits_lie_within(
    value: str, low: str | None, high: str | None, expected: Verdict
) -> None:
    assert rules.verdict(Decimal(value), stated(low=low, high=high)) is expected


def test_without_a_signed_set_point_there_is_no_band() -> None:
    assert rules.verdict(Decimal(9), None) is Verdict.NO_BAND
    assert rules.deviates(Decimal(2), None)
    assert rules.deviates(Decimal("2.1"), stated())
    assert not rules.deviates(Decimal("2.00"), stated())


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_value_is_on_one_side_of_its_band(value: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    found = rules.verdict(value, Stated(1, 1, low, low, high, START))

    assert (found is Verdict.BELOW) == (value < low)
    assert (found is Verdict.ABOVE) == (value > high)


@given(st.lists(MOMENTS, max_size=8), MOMENTS)
def test_the_last_that_began_is_in_force(begun: list[datetime], at: datetime) -> None:
    known = [stated(number, since) for number, since in enumerate(begun, start=1)]

    found = rules.in_force(known, at=at)

    earlier = [one for one in known if one.since <= at]
    assert (found is None) == (not earlier)
    if found is not None:
        assert all((one.since, one.id) <= (found.since, found.id) for one in earlier)
        later = [*known, stated(99, at + timedelta(seconds=1))]
        assert rules.in_force(later, at=at) == found  # what comes later changes nothing


@given(st.lists(MOMENTS, max_size=8), MOMENTS)
def test_the_drawn_band_is_the_one_in_force(begun: list[datetime], at: datetime) -> None:
    known = [
        stated(number, since, low=str(number)[:1], value="9", high="9")
        for number, since in enumerate(begun, start=1)
    ]
    drawn = rules.spans(known)

    assert all(one.end is not None and one.end <= two.start for one, two in pairwise(drawn))
    now = [one for one in drawn if one.start <= at and (one.end is None or at < one.end)]
    found = rules.in_force(known, at=at)
    assert [one.low for one in now] == ([] if found is None else [found.low])


def test_an_end_of_control_has_no_band() -> None:
    ended = stated(2, START + timedelta(hours=1), low=None, high=None, value=None)
    (span,) = rules.spans([stated(), ended])

    assert span.end == ended.since
    assert rules.verdict(Decimal(9), ended) is Verdict.NO_BAND
    assert rules.deviates(Decimal(2), ended)


def test_a_device_is_what_was_found_last() -> None:
    later = START + timedelta(hours=1)
    events = [(later, 1, DeviceState.FAULTY), (START, 2, DeviceState.IN_SERVICE)]

    assert rules.state_of(events) is DeviceState.FAULTY
    assert rules.state_of([]) is DeviceState.OUT_OF_SERVICE


@pytest.mark.parametrize(("text", "count"), [("1", 0), ("1.0", 1), ("1E+2", 0), ("1E-3", 3)])
def test_decimals_count_as_written(text: str, count: int) -> None:
    assert rules.decimals_of(Decimal(text)) == count


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("coil Ω\n".encode(), "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, found: str) -> None:
    assert documents.media_type_of(content) == found


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"PK\x03\x04", b"a\x00b", b"\xff\xfe"])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(documents.FileRefused):
        documents.media_type_of(content)


def test_what_is_withdrawn_brings_nothing_back() -> None:
    found = documents.states_of([(1, 2, False), (2, 2, True), (3, 1, False)])

    assert found == {
        1: VersionState.SUPERSEDED,
        2: VersionState.WITHDRAWN,
        3: VersionState.DRAFT,
    }
    assert documents.states_of([(1, 2, False), (2, 1, False)])[1] is VersionState.IN_FORCE
    assert documents.states_of([(1, 1, False), (2, 2, False)])[1] is VersionState.SUPERSEDED


def test_texts_are_compared_line_by_line() -> None:
    found = documents.differences("a\nb\n", "a\nc\n")

    assert [line for line in found if line[0] in "+-"] == [("-", "b"), ("+", "c")]
    assert documents.differences("a", "a") == []


def test_a_digest_covers_every_value() -> None:
    one = signatures.digest({"value": "2.0", "low": None})

    assert one == signatures.digest({"low": None, "value": "2.0"})
    assert one != signatures.digest({"low": None, "value": "2.00"})
