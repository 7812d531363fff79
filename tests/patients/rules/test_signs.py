"""A look says one thing of a sign, and an onset lies between two moments that nobody tightens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Sign, SignObservation
from patients.rules.signs import (
    Kind,
    OnsetSpan,
    Precision,
    Seen,
    SignRefused,
    check_grades,
    check_look,
    first_onset,
    onset_of_sign,
    onset_span,
    written_grades,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.integers(-500, 0).map(lambda hours: NOON + hours * HOUR)


@st.composite
def present(draw: st.DrawFn) -> Seen:
    precision = draw(st.sampled_from(Precision))
    return Seen(
        observed_at=NOON,
        is_present=True,
        onset_precision=precision,
        onset_at=None if precision is Precision.UNKNOWN else draw(moments),
        onset_uncertainty_hours=draw(st.integers(0, 100)) if precision is Precision.ABOUT else None,
    )


def test_the_words_are_those_of_the_tables() -> None:
    assert [one.value for one in Kind] == Sign.Kind.values
    assert [one.value for one in Precision] == SignObservation.Onset.values


@given(present())
def test_an_onset_is_never_after_the_look_and_holds_the_stated_moment(seen: Seen) -> None:
    span = onset_span(check_look(seen, kind=Kind.PRESENCE, grades=0), kind=Kind.PRESENCE)

    assert span is not None
    assert span.latest <= seen.observed_at
    assert span.earliest is None or span.earliest <= span.latest
    if seen.onset_at is not None:
        assert span.earliest is None or span.earliest <= seen.onset_at <= span.latest


@given(st.lists(present(), min_size=1, max_size=6), present())
def test_a_further_look_never_makes_the_onset_later(known: list[Seen], one: Seen) -> None:
    spans = [span for seen in known if (span := onset_span(seen, kind=Kind.PRESENCE)) is not None]
    further = onset_span(one, kind=Kind.PRESENCE)
    before = onset_of_sign(spans)
    assert before is not None
    assert further is not None

    after = onset_of_sign([*spans, further])

    assert after is not None
    assert after.latest <= before.latest
    assert after.earliest is None or after.earliest <= after.latest
    if before.earliest is not None and after.earliest is not None:
        assert after.earliest <= before.earliest


@given(present(), st.lists(st.integers(0, 90), max_size=4))
def test_later_looks_that_tell_no_beginning_take_nothing_from_one_that_does(
    seen: Seen, later: list[int]
) -> None:
    told = onset_span(seen, kind=Kind.PRESENCE)
    assert told is not None
    untold = [OnsetSpan(None, NOON + hours * HOUR) for hours in later]

    assert onset_of_sign([told, *untold]) == told


def test_a_sign_seen_before_its_told_beginning_began_nobody_knows_when() -> None:
    told, earlier = OnsetSpan(NOON, NOON), OnsetSpan(None, NOON - HOUR)

    assert onset_of_sign([told, earlier]) == earlier


def test_of_two_signs_either_may_have_been_the_first() -> None:
    told, untold = OnsetSpan(NOON - HOUR, NOON - HOUR), OnsetSpan(None, NOON)

    assert first_onset([told, untold]) == OnsetSpan(None, NOON - HOUR)


@given(st.lists(st.tuples(moments, st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=5))
def test_the_first_onset_holds_the_first_of_the_true_ones(
    cases: list[tuple[datetime, int, int]],
) -> None:
    spans = [OnsetSpan(true - a * HOUR, true + b * HOUR) for true, a, b in cases]
    first = first_onset(spans)

    assert first is not None
    assert first.earliest is not None
    assert first.earliest <= min(true for true, _a, _b in cases) <= first.latest


def test_nothing_began_of_what_was_never_there() -> None:
    assert onset_span(Seen(NOON, is_present=False), kind=Kind.PRESENCE) is None
    assert onset_span(Seen(NOON, grade=0), kind=Kind.GRADED) is None
    assert onset_span(Seen(NOON, value=Decimal(39)), kind=Kind.MEASURED) is None
    assert first_onset([]) is None
    assert onset_of_sign([]) is None


@pytest.mark.parametrize(
    ("kind", "given_", "field"),
    [
        (Kind.GRADED, {}, "grade"),
        (Kind.GRADED, {"grade": 3}, "grade"),
        (Kind.GRADED, {"grade": 1, "is_present": True}, "grade"),
        (Kind.MEASURED, {"grade": 1}, "value"),
        (Kind.PRESENCE, {"value": Decimal(1)}, "is_present"),
        (Kind.PRESENCE, {"is_present": True, "onset_at": NOON}, "onset_at"),
        (Kind.PRESENCE, {"is_present": True, "onset_precision": Precision.EXACT}, "onset_at"),
        (
            Kind.PRESENCE,
            {"is_present": True, "onset_precision": Precision.EXACT, "onset_at": NOON + HOUR},
            "onset_at",
        ),
        (
            Kind.PRESENCE,
            {"is_present": True, "onset_precision": Precision.ABOUT, "onset_at": NOON},
            "onset_uncertainty_hours",
        ),
        (
            Kind.PRESENCE,
            {
                "is_present": True,
                "onset_precision": Precision.ABOUT,
                "onset_at": NOON,
                "onset_uncertainty_hours": 9999,
            },
            "onset_uncertainty_hours",
        ),
        (Kind.PRESENCE, {"is_present": True, "resolved_at": NOON}, "resolved_at"),
        (Kind.PRESENCE, {"is_present": False, "resolved_at": NOON + HOUR}, "resolved_at"),
        (
            Kind.PRESENCE,
            {
                "is_present": False,
                "onset_precision": Precision.EXACT,
                "onset_at": NOON - HOUR,
                "resolved_at": NOON - 2 * HOUR,
            },
            "resolved_at",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    kind: Kind, given_: dict[str, Any], field: str
) -> None:
    with pytest.raises(SignRefused) as refused:
        check_look(Seen(NOON, **given_), kind=kind, grades=3)

    assert refused.value.field == field


def test_grades_are_read_as_they_are_written() -> None:
    text = "none: as before\n\n marked : seen across a room \n"
    grades = check_grades(text)

    assert [one["name"] for one in grades] == ["none", "marked"]
    assert check_grades(written_grades(grades)) == grades


@pytest.mark.parametrize(
    "text", ["", "none: one alone", "none\nmarked: x", "none: a\nNone: b", ": a\nb: c"]
)
def test_grades_without_words_are_refused(text: str) -> None:
    with pytest.raises(SignRefused):
        check_grades(text)
