"""python -m bench.body_texture: whether drawn bodies are called even or grained as they were drawn.

Discs are drawn into an empty field over radii, densities, camera noise and blur. Even ones take the
same light everywhere; grained ones vary by 20, 30 or 45 % (coefficient of variation of the density)
in grains of a tenth, a fifth or a third of the radius. Every second one
has been through JPEG. Printed: shares called grained, with exact
limits, and of the threshold in use the best that any threshold would reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from assays.numerics.body_texture import GRAINED, described
from assays.numerics.count_intervals import ratio_of_counts
from assays.numerics.micrograph import Body

RADII = (8.0, 14.0, 20.0, 30.0)
DENSITIES = (0.12, 0.25, 0.4)
NOISES = (1.0, 2.5, 5.0)
BLURS = (0.8, 1.5)
DEPTHS = (0.2, 0.3, 0.45)
GRAINS = (0.1, 0.2, 0.33)
TILTS = (0.0, 0.06, 0.12)
EACH = 6
EMPTY = 220.0


def drawn(
    rng: np.random.Generator,
    *,
    radius: float,
    density: float,
    noise: float,
    blur: float,
    tilt: float = 0.0,
    depth: float = 0.0,
    grain: float = 0.2,
    compressed: bool = False,
) -> Any:
    """Return a field (height, width, 3; blue, green, red) with one disc in its middle."""
    half = int(2 * radius) + 6
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    inside = np.clip(radius - np.hypot(x, y) + 0.5, 0, 1)
    taken = density * (1 + tilt * x / radius)
    if depth:
        grains = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), grain * radius / 2)
        part = grains[np.hypot(x, y) <= radius]
        taken = taken * np.clip(1 + depth * (grains - part.mean()) / part.std(), 0.05, None)
    light = cv2.GaussianBlur(EMPTY * 10.0 ** -(inside * taken), (0, 0), blur)
    field = np.repeat(light[..., None], 3, axis=2) + rng.normal(0, noise, (*light.shape, 3))
    levels = np.clip(np.rint(field), 0, 255).astype(np.uint8)
    if not compressed:
        return levels
    _done, file = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return cv2.imdecode(file, cv2.IMREAD_COLOR)


def variations(*, depth: float, grain: float = 0.2) -> Iterator[tuple[float, float, float | None]]:
    """Yield radius, noise and measured variation of bodies of one kind."""
    rng = np.random.default_rng(round(1000 * depth + 100 * grain))
    for radius in RADII:
        for density in DENSITIES:
            for noise in NOISES:
                for blur in BLURS:
                    for again in range(EACH):
                        field = drawn(
                            rng, radius=radius, density=density, noise=noise, blur=blur,
                            depth=depth, grain=grain, tilt=TILTS[again % 3],
                            compressed=again % 2 == 1,
                        )  # fmt: skip
                        middle = field.shape[0] // 2
                        body = Body(middle, middle, radius)
                        found = described(field, body, red_cell_radius=radius)
                        yield radius, noise, found.variation


def told(name: str, values: list[tuple[float, float, float | None]]) -> None:
    known = np.array([one for _radius, _noise, one in values if one is not None])
    if not len(known):
        print(f"{name}: not known of all {len(values)}")
        return
    grained = int((known > GRAINED).sum())
    print(
        f"{name}: {share(grained, len(known))} called grained; not known {len(values) - len(known)}"
    )


def share(part: int, whole: int) -> str:
    low, high = ratio_of_counts(part, whole - part) if 0 < part < whole else (None, None)
    value = f"{100 * part / whole:.1f} % of {whole}"
    if low is None or high is None:
        return value
    return f"{value} [{100 * low / (1 + low):.1f}, {100 * high / (1 + high):.1f}]"


def main() -> None:
    even = list(variations(depth=0.0))
    told("even", even)
    for radius in RADII:
        told(f"  of radius {radius:.0f}", [one for one in even if one[0] == radius])
    for noise in NOISES:
        told(f"  with noise of {noise} levels", [one for one in even if one[1] == noise])
    every = []
    for depth in DEPTHS:
        for grain in GRAINS:
            found = list(variations(depth=depth, grain=grain))
            told(f"grained by {100 * depth:.0f} %, grains of {grain} radii", found)
            for radius in RADII:
                told(f"  of radius {radius:.0f}", [one for one in found if one[0] == radius])
            every += found
    flat = np.array([one for *_rest, one in even if one is not None])
    rough = np.array([one for *_rest, one in every if one is not None])
    levels = np.arange(0.02, 0.4, 0.01)
    right = [((flat <= level).mean() + (rough > level).mean()) / 2 for level in levels]
    here = ((flat <= GRAINED).mean() + (rough > GRAINED).mean()) / 2
    best = int(np.argmax(right))
    print(
        f"called right, both kinds weighing alike: {100 * here:.1f} % at {GRAINED}; "
        f"the best threshold would be {levels[best]:.2f} with {100 * right[best]:.1f} %"
    )


if __name__ == "__main__":
    main()
