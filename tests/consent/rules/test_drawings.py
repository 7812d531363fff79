"""A drawn signature is strokes within a field: not blank, not a slip, not endless, and kept as drawn."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.rules.drawings import HEIGHT, MOST_POINTS, MOST_STROKES, WIDTH, Flaw, NotADrawing, read

POINTS = some.tuples(some.integers(0, WIDTH), some.integers(0, HEIGHT))
ACROSS = [[0, 0], [WIDTH, HEIGHT]]


@pytest.mark.parametrize(
    ("drawn", "flaw"),
    [
        ([], Flaw.BLANK),
        ([[[300, 100]]], Flaw.TOO_SMALL),  # a touch
        ([[[10, 10], [20, 12], [14, 16]]], Flaw.TOO_SMALL),
        ([[[10, 10]], [[500, 150]]], Flaw.TOO_SMALL),  # two touches far apart leave no ink
        ([[[10, 10], [39, 10], [10, 10], [39, 10], [10, 10]]], Flaw.TOO_SMALL),
        ([[[10, 10], [40, 10], [11, 10]]], Flaw.TOO_SMALL),
        ([[[0, 0], [WIDTH + 1, 0]]], Flaw.UNREADABLE),
        ([[[0, 0], [0, HEIGHT + 1]]], Flaw.UNREADABLE),
        ([[[-1, 0], [90, 90]]], Flaw.UNREADABLE),
        ([[[0, 0], [90.5, 90]]], Flaw.UNREADABLE),
        ([[[0, True], [90, 90]]], Flaw.UNREADABLE),
        ([[[0, 0, 0], [90, 90, 0]]], Flaw.UNREADABLE),
        ([[[0, 0], "90"]], Flaw.UNREADABLE),
        ([[]], Flaw.UNREADABLE),
        (["MLML"], Flaw.UNREADABLE),
        ("M0 0L90 90", Flaw.UNREADABLE),
        ({"strokes": [ACROSS]}, Flaw.UNREADABLE),
        (7, Flaw.UNREADABLE),
        (None, Flaw.UNREADABLE),
        ([ACROSS] * (MOST_STROKES + 1), Flaw.TOO_MUCH),
        ([ACROSS * (MOST_POINTS // 2) + [[1, 1]]], Flaw.TOO_MUCH),
    ],
)
def test_what_is_no_signature_is_named(drawn, flaw) -> None:
    with pytest.raises(NotADrawing) as refused:
        read(drawn)

    assert refused.value.flaw is flaw


@pytest.mark.parametrize(
    "drawn",
    [
        [[[10, 10], [40, 10], [10, 10]]],
        [[[10, 10], [10, 75]]],
        [[[10, 10], [60, 60]], [[60, 10], [10, 60]]],  # a cross, of whoever cannot write
        [ACROSS] * MOST_STROKES,
        [ACROSS * (MOST_POINTS // 2)],
    ],
)
def test_a_drawing_is_taken_up_to_its_limits(drawn) -> None:
    assert json.loads(read(drawn).content()) == drawn


def test_a_drawing_becomes_an_image_of_lines_and_dots() -> None:
    drawing = read([[[0, 0], [600, 200], [300, 100]], [[5, 6]]])

    assert drawing.path() == "M0 0L600 200L300 100M5 6h0"


LARGE = some.lists(POINTS, min_size=1, max_size=20).map(lambda stroke: [(0, 0), (90, 0), *stroke])


@given(some.lists(LARGE, min_size=1, max_size=8))
def test_a_drawing_is_kept_to_the_point_and_hashed_as_it_is_kept(strokes) -> None:
    drawing = read(strokes)

    assert read(json.loads(drawing.content())) == drawing
    assert drawing.strokes == tuple(tuple(stroke) for stroke in strokes)
    assert drawing.sha256 == hashlib.sha256(drawing.content()).hexdigest()
