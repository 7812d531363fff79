"""Cells that touch: where each may have its centre, and which pixels belong to which.

Two signs of a centre are added. Edges vote for the point that lies one radius inwards along their
gradient (after Loy and Zelinsky, IEEE Trans PAMI 2003;25:959), which finds cells that overlap by
more than half; depth inside the mask finds cells that touch. The field is cut up along the steepest
ascent of that sum, too finely on purpose: `merging` joins what is one cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.foreground import Foreground, Mask, disc
from assays.numerics.micrograph.light import Map

Labels = NDArray[np.int32]
Points = NDArray[np.float64]

CONVEX, SINGLE_AREA = 0.945, 1.45  # what is as convex and no larger is one cell
LEAST_PART = 0.12  # of a red cell's area
DEPTH_WEIGHT = 0.6
LEAST_SIGN = 0.45
LEAST_DEPTH = 0.25  # of the radius
APART = 0.42  # of the radius
VOTE_RADII = np.arange(0.70, 1.26, 0.11)
VOTE_BLUR = 0.16  # of the radius
EDGE = 0.25  # of a clear edge of this field


@dataclass(slots=True)
class Clumps:
    """Regions of cells that touch, cut too finely; and cells that lie alone, as outlines.

    ``labels`` (height, width): 0, or 1 + the place in ``seeds`` (n, 2: x, y). ``sign`` is the sum
    of votes and depth; ``depth`` the distance to the edge of the mask, smoothed.
    """

    density: Map
    sign: Map
    depth: Map
    labels: Labels
    seeds: Points
    radius: float
    area: float
    alone: list[Any]


def typical_area(mask: Mask, radius: float) -> float:
    """Return the median area of whole, single components; that of a disc if there are too few."""
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(mask)
    height, width = mask.shape
    left, top, wide, high, area = stats[1:].T
    whole = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    single = whole & (area > 1.5 * radius**2) & (area < 8 * radius**2)
    if int(single.sum()) > 3:
        return float(np.median(area[single]))
    return float(np.pi * (1.05 * radius) ** 2)


def cut(found: Foreground) -> Clumps:
    """Cut a foreground into regions and single cells."""
    mask, area = found.mask, typical_area(found.mask, found.radius)
    radius = float(np.sqrt(area / np.pi))
    alone, clump = _apart(mask, area)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    smooth = np.asarray(cv2.GaussianBlur(depth, (0, 0), 0.06 * radius), np.float32)
    sign = _votes(found, clump, radius) + DEPTH_WEIGHT * np.minimum(smooth / radius, 1)
    near = disc(int(APART * radius))
    tops = (sign >= cv2.dilate(sign, near) - 1e-7) & (sign > LEAST_SIGN)
    tops &= (depth > LEAST_DEPTH * radius) & (clump > 0)
    _count, marks, _stats, centres = cv2.connectedComponentsWithStats(tops.astype(np.uint8))
    _components, connected = cv2.connectedComponents(clump)
    component = np.asarray(connected, np.int32)
    marks, seeds = _one_each(marks, centres[1:], component, sign)
    labels = _ascent(sign, clump, marks, seeds, component)
    return Clumps(found.density, sign, smooth, labels, seeds, radius, area, alone)


def _apart(mask: Mask, area: float) -> tuple[list[Any], Mask]:
    """Part components that are one convex cell from those that may be several."""
    outlines, _tree = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    alone, clump = [], np.zeros_like(mask)
    for outline in outlines:
        size = cv2.contourArea(outline)
        if size < LEAST_PART * area:
            continue
        hull = cv2.contourArea(cv2.convexHull(outline))
        if size > CONVEX * hull and size < SINGLE_AREA * area:
            alone.append(outline)
        else:
            cv2.drawContours(clump, [outline], -1, 1, -1)
    return alone, clump & mask


def _votes(found: Foreground, clump: Mask, radius: float) -> Map:
    height, width = clump.shape
    smooth = cv2.GaussianBlur(found.density, (0, 0), max(1.0, 0.06 * radius))
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    steepness = cv2.magnitude(across, down)
    rim = found.mask - cv2.erode(found.mask, np.ones((3, 3), np.uint8)) > 0
    near = cv2.dilate(clump, np.ones((5, 5), np.uint8)) > 0
    if not rim.any() or not near.any():
        return np.zeros((height, width), np.float32)
    edges = near & (steepness > max(EDGE * float(np.percentile(steepness[rim], 70)), 1e-6))
    y, x = np.nonzero(edges)
    if not len(y):
        return np.zeros((height, width), np.float32)
    steep = steepness[y, x]
    right, below = across[y, x] / steep, down[y, x] / steep
    weight = np.minimum(steep, np.percentile(steep, 80))
    rows, columns = height // 2 + 1, width // 2 + 1
    ballot = np.zeros(rows * columns)
    from_x, from_y = x.astype(np.float32) * 0.5 + 0.25, y.astype(np.float32) * 0.5 + 0.25
    for reach in (VOTE_RADII * radius / 2).astype(np.float32):
        to_x, to_y = (
            (from_x + right * reach).astype(np.int32),
            (from_y + below * reach).astype(np.int32),
        )
        inside = (to_x >= 0) & (to_x < columns) & (to_y >= 0) & (to_y < rows)
        place = to_y[inside] * columns + to_x[inside]
        ballot += np.bincount(place, weight[inside], minlength=rows * columns)
    half = ballot.reshape(rows, columns).astype(np.float32)
    half = np.asarray(cv2.GaussianBlur(half, (0, 0), VOTE_BLUR * radius / 2), np.float32)
    size = (columns * 2, rows * 2)
    whole = cv2.resize(half, size, interpolation=cv2.INTER_LINEAR)[:height, :width]
    return np.asarray(whole / max(float(np.percentile(whole[clump > 0], 97)), 1e-9), np.float32)


def _one_each(marks: Labels, seeds: Points, component: Labels, sign: Map) -> tuple[Labels, Points]:
    """Give every component at least one seed: where none was clear, its strongest point."""
    has_seed = np.zeros(int(component.max()) + 1, np.bool_)
    has_seed[0] = True
    has_seed[component[marks > 0]] = True
    if has_seed.all():
        return marks, seeds
    places = np.flatnonzero(~has_seed[component].ravel())
    owner, strength = component.ravel()[places], sign.ravel()[places]
    order = np.lexsort((-strength, owner))
    first = np.r_[True, owner[order][1:] != owner[order][:-1]]
    y, x = np.divmod(places[order][first], sign.shape[1])
    marks = marks.copy()
    marks[y, x] = np.arange(len(seeds) + 1, len(seeds) + 1 + len(x))
    return marks, np.concatenate([seeds, np.stack([x, y], 1).astype(np.float64)])


def _ascent(sign: Map, clump: Mask, marks: Labels, seeds: Points, component: Labels) -> Labels:
    """Give each pixel to the seed that the steepest ascent from it reaches.

    An ascent that ends on a lesser top goes to the nearest seed of the same component.
    """
    height, width = sign.shape
    wide = width + 2
    framed = np.full((height + 2, wide), -1, np.float32)
    framed[1:-1, 1:-1] = np.where(clump > 0, sign, np.float32(-1))
    flat = framed.ravel()
    places = np.flatnonzero(flat >= 0).astype(np.int32)
    labels = np.zeros((height + 2) * wide, np.int32)
    if not len(places) or not len(seeds):
        return labels.reshape(height + 2, wide)[1:-1, 1:-1].copy()
    best, towards = flat[places], places.copy()
    for step in (-wide - 1, -wide, -wide + 1, -1, 1, wide - 1, wide, wide + 1):
        other = flat[places + step]
        higher = other > best
        best[higher] = other[higher]
        towards[higher] = places[higher] + step
    order = np.zeros(flat.size, np.int32)
    order[places] = np.arange(len(places), dtype=np.int32)
    to = order[towards]
    while not np.array_equal(further := to[to], to):
        to = further
    framed_marks = np.zeros((height + 2, wide), np.int32)
    framed_marks[1:-1, 1:-1] = marks
    reached = framed_marks.ravel()[places][to]
    lost = reached == 0
    if lost.any():
        tops = np.unique(to[lost])
        y, x = np.divmod(places[tops], wide)
        away = np.hypot(x[:, None] - 1 - seeds[:, 0], y[:, None] - 1 - seeds[:, 1])
        owner = np.zeros(len(seeds) + 1, np.int32)
        owner[marks[marks > 0]] = component[marks > 0]
        elsewhere = component[y - 1, x - 1][:, None] != owner[None, 1:]
        nearest = np.zeros(len(places), np.int32)
        nearest[tops] = (away + 1e9 * elsewhere).argmin(1) + 1
        reached[lost] = nearest[to[lost]]
    labels[places] = reached
    return labels.reshape(height + 2, wide)[1:-1, 1:-1].copy()
