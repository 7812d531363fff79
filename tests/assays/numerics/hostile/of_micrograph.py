"""Calls of what counts pictures, each with arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from assays.numerics import micrograph
from tests.assays.numerics.micrograph.scenes import scene

Call = tuple[str, Callable[..., Any], dict[str, Any]]


@cache
def counted() -> Any:
    return micrograph.count(scene(seed=2, white_cells=1, foreign=("disc",), platelets=1).pixels)


def calls() -> Iterator[Call]:
    yield (
        "micrograph.count",
        micrograph.count,
        {"image": scene(seed=2).pixels, "red_cells_per_ul": None, "red_cells_cv": None},
    )
    yield (
        "micrograph.count_fields",
        micrograph.count_fields,
        {"images": [scene(seed=2).pixels], "red_cells_per_ul": None, "red_cells_cv": None},
    )
    yield (
        "micrograph.agreement",
        micrograph.agreement,
        {"count": counted(), "truth": {"red_cells": [(10, 10.0)]}, "kind": "red_cells"},
    )
    yield "micrograph.agreement of points", points, {"value": [(10, 10.0)]}
    yield (
        "micrograph.bland_altman",
        micrograph.bland_altman,
        {"first": [10, 20, 30, 40], "second": [11, 19, 33, 40]},
    )
    yield "micrograph.compare", micrograph.compare, {"before": counted(), "after": counted()}
    yield (
        "micrograph.overlay",
        micrograph.overlay,
        {"count": counted(), "picture": None, "title": "a"},
    )


def points(value: Any) -> Any:
    return micrograph.agreement(counted(), {"red_cells": value})
