"""How large a red cell is, is found where depth alone would mislead."""

from __future__ import annotations

import numpy as np
import pytest

from assays.numerics.micrograph import count
from assays.numerics.micrograph.scale import first_radius
from tests.assays.numerics.micrograph.scenes import scene

RADIUS = 24


def drawn(centres: list[tuple[float, float]], *, rim: float | None = None) -> np.ndarray:
    """Draw cells of one radius; with ``rim`` only that share of it takes light."""
    y, x = np.mgrid[0:480, 0:640]
    density = np.zeros((480, 640))
    for a, b in centres:
        away = np.hypot(x - a, y - b)
        cell = np.clip(RADIUS - away + 0.5, 0, 1)
        if rim:
            cell *= 1 - 0.97 * np.clip(RADIUS * (1 - rim) - away + 0.5, 0, 1)
        density = np.maximum(density, cell)
    field = np.array([222, 226, 218]) * 10.0 ** (-density[..., None] * [0.06, 0.18, 0.11])
    noisy = field + np.random.default_rng(0).normal(0, 1.5, field.shape)
    return np.rint(noisy).clip(0, 255).astype(np.uint8)


def lattice(step: float, shape: tuple[int, int]) -> list[tuple[float, float]]:
    rows, columns = shape
    return [
        (60 + step * (column + 0.5 * (row % 2)), 60 + 0.87 * step * row)
        for row in range(rows)
        for column in range(columns)
    ]


def radius_of(pixels: np.ndarray) -> float:
    radius, _background = first_radius(np.ascontiguousarray(pixels[..., ::-1]))
    return radius


@pytest.mark.parametrize("step", [1.3, 1.5, 1.7, 1.95])
def test_cells_that_all_run_together_are_not_taken_for_one(step: float) -> None:
    pixels = drawn(lattice(step * RADIUS, (6, 8)))

    assert radius_of(pixels) == pytest.approx(RADIUS, rel=0.15)


def test_cells_that_all_touch_are_counted() -> None:
    found = count(drawn(lattice(1.95 * RADIUS, (6, 8))))

    assert len(found.red_cells) == pytest.approx(48, abs=3)
    assert found.scale.red_cell_radius == pytest.approx(RADIUS, rel=0.1)


@pytest.mark.parametrize("rim", [0.1, 0.2, 0.3])
def test_cells_of_which_only_the_rim_takes_light_are_whole_cells(rim: float) -> None:
    pixels = drawn(lattice(2.3 * RADIUS, (6, 8)), rim=rim)

    assert radius_of(pixels) == pytest.approx(RADIUS, rel=0.15)


@pytest.mark.parametrize("size", [30, 50])
def test_where_depth_is_right_edges_change_nothing(size: float) -> None:
    field = scene(seed=3, radius=size, width=960, height=720, cells=20).pixels

    assert radius_of(field) == pytest.approx(size, rel=0.2)
