"""Fields of one patient's film, drawn: red cells, a white cell now and then, and foreign bodies."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.core.files.base import ContentFile

from assays.actions import micrographs
from assays.actions.analyses import micrographs as counting
from assays.models import Micrograph, NaniteCount
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now

# Of each field: how many foreign bodies lie in it.
FIELDS = (2, 1, 3)
WIDTH, HEIGHT, RADIUS, CELLS = 800, 600, 20.0, 70
UM_PER_PIXEL = Decimal("0.19")
# Optical density of blue, green, red.
CELL, FOREIGN = (0.11, 0.18, 0.06), (0.08, 0.12, 0.22)
CYTOPLASM, NUCLEUS = (0.06, 0.16, 0.10), (0.06, 0.45, 0.30)

USABLE = ("COLLECTED", "RECEIVED", "AVAILABLE")

Body = tuple[float, float, float, tuple[float, float, float]]


def give(say: Callable[[str], None], *, by: Principal) -> None:
    """Give the fields of the newest counted specimen, and have a worker count them."""
    counts = NaniteCount.objects.filter(specimen__status__in=USABLE).select_related("specimen")
    count = counts.order_by("pk").last()
    if count is None or Micrograph.objects.filter(specimen=count.specimen).exists():
        return
    at = database_now()
    for place, foreign in enumerate(FIELDS, start=1):
        micrographs.add(
            specimen=count.specimen,
            file=ContentFile(field(place, foreign)),
            name=f"field-{place}.png",
            um_per_pixel=UM_PER_PIXEL,
            by=by,
            at=at,
        )
    counting.count(specimen=count.specimen, by=by, at=at)
    say(f"{len(FIELDS)} micrographs given of specimen {count.specimen.accession}")


def field(seed: int, foreign: int) -> bytes:
    """Draw one field as a PNG: the same seed, the same picture."""
    import cv2
    import numpy as np

    density = np.zeros((HEIGHT, WIDTH, 3))
    for x, y, radius, colour in _placed(seed, foreign):
        rows = slice(int(y - radius) - 2, int(y + radius) + 3)
        columns = slice(int(x - radius) - 2, int(x + radius) + 3)
        down, across = np.mgrid[rows, columns]
        away = np.hypot(across - x, down - y)
        pale = 0.45 * np.exp(-((away / (0.42 * radius)) ** 2)) if colour is CELL else 0.0
        taken = np.clip(radius - away + 0.5, 0, 1) * (1 - pale)
        density[rows, columns] += taken[..., None] * np.array(colour)
    light = cv2.GaussianBlur(222.0 * 10.0**-density, (0, 0), 1.0)
    light += np.random.default_rng(seed).normal(0, 1.5, light.shape)
    _done, encoded = cv2.imencode(".png", np.clip(np.rint(light), 0, 255).astype(np.uint8))
    return encoded.tobytes()


def _placed(seed: int, foreign: int) -> list[Body]:
    """Return bodies that do not touch: foreign ones, a white cell with its nucleus, red cells."""
    import numpy as np

    rng = np.random.default_rng(seed)
    wanted = [(1.35 * RADIUS, FOREIGN)] * foreign + [(1.7 * RADIUS, CYTOPLASM)] * (seed % 2)
    wanted += [(RADIUS * float(rng.uniform(0.9, 1.1)), CELL) for _cell in range(CELLS)]
    placed: list[Body] = []
    for radius, colour in wanted:
        for _try in range(2000):
            x = float(rng.uniform(1.3 * radius, WIDTH - 1.3 * radius))
            y = float(rng.uniform(1.3 * radius, HEIGHT - 1.3 * radius))
            if all(np.hypot(x - a, y - b) > radius + r + 5 for a, b, r, _colour in placed):
                placed.append((x, y, radius, colour))
                break
    nuclei = [(x, y, 0.6 * r, NUCLEUS) for x, y, r, colour in placed if colour is CYTOPLASM]
    return placed + nuclei
