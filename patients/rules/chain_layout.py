"""Where the nodes of a chain stand: generations from left to right, each family close together.

Every person stands one row below the one before, as in a family tree: whom somebody exposed first
and alone fill the rows, and a source stands in the middle of them. Links from a second possible
source cross the picture.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from patients.rules.chains import Chains, Link, Node


@dataclass(frozen=True, slots=True)
class Placed:
    """A node in its column (its generation) and row (whole for the ends of chains)."""

    node: Node
    column: int
    row: float


@dataclass(frozen=True)
class Layout:
    """All nodes, in the order in which a reader follows the chains; how many columns and rows."""

    nodes: tuple[Placed, ...]
    columns: int
    rows: int
    main: frozenset[Link]


def lay_out(chains: Chains) -> Layout:
    """Place every node of followed chains; of no chains nothing is placed."""
    tree: dict[Node, list[int]] = defaultdict(list)
    main: set[Link] = set()
    placed_under: set[int] = set()
    for step in chains.steps:
        is_next = chains.generation[step.person] == chains.generation[step.origin] + 1
        if is_next and step.person not in placed_under:
            placed_under.add(step.person)
            main.add(step)
            tree[step.origin].append(step.person)
    roots: dict[Node, None] = {
        node: None
        for step in chains.steps
        for node in (step.origin,)
        if chains.generation[node] == 0
    }
    row_of: dict[Node, float] = {}
    order: list[Node] = []
    used = 0
    for root in roots:
        way: list[tuple[Node, bool]] = [(root, False)]
        while way:
            node, is_done = way.pop()
            below = tree.get(node, [])
            if is_done:
                row_of[node] = (row_of[below[0]] + row_of[below[-1]]) / 2
                continue
            order.append(node)
            if not below:
                row_of[node] = used
                used += 1
                continue
            way.append((node, True))
            way += [(child, False) for child in reversed(below)]
    return Layout(
        nodes=tuple(Placed(node, chains.generation[node], row_of[node]) for node in order),
        columns=chains.generations + 1 if order else 0,
        rows=used,
        main=frozenset(main),
    )
