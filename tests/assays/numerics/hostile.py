"""What may be given to an analysis instead of what it asks for, and the calls that it is given to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from assays.numerics import calibration, epidemic, kinetics, least_squares, micrograph, profiles
from tests.assays.numerics.micrograph.scenes import scene

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

LEVELS = [0, 0, 1, 1, 5, 5, 20, 20, 50, 50, 100, 100, 200, 200]
SIGNALS = [0.061, 0.058, 0.088, 0.086, 0.222, 0.224, 0.686, 0.725, 1.384, 1.463, 2.028, 1.993, 2.47, 2.441]  # fmt: skip
LOADS = [100, 128, 155, 210, 247, 330, 205, 121]
CASES = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13, 12, 13, 11]
ARM = ([100, 200, 300, 150.0], [20, 50, 30, 40.0], [False] * 4, [False] * 4)
ALLELES = {"A": (1, 2), "B": (1, 1)}
TABLE = {"A": {"1": 0.2, "2": 0.3}, "B": {"1": 0.5, "2": 0.4}}
HOSTS = {"a": ALLELES, "b": {"A": (1, 2), "B": (1, 3)}, "c": {"A": (3, 4), "B": (1, 2)}}


def falling(hours: Any, load: Any, rate: Any) -> Any:
    return load * np.exp(-rate * np.asarray(hours, dtype=float))


@cache
def curve() -> Any:
    return calibration.fit(LEVELS, SIGNALS, theta=1.0)


@cache
def line() -> Any:
    return calibration.fit_line([1, 2, 3, 4, 5.0], [1.1, 2.0, 2.9, 4.2, 5.0])


@cache
def counted() -> Any:
    return micrograph.count(scene(seed=2, white_cells=1, foreign=("disc",), platelets=1).pixels)


@cache
def course() -> Any:
    return kinetics.fit_load(range(8), LOADS)


@cache
def growth() -> Any:
    return epidemic.growth_rate(CASES)


@cache
def catalogue() -> Any:
    return profiles.Catalogue(HOSTS)


def calls() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Yield public functions by name, each with arguments by name that it takes."""
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
    yield from of_profiles()
    yield from of_kinetics()
    yield from of_epidemic()


def of_profiles() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    yield (
        "profiles.Profile",
        profiles.Profile,
        {"markers": ALLELES, "intensities": {"A": {"1": 5}}, "quality": {"A": 0.5}},
    )
    yield (
        "profiles.Profile of alleles",
        lambda value: profiles.Profile({"A": value}),
        {"value": (1,)},
    )
    yield (
        "profiles.Profile.called",
        profiles.Profile(ALLELES, {"A": {"1": 5}}).called,
        {"intensity": 1.0, "quality": 0.5},
    )
    yield (
        "profiles.Frequencies",
        profiles.Frequencies,
        {"table": TABLE, "people": 100, "minimum": None},
    )
    yield (
        "profiles.Frequencies of a marker",
        lambda value: profiles.Frequencies({"A": value}),
        {"value": {"1": 0.5}},
    )
    yield (
        "profiles.Frequencies of an allele",
        lambda value: profiles.Frequencies({"A": {"1": value}}),
        {"value": 0.5},
    )
    yield (
        "profiles.counted",
        profiles.counted,
        {"profiles": [profiles.Profile(ALLELES)] * 6, "minimum": None},
    )
    yield (
        "profiles.allele_probability",
        profiles.allele_probability,
        {"frequency": 0.1, "seen": 1, "of": 2, "theta": 0.01},
    )
    yield (
        "profiles.match_probability",
        profiles.match_probability,
        {
            "profile": ALLELES,
            "frequencies": TABLE,
            "theta": 0.01,
            "correction": "nrc2_4.4",
            "single": "two_copies",
        },
    )
    yield (
        "profiles.likelihood_ratio",
        profiles.likelihood_ratio,
        {
            "first": ALLELES,
            "second": ALLELES,
            "frequencies": TABLE,
            "relation": "identity",
            "theta": 0.01,
            "single": "two_copies",
        },
    )
    yield "profiles.Catalogue", profiles.Catalogue, {"profiles": HOSTS}
    yield (
        "profiles.Catalogue of one",
        lambda value: profiles.Catalogue({"a": value}),
        {"value": ALLELES},
    )
    yield (
        "profiles.Catalogue of an id",
        lambda value: profiles.Catalogue([(value, ALLELES)]),
        {"value": "a"},
    )
    yield (
        "profiles.Catalogue.from_arrays",
        profiles.Catalogue.from_arrays,
        {
            "ids": ["a", "b"],
            "factors": ["A/1", "A/2"],
            "members": np.array([0, 1, 1]),
            "offsets": np.array([0, 2, 3]),
        },
    )
    yield "profiles.Catalogue.append", catalogue().append, {"profiles": {"z": ALLELES}}
    yield "profiles.Catalogue.without", catalogue().without, {"ids": ["a"]}
    yield "profiles.Catalogue.profile", catalogue().profile, {"given": "a"}
    yield (
        "profiles.Catalogue.search",
        catalogue().search,
        {
            "profile": ALLELES,
            "k": 2,
            "by": "jaccard",
            "frequencies": profiles.Frequencies(TABLE, 100),
            "relation": "identity",
            "theta": 0.0,
            "compiled": False,
        },
    )
    yield (
        "profiles.common_factors",
        profiles.common_factors,
        {
            "profiles": HOSTS,
            "frequencies": None,
            "least_hosts": 2,
            "least_factors": 1,
            "alpha": 0.05,
            "adjustment": "holm",
            "most": 100,
        },
    )
    yield (
        "profiles.linked",
        profiles.linked,
        {
            "profiles": HOSTS,
            "tanimoto": 0.3,
            "frequencies": None,
            "alpha": 0.05,
            "adjustment": "holm",
        },
    )
    yield "profiles.adjusted", profiles.adjusted, {"p_values": [0.1, 0.2], "method": "holm"}
    yield (
        "profiles.drift",
        profiles.drift,
        {
            "times": [0, 1.0],
            "profiles": [ALLELES, HOSTS["b"]],
            "level": 0.95,
            "alpha": 0.01,
            "against": "first",
            "missing": "its_factors_differ",
            "resamples": 100,
            "seed": 1,
        },
    )
    yield (
        "profiles.same_population",
        profiles.same_population,
        {"first": [ALLELES] * 3, "second": [HOSTS["b"]] * 3, "permutations": 99, "seed": 1},
    )


def of_kinetics() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
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


def of_epidemic() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
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


def criteria(name: str) -> Callable[..., Any]:
    return lambda value: calibration.judge(curve(), calibration.Criteria(**{name: value}))


def points(value: Any) -> Any:
    return micrograph.agreement(counted(), {"red_cells": value})


def arm_with(place: int) -> Callable[..., Any]:
    def asked(value: Any) -> Any:
        return kinetics.contrast_removals((*ARM[:place], value, *ARM[place + 1 :]), ARM)

    return asked


def uncertain(name: str) -> Callable[..., Any]:
    return lambda value: epidemic.reproduction_number(
        CASES, mean_serial_interval=2.6, sd_serial_interval=1.5,
        uncertainty=epidemic.Uncertainty(**{name: value}))  # fmt: skip
