"""Calls of what compares profiles, each with arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from assays.numerics import profiles

Call = tuple[str, Callable[..., Any], dict[str, Any]]

ALLELES = {"A": (1, 2), "B": (1, 1)}
TABLE = {"A": {"1": 0.2, "2": 0.3}, "B": {"1": 0.5, "2": 0.4}}
HOSTS = {"a": ALLELES, "b": {"A": (1, 2), "B": (1, 3)}, "c": {"A": (3, 4), "B": (1, 2)}}


@cache
def catalogue() -> Any:
    return profiles.Catalogue(HOSTS)


def calls() -> Iterator[Call]:
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
