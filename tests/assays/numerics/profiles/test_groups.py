"""Hosts with common factors: every closed set, p-values that hold under chance, refusals."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.profiles import adjusted, common_factors, linked
from assays.numerics.profiles.groups import Note
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import frequencies, hosts, people

HELD = st.dictionaries(
    st.sampled_from("abcdef"), st.frozensets(st.sampled_from("uvwxyz")), min_size=2
)


@given(HELD, st.integers(2, 3), st.integers(1, 2))
def test_every_closed_set_is_found_once(
    held: dict[str, frozenset[str]], least_hosts: int, least_factors: int
) -> None:
    closed = set()
    for size in range(least_hosts, len(held) + 1):
        for some in itertools.combinations(held, size):
            factors = frozenset.intersection(*(held[host] for host in some))
            owners = frozenset(host for host in held if factors <= held[host])
            if len(factors) >= least_factors:
                closed.add((owners, factors))

    found = common_factors(held, least_hosts=least_hosts, least_factors=least_factors).groups

    assert len(found) == len(closed)
    assert {(frozenset(g.hosts), frozenset(g.factors)) for g in found} == closed


def test_a_planted_group_is_found_and_little_else() -> None:
    held = hosts(60, 80, 0.05, seed=5)
    for name in ("H003", "H017", "H044", "H051"):
        held[name] |= {"F0010", "F0020", "F0030", "F0040", "F0050"}

    best, *others = common_factors(held).groups

    assert best.hosts == ("H003", "H017", "H044", "H051")
    assert {"F0010", "F0020", "F0030", "F0040", "F0050"} <= set(best.factors)
    assert best.is_significant
    planted = {"H003", "H017", "H044", "H051"}
    assert all(set(one.hosts) & planted for one in others if one.is_significant)


def test_by_chance_a_group_is_called_no_more_often_than_alpha() -> None:
    table = frequencies(seed=1, markers=8)
    false = 0
    for seed in range(60):
        found = common_factors(people(table, 12, seed=seed), frequencies=table)
        false += any(group.is_significant for group in found.groups)

    assert false <= 7  # 0.05 of 60 is 3; the 99 % point of the binomial is 7


def test_rarity_is_that_of_two_alleles_a_marker() -> None:
    table = {"A": {"1": 0.1, "2": 0.2}, "B": {"1": 0.3}}
    held = {"a": {"A": (1, 2), "B": (1, 1)}, "b": {"A": (1, 2), "B": (1, 5)}}

    (found,) = common_factors(held, frequencies=table).groups

    assert found.factors == ("A/1", "A/2", "B/1")
    assert 10**found.log10_rarity == pytest.approx(2 * 0.1 * 0.2 * 0.3 * 1.7)
    assert found.p == pytest.approx((2 * 0.1 * 0.2 * 0.3 * 1.7) ** 2)


def test_a_chain_links_hosts_that_are_not_alike_themselves() -> None:
    held = {"a": "uvw", "b": "vwx", "c": "wxy", "d": "z", "e": "z", "f": "q"}
    given = {host: set(found) for host, found in held.items()}

    found = linked(given, tanimoto=0.5)

    assert [(g.hosts, g.factors) for g in sorted(found.groups, key=lambda g: g.hosts)] == [
        (("a", "b", "c"), ("w",)),
        (("d", "e"), ("z",)),
    ]
    assert linked(given, tanimoto=0.51).groups[0].hosts == ("d", "e")


def test_too_many_sets_are_cut_short_and_said() -> None:
    found = common_factors(hosts(40, 30, 0.5, seed=1), most=50)

    assert Note.CUT_SHORT in found.notes
    assert len(found.groups) <= 50


# Benjamini and Hochberg 1995, section 3.2: fifteen p-values of which four are rejected at 0.05,
# three by Bonferroni's and Holm's bound.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


@pytest.mark.parametrize(("method", "rejected"), [("holm", 3), ("bh", 4)])
def test_published_p_values_are_adjusted(method: str, rejected: int) -> None:
    assert sum(p <= 0.05 for p in adjusted(PUBLISHED, method)) == rejected


@given(st.lists(st.floats(0, 1), max_size=20), st.sampled_from(["holm", "bh"]), st.randoms())
def test_adjusting_keeps_order_and_never_lowers(p: list[float], method: str, chance: Any) -> None:
    found = adjusted(p, method)
    shuffled = list(range(len(p)))
    chance.shuffle(shuffled)

    again = adjusted([p[i] for i in shuffled], method)

    assert all(q >= one * (1 - 1e-12) for q, one in zip(found, p, strict=True))
    assert again == [found[i] for i in shuffled]


@pytest.mark.parametrize(
    ("held", "options", "code"),
    [
        ({"a": {"x"}}, {}, "HOSTS"),
        ([], {}, "HOSTS"),
        ({"a": {"x"}, "b": 5}, {}, "NOT_A_PROFILE"),
        ({"a": {"x"}, "b": {"x"}}, {"alpha": 0}, "ALPHA"),
        ({"a": {"x"}, "b": {"x"}}, {"least_hosts": 1}, "LEAST"),
        ({"a": {"x"}, "b": {"x"}}, {"adjustment": "luck"}, "OPTION"),
    ],
)
def test_what_cannot_be_grouped_is_refused(held: Any, options: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        common_factors(held, **options)

    assert refused.value.code == code


def test_hosts_without_any_factor_form_no_group() -> None:
    empty: dict[str, set[str]] = {"a": set(), "b": set()}

    assert common_factors(empty).notes == (Note.OWN_FREQUENCIES, Note.NONE_FOUND)
    assert linked(empty).groups == ()
    with pytest.raises(Unusable):
        linked(empty, tanimoto=0)
