"""Profiles, frequencies and match probabilities: laws, options, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.profiles import (
    Frequencies,
    Profile,
    allele_probability,
    counted,
    match_probability,
)
from assays.numerics.profiles.matching import Note
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import frequencies, people

TABLE = {"A": {"1": 0.1, "2": 0.3, "3": 0.6}, "B": {"9.3": 0.2, "10": 0.8}}


@pytest.mark.parametrize(
    ("profile", "theta", "correction", "expected"),
    [
        ({"A": (1, 1)}, 0.0, "nrc2_4.4", 0.01),
        ({"A": (1, 2)}, 0.0, "nrc2_4.4", 0.06),
        ({"A": (1, 2), "B": (9.3, "9.30")}, 0.0, "nrc2_4.4", 0.06 * 0.04),
        ({"A": (1, 1)}, 0.02, "nrc2_4.4", 0.01 + 0.1 * 0.9 * 0.02),
        ({"A": (1, 2)}, 0.02, "nrc2_4.4", 0.06),
        ({"A": (1, 1)}, 0.03, "nrc2_4.10", 0.157 * 0.187 / (1.03 * 1.06)),
        ({"A": (1, 2)}, 0.03, "nrc2_4.10", 2 * 0.127 * 0.321 / (1.03 * 1.06)),
        ({"A": {1}}, 0.0, "nrc2_4.4", 1 - 0.9**2),
        ({"A": {1}}, 0.0, "nrc2_4.10", 1 - 0.9**2),
    ],
)
def test_a_probability_is_that_of_the_formula(
    profile: Any, theta: float, correction: str, expected: float
) -> None:
    found = match_probability(profile, TABLE, theta=theta, correction=correction)

    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_one_allele_may_be_two_copies() -> None:
    found = match_probability({"A": [1]}, TABLE, single="two_copies")

    assert found.probability == pytest.approx(0.01, rel=1e-12)
    assert Note.DROP_OUT not in found.notes


def test_what_is_missing_unknown_rare_or_single_is_said() -> None:
    table = Frequencies(TABLE, people=10)

    found = match_probability({"a": [1, 7], "C": [1, 2]}, table)

    assert found.by_marker == {"a": 2 * 0.25 * 0.25}
    assert (found.missing, found.unknown, found.least) == (("B",), ("C",), ("a/1", "a/7"))
    assert found.notes == (Note.PARTIAL, Note.UNKNOWN_MARKERS, Note.LEAST_FREQUENCY)


def test_hundreds_of_markers_do_not_vanish() -> None:
    table = {f"M{i}": {"1": 1e-4, "2": 0.9} for i in range(400)}

    found = match_probability(dict.fromkeys(table, ("1", "1")), table)

    assert found.log10 == pytest.approx(-3200)
    assert found.probability == 0.0


def test_no_marker_is_a_probability_of_one_and_said() -> None:
    found = match_probability({}, TABLE)

    assert (found.log10, found.probability) == (0.0, 1.0)
    assert Note.NOTHING_COMPARED in found.notes


@given(st.floats(0.001, 0.999), st.floats(0, 0.5), st.floats(0, 0.4))
def test_theta_never_makes_a_homozygote_rarer(p: float, theta: float, more: float) -> None:
    table = {"A": {"1": p}}
    for correction in ("nrc2_4.4", "nrc2_4.10"):
        low, high = (
            match_probability({"A": (1, 1)}, table, theta=t, correction=correction).log10
            for t in (theta, theta + more)
        )

        assert low <= high + 1e-9
        assert high <= 1e-9


@given(st.floats(0, 0.99), st.integers(0, 6))
def test_probabilities_of_all_alleles_add_up_to_one(theta: float, drawn: int) -> None:
    shares = [0.5, 0.3, 0.2]
    seen = [drawn - drawn // 2, drawn // 2, 0]

    parts = [
        allele_probability(p, seen=n, of=drawn, theta=theta)
        for p, n in zip(shares, seen, strict=True)
    ]

    assert math.fsum(parts) == pytest.approx(1)


def test_all_genotypes_of_a_marker_add_up_to_one() -> None:
    alleles = list(TABLE["A"])
    pairs = [(a, b) for i, a in enumerate(alleles) for b in alleles[i:]]

    total = math.fsum(match_probability({"A": pair}, TABLE).probability for pair in pairs)

    assert total == pytest.approx(1)


def test_counted_frequencies_come_near_those_drawn_from() -> None:
    table = frequencies(seed=3)

    found = counted(people(table, 2000, seed=4).values())

    assert found.least("M00") == pytest.approx(5 / 4000)
    assert (
        max(abs(found.table[m][a] - p) for m, own in table.table.items() for a, p in own.items())
        < 0.04
    )


def test_weak_alleles_and_poor_markers_are_left_out_on_demand() -> None:
    profile = Profile(
        {"A": (1, 2), "B": (3,), "C": (4,)},
        intensities={"A": {1: 50, 2: 900}, "B": {3: 10}},
        quality={"C": 0.2},
    )

    assert dict(profile.called(intensity=100, quality=0.5).markers) == {"A": ("2",)}
    assert profile.called() == profile


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"A": []}, "NO_ALLELES"),
        ({"A": "12"}, "NOT_A_PROFILE"),
        ({"A": 5}, "NOT_A_PROFILE"),
        ({"A": [None]}, "NAME"),
        ({"A": [math.nan]}, "NAME"),
        ({"A": [True]}, "NAME"),
        ({"A": ["a\nb"]}, "NAME"),
        ({"": [1]}, "NAME"),
        ({"A" * 121: [1]}, "NAME"),
        ({"A": [1, 2, 3]}, "MIXTURE"),
        ({"A": [1, 2], "a": [1, 2]}, "MARKER_TWICE"),
        ({"A": [1, 99]}, "ALLELE_UNKNOWN"),
        (7, "NOT_A_PROFILE"),
        (None, "NOT_A_PROFILE"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused(profile: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        match_probability(profile, TABLE)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({}, "NO_FREQUENCIES"),
        (None, "NO_FREQUENCIES"),
        ({"A": {}}, "NO_FREQUENCIES"),
        ({"A": {"1": -0.1}}, "FREQUENCY"),
        ({"A": {"1": math.nan}}, "FREQUENCY"),
        ({"A": {"1": 1e12}}, "FREQUENCY"),
        ({"A": {"1": 1e-300}}, "FREQUENCY"),
        ({"A": {"1": "many"}}, "FREQUENCY"),
        ({"A": {"1": 0.7, "2": 0.7}}, "FREQUENCY_SUM"),
        ({"A": {"1": 0.7}, "a": {"1": 0.07}}, "MARKER_TWICE"),
        ("A", "NO_FREQUENCIES"),
    ],
)
def test_frequencies_that_cannot_be_used_are_refused(table: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        match_probability({"A": (1, 1)}, table)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"theta": -0.1}, "THETA"),
        ({"theta": 1}, "THETA"),
        ({"theta": math.nan}, "THETA"),
        ({"correction": "none"}, "OPTION"),
        ({"single": "?"}, "OPTION"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        match_probability({"A": (1, 1)}, TABLE, **options)

    assert refused.value.code == code


@pytest.mark.parametrize("stated", [{"people": 4}, {"people": math.nan}, {"minimum": 0.0}])
def test_a_least_frequency_rests_on_people(stated: Any) -> None:
    with pytest.raises(Unusable):
        Frequencies(TABLE, **stated)


@pytest.mark.parametrize(
    "given",
    [
        {"intensities": {"A": {"1": -1}}},
        {"intensities": {"A": {"1": math.inf}}},
        {"quality": {"A": 2}},
    ],
)
def test_intensity_and_quality_have_bounds(given: Any) -> None:
    with pytest.raises(Unusable):
        Profile({"A": (1,)}, **given)
