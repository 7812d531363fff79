"""One count of the ledger, and what its lines say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from assays.queries.ledger import words
from assays.queries.ledger.statement import statement
from assays.queries.ledger.words import Fate
from assays.rules.ledger_limits import limit_of

# How long the counts of years may take; the limit of web requests is too short for them.
LIMIT = "10min"
# A count older than this says that the hourly one is not being made.
OLD = timedelta(hours=2)

PARKED = """
SELECT id, kind, subject_table, subject_id, clock_timestamp() - created_at, attempts, last_error
FROM work_workitem
WHERE state = 'PARKED' ORDER BY id LIMIT 20
"""


@dataclass(frozen=True)
class Bucket:
    """How many rows of a level ended in one way, and how long the oldest of them waits."""

    key: str
    label: str
    fate: Fate | None
    count: int
    age: timedelta | None
    limit: timedelta | None = None


@dataclass(frozen=True)
class Level:
    """All rows of one table, by bucket."""

    key: str
    label: str
    total: int
    buckets: tuple[Bucket, ...]

    @property
    def is_balanced(self) -> bool:
        known = all(bucket.fate is not None for bucket in self.buckets)
        return known and sum(bucket.count for bucket in self.buckets) == self.total


@dataclass(frozen=True)
class Sum:
    """Two counts that must be the same."""

    one_label: str
    one: int
    other_label: str
    other: int

    @property
    def is_balanced(self) -> bool:
        return self.one == self.other


@dataclass(frozen=True)
class Fault:
    """Rows of a level that break one rule; `ids` names the first of them."""

    level: str
    label: str
    count: int
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Late:
    """Rows of one bucket that have waited longer than its limit; `ids` names the oldest of them."""

    level: str
    label: str
    limit: timedelta
    count: int
    age: timedelta
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Parked:
    """Work that failed too often and waits for a person's decision."""

    id: int
    kind: str
    table: str
    subject: int
    age: timedelta
    attempts: int
    error: str


@dataclass(frozen=True)
class Ledger:
    """What the ledger said at one moment."""

    at: datetime
    levels: tuple[Level, ...]
    sums: tuple[Sum, ...]
    faults: tuple[Fault, ...]
    parked: tuple[Parked, ...]
    late: tuple[Late, ...] = ()

    @property
    def is_balanced(self) -> bool:
        sums = (*self.levels, *self.sums)
        return not self.faults and all(one.is_balanced for one in sums)

    @property
    def is_sound(self) -> bool:
        """It balances, and nothing has waited longer than its limit."""
        return self.is_balanced and not self.late


@dataclass(frozen=True)
class Counted:
    """The statement's lines and the parked work, as the database gave them at one moment."""

    lines: Sequence[Sequence[Any]]
    parked: Sequence[Sequence[Any]]


def take() -> Ledger:
    """Read the ledger as it stands now."""
    return read(count())


def count() -> Counted:
    """Count everything as it stands now."""
    with connection.cursor() as cursor:
        cursor.execute(statement())
        lines = cursor.fetchall()
        cursor.execute(PARKED)
        parked = [list(row) for row in cursor.fetchall()]
    return Counted(lines, parked)


def read(counted: Counted) -> Ledger:
    """Return what a count says."""
    lines = counted.lines
    totals = {level: count for sort, level, _key, count, *_more in lines if sort == "total"}
    at = next(oldest for sort, *_more, oldest, _ids in lines if sort == "now")
    return Ledger(
        at=at,
        # A count that was kept before there was a level says nothing of it.
        levels=tuple(_level(key, totals[key], lines, at) for key in words.LEVELS if key in totals),
        sums=tuple(
            Sum(str(words.SUMS[key][0]), one, str(words.SUMS[key][1]), other)
            for sort, _level, key, one, other, *_more in lines
            if sort == "sum"
        ),
        faults=tuple(
            Fault(str(words.LEVELS[level]), str(words.FAULTS[key]), count, tuple(ids))
            for sort, level, key, count, _other, _oldest, ids in lines
            if sort == "fault"
        ),
        parked=tuple(_parked(*row) for row in counted.parked),
        late=tuple(
            _late(level, key, count, oldest, ids, at)
            for sort, level, key, count, _other, oldest, ids in lines
            if sort == "late"
        ),
    )


def _late(
    level: str, key: str, count: int, oldest: datetime, ids: Sequence[int], at: datetime
) -> Late:
    label = (words.bucket(level, key) or (None, key))[1]
    limit = limit_of(level, key)
    assert limit is not None  # a line is late by its limit
    return Late(str(words.LEVELS[level]), str(label), limit, count, at - oldest, tuple(ids))


def _level(level: str, total: int, lines: list[tuple[Any, ...]], at: datetime) -> Level:
    found = []
    for sort, of, key, count, _other, oldest, _ids in lines:
        if sort == "bucket" and of == level:
            fate, label = words.bucket(level, key) or (None, key)
            waits = fate in (Fate.PENDING, Fate.HELD) and oldest is not None
            age = max(at - oldest, timedelta(0)) if waits else None
            limit = limit_of(level, key) if waits else None
            found.append(Bucket(key, str(label), fate, count, age, limit))
    order = list(Fate)
    found.sort(key=lambda one: (order.index(one.fate) if one.fate else -1, one.label))
    return Level(level, str(words.LEVELS[level]), total, tuple(found))


def _parked(
    id_: int, kind: str, table: str, subject: int, age: timedelta, attempts: int, error: str
) -> Parked:
    lines = error.strip().splitlines()
    return Parked(id_, kind, table, subject, age, attempts, lines[-1] if lines else "")
