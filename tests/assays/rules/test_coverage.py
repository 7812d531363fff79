"""The coverage gate names every gap and overlap exactly, and filling the gaps closes them all."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from assays.rules.coverage import Box, check_coverage, fill_holes
from assays.rules.intervals import IntervalRow
from assays.rules.physiology import region_of
from tests.assays.rules.assay_rows import TABLE, interval, unfilled
from tests.assays.rules.strategies import Point, interval_rows, is_held_by, points


def is_in(point: Point, box: Box, rows: list[IntervalRow]) -> bool:
    has_own = any(row.species == point.species for row in rows)
    region = region_of(box.state)
    low, high = region.gestation or (0, 0)
    is_body = (
        point.phase in region.phases if point.gestation is None else low <= point.gestation < high
    )
    return (
        box.species == (point.species if has_own else "*")
        and box.sex in (point.sex, "*")
        and box.age_low_days <= point.age
        and (box.age_high_days is None or point.age < box.age_high_days)
        and is_body
        and point.fasting in region.fasting
        and point.draw in region.draw
    )


@given(interval_rows(), points())
def test_a_point_is_in_exactly_one_gap_when_no_row_holds_it(
    rows: list[IntervalRow], point: Point
) -> None:
    gaps = [gap for gap in check_coverage(rows).gaps if is_in(point, gap, rows)]

    held = any(is_held_by(point, row, rows) for row in rows)
    assert len(gaps) == (0 if held else 1)


@given(interval_rows(), points())
def test_a_point_is_in_an_overlap_exactly_when_two_rows_hold_it(
    rows: list[IntervalRow], point: Point
) -> None:
    found = [o for o in check_coverage(rows).overlaps if is_in(point, o.box, rows)]

    holders = tuple(row.id for row in rows if is_held_by(point, row, rows))
    assert [overlap.row_ids for overlap in found] == ([holders] if len(holders) > 1 else [])


@given(interval_rows())
def test_filling_the_gaps_completes_any_set_of_rows_without_overlaps(
    rows: list[IntervalRow],
) -> None:
    assume(not check_coverage(rows).overlaps)

    full = rows + fill_holes(rows, version=1)

    assert check_coverage(full).is_complete
    assert not any(row.established for row in full[len(rows) :])


@pytest.mark.parametrize("assay", TABLE)
def test_the_rows_of_real_assays_do_not_overlap(assay: str) -> None:
    assert check_coverage(unfilled(assay)).overlaps == ()


def test_gaps_are_told_in_the_words_of_rows() -> None:
    gaps = [str(gap) for gap in check_coverage(unfilled("HGB")).gaps]

    assert gaps == [
        "* * [0, ) days ANY",
        "human F [0, 30) days PREGNANT",
        "human * [30, 731) days ANY",
        "human F [731, 4383) days PREGNANT",
        "human * [4383, 6575) days ANY",
        "human F [20089, 43830) days PREGNANT",
        "human * [43830, ) days ANY",
    ]


def test_an_assay_without_rows_has_one_gap_for_everyone() -> None:
    assert [str(gap) for gap in check_coverage([]).gaps] == ["* * [0, ) days ANY"]


def test_an_overlap_names_the_rows_and_where() -> None:
    rows = [interval("a", "*", "18", "50"), interval("b", "F", "40", "60", "PREG_T2")]

    (overlap,) = check_coverage(rows).overlaps

    assert overlap.row_ids == ("a", "b")
    assert str(overlap.box) == "human F [14610, 18263) days PREG_T2"


def test_rows_that_touch_do_not_overlap() -> None:
    rows = [interval("a", to_years="50"), interval("b", from_years="50")]

    assert check_coverage(rows).overlaps == ()


def test_a_species_of_its_own_does_not_fill_another() -> None:
    rows = [
        interval("a", from_years="0", to_years=None),
        interval("b", from_years="0", to_years=None, species="otherworlder"),
    ]

    assert [gap.species for gap in check_coverage(rows).gaps] == ["*"]


def test_overlapping_rows_cannot_be_filled() -> None:
    with pytest.raises(ValueError, match="overlap"):
        fill_holes([interval("a"), interval("b")], version=1)
