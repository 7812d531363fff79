"""A rota is covered, or says where it is not; nobody is in two places, and who rests too little is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assays.rules import rota
from assays.rules.rota import Duty, Span

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def duty(start: float, end: float, who: int = 1) -> Duty:
    return Duty(MONDAY + start * HOUR, MONDAY + end * HOUR, who)


duties = st.lists(
    st.builds(
        lambda start, length, who: duty(start, start + length, who),
        st.integers(-30, 60),
        st.integers(1, 24),
        st.integers(1, 4),
    ),
    max_size=12,
)


@given(duties)
def test_covered_time_and_gaps_make_up_the_period(given_duties: list[Duty]) -> None:
    start, end = MONDAY, MONDAY + 48 * HOUR

    spans = rota.coverage(given_duties, start, end)

    assert (spans[0].starts_at, spans[-1].ends_at) == (start, end)
    assert all(a.ends_at == b.starts_at for a, b in zip(spans, spans[1:], strict=False))
    assert all(a.on_duty != b.on_duty for a, b in zip(spans, spans[1:], strict=False))
    assert sum((one.length for one in spans), timedelta(0)) == end - start
    for span in spans:
        middle = span.starts_at + span.length / 2
        assert span.on_duty == len(rota.on_duty(given_duties, middle))
    assert rota.coverage(list(reversed(given_duties)), start, end) == spans


@given(duties, st.integers(0, 47), st.integers(1, 24), st.integers(1, 4), st.integers(1, 3))
def test_a_further_shift_never_opens_a_gap(
    before: list[Duty], start: int, length: int, who: int, needed: int
) -> None:
    period = MONDAY, MONDAY + 48 * HOUR
    total = sum((one.length for one in rota.gaps(before, *period, needed=needed)), timedelta(0))

    after = rota.gaps([*before, duty(start, start + length, who)], *period, needed=needed)

    assert sum((one.length for one in after), timedelta(0)) <= total


def test_a_gap_is_told_with_how_many_are_there() -> None:
    found = rota.gaps(
        [duty(0, 8), duty(8, 14, 2), duty(16, 24, 3)], MONDAY, MONDAY + 24 * HOUR, needed=1
    )

    assert found == [Span(MONDAY + 14 * HOUR, MONDAY + 16 * HOUR, 0)]


def test_a_shift_includes_its_beginning_and_not_its_end() -> None:
    assert rota.on_duty([duty(0, 8), duty(8, 16, 2)], MONDAY + 8 * HOUR) == {2}


def test_the_same_person_twice_is_one_on_duty() -> None:
    spans = rota.coverage([duty(0, 8), duty(4, 12)], MONDAY, MONDAY + 12 * HOUR)

    assert spans == [Span(MONDAY, MONDAY + 12 * HOUR, 1)]


def test_nobody_is_in_two_shifts_at_once() -> None:
    known = [duty(0, 8), duty(8, 16, 2)]

    assert rota.clash(known, duty(7, 9)) == known[0]
    assert rota.clash(known, duty(8, 16)) is None
    assert rota.clash(known, duty(7, 9, 3)) is None


def test_too_short_a_rest_is_named_and_joined_shifts_are_one() -> None:
    (short,) = rota.short_rests([duty(0, 8), duty(8, 12), duty(20, 24), duty(35, 40)])

    assert (short.who, short.length) == (1, 8 * HOUR)
    assert rota.short_rests([duty(0, 8), duty(19, 24)]) == []


def test_hours_are_those_within_the_period() -> None:
    found = rota.hours([duty(-4, 4), duty(20, 30), duty(1, 2, 2)], MONDAY, MONDAY + 24 * HOUR)

    assert found == {1: 8 * HOUR, 2: HOUR}


def test_a_day_of_25_hours_needs_25() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Paris")
    start, end = (datetime(2026, 10, day, tzinfo=zone).astimezone(UTC) for day in (25, 26))
    worked = [Duty(start + 8 * n * HOUR, start + 8 * (n + 1) * HOUR, n) for n in range(3)]

    (gap,) = rota.gaps(worked, start, end, needed=1)

    assert gap.length == HOUR
