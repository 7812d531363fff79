"""Calls of what reads concentrations, each with arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from assays.numerics import calibration

Call = tuple[str, Callable[..., Any], dict[str, Any]]

LEVELS = [0, 0, 1, 1, 5, 5, 20, 20, 50, 50, 100, 100, 200, 200]
SIGNALS = [0.061, 0.058, 0.088, 0.086, 0.222, 0.224, 0.686, 0.725, 1.384, 1.463, 2.028, 1.993, 2.47, 2.441]  # fmt: skip


@cache
def curve() -> Any:
    return calibration.fit(LEVELS, SIGNALS, theta=1.0)


@cache
def line() -> Any:
    return calibration.fit_line([1, 2, 3, 4, 5.0], [1.1, 2.0, 2.9, 4.2, 5.0])


def calls() -> Iterator[Call]:
    yield (
        "calibration.fit",
        calibration.fit,
        {"concentrations": LEVELS, "signals": SIGNALS, "form": "4PL", "theta": 1.0, "fixed": None},
    )
    yield (
        "calibration.back_calculate",
        calibration.back_calculate,
        {
            "curve": curve(),
            "signals": [0.92, 0.95],
            "level": 0.95,
            "limits": "inversion",
            "dilution": 1,
            "low": None,
            "high": None,
            "degrees_of_freedom": None,
        },
    )
    yield (
        "calibration.precision_profile",
        calibration.precision_profile,
        {"curve": curve(), "concentrations": [1, 10.0], "replicates": 1},
    )
    yield (
        "calibration.curve_limits",
        calibration.curve_limits,
        {"curve": curve(), "replicates": 1, "level": 0.95, "cv_percent": 20},
    )
    yield "calibration.judge", calibration.judge, {"curve": curve(), "criteria": None}
    for name in calibration.Criteria.__dataclass_fields__:
        yield f"calibration.Criteria.{name}", criteria(name), {"value": 1}
    readings = [calibration.back_calculate(curve(), [s], dilution=d) for s, d in ((2, 1), (1, 10))]
    yield (
        "calibration.judge_dilutions",
        calibration.judge_dilutions,
        {"readings": readings, "is_increasing": True, "hook_ratio": 1.2, "linear_percent": 20},
    )
    yield (
        "calibration.dilution_for",
        calibration.dilution_for,
        {"expected": 650, "high": 200, "steps": (2, 5, 10)},
    )
    yield (
        "calibration.compare",
        calibration.compare,
        {
            "concentrations": LEVELS * 2,
            "signals": [*SIGNALS, *(s * 1.01 for s in SIGNALS)],
            "groups": ["a"] * 14 + ["b"] * 14,
            "alpha": 0.05,
            "ratio_limits": None,
            "level": 0.9,
        },
    )
    yield (
        "calibration.limit_of_blank",
        calibration.limit_of_blank,
        {"blanks": [[1.0, 2, 3], [2.0, 3, 4]], "parametric": True},
    )
    yield (
        "calibration.limit_of_detection",
        calibration.limit_of_detection,
        {"limit_of_blank": 3.0, "low_specimens": [[4.0, 5, 6], [4.0, 5, 6]]},
    )
    yield (
        "calibration.functional_sensitivity",
        calibration.functional_sensitivity,
        {
            "means": [0.04, 0.053, 0.08, 0.111],
            "cvs_percent": [40.2, 29.6, 19.5, 15.1],
            "cv_percent": 20,
        },
    )
    yield (
        "calibration.fit_variances",
        calibration.fit_variances,
        {
            "means": [1, 2, 4, 8, 16.0],
            "variances": [0.1, 0.2, 0.5, 1.8, 7.0],
            "degrees_of_freedom": [10] * 5,
            "model": 6,
        },
    )
    yield (
        "calibration.fit_line",
        calibration.fit_line,
        {"concentrations": [1, 2, 3, 4.0], "signals": [1.1, 2, 2.9, 4.2], "weights": None},
    )
    yield (
        "calibration.read_line",
        calibration.read_line,
        {"line": line(), "signals": [2.0], "level": 0.95, "weight": None},
    )
    yield (
        "calibration.invert_line",
        calibration.invert_line,
        {"line": line(), "signals": [2.0], "level": 0.95, "weight": None},
    )
    yield (
        "calibration.line_limits",
        calibration.line_limits,
        {"line": line(), "alpha": 0.01, "beta": 0.05, "k": 3.0, "replicates": 1},
    )
    yield "calibration.slope_limits", calibration.slope_limits, {"line": line(), "sd": 0.1}
    yield (
        "calibration.nested_anova",
        calibration.nested_anova,
        {"values": [10, 12, 14, 16, 20, 22], "factors": {"day": [1, 1, 2, 2, 3, 3]}, "level": 0.95},
    )
    yield (
        "calibration.fit_plates",
        calibration.fit_plates,
        {
            "concentrations": LEVELS,
            "signals": [SIGNALS],
            "weights": None,
            "theta": 1.0,
            "engine": "numpy",
        },
    )
    yield (
        "calibration.signals_at",
        calibration.signals_at,
        {"parameters": curve().parameters, "concentrations": [1, 2.0]},
    )
    yield (
        "calibration.concentration_at",
        calibration.concentration_at,
        {"parameters": curve().parameters, "signal": 1.0},
    )


def criteria(name: str) -> Callable[..., Any]:
    return lambda value: calibration.judge(curve(), calibration.Criteria(**{name: value}))
