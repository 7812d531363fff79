"""Join regions of a clump that are one cell, by what pairs of neighbours look like.

Fourteen measures of a pair (how deep the neck between them is, how convex, large and long the two
are together, how strongly each is a centre, the shades along the line between) and products of them
go into a logistic regression. Its weights were learned from points that readers set on cells; see
`merging_weights` and bench/micrograph.py, which fits them and judges them by cross-validation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.clumps import Clumps
from assays.numerics.micrograph.kernels import between, compiled, shape, survey
from assays.numerics.micrograph.merging_weights import CENTRES, SPREADS, WEIGHTS

Floats = NDArray[np.float64]
Pair = tuple[int, int]
Box = tuple[int, int, int, int]

JOINED = 0.65  # probability from which two regions are one cell
FARTHEST = 2.4  # between centres, in radii
STEPS = np.linspace(0, 1, 15)
MOST_ROUNDS = 6
MEASURES = 14


@dataclass(frozen=True, slots=True)
class Shape:
    convexity: float
    aspect: float
    extent: float


@dataclass(slots=True)
class Regions:
    """Regions while they are joined; places count from 0.

    ``sums`` (n, 4): area, sums of x and of y, and how many pixels lie at the border.
    """

    clumps: Clumps
    boxes: list[Box | None]
    sums: Floats
    contacts: dict[Pair, int]
    shapes: dict[int, Shape] = field(default_factory=dict)
    measured: dict[Pair, Floats] = field(default_factory=dict)

    def pairs(self) -> list[Pair]:
        """Return neighbours that are near enough to be one cell, in a fixed order."""
        seeds, most = self.clumps.seeds, FARTHEST * self.clumps.radius
        near = [
            (first, second)
            for (first, second), length in self.contacts.items()
            if length > 1 and np.hypot(*(seeds[first] - seeds[second])) <= most
        ]
        return sorted(near)


def regions_of(clumps: Clumps) -> Regions:
    found, edges = compiled(survey)(clumps.labels, len(clumps.seeds))
    boxes: list[Box | None] = [
        (left, top, right, low) if right > left else None
        for left, top, right, low in found[:, :4].tolist()
    ]
    return Regions(clumps, boxes, found[:, 4:].astype(np.float64), _contacts(edges))


def _contacts(edges: NDArray[np.int32]) -> dict[Pair, int]:
    """Return how many pixel edges each pair of neighbouring regions shares."""
    if not len(edges):
        return {}
    many = int(edges.max()) + 1
    found, lengths = np.unique(
        edges[:, 0].astype(np.int64) * many + edges[:, 1], return_counts=True
    )
    named = zip(found.tolist(), lengths.tolist(), strict=True)
    return {divmod(pair, many): length for pair, length in named}


def _shape_of(regions: Regions, *which: int) -> Shape:
    boxes = [box for box in (regions.boxes[n] for n in which) if box is not None]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return Shape(*shape(regions.clumps.labels, around, which[0] + 1, which[-1] + 1))


def measure(regions: Regions, pair: Pair) -> Floats:
    """Return the fourteen measures of two neighbours."""
    clumps, (first, second) = regions.clumps, pair
    (from_x, from_y), (to_x, to_y) = clumps.seeds[first].tolist(), clumps.seeds[second].tolist()
    neck, weak, strong, dip, middle, range_of_shades = compiled(between)(
        clumps.depth, clumps.sign, clumps.density, from_x, from_y, to_x, to_y, STEPS
    )
    joint = _shape_of(regions, first, second)
    for single in pair:
        if single not in regions.shapes:
            regions.shapes[single] = _shape_of(regions, single)
    one, other = float(regions.sums[first, 0]), float(regions.sums[second, 0])
    both, least = one + other, min(one, other)
    alone = regions.shapes[first].convexity * one + regions.shapes[second].convexity * other
    return np.array(
        [
            neck,
            math.hypot(to_x - from_x, to_y - from_y) / clumps.radius,
            joint.convexity,
            both / clumps.area,
            least / clumps.area,
            weak,
            math.log(min(max(middle, 0.3), 3.0)),
            dip,
            joint.aspect,
            regions.contacts[pair] / math.sqrt(max(least, 1.0)),
            joint.convexity - alone / both,
            math.log(min(max(range_of_shades, 1.0), 5.0)),
            strong,
            joint.extent,
        ],
        dtype=np.float64,
    )


def terms(measures: Floats) -> Floats:
    """Return the terms of the regression, (pairs, 33), of measures (pairs, 14)."""
    neck, apart, convex, area, least, weak, shade, dip, aspect, contact, gain, *_rest = measures.T
    products = [
        neck * neck, neck * apart, neck * area, convex * area, area * area, least * area,
        convex * neck, dip * apart, dip * neck, contact * contact, contact * convex, aspect * area,
        gain * neck, least * neck, apart * apart, convex * convex, apart * area, least * convex,
    ]  # fmt: skip
    return np.stack([np.ones_like(neck), *measures.T, *products], 1)


def probabilities(measures: Floats) -> Floats:
    """Return the probability that each pair is one cell."""
    logits = ((terms(measures) - CENTRES) / SPREADS) @ WEIGHTS
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -40, 40))), np.float64)


def join(clumps: Clumps, *, least: float = JOINED) -> Regions:
    """Join regions, surest pairs first, each region once a round, until no pair is sure enough.

    ``clumps.labels`` is changed in place.
    """
    regions = regions_of(clumps)
    for _round in range(MOST_ROUNDS):
        pairs = regions.pairs()
        if not pairs:
            break
        for pair in pairs:
            if pair not in regions.measured:
                regions.measured[pair] = measure(regions, pair)
        sure = probabilities(np.stack([regions.measured[pair] for pair in pairs]))
        taken: set[int] = set()
        for place in np.argsort(-sure, kind="stable"):
            if sure[place] < least:
                break
            pair = pairs[place]
            if taken.isdisjoint(pair):
                taken.update(pair)
                _absorb(regions, pair)
        if not taken:
            break
        _forget(regions, taken)
    return regions


def _absorb(regions: Regions, pair: Pair) -> None:
    """Give the region of the weaker centre to that of the stronger."""
    clumps = regions.clumps
    at = [tuple(clumps.seeds[n].astype(int)[::-1]) for n in pair]
    keeps = pair[0] if clumps.sign[at[0]] >= clumps.sign[at[1]] else pair[1]
    gone = pair[0] + pair[1] - keeps
    left, top, right, low = regions.boxes[gone] or (0, 0, 0, 0)
    inside = clumps.labels[top:low, left:right]
    inside[inside == gone + 1] = keeps + 1
    mine = regions.boxes[keeps] or (left, top, right, low)
    regions.boxes[keeps] = (
        min(mine[0], left), min(mine[1], top), max(mine[2], right), max(mine[3], low)
    )  # fmt: skip
    regions.boxes[gone] = None
    regions.sums[keeps] += regions.sums[gone]
    regions.sums[gone] = 0
    moved: dict[Pair, int] = {}
    for (first, second), length in regions.contacts.items():
        one = keeps if first == gone else first
        other = keeps if second == gone else second
        if one != other:
            named = (min(one, other), max(one, other))
            moved[named] = moved.get(named, 0) + length
    regions.contacts = moved


def _forget(regions: Regions, changed: set[int]) -> None:
    """Drop what was measured of regions that have changed."""
    for single in changed:
        regions.shapes.pop(single, None)
    regions.measured = {
        pair: found for pair, found in regions.measured.items() if changed.isdisjoint(pair)
    }
