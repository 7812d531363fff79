"""What an address asks of trends: read without trusting any of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.rules.trends import (
    MOST_PANELS,
    PANELS,
    Asked,
    Axis,
    Doubt,
    Offered,
    chosen,
    frame,
    is_log,
    ranked,
    read,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def asked(codes: tuple[str, ...] = (), **given: str) -> Asked:
    return read({name.rstrip("_"): text for name, text in given.items()}, codes, at=NOW, zone=PARIS)


def offered(code: str, *, section: str = "CHEM", values: int = 5, flagged: bool = False) -> Offered:
    return Offered(code, code, section, values, NOW, flagged)


def test_a_day_is_read_by_the_hospitals_clock_and_its_end_is_included() -> None:
    found = asked(from_="2026-03-01", until="2026-03-02")

    assert found.first == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert found.last == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert found.doubts == ()


def test_a_moment_with_a_zone_is_taken_as_it_is_also_where_the_plus_was_lost() -> None:
    assert asked(from_="2026-03-01T08:00:00 01:00").first == datetime(2026, 3, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "2026-03-01T99:00", "\0", "²"]
)
def test_a_moment_that_is_none_is_ignored_and_said(text: str) -> None:
    found = asked(from_=text)

    assert found.first is None
    assert found.doubts == (Doubt.MOMENT,)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-03-05", "2026-03-01"), ("2026-03-05T08:00", "2026-03-05T08:05")],
)
def test_a_period_that_ends_too_early_is_ignored_and_said(first: str, last: str) -> None:
    found = asked(from_=first, until=last)

    assert not found.has_period
    assert found.doubts == (Doubt.ORDER,)


def test_a_button_counts_back_from_now() -> None:
    found = asked(days="30", from_="2020-01-01")

    assert (found.first, found.last, found.days) == (NOW - timedelta(days=30), NOW, 30)


def test_more_analytes_than_can_be_shown_are_cut_and_said() -> None:
    found = asked(tuple(f"A{place}" for place in range(MOST_PANELS + 3)))

    assert len(found.codes) == MOST_PANELS
    assert found.doubts == (Doubt.MANY,)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["from", "until", "days", "axis", "view"]), st.text()))
def test_no_address_breaks_it(address: dict[str, str]) -> None:
    found = read(address, list(address.values()), at=NOW, zone=PARIS)

    assert found.first is None or found.last is None or found.first < found.last


def test_nanites_come_first_then_what_is_flagged() -> None:
    known = [
        offered("K", values=9),
        offered("HGB", flagged=True),
        offered("LOAD", section="NANITE", values=2),
    ]

    assert [one.code for one in ranked(known)] == ["LOAD", "HGB", "K"]


def test_without_a_choice_what_has_a_course_is_shown() -> None:
    known = [offered("ONCE", values=1, flagged=True), *(offered(f"A{n}") for n in range(9))]

    assert chosen(Asked(), known) == [f"A{n}" for n in range(6)]
    assert chosen(Asked(codes=("ONCE", "NONE")), known) == ["ONCE"]


def test_a_logarithmic_axis_is_never_drawn_over_a_zero() -> None:
    assert not is_log(Axis.LOG, [0, 5], section="NANITE")
    assert is_log(Axis.LOG, [1, 5], section="CHEM")
    assert is_log(Axis.AUTO, [1, 50], section="NANITE")
    assert not is_log(Axis.AUTO, [1, 50], section="CHEM")
    assert not is_log(Axis.LINEAR, [1, 50], section="NANITE")


@given(st.lists(st.integers(0, 5000), min_size=1))
def test_the_time_shown_holds_every_moment(hours: list[int]) -> None:
    moments = [NOW - timedelta(hours=one) for one in hours]

    time = frame(Asked(), moments, at=NOW)

    assert time is not None
    first, last = time
    assert first < min(moments)
    assert last > max(moments)


def test_of_what_is_no_result_one_of_each_kind_has_a_place_and_more_where_there_is_room() -> None:
    seen = [
        offered("sign:heat", section="SIGN", values=9),
        offered("sign:skin", section="SIGN"),
        offered("control:rate", section="CONTROL"),
        offered("sign:once", section="SIGN", values=1),
    ]
    many = [offered(f"A{n}") for n in range(9)]

    assert chosen(asked(), [*seen, *many])[4:] == ["control:rate", "sign:heat"]
    assert chosen(asked(), [*seen, many[0]]) == ["A0", "control:rate", "sign:heat", "sign:skin"]
    assert len(chosen(asked(), [*seen, *many])) == PANELS
    assert chosen(asked(("sign:once",)), [*seen, *many]) == ["sign:once"]
