"""Calls of what follows loads, each with arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from assays.numerics import kinetics

Call = tuple[str, Callable[..., Any], dict[str, Any]]

LOADS = [100, 128, 155, 210, 247, 330, 205, 121]
ARM = ([100, 200, 300, 150.0], [20, 50, 30, 40.0], [False] * 4, [False] * 4)


@cache
def course() -> Any:
    return kinetics.fit_load(range(8), LOADS)


def calls() -> Iterator[Call]:
    yield (
        "kinetics.fit_load",
        kinetics.fit_load,
        {
            "times": range(8),
            "loads": LOADS,
            "censored": None,
            "limit": None,
            "interventions": (),
            "model": "exponential",
            "most_changes": 1,
            "cv": None,
            "level": 0.95,
            "limits": "student",
        },
    )
    yield "kinetics.LoadFit.at", course().at, {"times": [1, 2.0]}
    yield "kinetics.LoadFit.time_to", course().time_to, {"limit": 5}
    yield (
        "kinetics.Intervention",
        lambda **given: kinetics.fit_load(
            range(8), LOADS, interventions=[kinetics.Intervention(**given)]
        ),
        {"day": 5, "kind": "filtration", "detail": ""},
    )
    yield (
        "kinetics.fit_load of a tuple",
        lambda value: kinetics.fit_load(range(8), LOADS, interventions=value),
        {"value": [(5, "filtration")]},
    )
    yield (
        "kinetics.compare_removal",
        kinetics.compare_removal,
        {"before": ARM[0], "after": ARM[1], "limit": None, "below": None, "level": 0.95, "seed": 1},
    )
    yield (
        "kinetics.compare_rates",
        kinetics.compare_rates,
        {"before": [0.1, 0.2, 0.3], "after": [0.2, 0.1, 0.0], "level": 0.95, "seed": 1},
    )
    yield (
        "kinetics.contrast_removals",
        kinetics.contrast_removals,
        {"first": ARM, "second": ARM, "level": 0.95, "seed": 1},
    )
    for place, name in enumerate(("before", "after", "marks before", "marks after")):
        yield f"kinetics.contrast_removals of {name}", arm_with(place), {"value": ARM[place]}
    yield (
        "kinetics.contrast_rates",
        kinetics.contrast_rates,
        {
            "first": ([0.1, 0.2, 0.3], [0.2, 0.1, 0.0]),
            "second": ([0.1, 0.2, 0.3], [0.3, 0.4, 0.6]),
            "level": 0.95,
            "seed": 1,
        },
    )
    yield (
        "kinetics.level_change",
        kinetics.level_change,
        {
            "times": range(8),
            "values": [1, 2, 1, 2, 8, 9, 8, 9.0],
            "least": 2,
            "level": 0.95,
            "seed": 1,
        },
    )
    yield (
        "kinetics.easy_linear",
        kinetics.easy_linear,
        {"times": range(8), "values": LOADS, "window": 5, "quota": 0.95},
    )


def arm_with(place: int) -> Callable[..., Any]:
    def asked(value: Any) -> Any:
        return kinetics.contrast_removals((*ARM[:place], value, *ARM[place + 1 :]), ARM)

    return asked
