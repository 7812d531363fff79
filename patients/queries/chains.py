"""Clusters of people joined by exposures that hold, found without reading the table again.

Exposures and links between entries are only ever appended. Each process keeps what holds, reads what
came since, and puts the new links to the clusters it has; after a correction, or a link of entries,
it joins the clusters anew. Nothing is stored: what is answered always follows from the rows that the
asking transaction sees.

Rows are not committed in the order of their ids. Up to the horizon no further one can appear: its row
was the newest longer ago than a statement may take, and every transaction of then has ended. Those
after it are counted each time, and read again where there are others than were read.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from patients.models import Exposure
from patients.queries import agents as known_agents
from patients.rules.chains import Clusters, Link, Node, Part, follow

Certainty = Exposure.Certainty
RANK: dict[str, int] = {
    Certainty.CONFIRMED: 0,
    Certainty.PROBABLE: 1,
    Certainty.POSSIBLE: 2,
}
AT_LEAST = tuple(RANK)
FOLLOWED = 5_000  # links of a cluster whose chains are followed for a list
LONGEST_STATEMENT = timedelta(seconds=30)  # the settings end one after 15
KEPT = 4  # clusters of so many questions are kept by each process

STAMP = """
    SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),
           (SELECT count(*) FROM patients_personlink), (SELECT count(*) FROM patients_personunlink),
           (SELECT coalesce(max(id), 0) FROM patients_exposure),
           (SELECT count(*) FROM patients_exposure WHERE id > %s),
           (SELECT coalesce(json_agg(json_build_array(code, name) ORDER BY id)::text, '')
            FROM patients_agent),
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           pg_current_xact_id()::text::bigint, clock_timestamp()
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
    """Exposures to one agent, at least so certain, that overlap a period (half-open).

    The agent by its code or its name, in any capitals, as wherever somebody is asked for.
    """

    agent: str
    at_least: str = Certainty.PROBABLE
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, row: Any) -> bool:
        return (
            RANK[row[5]] <= RANK[self.at_least]
            and (self.since is None or row[7] >= self.since)
            and (self.until is None or row[6] < self.until)
        )


@dataclass
class _Known:
    """What one process knows of one database."""

    entries: tuple[Any, ...] = ()  # which database, and how many links of entries were read
    newest: int = 0
    horizon: int = 0
    beyond: set[int] = field(default_factory=set)  # rows read that lie after the horizon
    # The row it moves to, after which transaction, and when.
    next_horizon: tuple[int, int, datetime] | None = None
    rows: dict[int, Any] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    clusters: OrderedDict[Asked, Clusters] = field(default_factory=OrderedDict)
    words: dict[str, str] = field(default_factory=dict)
    stated_agents: str = ""  # the codes and names that are on record
    by_text: known_agents.Agents = field(default_factory=lambda: known_agents.Agents({}))
    named: dict[str, str] = field(default_factory=dict)  # what stands for each text of an agent
    events: dict[str, Event] | None = None
    agents: list[tuple[str, int]] | None = None

    def link(self, row: Any) -> Link:
        """Return a row as a link; a plain tuple, which the collector of garbage need not visit."""
        heads = self.heads
        person, source = row[1], row[2]
        origin: Node = row[3] if source is None else heads.get(source, source)
        made: Any = (row[0], origin, heads.get(person, person), row[6], row[7], RANK[row[5]])
        return made  # type: ignore[no-any-return]

    def covers(self, asked: Asked, row: Any) -> bool:
        return self.name(row[4]) == self.name(asked.agent) and asked.covers(row)

    def name(self, text: str) -> str:
        found = self.named.get(text)
        if found is None:
            found = self.by_text.named(text)
            if text in self.words:  # what a question alone says is not kept
                self.named[text] = found
        return found


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


@contextmanager
def _reading(asked: Asked) -> Iterator[Clusters]:
    """Give the clusters of what is asked, to be read before another thread adds to them."""
    with _lock:
        known = _current()
        found = known.clusters.get(asked)
        if found is None:
            rows = known.rows.values()
            found = Clusters(known.link(row) for row in rows if known.covers(asked, row))
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
    rows: tuple[int, ...]  # of exposures, the newest first

    @property
    def newest(self) -> int:
        return self.rows[0]


def events(*, before: int | None, limit: int) -> list[Event]:
    """Return events, those to which an exposure was added last first; `before` is as for clusters."""
    found = _named().values()
    return [one for one in found if before is None or one.newest < before][:limit]


def event(name: str) -> Event | None:
    """Return the event that exposures name so, if any does."""
    return _named().get(name)


def _named() -> dict[str, Event]:
    with _lock:
        known = _current()
        if known.events is None:
            known.events = {one.name: one for one in _events(known)}
        return known.events


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
            tuple(sorted((row[0] for row in rows), reverse=True)),
        )
        for name, rows in named.items()
    ]
    return sorted(made, key=lambda one: -one.newest)


def agents() -> list[tuple[str, int]]:
    """Return the agents that exposures with a known source name, the most frequent first.

    Each once, however it was written: by its name, or by what is written most where nobody added it.
    """
    with _lock:
        known = _current()
        if known.agents is None:
            known.agents = _agents(known)
        return list(known.agents)


def _agents(known: _Known) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, rows in Counter(row[4] for row in known.rows.values()).most_common():
        name = known.name(text)
        agent = known.by_text.agent(text)
        written.setdefault(name, text if agent is None else agent.name)
        counts[name] += rows
    found = [(written[name], rows) for name, rows in counts.items()]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _current() -> _Known:
    settings = connection.settings_dict
    place = tuple(settings.get(name) for name in ("HOST", "PORT", "NAME"))
    known = _known.setdefault(place, _Known())
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [known.horizon])
        *entries, newest, beyond, stated, ended, own, at = cursor.fetchone()
        if entries[:1] != list(known.entries[:1]) or newest < known.newest:
            known.__dict__.update(_Known().__dict__)  # another database, or one put back
            beyond = -1
        if newest != known.newest or beyond != len(known.beyond):
            _read(cursor, known)
        if tuple(entries) != known.entries:
            cursor.execute(HEADS)
            known.entries, known.heads = tuple(entries), dict(cursor.fetchall())
            known.clusters.clear()
            known.events = None
        if stated != known.stated_agents:
            known.stated_agents, known.by_text = stated, known_agents.known()
            known.named.clear()
            known.clusters.clear()
            known.agents = None
    _move_horizon(known, ended=ended, own=own, at=at)
    return known


def _read(cursor: Any, known: _Known) -> None:
    """Read the rows after the horizon, and take those that were not read before."""
    cursor.execute(NEWER, [known.horizon])
    rows = cursor.fetchall()
    found = {row[0] for row in rows}
    if not known.beyond <= found:
        # What a transaction of our own had written is gone with it.
        known.__dict__.update(_Known(entries=known.entries, heads=known.heads).__dict__)
        return _read(cursor, known)
    known.events = known.agents = None
    for row in rows:
        if row[0] not in known.beyond:
            _take(known, row)
    known.beyond = found
    known.newest = max(found, default=known.horizon)
    return None


def _move_horizon(known: _Known, *, ended: int, own: int, at: datetime) -> None:
    """Move it to the row that was the newest at an earlier look, once all that ran then has ended.

    Every transaction before `ended` has. Whoever took an id by the earlier look had a number of a
    transaction below `own` of that look, or gets one while the same statement runs.
    """
    if known.next_horizon is not None:
        row, after, due = known.next_horizon
        if ended <= after or at < due:
            return
        known.horizon = row
        known.beyond = {one for one in known.beyond if one > row}
    known.next_horizon = (known.newest, own, at + LONGEST_STATEMENT)


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
        if known.covers(asked, kept):
            found.add(known.link(kept))
