"""Likelihood ratios: the formulas of textbooks, laws, and what is refused."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.profiles import RELATIONS, likelihood_ratio, match_probability
from assays.numerics.profiles.kinship import Note
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import frequencies, people

P, Q, R = 0.1, 0.3, 0.6
TABLE = {"A": {"1": P, "2": Q, "3": R}}
THETAS = (0.0, 0.01, 0.03, 0.5)


# Paternity of A/A for A/A: 1 / p (the tests of the R package forrel, 1.6).
def test_paternity_of_rare_homozygotes() -> None:
    table = {"A": {"1": 0.05, "2": 0.95}, "B": {"1": 0.1, "2": 0.9}}
    one = {"A": (1, 1), "B": (1, 1)}

    found = likelihood_ratio(one, one, table, relation="paternity")

    assert found.by_marker == pytest.approx({"A": 20, "B": 10}, rel=1e-12)
    assert found.ratio == pytest.approx(200, rel=1e-12)


# Weir, Genetic Data Analysis II (1996), table 6.3 with theta 0.
@pytest.mark.parametrize(
    ("first", "second", "relation", "expected"),
    [
        ((1, 2), (1, 2), "parent-child", (P + Q) / (4 * P * Q)),
        ((1, 2), (1, 3), "parent-child", 1 / (4 * P)),
        ((1, 1), (1, 2), "parent_child", 1 / (2 * P)),
        ((1, 1), (2, 2), "parent child", 0),
        ((1, 1), (1, 1), "full-sibs", (1 + P) ** 2 / (4 * P * P)),
        ((1, 2), (1, 2), "siblings", (1 + P + Q + 2 * P * Q) / (8 * P * Q)),
        ((1, 1), (2, 3), "full-sibs", 0.25),
        ((1, 1), (1, 1), "half-sibs", (1 + P) / (2 * P)),
        ((1, 2), (1, 3), "cousins", 0.75 + 1 / (16 * P)),
        ((1, 2), (2, 1), "identity", 1 / (2 * P * Q)),
        ((1, 2), (1, 3), "unrelated", 1),
        ((1, 1), (1, 1), (0.25, 0.5, 0.25), (1 + P) ** 2 / (4 * P * P)),
    ],
)
def test_a_ratio_is_that_of_the_formula(
    first: Any, second: Any, relation: Any, expected: float
) -> None:
    found = likelihood_ratio({"A": first}, {"A": second}, TABLE, relation=relation)

    assert found.ratio == pytest.approx(expected, rel=1e-12)


def test_an_exclusion_is_said_with_its_marker() -> None:
    found = likelihood_ratio({"A": (1, 1)}, {"A": (2, 2)}, TABLE, relation="parent-child")

    assert (found.log10, found.ratio) == (-math.inf, 0.0)
    assert (found.excluded, found.notes) == (("A",), (Note.EXCLUDED,))


@pytest.mark.parametrize("theta", THETAS)
def test_identity_is_the_inverse_of_the_conditional_match(theta: float) -> None:
    for genotype in ((1, 1), (1, 2)):
        one = {"A": genotype}

        ratio = likelihood_ratio(one, one, TABLE, theta=theta).log10

        match = match_probability(one, TABLE, theta=theta, correction="nrc2_4.10").log10
        assert ratio == pytest.approx(-match, abs=1e-12)


@pytest.mark.parametrize("theta", THETAS)
@pytest.mark.parametrize("relation", RELATIONS)
def test_the_mean_ratio_of_unrelated_people_is_one(relation: str, theta: float) -> None:
    """Over every pair of genotypes, weighted by how likely unrelated people have it."""
    genotypes = list(itertools.combinations_with_replacement((1, 2, 3), 2))
    total = 0.0
    for a in genotypes:
        for b in genotypes:
            found = likelihood_ratio({"A": a}, {"A": b}, TABLE, relation=relation, theta=theta)
            total += found.ratio * joint(a, b, theta)

    assert total == pytest.approx(1, rel=1e-12)


def joint(a: tuple[int, int], b: tuple[int, int], theta: float) -> float:
    shares = {1: P, 2: Q, 3: R}
    drawn, weight = [*a, *b], (1 + (a[0] != a[1])) * (1 + (b[0] != b[1]))
    for i, one in enumerate(drawn):
        top = drawn[:i].count(one) * theta + (1 - theta) * shares[one]
        weight *= shares[one] if i == 0 else top / (1 + (i - 1) * theta)
    return weight


@given(st.integers(0, 10_000), st.sampled_from(sorted(RELATIONS)), st.sampled_from(THETAS))
def test_a_ratio_is_the_same_both_ways(seed: int, relation: str, theta: float) -> None:
    table = frequencies(seed=seed, markers=3, alleles=3)
    one, other = people(table, 2, seed=seed).values()

    there = likelihood_ratio(one, other, table, relation=relation, theta=theta)
    back = likelihood_ratio(other, one, table, relation=relation, theta=theta)

    assert there.log10 == pytest.approx(back.log10, abs=1e-9)


def test_an_allele_that_stands_alone_stands_for_all_its_genotypes() -> None:
    readings = [((1, 1), P * P), ((1, 2), 2 * P * Q), ((1, 3), 2 * P * R)]
    weights = math.fsum(weight for _one, weight in readings)
    expected = math.fsum(
        weight * likelihood_ratio({"A": one}, {"A": (1, 2)}, TABLE, relation="full-sibs").ratio
        for one, weight in readings
    )

    found = likelihood_ratio({"A": {1}}, {"A": (1, 2)}, TABLE, relation="full-sibs")

    assert found.ratio == pytest.approx(expected / weights, rel=1e-12)
    assert (found.single, found.notes) == (("A",), (Note.DROP_OUT,))


def test_hundreds_of_markers_do_not_overflow() -> None:
    table = {f"M{i}": {"1": 1e-3} for i in range(400)}
    one = dict.fromkeys(table, (1, 1))

    found = likelihood_ratio(one, one, table)

    assert found.log10 == pytest.approx(2400)
    assert found.ratio == math.inf


def test_markers_of_one_profile_and_without_frequencies_are_said() -> None:
    found = likelihood_ratio(
        {"A": (1, 1), "B": (1, 1), "C": (1, 1)}, {"a": (1, 1), "B": (1, 1)}, TABLE
    )

    assert list(found.by_marker) == ["A"]
    assert (found.missing, found.unknown) == (("C",), ("B",))


@pytest.mark.parametrize(
    "relation", ["neighbour", "", (1, 1, 1), (0.5, 0.5), (-0.5, 1, 0.5), "abc", 5, (math.nan, 0, 1)]
)
def test_what_is_no_relation_is_refused(relation: Any) -> None:
    with pytest.raises(Unusable) as refused:
        likelihood_ratio({"A": (1, 1)}, {"A": (1, 1)}, TABLE, relation=relation)

    assert refused.value.code == "RELATION"


def test_related_people_are_told_from_unrelated_ones() -> None:
    table = frequencies(seed=1, markers=40)
    drawn = people(table, 40, seed=2)
    one, *others = drawn.values()

    assert likelihood_ratio(one, one, table).log10 > 20
    assert all(likelihood_ratio(one, o, table, relation="full-sibs").log10 < 0 for o in others)
