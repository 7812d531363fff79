"""How red cells of a field differ in size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SHARES = (5.0, 25.0, 50.0, 75.0, 95.0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Radii of whole red cells, in pixels: those that the border cuts are left out.

    ``cv`` is the coefficient of variation of the *areas* of the discs (a fraction; None below two
    cells). ``quantiles`` are the radii at 5, 25, 50, 75 and 95 %. ``smaller`` and ``larger``: share
    of cells whose radius is below 0.75 or above 1.25 times the median.
    """

    cells: int
    mean: float
    cv: float | None
    quantiles: tuple[float, ...]
    smaller: float
    larger: float


def sizes_of(radii: Sequence[float]) -> Sizes:
    """Summarise radii in pixels; there is at least one."""
    found = np.asarray(radii, dtype=np.float64)
    median, areas = float(np.median(found)), found**2
    cv = float(areas.std(ddof=1) / areas.mean()) if len(found) > 1 else None
    return Sizes(
        cells=len(found),
        mean=float(found.mean()),
        cv=cv,
        quantiles=tuple(float(value) for value in np.percentile(found, SHARES)),
        smaller=float((found < 0.75 * median).mean()),
        larger=float((found > 1.25 * median).mean()),
    )
