"""Published chains of transmission: our clusters, generations, R and k beside what was published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.chains import Clusters, Link, follow
from patients.rules.offspring import summarise

START = datetime(2015, 5, 1, tzinfo=UTC)


def outbreak(exposed: dict[int, tuple[int, ...]]) -> list[Link]:
    pairs = [(source, person) for source, persons in exposed.items() for person in persons]
    at = [START + timedelta(days=n) for n in range(len(pairs))]
    return [Link(n, *pair, at[n], at[n], 0) for n, pair in enumerate(pairs)]


# Ebola in Conakry, 2014: secondary cases of the 43 who had any, of 152 cases (Faye et al., Lancet
# Infect Dis 15 (2015) 320-326), as listed by the R package superspreading (MIT licence).
CONAKRY = (
    *(1, 2, 2, 5, 14, 1, 4, 4, 1, 3, 3, 8, 2, 1, 1, 4, 9, 9, 1, 1, 17, 2, 1, 1, 1, 4, 3, 3, 4, 2),
    *(5, 1, 2, 2, 1, 9, 1, 3, 1, 2, 1, 1, 2),
)
# SARS-CoV-2 in Hong Kong, January to April 2020: how many infectors had so many secondary cases, of
# 169 pairs; 153 infectees had none, nor had 46 sporadic local cases (Adam et al., Nat Med 26 (2020)
# 1714-1719; pairs in github.com/dcadam/covid-19-sse).
HONG_KONG = {1: 57, 2: 18, 3: 6, 4: 5, 5: 1, 6: 2, 10: 1, 11: 1, 0: 153 + 46}
# MERS in South Korea, 2015, as ECDC followed it from day to day: who was thought to have infected whom,
# of 162 cases (data set mers_korea_2015 of the R package outbreaks, MIT licence).
KOREA: dict[int, tuple[int, ...]] = {
    1: (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27, 28, 32, 33)
    + (34,),
    6: (88, 92),
    11: (39,),
    12: (39,),
    14: (35, 39, 40, 41, 47, 48, 96, 97, 98, 100, 102, 103, 104, 110, 111, 112, 113, 114, 116, 118)
    + (120, 122, 123, 124, 125, 126, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 142, 146),
    15: (93, 94, 108, 117),
    16: (
        23,
        24,
        30,
        31,
        38,
        45,
        54,
        82,
        83,
        84,
        85,
        86,
        87,
        106,
        107,
        127,
        128,
        129,
        130,
        143,
        149,
    ),
    76: (145, 150),
    87: (107,),
    118: (153,),
    123: (147,),
}
KOREAN_CASES = 162


@pytest.mark.parametrize(
    ("counts", "persons", "sources", "mean", "dispersion", "low", "high"),
    [
        # Althaus, Lancet Infect Dis 15 (2015) 507-508: R 0.95, k 0.18 (95 % limits 0.10 and 0.26).
        ([*CONAKRY, *[0] * (152 - len(CONAKRY))], 152, 43, 0.95, 0.18, 0.10, 0.26),
        # Adam et al., second figure: 91 infectors, R 0.58, k 0.43.
        ([n for n, of in HONG_KONG.items() for _ in range(of)], 290, 91, 0.58, 0.43, None, None),
        # The Epiverse course on superspreading: R 0.60, k 0.02 of this data set.
        (None, 162, 11, 0.60, 0.02, None, None),
    ],
    ids=["Ebola in Conakry", "SARS-CoV-2 in Hong Kong", "MERS in South Korea"],
)
def test_reproduction_number_and_dispersion_are_those_published(
    counts: Any, persons: int, sources: int, mean: float, dispersion: float, low: Any, high: Any
) -> None:
    if counts is None:
        times = Clusters(outbreak(KOREA)).offspring()
        times[0] += KOREAN_CASES - times.total()
        counts = times

    found = summarise(counts)

    assert found is not None
    assert (found.persons, found.sources) == (persons, sources)
    assert round(found.mean, 2) == mean
    assert found.dispersion is not None
    assert round(found.dispersion, 2) == dispersion
    # The published limits come from the standard error, ours from the likelihood's profile.
    assert found.low is not None
    assert found.high is not None
    assert low is None or abs(found.low - low) < 0.025
    assert high is None or abs(found.high - high) < 0.025


def test_the_korean_chain_has_its_index_its_generations_and_its_three_spreaders() -> None:
    links = outbreak(KOREA)
    parts = Clusters(links).all()

    # The data set names nobody as the source of 76, who stands apart with two.
    assert sorted(len(part.nodes) for part in parts) == [3, 94]
    found = follow(max((part.links for part in parts), key=len))

    assert found.index_persons == (1,)
    assert found.generations == 3
    assert sorted(found.offspring.values())[-3:] == [21, 26, 38]
    assert found.several_sources == (39, 107)
    assert found.circular == ()


# Measles in Hagelloch, 1861 (Pfeilsticker 1863, Oesterle 1992): the first links of the large chain and
# its longest one, as in measles_hagelloch_1861 of the same package. Child 45 infected thirty others.
HAGELLOCH: dict[int, tuple[int, ...]] = {
    184: (45, 177, 178, 181, 182, 183),
    45: (1, 2, 5, 8, 10, 12, 15, 22, 23, 26, 30, 31, 32, 33, 39, 44, 46, 47, 56, 58, 64, 74, 82, 93)
    + (97, 116, 145, 153, 156, 186),
    178: (42,),
    42: (7, 43, 106),
    7: (101, 120, 123, 124, 125, 128, 129),
    123: (162, 163),
    177: (179, 180),
    180: (4, 6, 28, 41, 70, 73, 77),
}


def test_the_chain_of_hagelloch_runs_over_five_generations() -> None:
    found = follow(outbreak(HAGELLOCH))

    assert found.index_persons == (184,)
    assert found.generations == 5
    assert found.longest == (184, 178, 42, 7, 123, 162)
    assert max(found.offspring, key=lambda one: found.offspring[one]) == 45
    assert found.offspring[45] == 30


@pytest.mark.parametrize(
    ("counts", "mean"), [([0, 0, 0], 0.0), ([1, 1, 1, 1], 1.0), ([0, 1, 0, 1], 0.5), ([3], 3.0)]
)
def test_without_more_spread_than_chance_there_is_no_dispersion(
    counts: list[int], mean: float
) -> None:
    found = summarise(counts)

    assert found is not None
    assert (found.mean, found.dispersion, found.low, found.high) == (mean, None, None, None)


def test_of_nobody_nothing_is_said() -> None:
    assert summarise([]) is None


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_limits_hold_the_estimate(counts: list[int]) -> None:
    found = summarise(counts)

    assert found is not None
    if found.dispersion is not None:
        assert (found.low or 0.0) <= found.dispersion <= (found.high or float("inf"))
