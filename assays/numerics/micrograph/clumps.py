"""Cells that touch: where each may have its centre, and which pixels belong to which.

Two signs of a centre are added. Edges vote for the point that lies one radius inwards along their
gradient (after Loy and Zelinsky, IEEE Trans PAMI 2003;25:959), which finds cells that overlap by
more than half; depth inside the mask finds cells that touch. The field is cut up along the steepest
ascent of that sum, too finely on purpose: `merging` joins what is one cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.foreground import Foreground, peaks
from assays.numerics.micrograph.kernels import ascend, compiled, strongest, vote
from assays.numerics.micrograph.light import Map, within
from assays.numerics.micrograph.pale_centres import Mask
from assays.numerics.micrograph.quantiles import quantile

Labels = NDArray[np.int32]
Points = NDArray[np.float64]

CONVEX, SINGLE_AREA = 0.945, 1.3  # what is as convex and no larger is one cell
LEAST_PART = 0.12  # of a red cell's area
DEPTH_WEIGHT = 0.6
LEAST_SIGN = 0.45
LEAST_DEPTH = 0.25  # of the radius
APART = 0.42  # of the radius
VOTE_RADII = np.arange(0.70, 1.26, 0.11)
VOTE_BLUR = 0.16  # of the radius
EDGE = 0.25  # of a clear edge of this field


class Outline(NamedTuple):
    """A component: its outline, the area within, and that of its hull."""

    points: Any
    size: float
    hull: float


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


def cut(found: Foreground) -> Clumps:
    """Cut a foreground into regions and single cells."""
    mask = found.mask
    points, _tree = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outlines = [
        Outline(one, cv2.contourArea(one), cv2.contourArea(cv2.convexHull(one))) for one in points
    ]
    area = typical_area(outlines, mask.shape, found.radius)
    radius = float(np.sqrt(area / np.pi))
    alone, clump = _apart(mask, outlines, area)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    smooth = np.asarray(cv2.GaussianBlur(depth, (0, 0), 0.06 * radius), np.float32)
    sign = _votes(found, clump, radius)
    sign += np.float32(DEPTH_WEIGHT) * np.minimum(smooth / np.float32(radius), np.float32(1))
    allowed = (clump > 0) & (sign > LEAST_SIGN) & (depth > LEAST_DEPTH * radius)
    tops = peaks(sign, allowed, int(APART * radius), slack=1e-7)
    number, connected = cv2.connectedComponents(clump)
    component = np.asarray(connected, np.int32)
    marks, seeds, owners = _one_each(*_tops(tops, component), component, number, sign)
    labels = compiled(ascend)(sign, clump, marks, component, seeds, owners)
    return Clumps(found.density, sign, smooth, labels, seeds, radius, area, alone)


def typical_area(found: list[Outline], frame: tuple[int, ...], radius: float) -> float:
    """Return the median area of whole, single components; that of a disc if there are too few."""
    height, width = frame
    single = []
    for one in found:
        # Outlines run through pixel centres: half a pixel is lost all around.
        area = one.size + len(one.points) / 2 + 1
        if one.size > CONVEX * one.hull and 1.5 * radius**2 < area < 8 * radius**2:
            left, top, wide, high = cv2.boundingRect(one.points)
            if left > 0 and top > 0 and left + wide < width and top + high < height:
                single.append(area)
    if len(single) > 3:
        return float(np.median(single))
    return float(np.pi * (1.05 * radius) ** 2)


def _tops(tops: NDArray[np.bool_], component: Labels) -> tuple[Labels, Points, Labels]:
    """Return where tops are, numbered from 1, their centres, and the component of each."""
    count, connected = cv2.connectedComponents(tops.view(np.uint8))
    marks = np.asarray(connected, np.int32)
    y, x = np.nonzero(tops)
    owner = marks[y, x]
    size = np.maximum(np.bincount(owner, minlength=count), 1)
    sums = (np.bincount(owner, at, minlength=count) / size for at in (x, y))
    components = np.zeros(count, np.int32)
    components[owner] = component[y, x]
    return marks, np.stack(list(sums), 1)[1:], components[1:]


def _apart(mask: Mask, found: list[Outline], area: float) -> tuple[list[Any], Mask]:
    """Part components that are one convex cell from those that may be several."""
    alone, clump = [], np.zeros_like(mask)
    for one in found:
        if one.size < LEAST_PART * area:
            continue
        if one.size > CONVEX * one.hull and one.size < SINGLE_AREA * area:
            alone.append(one.points)
        else:
            cv2.drawContours(clump, [one.points], -1, 1, -1)
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
    least = max(EDGE * quantile(within(steepness, rim), 0.7), 1e-6)
    edges = near & (steepness > least)
    if not edges.any():
        return np.zeros((height, width), np.float32)
    most = quantile(within(steepness, edges), 0.8)
    reaches = VOTE_RADII * radius / 2
    half = compiled(vote)(across, down, steepness, near.view(np.uint8), least, most, reaches)
    half = np.asarray(cv2.GaussianBlur(half, (0, 0), VOTE_BLUR * radius / 2), np.float32)
    size = half.shape[1] * 2, half.shape[0] * 2
    whole: Map = np.asarray(cv2.resize(half, size, interpolation=cv2.INTER_LINEAR), np.float32)
    whole = whole[:height, :width]
    most_votes = max(quantile(within(whole, clump > 0), 0.97), 1e-9)
    return np.asarray(whole / np.float32(most_votes), np.float32)


def _one_each(
    marks: Labels, seeds: Points, owners: Labels, component: Labels, number: int, sign: Map
) -> tuple[Labels, Points, Labels]:
    """Give every component at least one seed: where none was clear, its strongest point."""
    has_seed = np.zeros(number, np.bool_)
    has_seed[0] = True
    has_seed[owners] = True
    if has_seed.all():
        return marks, seeds, owners
    places = compiled(strongest)(component, sign, ~has_seed)[~has_seed]
    x, y = places.T
    marks = marks.copy()
    marks[y, x] = np.arange(len(seeds) + 1, len(seeds) + 1 + len(x))
    seeds = np.concatenate([seeds, places.astype(np.float64)])
    return marks, seeds, np.concatenate([owners, component[y, x]])
