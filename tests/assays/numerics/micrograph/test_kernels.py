"""Compiled loops and the same loops uncompiled say the same, to the bit."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from assays.numerics.micrograph import clumps, count, kernels, merging
from assays.numerics.micrograph.kernels import compiled, shape
from tests.assays.numerics.micrograph.scenes import scene


@pytest.fixture
def without_numba(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "numba", None)
    compiled.cache_clear()
    yield
    compiled.cache_clear()


def crowded() -> np.ndarray:
    return scene(seed=3, width=200, height=160, radius=15, cells=14, overlap=0.9).pixels


def test_a_field_is_counted_alike_without_numba(without_numba: None) -> None:
    slowly = count(crowded())

    assert compiled(kernels.around) is kernels.around
    compiled.cache_clear()
    sys.modules.pop("numba")
    assert count(crowded()) == slowly


def test_where_nothing_can_be_kept_loops_are_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import numba

    njit = numba.njit

    def nowhere(*, cache: bool = False, **options: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(**options)

    monkeypatch.setattr(numba, "njit", nowhere)
    compiled.cache_clear()
    try:
        labels = np.ones((20, 20), np.int32)
        found = shape(labels, (0, 0, 20, 20), 1, 1)
    finally:
        compiled.cache_clear()

    assert found == pytest.approx((1, 1, 1), abs=0.01)


@pytest.mark.parametrize("wide", [14, 30, 60])
def test_shapes_of_ellipses_are_theirs(wide: int) -> None:
    y, x = np.mgrid[0:80, 0:80]
    turned = ((x - 40) + (y - 40)) / np.sqrt(2), ((x - 40) - (y - 40)) / np.sqrt(2)
    inside = (turned[0] / (wide / 2)) ** 2 + (turned[1] / 12) ** 2 <= 1

    convexity, aspect, extent = shape(inside.astype(np.int32), (0, 0, 80, 80), 1, 1)

    assert convexity == pytest.approx(1, abs=0.04)
    assert aspect == pytest.approx(min(wide, 24) / max(wide, 24), abs=0.06)
    assert extent == pytest.approx(np.pi / 4, abs=0.04)


def test_two_discs_that_touch_are_concave() -> None:
    y, x = np.mgrid[0:40, 0:80]
    labels = (np.hypot(x - 20, y - 20) < 16) + 2 * (np.hypot(x - 52, y - 20) < 16)

    alone, _aspect, _extent = shape(labels.astype(np.int32), (0, 0, 80, 40), 1, 1)
    both, aspect, _extent = shape(labels.astype(np.int32), (0, 0, 80, 40), 1, 2)

    assert alone > 0.96
    assert both < 0.92
    assert aspect == pytest.approx(0.5, abs=0.03)


def test_regions_touch_where_their_pixels_do() -> None:
    labels = np.zeros((8, 10), np.int32)
    labels[2:6, 2:5], labels[2:6, 5:9], labels[0, :] = 1, 2, 3

    found = merging.regions_of(
        clumps.Clumps(
            *(np.zeros((8, 10), np.float32) for _map in range(3)),
            labels, np.zeros((3, 2)), 3.0, 28.0, [],
        )
    )  # fmt: skip

    assert found.contacts == {(0, 1): 4}
    assert found.boxes == [(2, 2, 5, 6), (5, 2, 9, 6), (0, 0, 10, 1)]
    assert found.sums.tolist() == [[12, 36, 42, 0], [16, 104, 56, 0], [10, 45, 0, 10]]
