"""Optical density of a field: how much light each pixel takes, the lamp's own fall-off removed.

Absorbance adds up where cells overlap and does not depend on the lamp (Beer and Lambert), so one
threshold holds across a field that is darker in its corners. The background is a quadratic surface
fitted robustly to the brightest parts of a small copy of the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.pictures import Pixels
from assays.numerics.micrograph.quantiles import median, quantile

Map = NDArray[np.float32]
SMALL = 80  # pixels on the longer side of the copy that the background is fitted to
ROUNDS = 8
DARKEST = 2
ENOUGH = 500
# Log10 of every grey level; 0 and 1 have none that means anything.
LEVELS: Map = np.log10(np.maximum(np.arange(256), DARKEST)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Background:
    """Light of the empty field, (rows, columns, 3) of a small grid."""

    grid: Map

    def logarithm(self, width: int, height: int, channel: int | None = None) -> Map:
        """Return log10 of the background of one channel, or of all, at the size of a picture."""
        grid = self.grid if channel is None else self.grid[..., channel]
        small = np.log10(np.maximum(grid, 8.0))
        size = (width, height)
        return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)


@cache
def _terms(width: int, height: int) -> tuple[Map, Map]:
    """Return the terms of the surface at each pixel, (pixels, 6), and their products, (pixels, 36)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width * 2 - 1, y / height * 2 - 1
    every = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], -1).reshape(-1, 6)
    return every, (every[:, :, None] * every[:, None, :]).reshape(-1, 36)


def background(pixels: Pixels) -> Background:
    """Fit the light of the empty field: start with the brighter 40 %, drop what is darker."""
    height, width = pixels.shape[:2]
    scale = SMALL / max(width, height)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    values = small.reshape(-1, 3)
    green = np.ascontiguousarray(values[:, 1])
    kept = green >= quantile(green, 0.6)
    for _round in range(ROUNDS):
        before = kept
        residual = green - _surface(size, kept, green)
        inside = residual[kept]
        spread = 1.4826 * median(np.abs(inside - np.float32(median(inside)))) + 0.7
        kept = (residual > -2 * spread) & (residual < 3 * spread)
        if np.count_nonzero(kept) < 30:
            kept = green >= quantile(green, 0.8)
        if np.array_equal(kept, before):
            break
    fitted = _surface(size, kept, values)
    return Background(fitted.reshape(size[1], size[0], 3).astype(np.float32))


def _surface(size: tuple[int, int], kept: NDArray[np.bool_], values: Map) -> Map:
    """Return at every pixel the surface fitted to the values of the pixels kept."""
    terms, products = _terms(*size)
    weights = kept.astype(np.float32)
    square = (weights @ products).reshape(6, 6) + 1e-3 * np.eye(6, dtype=np.float32)
    weighted = values * (weights if values.ndim == 1 else weights[:, None])
    return np.asarray(terms @ np.linalg.solve(square, terms.T @ weighted), np.float32)


def density(pixels: Pixels, light: Background, channel: int) -> Map:
    """Return the optical density of one channel, (height, width); the empty field is about 0."""
    height, width = pixels.shape[:2]
    taken = cv2.LUT(cv2.extractChannel(pixels, channel), LEVELS)
    return np.asarray(cv2.subtract(light.logarithm(width, height, channel), taken), np.float32)


def within(values: NDArray[Any], inside: NDArray[np.bool_]) -> NDArray[Any]:
    """Return values where ``inside`` is true, of every second row and column where that is enough."""
    some = values[::2, ::2][inside[::2, ::2]]
    return some if len(some) >= ENOUGH else values[inside]


def otsu(density_map: Map) -> float:
    """Return Otsu's threshold of an optical density (IEEE Trans SMC 1979;9:62)."""
    high = max(quantile(density_map[::4, ::4], 0.98), 0.02)
    levels = cv2.convertScaleAbs(cv2.max(density_map, 0.0), alpha=250 / high)  # type: ignore[call-overload]
    found, _binary = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    return float(found) * high / 250
