"""What may be given to an analysis instead of what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# Made anew for each call: a generator is used up by one.
VALUES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "text": lambda: "many",
    "empty_text": lambda: "",
    "bytes": lambda: b"123",
    "yes": lambda: True,
    "nan": lambda: float("nan"),
    "infinite": lambda: float("inf"),
    "minus_infinite": lambda: -float("inf"),
    "zero": lambda: 0,
    "minus_one": lambda: -1,
    "half": lambda: 0.5,
    "subnormal": lambda: 1e-320,
    "huge": lambda: 1e308,
    "huge_whole": lambda: 10**400,
    "complex": lambda: 1 + 2j,
    "moment": lambda: np.datetime64("2026-01-01"),
    "object": object,
    "a_type": lambda: int,
    "empty": lambda: [],
    "one": lambda: [1.0],
    "two": lambda: [1.0, 2.0],
    "constant": lambda: [3.0] * 8,
    "with_none": lambda: [1, None, 2, 3, 4, 5, 6, 7],
    "with_nan": lambda: [1, float("nan"), 2, 3, 4, 5, 6, 7],
    "with_infinite": lambda: [1, float("inf"), 2, 3, 4, 5, 6, 7],
    "negative": lambda: [-1.0, -2, -3, -4, -5, -6, -7, -8],
    "subnormals": lambda: [1e-320 * n for n in range(1, 9)],
    "largest": lambda: [1e308 / n for n in range(1, 9)],
    "wide": lambda: [1e-320, 1e-150, 1e-10, 1, 1e10, 1e140, 1e150, 1e149],
    "near_the_largest": lambda: [1e149 * n for n in range(1, 9)],
    "whole_numbers_of_400_digits": lambda: [10**400 + n for n in range(8)],
    "texts": lambda: ["a", "b", "c", "d", "e", "f", "g", "h"],
    "yes_and_no": lambda: [True, False] * 4,
    "complexes": lambda: np.arange(8) + 1j,
    "moments": lambda: np.arange(8).astype("datetime64[D]"),
    "spans": lambda: np.arange(8).astype("timedelta64[D]"),
    "objects": lambda: np.array([object()] * 8),
    "ragged": lambda: [[1, 2], [3], 4],
    "generator": lambda: (float(n) for n in range(1, 9)),
    "table": lambda: np.ones((8, 2)),
    "cube": lambda: np.ones((2, 2, 2)),
    "masked": lambda: np.ma.array(np.arange(1.0, 9), mask=[0, 1] * 4),
    "all_masked": lambda: np.ma.array(np.arange(1.0, 9), mask=True),
    "mapping": lambda: {"a": 1},
    "mapping_of_none": lambda: {None: None},
    "mapping_of_lists": lambda: {"A": [None, float("nan")]},
    "pairs": lambda: [(1, 2), (3, 4)],
    "pairs_of_lists": lambda: ([1.0, 2.0], [3.0]),
    "fours": lambda: ([1.0, 2.0], [3.0, 1.0], [0, 0], [0]),
    "fours_of_none": lambda: (None, None, None, None),
    "set": lambda: {1, 2, 3},
    "endless": lambda: [[[[[[1]]]]]] * 2,
}  # fmt: skip
