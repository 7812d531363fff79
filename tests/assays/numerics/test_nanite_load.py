"""The nanite load: what is counted, how sure it is, and what the limits do not hold."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.field_variation import judge_fields
from assays.numerics.nanite_load import CountEstimate, NaniteLoad, Note, nanite_load

EVEN = [(80, 1)] * 10
PATCHY = [(90, 3), (70, 0), (85, 9), (100, 1), (75, 2), (88, 0)]

fields = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 60)), min_size=1, max_size=12)


def width(estimate: CountEstimate) -> float:
    return estimate.high - estimate.low


def test_the_load_is_all_nanites_per_all_red_cells() -> None:
    load = nanite_load(PATCHY, red_cells_per_ul=4.8e6, red_cells_cv=0.02)

    assert (load.fields, load.red_cells, load.nanites) == (6, 508, 15)
    assert load.per_1000_red_cells.value == pytest.approx(15 / 508 * 1000)
    assert load.per_ul is not None
    assert load.per_ul.value == pytest.approx(15 / 508 * 4.8e6)


def test_one_field_says_that_scatter_between_fields_is_not_in_its_limits() -> None:
    load = nanite_load([(412, 7)])

    assert Note.ONE_FIELD in load.notes
    assert (load.between_field_cv, load.dispersion, load.heterogeneity_p) == (None, None, None)
    assert load.per_1000_red_cells == load.count_error_only_per_1000


def test_the_same_bodies_in_more_fields_that_agree_say_more_than_in_few() -> None:
    few, many = nanite_load([(400, 10)] * 2), nanite_load([(40, 1)] * 20)

    assert Note.FEW_FIELDS in few.notes
    assert Note.FEW_FIELDS not in many.notes
    assert width(many.per_1000_red_cells) < width(few.per_1000_red_cells)


def test_no_nanite_seen_is_not_a_load_of_zero() -> None:
    load = nanite_load([(80, 0)] * 5, red_cells_per_ul=5e6, red_cells_cv=0.02)

    assert Note.NO_NANITE_SEEN in load.notes
    assert (load.per_1000_red_cells.value, load.per_1000_red_cells.low) == (0.0, 0.0)
    assert load.per_1000_red_cells.high >= 1000 * (0.025 ** (-1 / 400) - 1)
    assert load.per_ul is not None
    assert load.per_ul.high > load.per_1000_red_cells.high / 1000 * 5e6


def test_patchy_fields_have_wider_limits_than_even_ones_of_the_same_total() -> None:
    even = [(90, 3), (70, 2), (85, 3), (100, 3), (75, 2), (88, 2)]
    assert sum(n for _, n in even) == sum(n for _, n in PATCHY)

    patchy, smooth = nanite_load(PATCHY), nanite_load(even)

    assert width(patchy.per_1000_red_cells) > 1.5 * width(smooth.per_1000_red_cells)
    assert Note.HETEROGENEOUS in patchy.notes
    assert Note.HETEROGENEOUS not in smooth.notes
    assert patchy.dispersion == pytest.approx(4.560899346405228)
    assert patchy.heterogeneity_p == pytest.approx(0.000367886, rel=1e-5)


def test_the_error_of_the_red_cell_concentration_widens_the_load_per_microlitre() -> None:
    widths = [
        width(found.per_ul)
        for cv in (None, 0.0, 0.02, 0.10, 0.50)
        if (found := nanite_load(EVEN, red_cells_per_ul=5e6, red_cells_cv=cv)).per_ul
    ]

    assert widths[0] == widths[1] < widths[2] < widths[3] < widths[4]


def test_what_is_not_known_of_the_red_cell_concentration_is_said() -> None:
    without, without_cv, with_cv = (
        nanite_load(EVEN),
        nanite_load(EVEN, red_cells_per_ul=5e6),
        nanite_load(EVEN, red_cells_per_ul=5e6, red_cells_cv=0.0),
    )

    assert without.per_ul is None
    assert without.notes == (Note.NO_CONCENTRATION,)
    assert without_cv.notes == (Note.CONCENTRATION_CV_UNKNOWN,)
    assert with_cv.notes == ()


def check_coherence(load: NaniteLoad) -> None:
    for estimate in (load.per_1000_red_cells, load.per_ul, load.count_error_only_per_1000):
        if estimate is not None:
            assert 0 <= estimate.low <= estimate.value <= estimate.high
            assert math.isfinite(estimate.high)
    total, exact = load.per_1000_red_cells, load.count_error_only_per_1000
    assert total.low <= exact.low * (1 + 1e-12)
    assert total.high >= exact.high * (1 - 1e-12)


@given(fields, st.floats(1e4, 1e8), st.none() | st.floats(0, 1))
@settings(max_examples=80)
def test_limits_always_hold_the_estimate_and_the_count_error(
    counted: list[tuple[int, int]], per_ul: float, cv: float | None
) -> None:
    load = nanite_load(counted, red_cells_per_ul=per_ul, red_cells_cv=cv)

    check_coherence(load)
    assert json.loads(json.dumps(load.to_json()))["nanites"] == load.nanites


@given(st.permutations(PATCHY))
@settings(max_examples=20)
def test_the_order_of_fields_does_not_matter(shuffled: list[tuple[int, int]]) -> None:
    load, other = nanite_load(shuffled).per_1000_red_cells, nanite_load(PATCHY).per_1000_red_cells

    assert (load.low, load.high) == pytest.approx((other.low, other.high), rel=1e-9)


@pytest.mark.parametrize(
    "counted",
    [
        [(1_000_000, 0), (1, 50), (1, 50)],
        [(1, 100_000)] * 3,
        [(2_000_000_000, 0)] * 2,
        [(1, 0), (1, 1)],
        [(80, 2)] * 700,
        [(1, 2_000_000_000)],
    ],
)
def test_absurd_fields_give_finite_limits(counted: list[tuple[int, int]]) -> None:
    check_coherence(nanite_load(counted, red_cells_per_ul=5e6, red_cells_cv=0.02))


def test_fields_are_judged_in_portions_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cells, seen = [80] * 30, [0, 1, 2] * 10
    at_once = judge_fields(cells, seen)
    monkeypatch.setattr("assays.numerics.field_variation._FIELDS_AT_ONCE", 7)

    in_portions = judge_fields(cells, seen)

    assert (in_portions.low, in_portions.high) == pytest.approx((at_once.low, at_once.high))


@pytest.mark.parametrize(
    ("counted", "message"),
    [
        ([], "at least one field"),
        ([(80, 1), (0, 0)], "field 2 holds no red cell"),
        ([(80, -1)], "field 1: -1 is not a whole number"),
        ([(80.0, 1)], "field 1: 80.0 is not a whole number"),
        ([(True, 1)], "field 1: True is not a whole number"),
    ],
)
def test_counts_that_cannot_be_are_refused(counted: list[tuple[int, int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nanite_load(counted)


@pytest.mark.parametrize(
    ("per_ul", "cv"),
    [(0.0, None), (-1.0, None), (math.nan, None), (math.inf, None), (4.8, None), (4.8e12, None), ("5e6", None), (5e6, -0.1), (5e6, 1.5), (5e6, math.nan)],
)  # fmt: skip
def test_a_concentration_that_cannot_be_is_refused(per_ul: Any, cv: float | None) -> None:
    with pytest.raises(ValueError, match=r"\bnot?\b"):
        nanite_load(EVEN, red_cells_per_ul=per_ul, red_cells_cv=cv)


def test_scatter_needs_two_fields() -> None:
    with pytest.raises(ValueError, match="two fields or more"):
        judge_fields([80], [1])


def film(
    random: np.random.Generator, *, fields: int, load: float, patchiness: float
) -> list[tuple[int, int]]:
    """Count one simulated film: uneven thickness, then patches of nanites, then chance."""
    thickness = random.gamma(1 / 0.3**2, 0.3**2, fields)
    patches = random.gamma(1 / patchiness**2, patchiness**2, fields) if patchiness else 1.0
    red_cells = np.maximum(random.poisson(80 * thickness), 1)
    nanites = random.poisson(load * 80 * thickness * patches)
    return [(int(red), int(seen)) for red, seen in zip(red_cells, nanites, strict=True)]


REGIMES = [
    (fields, load, patchiness)
    for fields in (5, 12, 30)
    for load, patchiness in [(0.003, 0.3), (0.02, 0.0), (0.02, 0.8), (0.2, 0.3), (0.2, 1.0)]
]


def coverage(fields: int, load: float, patchiness: float, films: int = 150) -> tuple[float, float]:
    random = np.random.default_rng([fields, int(load * 1e4), int(patchiness * 10)])
    per_cell = per_ul = 0
    for _ in range(films):
        concentration = 4.8e6 * math.exp(random.normal(0, 0.03))
        found = nanite_load(
            film(random, fields=fields, load=load, patchiness=patchiness),
            red_cells_per_ul=concentration,
            red_cells_cv=0.03,
        )
        assert found.per_ul is not None
        per_cell += found.per_1000_red_cells.low <= load * 1000 <= found.per_1000_red_cells.high
        per_ul += found.per_ul.low <= load * 4.8e6 <= found.per_ul.high
    return per_cell / films, per_ul / films


def test_the_limits_cover_the_truth_over_loads_patchiness_and_numbers_of_fields() -> None:
    covered = np.array([coverage(*regime) for regime in REGIMES])

    assert np.all(covered.mean(axis=0) > 0.94)
    assert np.all(covered.mean(axis=0) < 0.985)
    assert covered.min() > 0.88  # 0.93, less two and a half standard errors of 150 films


def test_limits_of_count_error_alone_would_fail_on_a_patchy_film() -> None:
    random = np.random.default_rng(5)
    films = [film(random, fields=12, load=0.2, patchiness=0.8) for _ in range(100)]

    exact = [nanite_load(one).count_error_only_per_1000 for one in films]

    assert np.mean([limits.low <= 200 <= limits.high for limits in exact]) < 0.7


def test_importing_the_method_does_not_load_numpy_or_scipy() -> None:
    code = "import sys, assays.numerics.nanite_load as _; print(*{'numpy', 'scipy'} & set(sys.modules))"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == ""
