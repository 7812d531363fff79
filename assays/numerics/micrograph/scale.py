"""How large a red cell is in a field, before anything is measured in it.

Depth inside what takes light tells it where cells lie singly; where they run together, or where only
their rims take light, depth is wrong by far. Edges then decide: at each radius of a ladder they vote
for the points that lie one radius inwards, and circles of the right radius gather votes.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph import foreground, light, stains
from assays.numerics.micrograph.kernels import compiled, vote_each
from assays.numerics.micrograph.light import Map
from assays.numerics.micrograph.pale_centres import Mask
from assays.numerics.micrograph.pictures import Pixels
from assays.numerics.micrograph.quantiles import quantile

SMALL, LARGER = 320, 1280  # longer side of the copies in which the radius is first looked for
LEAST_RADIUS = 4.5
OUTLINE = 1.08  # what a cell's outline encloses, to the circle inscribed in it

# Chosen on the fields of bench/micrograph.py, where any of many values did alike.
LADDER = 4.0 * 1.15 ** np.arange(20)  # pixels of the small copy
STEEP = 0.6  # of a usual rim of this field
SPREAD = 0.13  # of the radius
CLEAR = 0.4  # votes per pixel of a circle
BELIEF = 0.8  # logarithmic; how far depth may be wrong
CONTRADICTED = 1.33


def first_radius(pixels: Pixels) -> tuple[float, light.Background]:
    """Return about how large a red cell is, in pixels, and the light of the empty field; 0 for none.

    Both are found in a small copy of the field.
    """
    longer = max(pixels.shape[:2])
    radius, scale = 0.0, min(1.0, SMALL / longer)
    small = resampled(pixels, scale)
    background = light.background(small)
    for side in (SMALL, LARGER):
        if side != SMALL:
            scale = min(1.0, side / longer)
            small = resampled(pixels, scale)
        taken = stains.densities(small, background)
        cells = np.maximum(taken[..., stains.GREEN], taken[..., stains.BLUE])
        nuclei = np.asarray(cv2.dilate(stains.dyed(taken), foreground.disc(2)), np.uint8)
        cells[nuclei > 0] = 0
        mask = (cells > light.otsu(cells) * 0.6).astype(np.uint8)
        radius, is_sure = foreground.first_radius(foreground.filled(mask))
        if side == SMALL and radius and not is_sure:
            radius = by_edges(cells, mask, nuclei, radius)
        if radius >= LEAST_RADIUS or scale == 1.0:
            break
    return radius * OUTLINE / scale, background


def by_edges(cells: Map, mask: Mask, nuclei: Mask, depth: float) -> float:
    """Return the radius that edges vote for where it contradicts that of depth, else that of depth."""
    smooth = cv2.GaussianBlur(cells, (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    steepness = np.asarray(cv2.magnitude(across, down), np.float32)
    rim = mask - cv2.erode(mask, np.ones((3, 3), np.uint8)) > 0
    if not rim.any():
        return depth
    least = max(STEEP * quantile(light.within(steepness, rim), 0.6), 1e-6)
    near = (cv2.dilate(nuclei, np.ones((5, 5), np.uint8)) == 0).astype(np.uint8)
    ballots = compiled(vote_each)(across, down, steepness, near, least, LADDER / 2)
    circles = np.array(
        [_circles(ballot, radius) for ballot, radius in zip(ballots, LADDER, strict=True)]
    )
    ends = np.r_[circles[0], circles, circles[-1]]
    smoothed = 0.25 * ends[:-2] + 0.5 * ends[1:-1] + 0.25 * ends[2:]
    believed = smoothed * np.exp(-0.5 * (np.log(LADDER / depth) / BELIEF) ** 2)
    voted = float(LADDER[int(np.argmax(believed))])
    if not believed.any() or 1 / CONTRADICTED < voted / depth < CONTRADICTED:
        return depth
    return voted


def _circles(ballot: NDArray[np.float32], radius: float) -> float:
    """Return how much of all edges lies on clear circles of this radius; ballots have half the size."""
    spread = max(0.7, SPREAD * radius / 2)
    gathered = cv2.GaussianBlur(ballot, (0, 0), spread)
    reach = 2 * max(1, int(0.45 * radius / 2)) + 1
    tops = gathered >= cv2.dilate(gathered, np.ones((reach, reach), np.uint8))
    clear = gathered[tops] * np.float32(spread**2 / radius) - np.float32(CLEAR)
    total = float((np.maximum(clear, 0) ** 2).sum())
    return total * radius * math.sqrt(radius)


def resampled(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return pixels
    # From half the size up two neighbours hold what a pixel covers nearly, at a fifth of the work.
    smaller = cv2.INTER_AREA if scale <= 0.5 else cv2.INTER_LINEAR
    kind = smaller if scale < 1 else cv2.INTER_CUBIC
    size = tuple(max(8, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
    return np.asarray(cv2.resize(pixels, size, interpolation=kind), np.uint8)
