"""Fields drawn with a seed: cells as light takes them, with the truth of every body in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Optical density of red, green, blue.
CELL = np.array([0.06, 0.18, 0.11])
NUCLEUS = np.array([0.30, 0.45, 0.06])
CYTOPLASM = np.array([0.10, 0.16, 0.06])
FOREIGN = np.array([0.22, 0.12, 0.08])
PLATELET = np.array([0.10, 0.20, 0.03])

Pixels = NDArray[np.uint8]


@dataclass
class Scene:
    """A field with its truth: (x, y, radius) of every body by kind."""

    pixels: Pixels
    truth: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)

    def count_of(self, kind: str) -> int:
        return len(self.truth.get(kind, []))

    def as_bytes(self, kind: str = "PNG", **options: Any) -> bytes:
        file = BytesIO()
        Image.fromarray(self.pixels).save(file, kind, **options)
        return file.getvalue()


def scene(
    *,
    seed: int = 0,
    width: int = 640,
    height: int = 480,
    radius: float = 20.0,
    cells: int = 60,
    overlap: float = 0.0,
    white_cells: int = 0,
    foreign: tuple[str, ...] = (),
    platelets: int = 0,
    vignetting: float = 0.25,
    noise: float = 1.5,
    blur: float = 1.0,
) -> Scene:
    """Draw a field. ``overlap``: share of cells laid upon another, by up to a third of their width.

    ``foreign``: "disc", "hexagon" or "ring", each 1.2 to 1.45 radii of a red cell.
    """
    rng = np.random.default_rng(seed)
    density = np.zeros((height, width, 3))
    placed: list[tuple[float, float, float]] = []
    truth: dict[str, list[tuple[float, float, float]]] = {}

    def free(size: float) -> tuple[float, float]:
        margin = size + 0.25 * radius
        for _try in range(4000):
            x, y = rng.uniform(margin, width - margin), rng.uniform(margin, height - margin)
            if all(np.hypot(x - a, y - b) > size + r + 0.25 * radius for a, b, r in placed):
                return x, y
        raise ValueError("the field is full")

    def put(kind: str, x: float, y: float, size: float) -> None:
        placed.append((x, y, size))
        truth.setdefault(kind, []).append((x, y, size))

    for shape in foreign:
        size = radius * rng.uniform(1.2, 1.45)
        x, y = free(size)
        _lay(density, x, y, _profile(shape, size), size, FOREIGN)
        put("foreign_bodies", x, y, size)
    for _white in range(white_cells):
        size = radius * rng.uniform(1.6, 1.9)
        x, y = free(size)
        _lay(density, x, y, _disc(size), size, CYTOPLASM)
        _lay(density, x, y, _lobes(size, rng), size, NUCLEUS)
        put("white_cells", x, y, size)
    for _platelet in range(platelets):
        size = radius * rng.uniform(0.28, 0.36)
        x, y = free(size)
        _lay(density, x, y, _disc(size), size, PLATELET)
        put("platelets", x, y, size)
    while len(truth.get("red_cells", [])) < cells:
        size = radius * rng.uniform(0.9, 1.1)
        x, y = free(size)
        _lay(density, x, y, _biconcave(size), size, CELL)
        put("red_cells", x, y, size)
        if rng.random() < overlap and len(truth["red_cells"]) < cells:
            _put_upon(density, x, y, size, placed, rng, (width, height), put)
    return Scene(_exposed(density, rng, vignetting, noise, blur), truth)


def _put_upon(
    density: Any, x: float, y: float, size: float, placed: Any, rng: Any, frame: Any, put: Any
) -> None:
    for _try in range(30):
        turn, apart = rng.uniform(0, 2 * np.pi), size * rng.uniform(1.35, 1.9)
        a, b = x + apart * np.cos(turn), y + apart * np.sin(turn)
        inside = 1.2 * size < a < frame[0] - 1.2 * size and 1.2 * size < b < frame[1] - 1.2 * size
        others = [one for one in placed if (one[0], one[1]) != (x, y)]
        if inside and all(np.hypot(a - p, b - q) > size + r + 5 for p, q, r in others):
            _lay(density, a, b, _biconcave(size), size, CELL)
            put("red_cells", a, b, size)
            return


def _lay(density: Any, x: float, y: float, profile: Any, size: float, colour: Any) -> None:
    reach = int(size * 1.3) + 2
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    right, low = min(density.shape[1], int(x) + reach), min(density.shape[0], int(y) + reach)
    down, across = np.mgrid[top:low, left:right]
    taken = profile(across - x, down - y)
    density[top:low, left:right] += taken[..., None] * colour


def _disc(size: float) -> Any:
    return lambda x, y: np.clip(size - np.hypot(x, y) + 0.5, 0, 1)


def _biconcave(size: float) -> Any:
    def taken(x: Any, y: Any) -> Any:
        away = np.hypot(x, y)
        pale = 0.45 * np.exp(-((away / (0.42 * size)) ** 2))
        return np.clip(size - away + 0.5, 0, 1) * (1 - pale)

    return taken


def _profile(shape: str, size: float) -> Any:
    if shape == "hexagon":
        # Of the same area as the disc.
        inner = size * np.sqrt(np.pi / (2 * np.sqrt(3)))

        def six(x: Any, y: Any) -> Any:
            turns = np.arange(3) * np.pi / 3
            away = np.max([np.abs(x * np.cos(t) + y * np.sin(t)) for t in turns], axis=0)
            return np.clip(inner - away + 0.5, 0, 1)

        return six
    if shape == "ring":
        return lambda x, y: (
            np.clip(size - np.hypot(x, y) + 0.5, 0, 1) * (0.6 + 0.5 * (np.hypot(x, y) > 0.6 * size))
        )
    return _disc(size)


def _lobes(size: float, rng: Any) -> Any:
    turn = rng.uniform(0, 2 * np.pi)
    places = [(0.38 * size, turn + k * 2 * np.pi / 3) for k in range(3)]

    def taken(x: Any, y: Any) -> Any:
        parts = [
            np.clip(0.4 * size - np.hypot(x - r * np.cos(t), y - r * np.sin(t)) + 0.5, 0, 1)
            for r, t in places
        ]
        return np.max(parts, axis=0)

    return taken


def _exposed(density: Any, rng: Any, vignetting: float, noise: float, blur: float) -> Pixels:
    import cv2

    height, width = density.shape[:2]
    down, across = np.mgrid[0:height, 0:width]
    away = (across / width - 0.45) ** 2 + (down / height - 0.55) ** 2
    lamp = np.array([222.0, 226.0, 218.0]) * (1 - vignetting * away)[..., None]
    light = lamp * 10.0**-density
    if blur:
        light = cv2.GaussianBlur(light, (0, 0), blur)
    light = light + rng.normal(0, noise, light.shape)
    return np.clip(np.rint(light), 0, 255).astype(np.uint8)
