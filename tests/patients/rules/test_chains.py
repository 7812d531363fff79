"""Clusters and chains: which people exposures join, and who came after whom."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from patients.rules.chains import Chains, Clusters, Link, Node, follow, interval_in_days

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def link(id_: int, origin: Node, person: int, day: float = 0, certainty: int = 0) -> Link:
    at = START + DAY * day
    return Link(id_, origin, person, at, at, certainty)


def chains(*pairs: tuple[Node, int]) -> Chains:
    return follow(link(n, *pair, day=n) for n, pair in enumerate(pairs))


nodes = st.one_of(st.integers(1, 12), st.sampled_from(["flight", "ward", "fair"]))
links = st.lists(
    st.tuples(nodes, st.integers(1, 12), st.integers(0, 20), st.integers(0, 2)), max_size=40
).map(lambda rows: [link(n, a, b, day, sure) for n, (a, b, day, sure) in enumerate(rows)])


def test_generations_count_links_from_whom_nobody_exposed() -> None:
    found = chains((1, 2), (2, 3), (2, 4), (4, 5))

    assert found.generation == {1: 0, 2: 1, 3: 2, 4: 2, 5: 3}
    assert found.index_persons == (1,)
    assert found.longest == (1, 2, 4, 5)
    assert found.offspring == {1: 1, 2: 2, 3: 0, 4: 1, 5: 0}


def test_an_event_is_where_a_chain_begins() -> None:
    found = chains(("flight", 1), ("flight", 2), (2, 3))

    assert found.events == ("flight",)
    assert found.index_persons == ()
    assert found.generation == {"flight": 0, 1: 1, 2: 1, 3: 2}


def test_several_possible_sources_are_named_in_the_order_of_time() -> None:
    found = chains((2, 3), (1, 3), (1, 2))

    assert found.several_sources == (3,)
    assert found.exposed_by[3] == (2, 1)


def test_a_circle_is_named_and_followed_once() -> None:
    found = chains((1, 2), (2, 3), (3, 1), (3, 4))

    assert [(one.origin, one.person) for one in found.circular] == [(3, 1)]
    assert found.generation == {1: 0, 2: 1, 3: 2, 4: 3}


def test_a_pair_exposed_again_is_one_step_with_the_greatest_certainty() -> None:
    (step,) = follow([link(1, 1, 2, day=3, certainty=0), link(2, 1, 2, day=1, certainty=2)]).steps

    assert (step.first_at, step.last_at, step.certainty) == (START + DAY, START + 3 * DAY, 0)


def test_intervals_run_from_the_sources_own_exposure() -> None:
    found = follow([link(1, 1, 2, day=1), link(2, 2, 3, day=4), link(3, 2, 4, day=9)])

    assert interval_in_days(found.intervals) == (5.5, 3.0, 8.0)
    assert interval_in_days(()) is None


def test_nobody_is_their_own_source() -> None:
    clusters = Clusters([link(1, 1, 1)])

    assert clusters.all() == []
    assert clusters.of(1) is None
    assert follow([link(1, 1, 1)]).generation == {}


@given(links)
def test_every_node_is_in_one_cluster_with_all_it_is_linked_to(given_: list[Link]) -> None:
    clusters = Clusters(given_)

    where = {node: n for n, part in enumerate(clusters.all()) for node in part.nodes}
    assert sum(len(part.nodes) for part in clusters.all()) == len(where)
    for one in given_:
        if one.origin != one.person:
            assert where[one.origin] == where[one.person]
    for part in clusters.all():
        assert {n for one in part.links for n in (one.origin, one.person)} == set(part.nodes)
        assert part.newest == max(one.id for one in part.links)
        assert _is_connected(part.links)


def _is_connected(given_: list[Link]) -> bool:
    near: dict[Node, set[Node]] = defaultdict(set)
    for one in given_:
        near[one.origin].add(one.person)
        near[one.person].add(one.origin)
    seen: set[Node] = set()
    open_ = [next(iter(near))]
    while open_:
        node = open_.pop()
        seen.add(node)
        open_ += near[node] - seen
    return seen == set(near)


@given(links, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(given_: list[Link], dice: random.Random) -> None:
    shuffled = list(given_)
    dice.shuffle(shuffled)

    assert follow(shuffled) == follow(given_)
    assert Clusters(shuffled).offspring() == Clusters(given_).offspring()
    assert [sorted(part.links) for part in Clusters(shuffled).all()] == [
        sorted(part.links) for part in Clusters(given_).all()
    ]


@given(links)
def test_followed_steps_have_no_circle_and_miss_nobody(given_: list[Link]) -> None:
    found = follow(given_)

    pairs = {(one.origin, one.person) for one in given_ if one.origin != one.person}
    assert {(s.origin, s.person) for s in (*found.steps, *found.circular)} == pairs
    assert set(found.generation) == {node for pair in pairs for node in pair}
    left = {(step.origin, step.person) for step in found.steps}
    ends = set(found.generation)
    while ends:  # takes whoever exposed nobody that is left, until nobody is
        last = {node for node in ends if not any(origin == node for origin, _person in left)}
        assert last, "a circle was followed"
        ends -= last
        left = {(origin, person) for origin, person in left if person not in last}


@given(links)
def test_generations_and_the_longest_chain_go_along_the_steps(given_: list[Link]) -> None:
    found = follow(given_)

    steps = {(step.origin, step.person) for step in found.steps}
    for person, origins in found.exposed_by.items():
        assert found.generation[person] == 1 + min(found.generation[one] for one in origins)
    assert all(pair in steps for pair in pairwise(found.longest))
    assert found.generations <= max(len(found.longest) - 1, 0)
    assert bool(found.longest) == bool(steps)


@given(links, st.integers(1, 12), st.integers(1, 12))
def test_parting_two_entries_again_restores_every_cluster(
    given_: list[Link], duplicate: int, survivor: int
) -> None:
    before = follow(given_), [sorted(part.links) for part in Clusters(given_).all()]

    def read(one: Node) -> Node:
        return survivor if one == duplicate else one

    merged = [one._replace(origin=read(one.origin), person=int(read(one.person))) for one in given_]
    if duplicate != survivor:
        assert duplicate not in follow(merged).generation
    assert before == (follow(given_), [sorted(part.links) for part in Clusters(given_).all()])
