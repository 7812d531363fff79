"""What a process keeps of exposures that hold: read once, kept up by what came since.

Exposures and links between entries are only ever appended. Each process keeps what holds, reads what
came since, and puts the new links to the clusters it has; after a correction, or a link of entries,
it joins those clusters anew that are concerned. Nothing is stored: what is answered always follows
from the rows that the asking transaction sees, so two processes that began at different times, or
were asked at different times last, answer the same.

Rows are not committed in the order of their ids. Up to the horizon no further one can appear: its row
was the newest longer ago than a statement may take, and every transaction of then has ended. Those
after it are counted each time, and read again where there are others than were read.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from patients.models import Exposure
from patients.queries import agents as known_agents
from patients.rules.chains import Clusters, Link, Node

Certainty = Exposure.Certainty
RANK: dict[str, int] = {
    Certainty.CONFIRMED: 0,
    Certainty.PROBABLE: 1,
    Certainty.POSSIBLE: 2,
}
LONGEST_STATEMENT = timedelta(seconds=30)  # the settings end one after 15
KEPT = 6  # clusters of so many questions are kept by each process

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


@dataclass
class Known:
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
    written: Counter[str] = field(default_factory=Counter)  # how many rows name an agent so
    stated_agents: str = ""  # the codes and names that are on record
    by_text: known_agents.Agents = field(default_factory=lambda: known_agents.Agents({}))
    events: Any = None  # what was made of the rows as they are now

    def joined(self, asked: Asked) -> Clusters:
        """Return the clusters of what is asked, the same however the agent is written."""
        asked = replace(asked, agent=self.by_text.named(asked.agent))
        found = self.clusters.get(asked)
        if found is None:
            found = self.clusters[asked] = Clusters(map(self.link, self._chosen(asked)))
            while len(self.clusters) > KEPT:
                self.clusters.popitem(last=False)
        self.clusters.move_to_end(asked)
        return found

    def link(self, row: Any) -> Link:
        """Return a row as a link; a plain tuple, which the collector of garbage need not visit."""
        heads = self.heads
        person, source = row[1], row[2]
        origin: Node = row[3] if source is None else heads.get(source, source)
        made: Any = (row[0], origin, heads.get(person, person), row[6], row[7], RANK[row[5]])
        return made  # type: ignore[no-any-return]

    def texts(self, asked: Asked) -> frozenset[str]:
        """Return how the agent that is asked for is written."""
        named = self.by_text.named
        name = named(asked.agent)
        return frozenset(text for text in self.written if named(text) == name)

    def take(self, rows: Iterable[Any]) -> None:
        """Take rows that were not read before, in the order of their ids."""
        added: dict[int, Any] = {}
        taken: list[Any] = []
        for row in rows:
            corrects, is_retraction = row[8:]
            old = None if corrects is None else self.rows.pop(corrects, None)
            if old is not None:
                self.written[old[4]] -= 1
                if added.pop(corrects, None) is None:
                    taken.append(old)
            if is_retraction or row[5] not in RANK or (row[2] is None and not row[3]):
                continue
            words = self.words
            event, agent = words.setdefault(row[3], row[3]), words.setdefault(row[4], row[4])
            kept = (*row[:3], event, agent, words.setdefault(row[5], row[5]), row[6], row[7])
            self.rows[row[0]] = added[row[0]] = kept
            self.written[agent] += 1
        self.events = None
        for asked, found in self.clusters.items():
            gone = [self.link(row) for row in self._chosen(asked, taken)]
            apart = found.take_apart(node for link in gone for node in link[1:3])
            ids = {link[0] for link in gone}
            rest = [self.rows[one] for one in apart if one not in ids]
            for row in (*rest, *self._chosen(asked, added.values())):
                found.add(self.link(row))

    def read_as(self, heads: dict[int, int]) -> None:
        """Read entries as these persons, and join anew the clusters of those read otherwise before."""
        old, self.heads = self.heads, heads
        self.events = None
        changed = {one for one in {*old, *heads} if old.get(one) != heads.get(one)}
        nodes = [old.get(one, one) for one in changed]
        # Also those between two entries of one person, which joined nobody.
        theirs = [row for row in self.rows.values() if row[1] in changed or row[2] in changed]
        for asked, found in self.clusters.items():
            apart = {one: self.rows[one] for one in found.take_apart(nodes)}
            apart |= {row[0]: row for row in self._chosen(asked, theirs)}
            for row in apart.values():
                found.add(self.link(row))

    def name_agents(self, stated: str, by_text: known_agents.Agents) -> None:
        """Know agents by these texts; forget clusters that other rows are joined to now."""
        before = {asked: self.texts(asked) for asked in self.clusters}
        self.stated_agents, self.by_text = stated, by_text
        for asked, texts in before.items():
            if self.texts(asked) != texts:
                del self.clusters[asked]

    def _chosen(self, asked: Asked, rows: Iterable[Any] | None = None) -> list[Any]:
        texts, most = self.texts(asked), RANK[asked.at_least]
        since, until = asked.since, asked.until
        return [
            row
            for row in (self.rows.values() if rows is None else rows)
            if row[4] in texts
            and RANK[row[5]] <= most
            and (since is None or row[7] >= since)
            and (until is None or row[6] < until)
        ]


lock = threading.Lock()
_known: dict[tuple[Any, ...], Known] = {}


def current() -> Known:
    """Return what is known of the database as this transaction sees it; to be called with the lock."""
    settings = connection.settings_dict
    place = tuple(settings.get(name) for name in ("HOST", "PORT", "NAME"))
    known = _known.setdefault(place, Known())
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [known.horizon])
        *entries, newest, beyond, stated, ended, own, at = cursor.fetchone()
        if entries[:1] != list(known.entries[:1]) or newest < known.newest:
            known.__dict__.update(Known().__dict__)  # another database, or one put back
            beyond = -1
        if newest != known.newest or beyond != len(known.beyond):
            _read(cursor, known)
        if tuple(entries) != known.entries:
            cursor.execute(HEADS)
            known.entries = tuple(entries)
            known.read_as(dict(cursor.fetchall()))
        if stated != known.stated_agents:
            known.name_agents(stated, known_agents.known())
    _move_horizon(known, ended=ended, own=own, at=at)
    return known


def _read(cursor: Any, known: Known) -> None:
    """Read the rows after the horizon, and take those that were not read before."""
    cursor.execute(NEWER, [known.horizon])
    rows = cursor.fetchall()
    found = {row[0] for row in rows}
    if not known.beyond <= found:
        # What a transaction of our own had written is gone with it.
        known.__dict__.update(Known(entries=known.entries, heads=known.heads).__dict__)
        return _read(cursor, known)
    known.take(row for row in rows if row[0] not in known.beyond)
    known.beyond = found
    known.newest = max(found, default=known.horizon)
    return None


def _move_horizon(known: Known, *, ended: int, own: int, at: datetime) -> None:
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
