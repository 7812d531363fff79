"""Loops over pixels, compiled by numba where it can be imported; the same numbers without, slowly.

Everything is computed in double precision from arrays of a fixed kind, one step after the other, so
that what is compiled and what is not agree to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

Kernel = Callable[..., Any]

FEWEST = 12  # pixels that have a shape


@cache
def compiled(kernel: Kernel) -> Kernel:
    """Return a loop as compiled; the first call of an installation compiles, others read what it kept."""
    try:
        from numba import njit
    except ImportError:
        return kernel
    try:
        return njit(cache=True, error_model="numpy")(kernel)
    except RuntimeError:  # no folder in which numba could keep what it compiled
        return njit(error_model="numpy")(kernel)


def highest(height: Any, allowed: Any, steps: Any, slack: Any) -> Any:
    """Return where ``allowed`` holds and no pixel at any of ``steps`` is higher by more than slack."""
    rows, columns = height.shape
    tops = np.zeros((rows, columns), np.bool_)
    for y in range(rows):
        for x in range(columns):
            if not allowed[y, x]:
                continue
            is_top = True
            for step in range(len(steps)):
                row, column = y + steps[step, 0], x + steps[step, 1]
                if 0 <= row < rows and 0 <= column < columns:
                    if height[row, column] - slack > height[y, x]:
                        is_top = False
                        break
            tops[y, x] = is_top
    return tops


def vote(
    across: Any, down: Any, steepness: Any, near: Any, least: float, most: float, reaches: Any
) -> Any:
    """Return the votes of edges, at half the size: each for points that lie inwards along its slope.

    Pixels of ``near`` that are steeper than ``least`` vote, with their steepness up to ``most``.
    """
    height, width = steepness.shape
    rows, columns = height // 2 + 1, width // 2 + 1
    ballot = np.zeros((rows, columns), np.float32)
    for y in range(height):
        for x in range(width):
            steep = float(steepness[y, x])
            if near[y, x] == 0 or steep <= least:
                continue
            right, below = float(across[y, x]) / steep, float(down[y, x]) / steep
            weight = min(steep, most)
            for number in range(len(reaches)):
                to_x = x * 0.5 + 0.25 + right * reaches[number]
                to_y = y * 0.5 + 0.25 + below * reaches[number]
                if to_x >= 0 and to_x < columns and to_y >= 0 and to_y < rows:
                    ballot[int(to_y), int(to_x)] += np.float32(weight)
    return ballot


def vote_each(across: Any, down: Any, steepness: Any, near: Any, least: float, reaches: Any) -> Any:
    """Return a ballot for each reach, at half the size, in which edges have one vote each."""
    height, width = steepness.shape
    rows, columns = height // 2 + 1, width // 2 + 1
    ballots = np.zeros((len(reaches), rows, columns), np.float32)
    for y in range(height):
        for x in range(width):
            steep = float(steepness[y, x])
            if near[y, x] == 0 or steep <= least:
                continue
            right, below = float(across[y, x]) / steep, float(down[y, x]) / steep
            for number in range(len(reaches)):
                to_x = x * 0.5 + 0.25 + right * reaches[number]
                to_y = y * 0.5 + 0.25 + below * reaches[number]
                if to_x >= 0 and to_x < columns and to_y >= 0 and to_y < rows:
                    ballots[number, int(to_y), int(to_x)] += np.float32(1)
    return ballots


def ascend(sign: Any, clump: Any, marks: Any, component: Any, seeds: Any, owners: Any) -> Any:
    """Give each pixel of a clump to the seed that the steepest ascent from it reaches, 1 and up.

    An ascent that ends on a lesser top goes to the nearest seed of the same component; ``owners``
    has the component of each seed.
    """
    height, width = sign.shape
    wide = width + 2  # a frame of nothing around all, so that neighbours need no looking after
    heights = np.full((height + 2) * wide, -np.inf, np.float32)
    for y in range(height):
        for x in range(width):
            if clump[y, x] > 0:
                heights[(y + 1) * wide + x + 1] = sign[y, x]
    labels = np.zeros((height + 2) * wide, np.int32)
    path = np.empty(height * width, np.int64)
    for start in range(len(heights)):
        if heights[start] == -np.inf or labels[start] != 0:
            continue
        at, length, found = start, 0, 0
        while found == 0:
            path[length] = at
            length += 1
            best, to = heights[at], at
            for row in range(at - wide, at + wide + 1, wide):
                for near in range(row - 1, row + 2):
                    if heights[near] > best:
                        best, to = heights[near], near
            if to != at:
                at = to
                found = labels[at]
                continue
            y, x = at // wide - 1, at % wide - 1
            found = marks[y, x]
            nearest = 1e18
            for place in range(len(seeds) if found == 0 else 0):
                if owners[place] == component[y, x]:
                    right, below = x - seeds[place, 0], y - seeds[place, 1]
                    away = right * right + below * below
                    if away < nearest:
                        nearest, found = away, place + 1
            if found == 0:
                found = -1
        for step in range(length):
            labels[path[step]] = found
    whole = labels.reshape(height + 2, wide)[1:-1, 1:-1]
    return np.maximum(whole, np.int32(0))


def strongest(component: Any, sign: Any, wanted: Any) -> Any:
    """Return where the sign of each wanted component is greatest, (components, 2: x, y)."""
    height, width = sign.shape
    best = np.full(len(wanted), -np.inf)
    places = np.zeros((len(wanted), 2), np.int64)
    for y in range(height):
        for x in range(width):
            of = component[y, x]
            if wanted[of] and sign[y, x] > best[of]:
                best[of] = sign[y, x]
                places[of, 0], places[of, 1] = x, y
    return places


def survey(labels: Any, count: int) -> Any:
    """Return of each region: left, top, right, low, area, sums of x and of y, pixels at the border;
    and of each pixel edge between two regions the lower and the higher place, from 0."""
    height, width = labels.shape
    regions = np.zeros((count, 8), np.int64)
    for place in range(count):
        regions[place, 0], regions[place, 1] = width, height
    edges = np.empty((2 * height * width, 2), np.int32)
    number = 0
    for y in range(height):
        for x in range(width):
            place = labels[y, x] - 1
            if place < 0:
                continue
            region = regions[place]
            region[0], region[1] = min(region[0], x), min(region[1], y)
            region[2], region[3] = max(region[2], x + 1), max(region[3], y + 1)
            region[4] += 1
            region[5] += x
            region[6] += y
            if y == 0 or x == 0 or y == height - 1 or x == width - 1:
                region[7] += 1
            right = labels[y, x + 1] - 1 if x + 1 < width else place
            below = labels[y + 1, x] - 1 if y + 1 < height else place
            if right >= 0 and right != place:
                edges[number, 0], edges[number, 1] = min(place, right), max(place, right)
                number += 1
            if below >= 0 and below != place:
                edges[number, 0], edges[number, 1] = min(place, below), max(place, below)
                number += 1
    return regions, edges[:number].copy()


def between(
    depth: Any, sign: Any, density: Any, x: float, y: float, to_x: float, to_y: float, steps: Any
) -> tuple[float, float, float, float, float, float]:
    """Return of the line between two centres, looked at in fifteen steps:

    the least depth to that of its ends, the lesser and the greater sign of its ends, the least sign
    to the lesser, the shade of its middle third to that of its ends, and the darkest to the palest.
    """
    at_first, at_last = float(depth[int(y), int(x)]), float(depth[int(to_y), int(to_x)])
    one, other = float(sign[int(y), int(x)]), float(sign[int(to_y), int(to_x)])
    shallowest, weakest = at_first, one
    middle, ends, darkest, palest = 0.0, 0.0, -1e18, 1e18
    for step in range(len(steps)):
        row, column = int(y + (to_y - y) * steps[step]), int(x + (to_x - x) * steps[step])
        shallowest = min(shallowest, float(depth[row, column]))
        weakest = min(weakest, float(sign[row, column]))
        shade = float(density[row, column])
        if 5 <= step < 10:
            middle += shade
        if step < 3 or step >= 12:
            ends += shade
        if 4 <= step < 11:
            darkest, palest = max(darkest, shade), min(palest, shade)
    return (
        shallowest / max(min(at_first, at_last), 1.0),
        min(one, other),
        max(one, other),
        weakest / max(min(one, other), 1e-3),
        middle / 5 / max(ends / 6, 1e-3),
        darkest / max(palest, 1e-3),
    )


def shape(labels: Any, box: Any, first: int, second: int) -> tuple[float, float, float]:
    """Return convexity, aspect and extent of the pixels of one or two labels within a box.

    ``box``: left, top, right, low. Convexity is the share of the convex hull, aspect the shorter to
    the longer side of the least rectangle, extent the share of that.
    """
    area, hull = compiled(hull_of)(labels, *box, first, second)
    if area < FEWEST:
        return 0.5, 1.0, 1.0
    convex, one, other = compiled(around)(hull)
    return area / convex, min(one, other) / max(one, other), area / (one * other)


def hull_of(
    labels: Any, left: int, top: int, right: int, low: int, first: int, second: int
) -> tuple[int, Any]:
    """Return how many pixels within a box have one of two labels, and the corners of their hull."""
    points = np.zeros((2 * (low - top), 2), np.float64)
    number, area = 0, 0
    for y in range(top, low):
        begin, end = -1, -1
        for x in range(left, right):
            if labels[y, x] == first or labels[y, x] == second:
                area += 1
                end = x
                if begin < 0:
                    begin = x
        if begin >= 0:
            points[number, 0], points[number, 1] = begin, y
            points[number + 1, 0], points[number + 1, 1] = end, y
            number += 2
    # The left ends of rows make the chain that goes down, the right ends the one that goes up.
    hull = np.zeros((number + 1, 2), np.float64)
    size = 0
    for side in range(2):
        begun = size
        for step in range(number // 2):
            place = 2 * step if side == 0 else number - 1 - 2 * step
            x, y = points[place, 0], points[place, 1]
            while size - begun >= 2:
                before, last = hull[size - 2], hull[size - 1]
                turn = (last[0] - before[0]) * (y - before[1])
                if turn < (last[1] - before[1]) * (x - before[0]):
                    break
                size -= 1
            hull[size, 0], hull[size, 1] = x, y
            size += 1
    return area, hull[:size].copy()


def around(hull: Any) -> tuple[float, float, float]:
    """Return the area of a hull of pixel centres, and the sides of the least rectangle around it.

    Such a hull runs through pixel centres: half a pixel that is lost all around is added.
    """
    size = len(hull)
    twice, length, least, one, other = 0.0, 0.0, 1e18, 1.0, 1.0
    for place in range(size):
        x, y = hull[place, 0], hull[place, 1]
        to_x, to_y = hull[(place + 1) % size, 0], hull[(place + 1) % size, 1]
        twice += x * to_y - to_x * y
        long = math.sqrt((to_x - x) * (to_x - x) + (to_y - y) * (to_y - y))
        if long == 0:
            continue
        length += long
        along_x, along_y = (to_x - x) / long, (to_y - y) / long
        low_along, high_along, low_off, high_off = 1e18, -1e18, 1e18, -1e18
        for corner in range(size):
            apart_x, apart_y = hull[corner, 0] - x, hull[corner, 1] - y
            along = apart_x * along_x + apart_y * along_y
            off = apart_y * along_x - apart_x * along_y
            low_along, high_along = min(low_along, along), max(high_along, along)
            low_off, high_off = min(low_off, off), max(high_off, off)
        wide, high = high_along - low_along + 1, high_off - low_off + 1
        if wide * high < least:
            least, one, other = wide * high, wide, high
    return abs(twice) / 2 + length / 2 + 1, one, other
