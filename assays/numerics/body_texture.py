"""How large a body is against the red cells of its field, and whether it looks even or grained.

Descriptions for a reader, not diagnoses: no reference set tells nanites apart by them. Size is the
ratio of radii. Texture is what is left of the optical density (green light taken, -log10 of
transmission against the empty field) inside 0.7 of the radius, where no edge is, when smooth shading
(a tilt, a bend, rings about the middle) is taken off, as a coefficient of variation; noise of the
camera is taken off too, as estimated beside it from the differences of neighbouring pixels (their
variance is twice that of the noise; a grain finer than two pixels is therefore missed). What lies
beneath a body that lets light through is seen as its texture. bench/body_texture.py draws bodies of
both kinds and says how often they are told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.pictures import Pixels
from assays.numerics.micrograph.results import Body

GREEN = 1  # of blue, green, red
INNER = 0.7
SMALLEST = 200  # pixels inside, to speak of texture: fewer show grain as they show noise
GRAINED = 0.15
MEDIUM, LARGE = 1.5, 2.5  # of the radius of a red cell


class SizeClass(StrEnum):
    SMALL = "up_to_1.5_red_cells"
    MEDIUM = "1.5_to_2.5_red_cells"
    LARGE = "above_2.5_red_cells"


class Texture(StrEnum):
    EVEN = "even"
    GRAINED = "grained"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Described:
    """``ratio``: radius against a red cell's. ``variation``: of the density, None where not known."""

    ratio: float
    size: SizeClass
    variation: float | None
    texture: Texture


def described(pixels: Pixels, body: Body, *, red_cell_radius: float) -> Described:
    """Describe one body of a picture (height, width, 3; blue, green, red)."""
    if not (math.isfinite(red_cell_radius) and red_cell_radius > 0):
        raise ValueError(f"a red cell's radius is positive, not {red_cell_radius!r}")
    ratio = body.radius / red_cell_radius
    size = (
        SizeClass.SMALL
        if ratio < MEDIUM
        else SizeClass.MEDIUM
        if ratio < LARGE
        else SizeClass.LARGE
    )
    variation = _variation(pixels, body)
    if variation is None:
        return Described(ratio, size, None, Texture.NOT_KNOWN)
    texture = Texture.GRAINED if variation > GRAINED else Texture.EVEN
    return Described(ratio, size, variation, texture)


def _variation(pixels: Pixels, body: Body) -> float | None:
    reach = INNER * body.radius
    left, right = max(0, math.floor(body.x - reach)), math.ceil(body.x + reach) + 1
    top, bottom = max(0, math.floor(body.y - reach)), math.ceil(body.y + reach) + 1
    light = _density(pixels[top:bottom, left:right, GREEN], _empty(pixels))
    rows, columns = np.indices(light.shape)
    x = np.asarray((columns + left - body.x) / reach)
    y = np.asarray((rows + top - body.y) / reach)
    inside = np.hypot(x, y) <= 1
    pixels_inside = int(inside.sum())
    if pixels_inside < SMALLEST:
        return None
    mean = float(light[inside].mean())
    if mean <= 0.01:
        return None
    grain = np.zeros_like(light)
    terms = _shading(x[inside], y[inside])
    smooth, *_rest = np.linalg.lstsq(terms, light[inside], rcond=None)
    grain[inside] = light[inside] - terms @ smooth
    freedom = pixels_inside - terms.shape[1]
    both = inside[:, 1:] & inside[:, :-1]
    noise = float((np.diff(grain, axis=1)[both] ** 2).mean()) / 2
    noise *= pixels_inside / freedom
    return math.sqrt(max(0.0, float((grain[inside] ** 2).sum()) / freedom - noise)) / mean


def _shading(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the terms of smooth shading, (pixels, 10): a tilt, a bend, and rings about the middle."""
    square = x * x + y * y
    return np.stack(
        [np.ones_like(x), x, y, x * x, x * y, y * y, x * square, y * square, square**2, square**3],
        1,
    )


def _empty(pixels: Pixels) -> float:
    """Return the light of the empty field: what only 5 in 100 pixels exceed."""
    step = max(1, min(pixels.shape[:2]) // 200)
    return float(np.percentile(pixels[::step, ::step, GREEN], 95))


def _density(light: NDArray[np.uint8], empty: float) -> NDArray[np.float64]:
    found: NDArray[np.float64] = -np.log10((light.astype(np.float64) + 1) / (empty + 1))
    return found
