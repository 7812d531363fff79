"""Calls of what follows cases, each with arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from assays.numerics import epidemic

Call = tuple[str, Callable[..., Any], dict[str, Any]]

CASES = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13, 12, 13, 11]


@cache
def growth() -> Any:
    return epidemic.growth_rate(CASES)


def calls() -> Iterator[Call]:
    yield (
        "epidemic.reproduction_number",
        epidemic.reproduction_number,
        {
            "incidence": CASES,
            "serial_interval": None,
            "mean_serial_interval": 2.6,
            "sd_serial_interval": 1.5,
            "uncertainty": None,
            "imported": None,
            "windows": None,
            "window_days": 7,
            "prior_mean": 5,
            "prior_sd": 5,
            "quantiles": (0.5,),
        },
    )
    yield (
        "epidemic.reproduction_number by shares",
        epidemic.reproduction_number,
        {"incidence": CASES, "serial_interval": [0, 0.5, 0.5]},
    )
    for name in ("mean", "sd"):
        yield f"epidemic.Uncertainty of {name}", uncertain(name), {"value": 0.3}
    yield (
        "epidemic.growth_rate",
        epidemic.growth_rate,
        {"incidence": CASES, "first_day": 1, "last_day": None, "variance": "auto", "level": 0.95},
    )
    yield (
        "epidemic.reproduction_from_growth",
        epidemic.reproduction_from_growth,
        {
            "rate": growth().rate,
            "generation_mean": 2.6,
            "generation_sd": 1.5,
            "convention": "continuous",
        },
    )
    yield (
        "epidemic.ward_load",
        epidemic.ward_load,
        {
            "incidence": CASES,
            "carried_by": growth(),
            "admitted_share": 0.3,
            "stay_mean": 6,
            "stay_sd": 3,
            "delay_days": 0,
            "ahead": 3,
            "level": 0.95,
            "draws": 200,
            "seed": 1,
        },
    )


def uncertain(name: str) -> Callable[..., Any]:
    return lambda value: epidemic.reproduction_number(
        CASES, mean_serial_interval=2.6, sd_serial_interval=1.5,
        uncertainty=epidemic.Uncertainty(**{name: value}))  # fmt: skip
