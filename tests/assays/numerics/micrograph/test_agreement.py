"""Agreement of a count with a reader, of counts by field, and of two readings of one field."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.micrograph import agreement, bland_altman, compare, count, overlay
from assays.numerics.micrograph.agreement import matched
from assays.numerics.refusals import Unusable
from tests.assays.numerics.micrograph.scenes import scene

DRAWN = scene(seed=3, cells=40, foreign=("disc", "ring"), white_cells=1)
FOUND = count(DRAWN.pixels)
TRUTH = {kind: [(x, y) for x, y, _r in bodies] for kind, bodies in DRAWN.truth.items()}
points = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), max_size=12)


def test_a_right_count_agrees() -> None:
    found = agreement(FOUND, TRUTH)

    assert (found.found, found.missed, found.added, found.f1) == (40, 0, 0, 1.0)
    assert found.kappa == 1.0
    assert found.precision is not None
    assert found.precision.low == pytest.approx(0.9119, abs=1e-4)  # Clopper-Pearson, 40 of 40


def test_what_a_reader_adds_and_removes_is_seen() -> None:
    corrected = {**TRUTH, "red_cells": [*TRUTH["red_cells"][2:], (1.0, 1.0)]}

    found = agreement(FOUND, corrected)

    assert (found.found, found.missed, found.added) == (38, 1, 2)
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision.value == pytest.approx(38 / 40)
    assert found.recall.value == pytest.approx(38 / 39)
    assert found.precision.low < found.precision.value < found.precision.high


def test_kinds_that_were_taken_for_each_other_lower_kappa() -> None:
    named = {**TRUTH, "white_cells": [*TRUTH["white_cells"], TRUTH["foreign_bodies"][0]]}
    named["foreign_bodies"] = TRUTH["foreign_bodies"][1:]

    found = agreement(FOUND, named, kind="foreign_bodies")

    assert (found.found, found.added) == (1, 1)
    # 43 pairs; 42 agree; by chance (40*40 + 1*2 + 2*1)/43^2.
    chance = (40 * 40 + 1 * 2 + 2 * 1) / 43**2
    assert found.kappa == pytest.approx((42 / 43 - chance) / (1 - chance))


def test_where_nothing_is_there_is_no_ratio() -> None:
    empty = replace(FOUND, platelets=())

    found = agreement(empty, {}, kind="platelets")

    assert (found.precision, found.recall, found.f1) == (None, None, None)


def test_points_without_their_kind_are_refused() -> None:
    with pytest.raises(Unusable, match="by kind"):
        agreement(FOUND, [(1.0, 2.0)])  # type: ignore[arg-type]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Unusable, match="'?monsters'? is no kind"):
        agreement(FOUND, {"monsters": []})


def test_pairs_are_those_whose_distances_are_least_together() -> None:
    assert matched([(0, 0), (3, 0)], [(2, 0), (5, 0)], reach=4) == [(0, 0), (1, 1)]
    assert matched([(0, 0)], [(5, 0)], reach=4) == []
    assert matched([], [(5, 0)], reach=4) == []
    for reach in (0, -1, float("nan")):
        with pytest.raises(Unusable, match="pairs nothing"):
            matched([(0, 0)], [(0, 0)], reach=reach)
    with pytest.raises(Unusable, match="not finite"):
        matched([(float("inf"), 0)], [(0, 0)], reach=1)
    with pytest.raises(Unusable, match="pairs of x and y"):
        matched([(1, 2, 3)], [(0, 0)], reach=1)  # type: ignore[list-item]


@given(points, points)
def test_pairing_is_one_to_one_and_the_same_both_ways(
    first: list[tuple[float, float]], second: list[tuple[float, float]]
) -> None:
    both = matched(first, second, reach=40)

    assert len({one for one, _other in both}) == len({other for _one, other in both}) == len(both)
    assert len(matched(second, first, reach=40)) == len(both)


def test_limits_of_agreement() -> None:
    found = bland_altman([10, 12, 9, 14, 11], [9, 12, 10, 12, 11])

    assert found.bias.value == pytest.approx(0.4)
    assert found.spread == pytest.approx(1.140175, abs=1e-6)
    assert found.upper.value == pytest.approx(0.4 + 1.959964 * 1.140175, abs=1e-5)
    assert found.lower.low < found.lower.value < found.lower.high
    same = bland_altman([3, 4, 5], [3, 4, 5])
    assert (same.bias.value, same.upper.high) == (0, 0)


def test_counts_that_do_not_pair_are_refused() -> None:
    with pytest.raises(Unusable, match="too few"):
        bland_altman([1, 2], [1, 2])
    with pytest.raises(Unusable, match="There are 4 counts and 3"):
        bland_altman([1, 2, 3, 4], [1, 2, 3])


def test_two_readings_of_a_field_are_compared() -> None:
    later = replace(FOUND, red_cells=FOUND.red_cells[1:], foreign_bodies=FOUND.foreign_bodies[:1])

    changes = {change.kind: change for change in compare(FOUND, later)}

    assert changes["red_cells"].gone == FOUND.red_cells[:1]
    assert (changes["red_cells"].same, changes["red_cells"].median_shift) == (39, 0)
    assert (changes["foreign_bodies"].before, changes["foreign_bodies"].after) == (2, 1)
    assert compare(FOUND, FOUND)[0].gone == compare(FOUND, FOUND)[0].new == ()
    other = replace(FOUND, scale=replace(FOUND.scale, width=10))
    with pytest.raises(Unusable, match="their sizes differ"):
        compare(FOUND, other)


def test_a_drawing_holds_every_body_and_no_markup_of_its_name() -> None:
    drawn = overlay(FOUND, picture=DRAWN.as_bytes("PNG"), title="<field> & 1").decode()

    assert drawn.count("<circle") == 43 + len(FOUND.platelets) + len(FOUND.artefacts)
    assert "&lt;field&gt; &amp; 1: 40 red cell, 1 white cell, 2 foreign body" in drawn
    assert "data:image/png;base64," in drawn
    assert "<image" not in overlay(FOUND, picture=DRAWN.as_bytes("TIFF")).decode()


@pytest.mark.parametrize("given", [None, "count", 40, {}, [FOUND]], ids=str)
def test_what_is_no_count_is_named(given: Any) -> None:
    for asked in (
        lambda: overlay(given),
        lambda: agreement(given, {}),
        lambda: compare(given, FOUND),
        lambda: compare(FOUND, given),
    ):
        with pytest.raises(Unusable, match="The count is what count returns, not") as refused:
            asked()
        assert refused.value.code == "NOT_MADE"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"picture": "field.png"}, "PICTURE_NOT_BYTES"), ({"title": None}, "TITLE")],
)
def test_what_cannot_be_drawn_is_named(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Unusable) as refused:
        overlay(FOUND, **more)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("truth", "kind", "code"),
    [
        (None, "red_cells", "KIND"),
        ({None: []}, "red_cells", "KIND"),
        ({}, ["red_cells"], "KIND"),
        ({"red_cells": None}, "red_cells", "NOT_A_LIST"),
        ({"red_cells": "ab"}, "red_cells", "NOT_A_LIST"),
        ({"red_cells": [(1, 2, 3)]}, "red_cells", "SHAPE"),
        ({"white_cells": [(1, math.nan)]}, "red_cells", "NOT_FINITE"),
        ({"white_cells": [(1, "x")]}, "red_cells", "NOT_A_NUMBER"),
    ],
)
def test_points_that_are_none_are_named_whatever_kind_is_judged(
    truth: Any, kind: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        agreement(FOUND, truth, kind=kind)

    assert refused.value.code == code
