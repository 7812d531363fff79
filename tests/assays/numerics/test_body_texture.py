"""Bodies drawn even, shaded, ringed and grained are called what they are."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from assays.numerics.body_texture import SizeClass, Texture, described
from assays.numerics.micrograph import Body


def drawn(
    *, radius: float = 25, tilt: float = 0, ring: float = 0, grain: float = 0, noise: float = 2
) -> tuple[Any, Body]:
    """Draw a disc of density 0.25: shaded from side to side, with a ring, or with grains of 5 pixels."""
    rng = np.random.default_rng(7)
    half = int(2 * radius)
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    away = np.hypot(x, y)
    grains = cv2.GaussianBlur(rng.normal(size=away.shape), (0, 0), 2.5)
    shades = 1 + tilt * x / radius + ring * np.cos(np.pi * away / radius)
    shades += grain * grains / grains.std()
    taken = 0.25 * np.clip(radius - away + 0.5, 0, 1) * np.clip(shades, 0.05, None)
    light = cv2.GaussianBlur(220 * 10.0**-taken, (0, 0), 0.8)
    field = light[..., None] + rng.normal(0, noise, (*light.shape, 3))
    return np.clip(np.rint(field), 0, 255).astype(np.uint8), Body(half, half, radius)


@pytest.mark.parametrize("noise", [0.5, 2, 5])
@pytest.mark.parametrize("radius", [15, 25, 40])
def test_an_even_body_is_even_whatever_the_noise(radius: float, noise: float) -> None:
    found = described(*drawn(radius=radius, noise=noise), red_cell_radius=20)

    assert found.texture == Texture.EVEN
    assert found.variation is not None
    assert found.variation < 0.05


@pytest.mark.parametrize("shading", [{"tilt": 0.5}, {"ring": 0.5}, {"tilt": 0.3, "ring": 0.4}])
def test_smooth_shading_is_no_grain(shading: dict[str, float]) -> None:
    found = described(*drawn(**shading), red_cell_radius=20)

    assert found.texture == Texture.EVEN


@pytest.mark.parametrize("noise", [0.5, 2, 5])
def test_a_grained_body_is_grained(noise: float) -> None:
    for shading in ({}, {"tilt": 0.2, "ring": 0.2}):
        found = described(*drawn(grain=0.35, noise=noise, **shading), red_cell_radius=20)

        assert found.texture == Texture.GRAINED


def test_of_few_pixels_no_texture_is_known() -> None:
    found = described(*drawn(radius=9, grain=0.35), red_cell_radius=20)

    assert (found.texture, found.variation) == (Texture.NOT_KNOWN, None)
    assert found.size == SizeClass.SMALL


def test_a_radius_of_red_cells_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="is positive"):
        described(*drawn(), red_cell_radius=0)
