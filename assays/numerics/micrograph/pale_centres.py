"""Holes in cells: pale centres are filled, gaps between cells that touch in a ring are left."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.light import Map

Mask = NDArray[np.uint8]

# Chosen by trial on the 48 marked fields of bench/micrograph.py: not on others.
SPECK = 0.1  # of a red cell's area
RIM, RIMMED = 1.25, 0.4  # radii looked at from the middle; share of rays that leave the cells again
LARGEST_HOLE = 1.2  # of a red cell's area
PALE = 0.35  # of the threshold
FAINTLY_PALE, ROUND = 0.1, 0.85
RAYS = np.stack([np.cos(np.arange(24) * np.pi / 12), np.sin(np.arange(24) * np.pi / 12)])


def with_pale_centres(mask: Mask, density: Map, area: float, threshold: float) -> Mask:
    """Fill holes that are pale centres, and leave gaps between cells that touch in a ring.

    A pale centre is smaller than a cell and takes some light, or is round; a gap takes none and has
    sides that bend inwards. ``mask`` (height, width) is 1 in cells, ``density`` the smoothed map of
    optical density of that shape, ``threshold`` from where on it is a cell, ``area`` that of a red
    cell, pixels. The mask given is not changed.
    """
    # A frame around the field closes what its border cuts open.
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    outlines, tree = cv2.findContours(
        framed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE, offset=(-1, -1)
    )
    added = mask.copy()
    height, width = mask.shape
    for outline, links in zip(outlines, np.asarray(tree)[0], strict=True):
        if links[3] < 0:
            continue
        hole = cv2.contourArea(outline)
        if hole > LARGEST_HOLE * area:
            continue
        left, top, wide, high = cv2.boundingRect(outline)
        is_cut = left < 0 or top < 0 or left + wide > width or top + high > height
        is_speck = hole < SPECK * area and not is_cut
        is_pale = is_speck or _is_pale(outline, hole, density, threshold)
        if is_pale or (not is_cut and _is_rimmed(outline, mask, area)):
            cv2.drawContours(added, [outline], -1, 1, -1)
    return added


def _is_rimmed(outline: Any, mask: Mask, area: float) -> bool:
    """Say whether a hole lies in one cell: beyond a gap between cells lies a whole cell each way."""
    moments = cv2.moments(outline)
    if moments["m00"] <= 0:
        return False
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    radius = float(np.sqrt(area / np.pi))
    steps = np.arange(1.0, RIM * radius)
    across = np.clip(np.rint(x + RAYS[0][:, None] * steps), 0, mask.shape[1] - 1).astype(int)
    down = np.clip(np.rint(y + RAYS[1][:, None] * steps), 0, mask.shape[0] - 1).astype(int)
    along = mask[down, across] > 0
    entered = np.maximum.accumulate(along, axis=1)
    left = (entered & ~along).any(axis=1)
    return float(left.mean()) > RIMMED


def _is_pale(outline: Any, hole: float, density: Map, threshold: float) -> bool:
    x, y, width, height = cv2.boundingRect(outline)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [outline - [x, y]], -1, 1, -1)
    inside = inside[max(0, -y) :, max(0, -x) :]
    part = density[max(0, y) : y + height, max(0, x) : x + width]
    inside = np.ascontiguousarray(inside[: part.shape[0], : part.shape[1]])
    taken = float(cv2.mean(part, inside)[0]) / threshold
    if taken > PALE:
        return True
    roundness = hole / max(cv2.contourArea(cv2.convexHull(outline)), 1.0)
    return taken > FAINTLY_PALE and roundness > ROUND
