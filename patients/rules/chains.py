"""Who exposed whom: clusters of people joined by exposures, and the chains within one cluster.

A node is a person (the id of the entry they are read as) or an event (its name). A link leads from
the person or event that is thought to have been the source to the person who was exposed. Clusters
are the parts that links join, whichever way they point. Nothing depends on the order of the links.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

Node = int | str
DAY = timedelta(days=1)


class Link(NamedTuple):
    """One exposure whose source is known; a smaller `certainty` is more certain."""

    id: int
    origin: Node
    person: int
    first_at: datetime
    last_at: datetime
    certainty: int


@dataclass(slots=True)
class Part:
    """A cluster while it grows: its nodes, its links, and the id of the newest of these."""

    nodes: list[Node]
    links: list[Link]
    newest: int = 0
    # What was said of it as it is now; whoever adds to it takes this away.
    told: Any = None


class Clusters:
    """The parts of a graph that grows link by link."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._above: dict[Node, Node] = {}
        self._parts: dict[Node, Part] = {}
        self._pairs: set[tuple[Node, int]] = set()
        self._exposed: Counter[Node] = Counter()
        self._offspring: Counter[int] | None = None
        for link in links:
            self.add(link)

    def add(self, link: Link) -> None:
        """Add a link, joining the clusters of its ends; one from a person to themselves is none."""
        id_, origin, person = link[:3]
        if origin == person:
            return
        one, other = self._find(origin), self._find(person)
        if one != other:
            if len(self._parts[one].links) < len(self._parts[other].links):
                one, other = other, one
            self._above[other] = one
            smaller, larger = self._parts.pop(other), self._parts[one]
            larger.links += smaller.links
            larger.nodes += smaller.nodes
            larger.newest = max(larger.newest, smaller.newest)
        self._offspring = None
        part = self._parts[one]
        part.told = None
        part.links.append(link)
        part.newest = max(part.newest, id_)
        if (origin, person) not in self._pairs:
            self._pairs.add((origin, person))
            self._exposed[origin] += 1

    def take_apart(self, nodes: Iterable[Node]) -> list[int]:
        """Forget the clusters that these are in; return the ids of the links that joined them."""
        found: list[int] = []
        for node in nodes:
            if node not in self._above:
                continue
            part = self._parts.pop(self._find(node))
            for one in part.nodes:
                del self._above[one]
                self._exposed.pop(one, None)
            self._pairs.difference_update(link[1:3] for link in part.links)
            found += [link[0] for link in part.links]
        self._offspring = None
        return found

    def all(self) -> list[Part]:
        """Return every cluster, the one that grew last first."""
        return sorted(self._parts.values(), key=lambda part: part.newest, reverse=True)

    def of(self, node: Node) -> Part | None:
        """Return the cluster that a node is in, if it is in one."""
        return self._parts[self._find(node)] if node in self._above else None

    def offspring(self) -> Counter[int]:
        """Return how many persons are a possible source of no, one, two ... others."""
        if self._offspring is None:
            sources = [n for node, n in self._exposed.items() if isinstance(node, int)]
            times = Counter(sources)
            persons = sum(isinstance(node, int) for node in self._above)
            if persons > len(sources):
                times[0] = persons - len(sources)
            self._offspring = times
        return self._offspring.copy()

    def _find(self, node: Node) -> Node:
        above = self._above
        if node not in above:
            above[node] = node
            self._parts[node] = Part([node], [])
            return node
        while (upper := above[node]) != node:
            above[node] = above[upper]
            node = upper
        return node


@dataclass(frozen=True)
class Chains:
    """What one cluster says, followed from its index cases and events outwards.

    `steps` are the links that are followed, one for each pair (the earliest moment, the greatest
    certainty). `circular` are those that are not, because they lead back to somebody from whom the
    chain came. `generation` counts links from the nearest node to which none leads.
    """

    steps: tuple[Link, ...]
    circular: tuple[Link, ...]
    generation: Mapping[Node, int]
    longest: tuple[Node, ...]

    @property
    def persons(self) -> tuple[int, ...]:
        return tuple(sorted(node for node in self.generation if isinstance(node, int)))

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(sorted(node for node in self.generation if isinstance(node, str)))

    @property
    def index_persons(self) -> tuple[int, ...]:
        """Persons whom nobody and no event is known to have exposed."""
        return tuple(one for one in self.persons if self.generation[one] == 0)

    @property
    def generations(self) -> int:
        """How many links lead to who is furthest away by the shortest way."""
        return max(self.generation.values(), default=0)

    @property
    def exposed_by(self) -> dict[int, tuple[Node, ...]]:
        """The possible sources of each exposed person, the earliest exposure first."""
        found: dict[int, list[Node]] = defaultdict(list)
        for step in self.steps:
            found[step.person].append(step.origin)
        return {person: tuple(origins) for person, origins in found.items()}

    @property
    def several_sources(self) -> tuple[int, ...]:
        """Persons with more than one possible source."""
        return tuple(sorted(one for one, origins in self.exposed_by.items() if len(origins) > 1))

    @property
    def offspring(self) -> dict[int, int]:
        """How many persons each person is a possible source of, 0 included; circles count as well."""
        counts = Counter(step.origin for step in (*self.steps, *self.circular))
        return {person: counts[person] for person in self.persons}

    @property
    def intervals(self) -> tuple[timedelta, ...]:
        """From a source's own first exposure to the exposure of the other, where both are known."""
        own: dict[Node, datetime] = {}
        for step in self.steps:
            own.setdefault(step.person, step.first_at)
        return tuple(
            sorted(step.first_at - own[step.origin] for step in self.steps if step.origin in own)
        )

    @property
    def first_at(self) -> datetime:
        """The first moment of the earliest exposure; of no links there is none."""
        return min(step.first_at for step in (*self.steps, *self.circular))

    @property
    def newest_at(self) -> datetime:
        """The first moment of the latest exposure."""
        return max(step.first_at for step in (*self.steps, *self.circular))


def interval_in_days(intervals: Sequence[timedelta]) -> tuple[float, float, float] | None:
    """Return median, least and greatest in days, or None of none."""
    days = [one / DAY for one in intervals]
    return (median(days), min(days), max(days)) if days else None


def follow(links: Iterable[Link]) -> Chains:
    """Follow the links of one cluster (or of several) from where they begin."""
    joined = pairs(links)
    begun: dict[Node, tuple[datetime, str]] = {}
    for link in joined:
        for node in (link.origin, link.person):
            if node not in begun:
                begun[node] = (link.first_at, _key(node))
    order = sorted(begun, key=begun.__getitem__)
    circular = _circular(joined, order)
    steps = [link for link in joined if link not in circular]
    children: dict[Node, list[int]] = defaultdict(list)
    for step in steps:
        children[step.origin].append(step.person)
    led_to = {step.person for step in steps}
    index = [node for node in order if node not in led_to]
    return Chains(
        steps=tuple(steps),
        circular=tuple(link for link in joined if link in circular),
        generation=_generations(index, children),
        longest=_longest(index, children, begun),
    )


def _key(node: Node) -> str:
    return f"0{node:020d}" if isinstance(node, int) else f"1{node}"


def pairs(links: Iterable[Link]) -> list[Link]:
    """Return one link of all between the same two, the earliest first."""
    found: dict[tuple[Node, int], Link] = {}
    for one in links:
        pair = (one[1], one[2])
        if one[1] == one[2]:
            continue
        if (old := found.get(pair)) is None:
            found[pair] = one if type(one) is Link else Link._make(one)
            continue
        # Of two at the same moment the row written first names the pair.
        first = min(old, one, key=lambda link: (link[3], link[0]))
        found[pair] = Link(
            first[0], pair[0], pair[1], first[3], max(old[4], one[4]), min(old[5], one[5])
        )
    return sorted(found.values(), key=lambda link: (link.first_at, link.id, _key(link.origin)))


def _circular(joined: Sequence[Link], order: Sequence[Node]) -> set[Link]:
    """Return the links that close a circle, in a walk that starts where nothing leads to first."""
    out: dict[Node, list[Link]] = defaultdict(list)
    for link in joined:
        out[link.origin].append(link)
    led_to = {link.person for link in joined}
    closing: set[Link] = set()
    done: set[Node] = set()
    for start in (*(one for one in order if one not in led_to), *order):
        if start in done:
            continue
        under_way: set[Node] = {start}
        way = [(start, iter(out[start]))]
        while way:
            node, rest = way[-1]
            onward = next(rest, None)
            if onward is None:
                way.pop()
                under_way.discard(node)
                done.add(node)
            elif onward.person in under_way:
                closing.add(onward)
            elif onward.person not in done:
                under_way.add(onward.person)
                way.append((onward.person, iter(out[onward.person])))
    return closing


def _generations(index: Sequence[Node], children: Mapping[Node, list[int]]) -> dict[Node, int]:
    generation: dict[Node, int] = dict.fromkeys(index, 0)
    layer, number = list(index), 0
    while layer:
        number += 1
        following: list[Node] = []
        for node in layer:
            for child in children.get(node, ()):
                if child not in generation:
                    generation[child] = number
                    following.append(child)
        layer = following
    return generation


def _longest(
    index: Sequence[Node],
    children: Mapping[Node, list[int]],
    begun: Mapping[Node, tuple[datetime, str]],
) -> tuple[Node, ...]:
    """Return the chain of most links; of several the one that begins, and goes on, first."""
    reach: dict[Node, int] = {}
    for start in index:
        way = [start]
        while way:
            node = way[-1]
            left = [child for child in children.get(node, ()) if child not in reach]
            if left and node not in reach:
                way += left
                continue
            way.pop()
            reach[node] = 1 + max((reach[child] for child in children.get(node, ())), default=-1)
    chain: list[Node] = []
    following: Sequence[Node] = index
    while following:
        chain.append(min(following, key=lambda node: (-reach[node], begun[node])))
        following = children.get(chain[-1], ())
    return tuple(chain)
