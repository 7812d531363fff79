"""Many rows in one statement: what a batch of results costs must not grow with Python's ORM.

`insert` sends the rows as one JSON parameter and lets PostgreSQL unfold them, about ten times
faster than `bulk_create`. The table's triggers, constraints and grants act as on any insert. Like
`create`, these are called by actions and handlers alone.

Where rows hold bytes, `run` sends them column by column as parameters of their own: as JSON every
byte would be two characters, written here and read there.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, models

PREPARE_AFTER = 5
# The binary form of COPY, as PostgreSQL's manual describes it; moments count from 2000.
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_PIECE = 65_536
_COPY_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_COPIED: dict[str, Callable[[Any], bytes]] = {
    "n": lambda number: struct.pack("!q", number),
    "i": lambda number: struct.pack("!i", number),
    "t": lambda text: str(text).encode(),
    "b": lambda content: content,
    "z": lambda at: struct.pack("!q", (at - _COPY_EPOCH) // timedelta(microseconds=1)),
}


def new_ids(counts: Mapping[type[models.Model], int]) -> dict[type[models.Model], list[int]]:
    """Draw primary keys from the tables' sequences, so that rows can name each other at once."""
    wanted = {model: count for model, count in counts.items() if count}
    if not wanted:
        return {model: [] for model in counts}
    column = "ARRAY(SELECT nextval(%s::regclass) FROM generate_series(1, %s))"
    parameters = [
        parameter
        for model, count in wanted.items()
        for parameter in (f"{model._meta.db_table}_id_seq", count)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([column] * len(wanted)), parameters)
        found = dict(zip(wanted, cursor.fetchone(), strict=True))
    return {model: found.get(model, []) for model in counts}


def insert(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, is_repeatable: bool = False
) -> None:
    """Insert rows given as column -> value; every row names the same columns, all that it needs.

    A repeatable insert leaves out rows that a unique constraint says are there already.
    """
    if not rows:
        return
    statement = _insert_statement(model, tuple(rows[0]))
    if is_repeatable:
        statement += " ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(statement, [dumps(rows)])


def run(statement: str, parameters: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run one statement with parameters bound by the server, bytes as bytes; returns its cursor.

    Columns go in as lists, to be unnested: `unnest(%s::bigint[], %b::bytea[])`.
    """
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, parameters)


def copy(table: str, kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of large contents without a second copy of them; `kinds`: column -> its kind.

    As parameters they would be copied for the array, and again into a buffer that the connection
    keeps. n: bigint, i: integer, t: text, b: bytes, z: a moment. Not inside `pipelined`.
    """
    names = ", ".join(connection.ops.quote_name(name) for name in kinds)
    statement = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        with cursor.copy(statement) as out:
            out.write(_COPY_HEAD)
            for row in rows:
                out.write(struct.pack("!h", len(row)))
                for kind, value in zip(kinds.values(), row, strict=True):
                    _copy_value(out, kind, value)
            out.write(struct.pack("!h", -1))


def _copy_value(out: psycopg.Copy, kind: str, value: Any) -> None:
    if value is None:
        out.write(struct.pack("!i", -1))
        return
    content = _COPIED[kind](value)
    out.write(struct.pack("!i", len(content)))
    with memoryview(content) as view:
        for start in range(0, len(view), _COPY_PIECE):
            out.write(bytes(view[start : start + _COPY_PIECE]))


def keep_plans() -> None:
    """Have this thread's connection prepare what `run` repeats: for a process that does little else.

    Its connection must lead to the database itself, or to a pooler that knows prepared statements.
    """
    if connection.connection is not None:
        connection.connection.prepare_threshold = PREPARE_AFTER


@contextmanager
def pipelined() -> Iterator[None]:
    """Send statements without waiting for each; the end waits for all of them.

    What is wrong with one of them is raised by a later one or by the end, so this stands inside a
    transaction. Rows are asked of a cursor at the end, or each asking waits.
    """
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def columns(rows: Sequence[Sequence[Any]], kinds: str) -> list[Any]:
    """Turn rows into one parameter per column; `kinds` has a letter for each.

    n: numbers, w: words of our own (letters and `_`), written as an array's text, a tenth of what
    the adapter takes for a list; t: any text; b: bytes, for `%b::bytea[]`.
    """
    given = zip(*rows, strict=True) if rows else iter([()] * len(kinds))
    return [
        _array(column) if kind in "nw" else list(column)
        for kind, column in zip(kinds, given, strict=True)
    ]


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def dumps(value: Any) -> str:
    """Write JSON that PostgreSQL reads back exactly: decimals as their digits, moments as ISO."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=256)
def _insert_statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    types = {str(field.column): field.db_type(connection) for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    typed = ", ".join(f"{quote(column)} {types[column]}" for column in columns)
    table = quote(model._meta.db_table)
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - names of the model
        f"FROM jsonb_to_recordset(%s::jsonb) AS new_row({typed})"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"{type(value).__name__} has no form in a bulk insert")
