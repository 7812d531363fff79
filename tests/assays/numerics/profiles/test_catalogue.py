"""The search of a catalogue against brute force, compiled and not, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.profiles import Catalogue, Profile, likelihood_ratio, match_probability
from assays.numerics.profiles.questions import Note
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import frequencies, hosts, people

ENGINES = [pytest.param(False, id="numpy"), pytest.param(True, id="numba")]
FACTORS = st.frozensets(st.integers(0, 12).map(lambda i: f"F{i}"), max_size=8)


def brute_force(
    held: Mapping[str, Iterable[str]], asked: Iterable[str], k: int
) -> list[tuple[str, float, int]]:
    """Rank by Jaccard, equal ones by id, with sets of Python."""
    question, scored = set(asked), []
    for name, found in held.items():
        shared, either = len(question & set(found)), len(question | set(found))
        scored.append((-(shared / either if either else 0.0), name.encode(), name, shared))
    return [(name, -score, shared) for score, _raw, name, shared in sorted(scored)[:k]]


def ranked(
    catalogue: Catalogue, asked: Iterable[str], k: int, *, compiled: bool
) -> list[tuple[str, float, int]]:
    hits = catalogue.search(asked, k, compiled=compiled)
    return [(hit.id, hit.score, hit.shared) for hit in hits]


@pytest.mark.parametrize("compiled", ENGINES)
@given(
    held=st.dictionaries(st.text("abcä0", min_size=1, max_size=3), FACTORS, max_size=20),
    asked=FACTORS,
    k=st.integers(0, 25),
)
def test_the_ranking_is_that_of_brute_force(
    compiled: bool, held: dict[str, frozenset[str]], asked: frozenset[str], k: int
) -> None:
    assert ranked(Catalogue(held), asked, k, compiled=compiled) == brute_force(held, asked, k)


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize(
    ("count", "factors", "share"),
    [(1, 5, 0.5), (64, 30, 0.3), (3000, 60, 0.3), (700, 1500, 0.03), (900, 3000, 0.004)],
)
def test_larger_catalogues_with_twins_rank_as_brute_force(
    count: int, factors: int, share: float, compiled: bool
) -> None:
    held = hosts(count, factors, share, seed=count)
    names = list(held)
    for name in names[::5]:
        held[name] = held[names[0]]
    catalogue = Catalogue(held)

    for asked in (held[names[0]], held[names[-1]], {*held[names[count // 2]], "unheard", "of"}):
        for k in (1, 10, 300, count + 5):
            assert ranked(catalogue, asked, k, compiled=compiled) == brute_force(held, asked, k)


@pytest.mark.parametrize("compiled", ENGINES)
def test_many_blocks_are_searched_as_one(compiled: bool) -> None:
    rng = np.random.default_rng(6)
    count, kinds = 300_000, 40
    held = rng.random((count, kinds)) < rng.uniform(0.02, 0.4, kinds)
    held[::1000] = held[7]
    members = np.nonzero(held)[1]
    offsets = np.r_[0, held.sum(axis=1).cumsum()]
    ids = np.array([f"{i:06d}".encode() for i in range(count)])
    catalogue = Catalogue.from_arrays(ids, [f"F{i}" for i in range(kinds)], members, offsets)
    shared = held[:, held[7]].sum(axis=1)
    scores = shared / (held[7].sum() + held.sum(axis=1) - shared)
    order = np.lexsort((np.arange(count), -scores))

    for k in (10, 500, 2000):
        hits = catalogue.search([f"F{i}" for i in np.flatnonzero(held[7])], k, compiled=compiled)
        assert [int(hit.id) for hit in hits] == order[:k].tolist()
        assert [hit.score for hit in hits] == scores[order[:k]].tolist()


@pytest.mark.parametrize("compiled", ENGINES)
def test_shared_alleles_count_second_copies(compiled: bool) -> None:
    catalogue = Catalogue(
        {"b": {"A": (1, 1)}, "a": {"A": (1, 2)}, "c": {"A": (3, 3)}, "d": {"A": {1}}}
    )

    hits = catalogue.search({"A": (1, 1)}, 4, by="shared", compiled=compiled)

    assert [(hit.id, hit.shared, hit.score) for hit in hits] == [
        ("b", 2, 2.0),
        ("a", 1, 1.0),
        ("d", 1, 1.0),
        ("c", 0, 0.0),
    ]


@pytest.mark.parametrize("compiled", ENGINES)
def test_appended_profiles_rank_with_the_others(compiled: bool) -> None:
    held = hosts(500, 60, 0.2, seed=1)
    names = list(held)
    catalogue = Catalogue({name: held[name] for name in names[::2]})
    for start in (1, 3):
        catalogue = catalogue.append({name: held[name] for name in names[start::4]})
    asked = {*held[names[3]], "F9999"}
    later = catalogue.append({"later": {"F9999", "new"}})

    assert ranked(catalogue, asked, 40, compiled=compiled) == brute_force(held, asked, 40)
    assert (len(catalogue), len(later)) == (500, 501)
    assert list(catalogue.ids()) == sorted(held)
    assert later.search({"new"}, 1, compiled=compiled)[0].id == "later"


def test_a_catalogue_gives_back_what_it_was_given() -> None:
    drawn = people(frequencies(seed=8), 50, seed=9)
    catalogue = Catalogue(drawn)

    for name, profile in drawn.items():
        kept = catalogue.profile(name)
        assert (kept.factors(), kept.copies()) == (profile.factors(), profile.copies())
    assert "P0001" in catalogue
    assert "nobody" not in catalogue


def test_hits_say_which_factors_how_probable_and_how_many_by_chance() -> None:
    table = frequencies(seed=8, markers=20)
    drawn = people(table, 300, seed=9)
    catalogue = Catalogue(drawn)
    asked = drawn["P0005"]

    best, second = catalogue.search(asked, 2, frequencies=table, relation="full-sibs").hits

    assert best.id == "P0005"
    assert set(best.factors) == asked.factors()
    assert set(second.factors) == asked.factors() & drawn[second.id].factors()
    assert best.log10_match_probability == pytest.approx(match_probability(asked, table).log10)
    expected = likelihood_ratio(asked, drawn[second.id], table, relation="full-sibs").log10
    assert second.log10_likelihood_ratio == pytest.approx(expected)
    assert best.expected_by_chance < 1e-12
    assert second.expected_by_chance > 0.05


def test_the_number_expected_by_chance_is_that_which_is_found() -> None:
    table = frequencies(seed=2, markers=10)
    others = Catalogue(people(table, 3000, seed=3))

    for asked in people(table, 3, seed=4).values():
        for by in ("jaccard", "shared"):
            hits = others.search(asked, 300, by=by, frequencies=table).hits
            least = sorted((hit.shared for hit in hits), reverse=True)[100]
            found = sum(hit.shared >= least for hit in others.search(asked, 3000, by=by))
            (expected,) = {hit.expected_by_chance for hit in hits if hit.shared == least}
            assert abs(found - expected) < 5 * math.sqrt(expected)


def test_without_frequencies_the_catalogue_itself_says_what_is_rare() -> None:
    found = Catalogue({"a": {"x", "y"}, "b": {"x"}, "c": {"x"}, "d": {"x"}}).search({"x", "y"}, 2)

    assert [hit.expected_by_chance for hit in found] == pytest.approx([1.0, 4.0])
    assert Note.CHANCE_FROM_CATALOGUE in found.notes


def test_thousands_of_rare_markers_are_weighed_without_vanishing() -> None:
    names = {f"M{i}/1" for i in range(900)}
    catalogue = Catalogue({"own": names, **{f"o{i}": {f"M{i}/1"} for i in range(1000)}})

    found = catalogue.search(names, 1)

    assert found[0].id == "own"
    assert 0 <= found[0].expected_by_chance < 1e-250


def test_mixtures_are_found_but_not_weighed() -> None:
    catalogue = Catalogue({"a": Profile({"A": (1, 2, 3)}), "b": {"A": (1, 2)}})

    best, second = catalogue.search(
        {"A": (1, 2, 3)}, 2, frequencies={"A": {"1": 0.2, "2": 0.2, "3": 0.2}}
    ).hits

    assert (best.id, best.score, best.log10_match_probability) == ("a", 1.0, None)
    assert second.log10_likelihood_ratio is None


@pytest.mark.parametrize("compiled", ENGINES)
def test_an_empty_question_and_an_empty_catalogue_have_answers(compiled: bool) -> None:
    held: dict[str, set[str]] = {"b": {"x"}, "a": set()}

    found = Catalogue(held).search([], 5, compiled=compiled)

    assert [(hit.id, hit.score) for hit in found] == [("a", 0.0), ("b", 0.0)]
    assert {Note.EMPTY_QUERY, Note.NOTHING_SHARED} <= set(found.notes)
    assert len(Catalogue().search({"x"}, 5, compiled=compiled)) == 0
    assert Catalogue(held).search({"unheard"}, 1, compiled=compiled).unknown == ("unheard",)


@pytest.mark.parametrize(
    ("profiles", "code"),
    [
        ([("a", {"x"}), ("a", {"y"})], "DUPLICATE_ID"),
        ({"": {"x"}}, "ID"),
        ({"a" * 201: {"x"}}, "ID"),
        ({"a\0": {"x"}}, "ID"),
        ([(5, {"x"})], "ID"),
        ({"a": "x"}, "NOT_A_PROFILE"),
        ({"a": 5}, "NOT_A_PROFILE"),
        ({"a": {None}}, "NAME"),
    ],
)
def test_a_catalogue_that_cannot_be_is_refused(profiles: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        Catalogue(profiles)

    assert refused.value.code == code


def test_an_id_that_is_there_already_is_not_appended() -> None:
    with pytest.raises(Unusable, match="'a' is there twice"):
        Catalogue({"a": {"x"}}).append({"a": {"y"}})


@pytest.mark.parametrize(
    ("question", "k", "options", "code"),
    [
        ({"x"}, -1, {}, "K"),
        ({"x"}, 1.5, {}, "K"),
        ({"x"}, True, {}, "K"),
        ({"x"}, 1, {"by": "luck"}, "OPTION"),
        ("x", 1, {}, "NOT_A_PROFILE"),
        (None, 1, {}, "NOT_A_PROFILE"),
        ({"A": [1]}, 1, {"frequencies": {"A": {"1": 0.1}}, "theta": 2}, "THETA"),
        ({"A": [1]}, 1, {"frequencies": {"A": {"1": 0.1}}, "relation": "?"}, "RELATION"),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    question: Any, k: Any, options: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        Catalogue({"a": {"A": (1,)}}).search(question, k, **options)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("members", "offsets"), [([0], [0, 2]), ([5], [0, 1]), ([0], [1, 0]), ([-1], [0, 1])]
)
def test_arrays_that_do_not_fit_are_refused(members: list[int], offsets: list[int]) -> None:
    with pytest.raises(Unusable):
        Catalogue.from_arrays(["a"], ["x"], np.array(members), np.array(offsets))


@pytest.mark.parametrize("theta", [0.0, 0.03])
@pytest.mark.parametrize("relation", ["identity", "parent-child", "full-sibs", "first-cousins"])
def test_the_ranking_by_likelihood_ratio_is_that_of_every_pair(relation: str, theta: float) -> None:
    table = frequencies(seed=8, markers=6, alleles=4)
    drawn = people(table, 200, seed=9)
    some = {
        name: Profile({m: found for j, (m, found) in enumerate(one.markers.items()) if (i + j) % 5})
        for i, (name, one) in enumerate(drawn.items())
    }
    names = list(some)
    for name in names[::7]:
        some[name] = Profile({m: tuple(set(found)) for m, found in some[name].markers.items()})
    catalogue = Catalogue({name: some[name] for name in names[:120]})
    catalogue = catalogue.append({name: some[name] for name in names[120:]})
    asked = drawn[names[11]]

    hits = catalogue.search(
        asked, 250, by="likelihood_ratio", frequencies=table, relation=relation, theta=theta
    ).hits

    ratios = {
        name: likelihood_ratio(asked, one, table, relation=relation, theta=theta).log10
        for name, one in some.items()
    }
    assert [hit.score for hit in hits] == pytest.approx(sorted(ratios.values(), reverse=True))
    assert all(hit.score == pytest.approx(ratios[hit.id]) for hit in hits)
    assert all(hit.log10_likelihood_ratio == pytest.approx(hit.score) for hit in hits)
    assert len(hits) == 200


def test_mixtures_are_no_hits_by_likelihood_ratio() -> None:
    table = {"A": {"1": 0.1, "2": 0.2, "3": 0.3}}
    catalogue = Catalogue({"a": {"A": (1, 2, 3)}, "b": {"A": (1, 1)}, "c": {"A": (1, 1, 2)}})

    found = catalogue.search({"A": (1, 1)}, 5, by="likelihood_ratio", frequencies=table)

    assert [hit.id for hit in found] == ["b"]
    with pytest.raises(Unusable, match="needs allele frequencies"):
        catalogue.search({"A": (1, 1)}, 5, by="likelihood_ratio")
