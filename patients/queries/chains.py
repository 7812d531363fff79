"""Clusters of people joined by exposures that hold, found without reading the table again.

What a process keeps for this, and why that is always what the table says, stands in `chain_keeping`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from labsys.lib.lookups import array
from patients.models.persons import CurrentName
from patients.queries import chain_keeping
from patients.queries.chain_keeping import RANK, Asked, Certainty, Known
from patients.rules.chains import Clusters, Link, Node, Part, follow

AT_LEAST = tuple(RANK)
FOLLOWED = 5_000  # links of a cluster whose chains are followed for a list
AGENTS_READY, LINES_READY = 2, 26
MEMBERS = f"""
    SELECT id, uid::text, mrn, coalesce(nullif(name, ''), '[' || placeholder || ']'),
           deceased_on IS NOT NULL OR deceased_precision = 'UNKNOWN'
    FROM (SELECT p.*, {CurrentName.template % {"expressions": "p.id"}} AS name
          FROM patients_person p WHERE p.id = ANY (%s::bigint[])) shown
"""  # noqa: S608


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


class Member(NamedTuple):
    """What a picture says of a person; hundreds are shown at once, so not all that an entry holds."""

    pk: int
    uid: str
    mrn: str
    display_name: str
    is_deceased: bool


def members(persons: Collection[int]) -> dict[int, Member]:
    """Return these persons by id, each as the picture of a cluster names them."""
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [array(persons)])
        return {row[0]: Member._make(row) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of a cluster; one of more than `FOLLOWED` links is not followed for it."""

    head: int
    persons: int
    events: int
    first_at: datetime
    newest_at: datetime
    unconfirmed: int
    generations: int | None
    several: int | None
    began_at: tuple[str, ...]
    newest: int

    @classmethod
    def of(cls, part: Part) -> Line:
        links = part.links
        persons = [node for node in part.nodes if isinstance(node, int)]
        followed = follow(links) if len(links) <= FOLLOWED else None
        index = followed.index_persons if followed else ()
        return cls(
            head=(index or sorted(persons))[0],
            persons=len(persons),
            events=len(part.nodes) - len(persons),
            first_at=min(link[3] for link in links),
            newest_at=max(link[3] for link in links),
            unconfirmed=sum(link[5] > 0 for link in links),
            generations=followed and followed.generations,
            several=None if followed is None else len(followed.several_sources),
            began_at=tuple(one for one in followed.events if not followed.generation[one])
            if followed
            else (),
            newest=part.newest,
        )


def newest(asked: Asked, *, before: int | None, limit: int) -> list[Line]:
    """Return clusters, those that grew last first; `before` is the newest row of the one before."""
    with _reading(asked) as clusters:
        parts = clusters.all()
        if before is not None:
            parts = [part for part in parts if part.newest < before]
        return [_line(part) for part in parts[:limit]]


def line_of(asked: Asked, node: Node) -> Line | None:
    """Return what a list says of the cluster that a person or an event is in, if any."""
    with _reading(asked) as clusters:
        part = clusters.of(node)
        return None if part is None else _line(part)


def _line(part: Part) -> Line:
    if part.told is None:
        part.told = Line.of(part)
    found: Line = part.told
    return found


def around(asked: Asked, node: Node) -> Cluster | None:
    """Return the cluster that a person (by the entry they are read as) or an event is in, if any."""
    with _reading(asked) as clusters:
        part = clusters.of(node)
        return None if part is None else Cluster.of(part)


def totals(asked: Asked) -> tuple[int, Counter[int]]:
    """Return how many clusters there are, and how many persons exposed no, one, two ... others."""
    with _reading(asked) as clusters:
        return len(clusters.all()), clusters.offspring()


def keep_ready() -> None:
    """Read what came since, and make what readers ask for first: the newest clusters of an agent.

    A web process does this before it takes requests and every few seconds from then on; whoever asks
    reads the rest themselves.
    """
    for number, (agent, _rows) in enumerate(agents()[:AGENTS_READY]):
        for certainty in (Certainty.PROBABLE, Certainty.POSSIBLE)[: 2 - number]:
            asked = Asked(agent, certainty)
            newest(asked, before=None, limit=LINES_READY)
            totals(asked)
    events(before=None, limit=1)


@contextmanager
def _reading(asked: Asked) -> Iterator[Clusters]:
    """Give the clusters of what is asked, to be read before another thread adds to them."""
    with chain_keeping.lock:
        yield chain_keeping.current().joined(asked)


@dataclass(frozen=True, slots=True)
class Event:
    """What exposures that hold, and are not excluded, say of one event."""

    name: str
    persons: int
    first_at: datetime
    last_at: datetime
    agents: tuple[str, ...]
    rows: tuple[int, ...]  # of exposures, the newest first

    @property
    def newest(self) -> int:
        return self.rows[0]


def events(*, before: int | None, limit: int) -> list[Event]:
    """Return events, those to which an exposure was added last first; `before` is as for clusters."""
    with chain_keeping.lock:
        found = _named(chain_keeping.current()).values()
    return [one for one in found if before is None or one.newest < before][:limit]


def event(name: str) -> Event | None:
    """Return the event that exposures name so, if any does."""
    with chain_keeping.lock:
        return _named(chain_keeping.current()).get(name)


def _named(known: Known) -> dict[str, Event]:
    if known.events is None:
        known.events = {one.name: one for one in _events(known)}
    found: dict[str, Event] = known.events
    return found


def _events(known: Known) -> list[Event]:
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
            tuple(sorted((row[0] for row in rows), reverse=True)),
        )
        for name, rows in named.items()
    ]
    return sorted(made, key=lambda one: -one.newest)


def agents() -> list[tuple[str, int]]:
    """Return the agents that exposures with a known source name, the most frequent first.

    Each once, however it was written: by its name, or by what is written most where nobody added it.
    """
    with chain_keeping.lock:
        return _agents(chain_keeping.current())


def written(limit: int) -> tuple[list[str], list[str]]:
    """Return what agents and events exposures name, for whoever writes one more."""
    with chain_keeping.lock:
        known = chain_keeping.current()
        agents_, events_ = _agents(known), _named(known)
    return [name for name, _rows in agents_[:limit]], list(islice(events_, limit))


def _agents(known: Known) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for text, rows in (+known.written).most_common():
        name, agent = known.by_text.named(text), known.by_text.agent(text)
        texts.setdefault(name, text if agent is None else agent.name)
        counts[name] += rows
    found = [(texts[name], rows) for name, rows in counts.items()]
    return sorted(found, key=lambda one: (-one[1], one[0]))
