"""A signature drawn by hand: strokes of points, small enough to keep and large enough to be one."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise

# The field that is drawn in; a point is [x, y] with its origin at the upper left.
WIDTH, HEIGHT = 600, 200
MOST_STROKES, MOST_POINTS = 200, 6000
# A slip of the finger is none: the longer side of a box around the ink, and the way it went.
SMALLEST_SIDE, SHORTEST_INK = 30, 60

Point = tuple[int, int]


class Flaw(StrEnum):
    """Why what was handed in is no drawn signature."""

    UNREADABLE = "UNREADABLE"
    TOO_MUCH = "TOO_MUCH"
    BLANK = "BLANK"
    TOO_SMALL = "TOO_SMALL"


class NotADrawing(ValueError):
    """What was handed in is no drawn signature."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class Drawing:
    """Strokes in the order in which they were drawn."""

    strokes: tuple[tuple[Point, ...], ...]

    def content(self) -> bytes:
        """Return the one form in which a drawing is kept and hashed."""
        return json.dumps(self.strokes, separators=(",", ":")).encode()

    @property
    def sha256(self) -> str:
        """The hash of the kept form."""
        return hashlib.sha256(self.content()).hexdigest()

    def path(self) -> str:
        """Return the strokes as the data of an SVG path; a single point is a dot."""
        return "".join(_drawn(stroke) for stroke in self.strokes)


def read(given: object) -> Drawing:
    """Return a drawing from lists of lists of points; raises NotADrawing with what is wrong."""
    if not isinstance(given, list | tuple):
        raise NotADrawing(Flaw.UNREADABLE)
    if len(given) > MOST_STROKES:
        raise NotADrawing(Flaw.TOO_MUCH)
    left, strokes = MOST_POINTS, []
    for stroke in given:
        if not isinstance(stroke, list | tuple) or not stroke:
            raise NotADrawing(Flaw.UNREADABLE)
        left -= len(stroke)
        if left < 0:
            raise NotADrawing(Flaw.TOO_MUCH)
        strokes.append(tuple(_point(one) for one in stroke))
    found = Drawing(tuple(strokes))
    _check_size(found)
    return found


def _point(given: object) -> Point:
    # A truth value is an integer too, and no place on paper.
    if not isinstance(given, list | tuple) or [type(one) for one in given] != [int, int]:
        raise NotADrawing(Flaw.UNREADABLE)
    x, y = given
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise NotADrawing(Flaw.UNREADABLE)
    return x, y


def _check_size(drawing: Drawing) -> None:
    if not drawing.strokes:
        raise NotADrawing(Flaw.BLANK)
    points = list(chain.from_iterable(drawing.strokes))
    side = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    ink = sum(math.dist(*pair) for stroke in drawing.strokes for pair in pairwise(stroke))
    if side < SMALLEST_SIDE or ink < SHORTEST_INK:
        raise NotADrawing(Flaw.TOO_SMALL)


def _drawn(stroke: tuple[Point, ...]) -> str:
    (x, y), *rest = stroke
    return f"M{x} {y}" + ("".join(f"L{x} {y}" for x, y in rest) or "h0")
