"""What in a field takes light: cells with their pale centres filled, and how large a red cell is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.kernels import compiled, highest
from assays.numerics.micrograph.light import Map, otsu
from assays.numerics.micrograph.pale_centres import Mask, with_pale_centres
from assays.numerics.micrograph.quantiles import median, quantile

# Chosen by trial on the 48 marked fields of bench/micrograph.py: not on others.
THRESHOLD = 0.5  # of Otsu's
FAINT = 0.35  # of Otsu's, for cells that the threshold misses
OPENING = 0.16  # of a red cell's radius
LEAST_ALONE = 5
ENOUGH_ALONE = 0.15  # of the mask
ASTRAY = 1.33
LEAST_GHOST = 0.25  # of a red cell's area
MOST_GHOST = 3.0


@cache
def disc(radius: int) -> Mask:
    """Return a disc as a structuring element."""
    size = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


@cache
def _steps(radius: int) -> NDArray[np.int64]:
    """Return where the pixels of a disc lie from its middle (n, 2: down, across), the farthest first."""
    steps = np.argwhere(disc(radius)) - radius
    return np.ascontiguousarray(steps[np.argsort(-(steps**2).sum(1), kind="stable")])


def peaks(
    height: Map, allowed: NDArray[np.bool_], radius: int, *, slack: float = 0.0
) -> NDArray[np.bool_]:
    """Return where a map is allowed to have peaks and nothing within a disc is higher by more."""
    tops = compiled(highest)(height, allowed, _steps(radius), np.float32(slack))
    return np.asarray(tops, np.bool_)


@dataclass(frozen=True, slots=True)
class Foreground:
    """``density`` is smoothed; ``mask`` is 1 in cells; ``radius`` that of a typical cell."""

    density: Map
    mask: Mask
    threshold: float
    radius: float


def filled(mask: Mask) -> Mask:
    """Return the mask with everything filled that it encloses."""
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(framed, None, (0, 0), 2)
    inside: Mask = (framed[1:-1, 1:-1] != 2).view(np.uint8)
    return inside


def first_radius(mask: Mask) -> tuple[float, bool]:
    """Return about how large a cell is, as the radius of an inscribed circle; 0 if there is none.

    And whether it is sure: cells that lie alone, and are enough of what there is, say the same.

    It is the median of the peaks of depth, unless cells that lie alone contradict it by far: many
    specks make it too small, one large clump makes it too large.
    """
    inscribed = _inscribed(mask)
    alone, share = _alone(mask)
    if inscribed == 0.0 or alone is None:
        return inscribed, False
    ratio = alone / inscribed
    is_sure = share > ENOUGH_ALONE and 1 / ASTRAY < ratio < ASTRAY
    return inscribed if 0.65 < ratio < 1.5 else alone, is_sure


def _inscribed(mask: Mask) -> float:
    """Return the median of the peaks of depth; 0 if there is none."""
    depth: Any = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    depths = depth[peaks(depth, depth > 3, 4)]
    if not depths.size:
        return 0.0
    return median(depths[depths > 0.5 * quantile(depths, 0.9)])


def _alone(mask: Mask) -> tuple[float | None, float]:
    """Return the median radius, weighted by area, of what lies alone and is convex; None if few.

    And its share of the mask.
    """
    height, width = mask.shape
    outlines, _tree = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = []
    for outline in outlines:
        area = cv2.contourArea(outline) + len(outline) / 2 + 1
        left, top, wide, high = cv2.boundingRect(outline)
        is_whole = left > 0 and top > 0 and left + wide < width and top + high < height
        if area > 28 and is_whole and max(wide, high) < 2 * min(wide, high):
            if area > 0.9 * cv2.contourArea(cv2.convexHull(outline)):
                areas.append(area)
    if len(areas) < LEAST_ALONE:
        return None, 0.0
    sizes = np.sort(np.array(areas))
    middle = np.searchsorted(np.cumsum(sizes), sizes.sum() / 2)
    share = float(sizes.sum()) / max(cv2.countNonZero(mask), 1)
    return float(np.sqrt(sizes[middle] / np.pi)) * 0.93, share


def foreground(raw: Map, excluded: Mask | None = None, *, expected: float) -> Foreground:
    """Tell cells from the field in a map of optical density; their radius is about as expected.

    ``excluded`` is 1 where something else lies (white cells, foreign bodies): not counted as cells.
    """
    smooth = np.asarray(cv2.GaussianBlur(raw, (0, 0), 1.0), np.float32)
    level = otsu(smooth)
    threshold = level * THRESHOLD
    mask = (smooth > threshold).view(np.uint8)
    whole = filled(mask)
    if excluded is not None:
        clear = (excluded == 0).view(np.uint8)
        mask, whole = mask & clear, whole & clear
    radius = _inscribed(whole)
    if radius == 0.0:
        return Foreground(smooth, np.zeros_like(mask), threshold, 0.0)
    if not 1 / ASTRAY < radius / expected < ASTRAY:
        radius = expected
    area = float(np.pi * (1.1 * radius) ** 2)
    mask = with_pale_centres(mask, smooth, area, threshold)
    faint = (cv2.GaussianBlur(raw, (0, 0), 1.6) > level * FAINT).view(np.uint8)
    if excluded is not None:
        faint &= clear
    mask = _with_ghosts(mask, faint, smooth, area, threshold)
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc(int(OPENING * radius)))
    return Foreground(smooth, np.asarray(opened, np.uint8), threshold, radius)


def _with_ghosts(mask: Mask, faint: Mask, density: Map, area: float, threshold: float) -> Mask:
    """Add faint cells that lie apart from what the threshold found."""
    rest = faint & (cv2.dilate(mask, disc(2)) == 0).astype(np.uint8)
    rest = with_pale_centres(rest, density, area, threshold)
    radius = int(OPENING * np.sqrt(area / np.pi) / 1.1)
    rest = np.asarray(cv2.morphologyEx(rest, cv2.MORPH_OPEN, disc(radius)), np.uint8)
    if cv2.countNonZero(rest) <= LEAST_GHOST * area:
        return mask
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(rest)
    kept = np.zeros(count, np.uint8)
    kept[1:] = (stats[1:, 4] > LEAST_GHOST * area) & (stats[1:, 4] < MOST_GHOST * area)
    if not kept.any():
        return mask
    ghosts = np.asarray(cv2.dilate(kept[labels], disc(2)), np.uint8) & faint
    return with_pale_centres(mask | ghosts, density, area, threshold)
