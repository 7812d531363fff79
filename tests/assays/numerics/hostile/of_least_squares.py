"""Calls of least squares, with arguments that they take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from assays.numerics import least_squares

Call = tuple[str, Callable[..., Any], dict[str, Any]]


def falling(hours: Any, load: Any, rate: Any) -> Any:
    return load * np.exp(-rate * np.asarray(hours, dtype=float))


def calls() -> Iterator[Call]:
    yield (
        "least_squares.fit",
        least_squares.fit,
        {
            "function": falling,
            "x": [0, 1, 2, 3, 4, 6, 8.0],
            "y": [980, 660, 445, 302, 199, 91, 41],
            "start": (1000, 0.4),
            "weights": None,
            "seed": 1,
        },
    )
