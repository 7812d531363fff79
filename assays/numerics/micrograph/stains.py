"""White cells, platelets and foreign bodies, by the colour of what takes light.

Red cells of one field differ in how much light they take, hardly in which: haemoglobin takes green
most, blue about half to three quarters of it, red least, in a proportion that the stain, the lamp
and the camera set for the whole field. That proportion is measured in each field from its own cells,
and whatever departs from it is something else. Nuclei and platelets take green without blue (azure
and eosin dye); a foreign body is larger than a red cell, round or nearly, and of another colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph.foreground import disc, filled
from assays.numerics.micrograph.light import LEVELS, Background, Map, otsu, within
from assays.numerics.micrograph.pale_centres import Mask
from assays.numerics.micrograph.pictures import Pixels
from assays.numerics.micrograph.quantiles import median, quantile

BLUE, GREEN, RED = 0, 1, 2
# Dye: green is taken, blue hardly.
DYE_GREEN, DYE_SHARE = 0.12, 0.42
LEVELS_OF_DEVIATION = (4.0, 3.0, 6.0, 9.0, 14.0)
DEVIATION = 4.5  # robust standard deviations of the field's own red cells
LEAST_SPREAD = 0.005
LIGHT_DYE, DARK_DYE = 0.18, 0.26  # optical density of green of a nucleus; of one that is round
SMOOTHING = 1.0  # pixels
GREY = (0.4, 2.5)  # taken of blue, to that of red, beyond what haemoglobin takes
PALE_DYE = 3.0  # of what a red cell takes
HALF = 0.5
LEAST_CUT = 0.5  # of a red cell's area: a nucleus of which the border shows less is not counted


class Kind(StrEnum):
    WHITE_CELL = "white_cell"
    FOREIGN_BODY = "foreign_body"
    PLATELET = "platelet"
    ARTEFACT = "artefact"


@dataclass(frozen=True, slots=True)
class Stained:
    """Something that is no red cell: centre and radius in pixels of the map, area in its pixels."""

    kind: Kind
    x: float
    y: float
    radius: float
    area: float
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Colours:
    """Optical densities (height, width, 3) and how the field's red cells take blue and red."""

    densities: Map
    deviation: Map
    dye: Mask
    blue_share: float
    red_share: float
    green: float


def densities(pixels: Pixels, light: Background) -> Map:
    height, width = pixels.shape[:2]
    taken = cv2.subtract(light.logarithm(width, height), cv2.LUT(pixels, LEVELS))
    return np.asarray(cv2.GaussianBlur(taken, (0, 0), 0.8), np.float32)


def dyed(taken: Map) -> Mask:
    """Return where dye is and haemoglobin is not."""
    green = taken[..., GREEN]
    found = (green > DYE_GREEN) & (taken[..., BLUE] < DYE_SHARE * green)
    return found.astype(np.uint8)


def colours(taken: Map) -> Colours:
    """Measure the colour of a field's red cells and how far every pixel is from it."""
    dye = dyed(taken)
    green = taken[..., GREEN]
    light_taken = np.where(dye > 0, np.float32(0), np.maximum(green, taken[..., BLUE]))
    cells = light_taken > 0.6 * otsu(light_taken)
    cells &= green > 0.01
    if int(cells.sum()) < 50:
        zero = np.zeros_like(green)
        return Colours(taken, zero, dye, 1.0, 1.0, 0.1)
    inside = within(taken, cells)
    red_share = median(inside[:, RED] / inside[:, GREEN])
    blue_share = median(inside[:, BLUE] / inside[:, GREEN])
    excess_red, excess_blue = (
        cv2.GaussianBlur(taken[..., channel] - np.float32(share) * green, (0, 0), SMOOTHING)
        for channel, share in ((RED, red_share), (BLUE, blue_share))
    )
    spreads = [
        max(1.4826 * median(np.abs(within(excess, cells))), LEAST_SPREAD)
        for excess in (excess_red, excess_blue)
    ]
    deviation = cv2.magnitude(
        np.asarray(excess_red / spreads[0], np.float32),
        np.asarray(excess_blue / spreads[1], np.float32),
    )
    typical = median(inside[:, GREEN])
    return Colours(taken, np.asarray(deviation, np.float32), dye, blue_share, red_share, typical)


@dataclass(frozen=True, slots=True)
class Blob:
    """One component, measured: ``share`` of its area in its enclosing circle, and so on."""

    x: float
    y: float
    area: float
    radius: float
    convexity: float
    share: float
    aspect: float
    is_cut: bool
    box: tuple[int, int, int, int]
    inside: NDArray[np.bool_]
    circle: tuple[float, float, float]


def _labels_of(mask: Mask) -> int:
    """Return the type of labels: components are at most a quarter of the pixels; 16 bits are faster."""
    return cv2.CV_16U if (mask.shape[0] + 1) * (mask.shape[1] + 1) < 4 * 65535 else cv2.CV_32S


def blobs(mask: Mask, *, least: float) -> list[Blob]:
    """Measure the components of a mask that have at least this area."""
    if cv2.countNonZero(mask) < least:
        return []
    _count, labels, stats, centres = cv2.connectedComponentsWithStats(mask, ltype=_labels_of(mask))
    height, width = mask.shape
    found = []
    for place in range(1, len(stats)):
        left, top, wide, high, area = (int(value) for value in stats[place])
        if area < least:
            continue
        inside = labels[top : top + high, left : left + wide] == place
        outlines, _tree = cv2.findContours(
            inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        outline: Any = max(outlines, key=len)
        hull = cv2.convexHull(outline)
        # Outlines run through pixel centres: half a pixel is lost all around.
        convex = cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1
        (x, y), around = cv2.minEnclosingCircle(outline)
        _middle, (one, other), _turn = cv2.minAreaRect(outline)
        found.append(
            Blob(
                float(centres[place][0]),
                float(centres[place][1]),
                float(area),
                float(np.sqrt(area / np.pi)),
                area / convex,
                area / (np.pi * (around + 0.5) ** 2),
                (min(one, other) + 1) / (max(one, other) + 1),
                left == 0 or top == 0 or left + wide == width or top + high == height,
                (left, top, wide, high),
                inside,
                (x + left, y + top, around + 0.5),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Others:
    """What is no red cell; ``covered`` is 1 where nothing else is seen, ``shaded`` where cells are
    seen through something grey: a pointer, a scale bar, a speck of dust."""

    bodies: list[Stained]
    covered: Mask
    shaded: Mask


def find(found: Colours, radius: float) -> Others:
    """Return what is no red cell. ``radius`` is a red cell's, in this map.

    Round bodies of another colour first, then nuclei, then whatever else departs.
    """
    area = float(np.pi * radius**2)
    covered = np.zeros_like(found.dye)
    stained = []
    # A body that runs together with its neighbours at one level stands alone at another.
    for level in LEVELS_OF_DEVIATION:
        for blob in blobs(_departing(found, radius, covered, level), least=0.8 * area):
            stained += _foreign_bodies(blob, found, radius, covered)
    stained += _white_cells(found, radius, area, covered)
    # A rim of one pixel of what was found departs too, and is nothing of its own.
    near = np.asarray(cv2.dilate(covered, disc(max(1, round(0.15 * radius)))), np.uint8)
    rest = _departing(found, radius, near, DEVIATION)
    shaded = np.zeros_like(covered)
    for blob in blobs(rest, least=0.04 * area):
        told = _rest(blob, found, radius)
        stained.append(told)
        if told.kind == Kind.ARTEFACT and _is_grey(blob, found):
            left, top, wide, high = blob.box
            shaded[top : top + high, left : left + wide][blob.inside] = 1
    shaded[near > 0] = 0
    rest[shaded > 0] = 0
    return Others(stained, rest | near, shaded)


def _is_grey(blob: Blob, found: Colours) -> bool:
    """Say whether what lies upon cells takes blue and red as much as green."""
    green = float(_values(found, blob, GREEN).mean())
    red, blue = (
        (float(_values(found, blob, channel).mean()) - share * green) / max(1 - share, 0.05)
        for channel, share in ((RED, found.red_share), (BLUE, found.blue_share))
    )
    return red > 0 and GREY[0] * red < blue < GREY[1] * red


def _departing(found: Colours, radius: float, covered: Mask, level: float) -> Mask:
    """Return where the colour departs, holes filled, without what is already known."""
    other = (found.deviation > level).astype(np.uint8)
    other[covered > 0] = 0
    opened = cv2.morphologyEx(other, cv2.MORPH_OPEN, disc(round(0.18 * radius)))
    if not cv2.countNonZero(opened):
        return np.asarray(opened, np.uint8)
    other = filled(np.asarray(opened, np.uint8))
    other[covered > 0] = 0
    return np.asarray(cv2.morphologyEx(other, cv2.MORPH_OPEN, disc(round(0.25 * radius))), np.uint8)


def _values(found: Colours, blob: Blob, channel: int) -> Map:
    left, top, wide, high = blob.box
    part = found.densities[top : top + high, left : left + wide, channel]
    return np.asarray(part[blob.inside], np.float32)


def _is_nucleus(blob: Blob, found: Colours) -> bool:
    """Say whether a round body is a white cell: dyed for the most part, and darkly."""
    left, top, wide, high = blob.box
    share = float(found.dye[top : top + high, left : left + wide][blob.inside].mean())
    darkest = quantile(_values(found, blob, GREEN), 0.9)
    is_disc = blob.convexity > 0.96 and blob.share > 0.89 and blob.aspect > 0.93
    return share > 0.5 and darkest >= (DARK_DYE if is_disc else max(LIGHT_DYE, 1.4 * found.green))


def _white_cells(found: Colours, radius: float, area: float, covered: Mask) -> list[Stained]:
    """Return white cells by their nuclei, parts of one nucleus taken together; cover them."""
    dye = found.dye.copy()
    dye[covered > 0] = 0
    opened = cv2.morphologyEx(dye, cv2.MORPH_OPEN, disc(max(1, round(0.12 * radius))))
    # Closing at the border would draw bodies towards it; the frame is wide enough to prevent it.
    frame = round(0.7 * radius) + 2
    framed = cv2.copyMakeBorder(opened, frame, frame, frame, frame, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc(round(0.45 * radius)))
    # Lobes farther apart are of one nucleus where granules, which are no red cell either, part them.
    wider = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc(round(0.7 * radius)))
    departs = (found.deviation > DEVIATION).astype(np.uint8)
    inner, outer = (
        np.asarray(one, np.uint8)[frame:-frame, frame:-frame] for one in (closed, wider)
    )
    between = outer & departs
    whole = filled(np.asarray(cv2.bitwise_or(inner, between), np.uint8))
    whole[covered > 0] = 0
    white = []
    # In a pale field nuclei are pale too; they still take several times what its red cells take.
    lightest = min(LIGHT_DYE, PALE_DYE * found.green)
    for blob in blobs(whole, least=0.3 * area):
        darkest = quantile(_values(found, blob, GREEN), 0.9)
        left, top, wide, high = blob.box
        share = float(dye[top : top + high, left : left + wide][blob.inside].mean())
        if blob.aspect < 0.3 or darkest < lightest or share < 0.4:
            continue
        if blob.is_cut and (blob.area < LEAST_CUT * area or not _is_half_inside(blob, dye.shape)):
            continue
        white.append(_told(Kind.WHITE_CELL, blob))
        covered[top : top + high, left : left + wide][blob.inside] = 1
    return white


def _is_half_inside(blob: Blob, frame: tuple[int, ...]) -> bool:
    """Say whether the middle of something round that the border cuts lies in the field.

    It reaches in as far, then, as half of what it measures along the border.
    """
    left, top, wide, high = blob.box
    at_side, at_end = left == 0 or left + wide == frame[1], top == 0 or top + high == frame[0]
    return (not at_side or wide >= HALF * high) and (not at_end or high >= HALF * wide)


def _told(kind: Kind, blob: Blob, left: int = 0, top: int = 0) -> Stained:
    return Stained(kind, blob.x + left, blob.y + top, blob.radius, blob.area, blob.is_cut)


def _foreign_bodies(blob: Blob, found: Colours, radius: float, covered: Mask) -> list[Stained]:
    """Return a component that is a foreign body, or those that are left when thin parts are cut."""
    left, top, wide, high = blob.box
    if _is_foreign(blob, radius):
        if _is_nucleus(blob, found):
            return []
        covered[top : top + high, left : left + wide][blob.inside] = 1
        return [_at_half_height(_told(Kind.FOREIGN_BODY, blob), found)]
    # A body that touches the pointer or another one: what is thinner than a body is cut off.
    core = np.pad(blob.inside.astype(np.uint8), 1)
    opened = np.asarray(cv2.morphologyEx(core, cv2.MORPH_OPEN, disc(round(0.6 * radius))), np.uint8)
    bodies = []
    for part in blobs(opened, least=np.pi * radius**2):
        x, y, across, down = part.box
        moved = replace(part, box=(x + left - 1, y + top - 1, across, down), is_cut=False)
        if _is_foreign(part, radius) and not _is_nucleus(moved, found):
            told = _told(Kind.FOREIGN_BODY, moved, left - 1, top - 1)
            bodies.append(_at_half_height(told, found))
            area = covered[y + top - 1 : y + top - 1 + down, x + left - 1 : x + left - 1 + across]
            area[part.inside] = 1
    return bodies


def _at_half_height(told: Stained, found: Colours) -> Stained:
    """Return a body with the radius at which its departure from red cells has fallen by half.

    A fixed level would make strong colours larger than faint ones, by the blur of the optics.
    """
    reach = int(1.35 * told.radius) + 2
    x, y = round(told.x), round(told.y)
    top, left = max(0, y - reach), max(0, x - reach)
    part = found.deviation[top : y + reach + 1, left : x + reach + 1]
    down, across = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    away = np.hypot(across - told.x, down - told.y)
    level = 0.5 * median(part[away < 0.75 * told.radius])
    inside = filled(((part > level) & (away < 1.3 * told.radius)).astype(np.uint8))
    opened = cv2.morphologyEx(inside, cv2.MORPH_OPEN, disc(int(0.4 * told.radius)))
    area = float(np.count_nonzero(opened))
    radius = float(np.sqrt(area / np.pi))
    if not 0.75 * told.radius < radius < 1.15 * told.radius:
        return told
    return replace(told, radius=radius, area=area)


def _rest(blob: Blob, found: Colours, radius: float) -> Stained:
    if blob.radius < 0.7 * radius:
        return _small(blob, found)
    return _told(Kind.ARTEFACT, blob)


def _is_foreign(blob: Blob, radius: float) -> bool:
    size = blob.radius / radius
    round_enough = blob.convexity > 0.93 and blob.share > 0.74 and blob.aspect > 0.82
    return round_enough and 1.0 < size < 2.2


def _small(blob: Blob, found: Colours) -> Stained:
    green = float(_values(found, blob, GREEN).mean())
    blue = float(_values(found, blob, BLUE).mean())
    is_platelet = green > 0.05 and blue < 0.9 * found.blue_share * green and blob.aspect > 0.4
    kind = Kind.PLATELET if is_platelet else Kind.ARTEFACT
    return _told(kind, blob)
