"""Clusters of people joined by exposures that hold, found without reading the table again.

Exposures and links between entries are only ever appended, so how many there are says whether any
is new. Each process keeps what holds, reads what came since, and puts the new links to the clusters
it has; after a correction, or a link of entries, it joins the clusters anew. Nothing is stored: what
is answered always follows from the rows that the asking transaction sees.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from patients.models import Exposure
from patients.rules.chains import Clusters, Link, Node, Part

Certainty = Exposure.Certainty
RANK: dict[str, int] = {
    Certainty.CONFIRMED: 0,
    Certainty.PROBABLE: 1,
    Certainty.POSSIBLE: 2,
}
AT_LEAST = tuple(RANK)
KEPT = 4  # clusters of so many questions are kept by each process

STAMP = """
    SELECT (SELECT count(*) FROM patients_exposure), (SELECT max(id) FROM patients_exposure),
           (SELECT count(*) FROM patients_personlink), (SELECT count(*) FROM patients_personunlink)
"""
NEWER = """
    SELECT id, person_id, source_person_id, event, agent, certainty, first_at, last_at, corrects_id,
           is_retraction
    FROM patients_exposure WHERE id > %s ORDER BY id
"""
HEADS = """
    SELECT duplicate_id, survivor_id FROM patients_personlink l
    WHERE NOT EXISTS (SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Exposures to one agent, at least so certain, that overlap a period (half-open)."""

    agent: str
    at_least: str = Certainty.PROBABLE
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, row: Any) -> bool:
        return (
            row[4] == self.agent
            and RANK[row[5]] <= RANK[self.at_least]
            and (self.since is None or row[7] >= self.since)
            and (self.until is None or row[6] < self.until)
        )


@dataclass
class _Known:
    """What one process knows of one database."""

    stamp: tuple[Any, ...] = (0, None, 0, 0)
    rows: dict[int, Any] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    clusters: OrderedDict[Asked, Clusters] = field(default_factory=OrderedDict)
    words: dict[str, str] = field(default_factory=dict)
    events: list[Event] | None = None

    def link(self, row: Any) -> Link:
        """Return a row as a link; a plain tuple, which the collector of garbage need not visit."""
        heads = self.heads
        person, source = row[1], row[2]
        origin: Node = row[3] if source is None else heads.get(source, source)
        made: Any = (row[0], origin, heads.get(person, person), row[6], row[7], RANK[row[5]])
        return made  # type: ignore[no-any-return]


_lock = threading.Lock()
_known: dict[tuple[Any, ...], _Known] = {}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster as it was when it was asked for."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    newest: int

    @classmethod
    def of(cls, part: Part) -> Cluster:
        return cls(tuple(part.nodes), tuple(part.links), part.newest)

    @property
    def persons(self) -> list[int]:
        """The persons in it, by the entries they are read as."""
        return sorted(node for node in self.nodes if isinstance(node, int))


def newest(asked: Asked, *, before: int | None, limit: int) -> list[Cluster]:
    """Return clusters, those that grew last first; `before` is the newest row of the one before."""
    with _reading(asked) as clusters:
        parts = clusters.all()
        if before is not None:
            parts = [part for part in parts if part.newest < before]
        return [Cluster.of(part) for part in parts[:limit]]


def around(asked: Asked, node: Node) -> Cluster | None:
    """Return the cluster that a person (by the entry they are read as) or an event is in, if any."""
    with _reading(asked) as clusters:
        part = clusters.of(node)
        return None if part is None else Cluster.of(part)


def totals(asked: Asked) -> tuple[int, Counter[int]]:
    """Return how many clusters there are, and how many persons exposed no, one, two ... others."""
    with _reading(asked) as clusters:
        return len(clusters.all()), clusters.offspring()


@contextmanager
def _reading(asked: Asked) -> Iterator[Clusters]:
    """Give the clusters of what is asked, to be read before another thread adds to them."""
    with _lock:
        known = _current()
        found = known.clusters.get(asked)
        if found is None:
            found = Clusters(known.link(row) for row in known.rows.values() if asked.covers(row))
            known.clusters[asked] = found
            while len(known.clusters) > KEPT:
                known.clusters.popitem(last=False)
        known.clusters.move_to_end(asked)
        yield found


@dataclass(frozen=True, slots=True)
class Event:
    """What exposures that hold, and are not excluded, say of one event."""

    name: str
    persons: int
    first_at: datetime
    last_at: datetime
    agents: tuple[str, ...]
    newest: int = 0


def events(*, before: int | None, limit: int) -> list[Event]:
    """Return events, those to which an exposure was added last first; `before` is as for clusters."""
    with _lock:
        known = _current()
        if known.events is None:
            known.events = _events(known)
        found = known.events
    return [one for one in found if before is None or one.newest < before][:limit]


def _events(known: _Known) -> list[Event]:
    named: dict[str, list[Any]] = defaultdict(list)
    for row in known.rows.values():
        if row[3]:
            named[row[3]].append(row)
    heads = known.heads
    made = [
        Event(
            name,
            len({heads.get(row[1], row[1]) for row in rows}),
            min(row[6] for row in rows),
            max(row[7] for row in rows),
            tuple(sorted({row[4] for row in rows})),
            max(row[0] for row in rows),
        )
        for name, rows in named.items()
    ]
    return sorted(made, key=lambda one: -one.newest)


def agents() -> list[tuple[str, int]]:
    """Return the agents that exposures with a known source name, the most frequent first."""
    with _lock:
        counts = Counter(row[4] for row in _current().rows.values())
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _current() -> _Known:
    settings = connection.settings_dict
    known = _known.setdefault(
        tuple(settings.get(name) for name in ("HOST", "PORT", "NAME")), _Known()
    )
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        stamp = cursor.fetchone()
        if stamp == known.stamp:
            return known
        new = list(_newer(cursor, known))
        # A row that was committed after a later one, or is gone with a transaction of our own.
        if known.stamp[0] + len(new) != stamp[0]:
            _forget(known)
            new = list(_newer(cursor, known))
        if stamp[2:] != known.stamp[2:]:
            cursor.execute(HEADS)
            known.heads = dict(cursor.fetchall())
            known.clusters.clear()
    known.events = None
    for row in new:
        _take(known, row)
    newest = new[-1][0] if new else known.stamp[1]
    known.stamp = (known.stamp[0] + len(new), newest, *stamp[2:])
    return known


def _forget(known: _Known) -> None:
    known.stamp = (0, None, *known.stamp[2:])
    known.rows.clear()
    known.clusters.clear()


def _newer(cursor: Any, known: _Known) -> Iterator[Any]:
    cursor.execute(NEWER, [known.stamp[1] or 0])
    yield from cursor.fetchall()


def _take(known: _Known, row: Any) -> None:
    corrects, is_retraction = row[8:]
    if corrects is not None and known.rows.pop(corrects, None) is not None:
        known.clusters.clear()
    if is_retraction or row[5] not in RANK or (row[2] is None and not row[3]):
        return
    words = known.words
    event, agent = words.setdefault(row[3], row[3]), words.setdefault(row[4], row[4])
    kept = (*row[:3], event, agent, words.setdefault(row[5], row[5]), row[6], row[7])
    known.rows[row[0]] = kept
    for asked, found in known.clusters.items():
        if asked.covers(kept):
            found.add(known.link(kept))
