"""The way from pixels to bodies: at what size a field is worked on, and in what order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from assays.numerics.micrograph import clumps, foreground, light, merging, stains
from assays.numerics.micrograph.clumps import Clumps
from assays.numerics.micrograph.foreground import Foreground
from assays.numerics.micrograph.light import Map
from assays.numerics.micrograph.pale_centres import Mask
from assays.numerics.micrograph.pictures import Pixels
from assays.numerics.micrograph.quantiles import median, quantile
from assays.numerics.micrograph.results import Body
from assays.numerics.micrograph.scale import OUTLINE, first_radius, resampled
from assays.numerics.micrograph.stains import Colours, Kind, Stained
from assays.numerics.refusals import NoSolution, Unusable
from labsys.lib.wording import gettext_noop as _

# Of 12, 14, 16 and 20 pixels, 14 to 20 erred alike on the marked fields; work grows as its square.
WORKING_RADIUS = 14.0
AS_IT_IS = (0.9, 1.1)  # scales between which a field is not resampled
MOST_ENLARGED = 4.0
MOST_WORKED = 6_000_000  # pixels
LEAST_DENSITY = 0.02  # of green, of the median pixel of what is found: less is noise
LEAST_CELL = 0.30  # of the typical area
SWAPPED = 1.3
MOST_RED = 0.8  # of green: what takes more red cannot be told from grey
SHADE_RIM = 0.3  # of the radius
BLURRED_MORE = 0.3  # radii
SOFTEST = 0.4  # radii of blur; fields in focus have 0.07 to 0.17


@dataclass(frozen=True, slots=True)
class Seen:
    """Bodies in pixels of the picture."""

    red: list[Body]
    others: dict[Kind, list[Body]]
    scale: float
    radius: float
    in_clumps: float
    softness: float
    was_swapped: bool


def see(pixels: Pixels, *, has_colour: bool, may_be_swapped: bool) -> Seen:
    """Find everything in a picture (height, width, 3), blue, green, red.

    ``may_be_swapped``: red and blue may have been exchanged by who gave an array. Haemoglobin takes
    more blue than red; where cells take clearly more red, the channels are turned round.
    """
    first, background = first_radius(pixels)
    if first == 0:
        raise no_red_cells()
    scale = scale_of(first, pixels)
    worked = resampled(pixels, scale)
    colours: Colours | None = None
    if has_colour:
        colours = stains.colours(stains.densities(resampled(worked, 0.5), background))
        if may_be_swapped and colours.red_share > SWAPPED * colours.blue_share:
            turned = np.ascontiguousarray(pixels[..., ::-1])
            seen = see(turned, has_colour=True, may_be_swapped=False)
            return replace(seen, was_swapped=True)
    found, others = told_apart(worked, background, colours, first * scale)
    if found.radius < 2:
        raise no_red_cells()
    softness, beyond = _edges(found)
    if softness > SOFTEST:
        raise Unusable(
            "OUT_OF_FOCUS",
            _("The field is out of focus: no edge of a cell is clear. Take it again."),
        )
    cut = clumps.cut(found)
    red, in_clumps = _red_cells(cut, merging.join(cut))
    return Seen(
        [_in_picture(replace(one, radius=one.radius - beyond), scale) for one in red],
        {
            kind: [
                _in_picture(Body(one.x, one.y, one.radius, one.is_cut), scale)
                for one in others
                if one.kind == kind
            ]
            for kind in Kind
        },
        scale,
        (cut.radius - beyond) / scale,
        in_clumps,
        softness,
        False,
    )


def told_apart(
    worked: Pixels, background: light.Background, colours: Colours | None, radius: float
) -> tuple[Foreground, list[Stained]]:
    """Return red cells as a foreground, and whatever else there is.

    ``colours``: of the same field at half its size; None where it has none.
    """
    density, expected = light.density(worked, background, stains.GREEN), radius / OUTLINE
    if colours is None:
        return foreground.foreground(density, expected=expected), []
    others = stains.find(colours, radius / 2)
    if others.shaded.any() and colours.red_share < MOST_RED:
        # What is grey takes red as it takes green; haemoglobin hardly takes red (Beer and Lambert).
        reach = foreground.disc(max(1, round(SHADE_RIM * radius)))
        red = light.density(worked, background, stains.RED)
        clear = (density - red) * np.float32(1 / (1 - colours.red_share))
        shaded = cv2.dilate(_enlarged(others.shaded, worked), reach) > 0
        density[shaded] = np.minimum(clear, density)[shaded]
    covered = _enlarged(others.covered, worked)
    found = foreground.foreground(density, covered, expected=expected)
    return found, [_doubled(one) for one in others.bodies]


def _enlarged(mask: Mask, worked: Pixels) -> Mask:
    size = worked.shape[1], worked.shape[0]
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def no_red_cells() -> NoSolution:
    return NoSolution(
        "NO_RED_CELLS", _("No red cell is seen in this field; take one where cells lie singly.")
    )


def scale_of(radius: float, pixels: Pixels) -> float:
    scale = WORKING_RADIUS / radius
    if AS_IT_IS[0] <= scale <= AS_IT_IS[1]:
        return 1.0
    most = float(np.sqrt(MOST_WORKED / (pixels.shape[0] * pixels.shape[1])))
    return min(scale, MOST_ENLARGED, max(most, 0.05))


def _doubled(one: Stained) -> Stained:
    return Stained(
        one.kind, one.x * 2 + 0.5, one.y * 2 + 0.5, one.radius * 2, one.area * 4, one.is_cut
    )


def _in_picture(one: Body, scale: float) -> Body:
    """Return a body of the resampled field in pixels of the picture: pixel centres move too."""
    x, y = (one.x + 0.5) / scale - 0.5, (one.y + 0.5) / scale - 0.5
    return Body(float(x), float(y), float(one.radius / scale), one.is_cut)


def _edges(found: Foreground) -> tuple[float, float]:
    """Return how blurred edges are, and by how much outlines lie outside them, in pixels.

    The blur is that of a Gaussian, in radii. An edge of blur b falls by sqrt(1 + (s / b)^2) in
    steepness where it is blurred by s more; the clearer edges tell. Outlines are drawn at a low
    threshold, so that pale cells are whole; a cell ends where the density has risen by half. Raises
    NoSolution with NO_RED_CELLS where what was found takes next to no light.
    """
    rim = found.mask - cv2.erode(found.mask, np.ones((3, 3), np.uint8)) > 0
    inside = light.within(found.density, found.mask > 0)
    if not rim.any() or not inside.size or (usual_density := median(inside)) < LEAST_DENSITY:
        raise no_red_cells()
    usual, clear = _steepness(found.density, rim)
    small_rim = rim[::2, ::2]
    size = small_rim.shape[1], small_rim.shape[0]
    small = cv2.resize(found.density, size, interpolation=cv2.INTER_AREA)
    more = BLURRED_MORE * found.radius / 2
    _usual, blurred = _steepness(np.asarray(cv2.GaussianBlur(small, (0, 0), more)), small_rim)
    blur = BLURRED_MORE / np.sqrt(max((2 * clear / blurred) ** 2 - 1, 1e-3))
    beyond = (0.5 * usual_density - found.threshold) / usual
    return float(blur), min(max(beyond, 0.0), 0.15 * found.radius)


def _steepness(density: Map, rim: NDArray[np.bool_]) -> tuple[float, float]:
    """Return how steep usual and clear edges are, of optical density per pixel."""
    across = cv2.Sobel(density, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(density, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    found = light.within(np.asarray(cv2.magnitude(across, down)), rim)
    return max(median(found), 1e-9), max(quantile(found, 0.75), 1e-9)


def _red_cells(cut: Clumps, regions: merging.Regions) -> tuple[list[Body], float]:
    """Return red cells as worked on, and the share of them that lie in clumps."""
    labels = cut.labels
    least = LEAST_CELL * cut.area
    joined = [
        Body(x / area, y / area, float(np.sqrt(area / np.pi)), at_border > 0)
        for area, x, y, at_border in regions.sums.tolist()
        if area >= least
    ]
    alone = []
    for outline in cut.alone:
        moments = cv2.moments(outline)
        # An outline runs through pixel centres: half a pixel is lost all around.
        area = moments["m00"] + cv2.arcLength(outline, True) / 2 + 1
        if area >= least:
            left, top, wide, high = cv2.boundingRect(outline)
            is_cut = left == 0 or top == 0
            is_cut |= left + wide == labels.shape[1] or top + high == labels.shape[0]
            middle = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
            alone.append(Body(*middle, float(np.sqrt(area / np.pi)), is_cut))
    red = joined + alone
    return red, len(joined) / len(red) if red else 0.0
