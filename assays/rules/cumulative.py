"""How a patient's values of a period are laid out: tests down, moments across, in blocks that fit.

A series is one analyte by one method in one unit: values of different methods or units never stand
in one row and are never joined by a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Series = Mapping[str, Any]
Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One moment of collection of one specimen; `at` in ISO 8601."""

    at: str
    specimen: str


Cells = Mapping[Column, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One series with its values of each column; a repeated measurement stands beside the first."""

    series: Series
    cells: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """As many columns as fit beside each other, with the series that have a value in them."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def blocks(series: Sequence[Series], *, across: int) -> tuple[Block, ...]:
    """Lay series out in blocks of at most `across` columns, the oldest first; every value once."""
    if across < 1:
        raise ValueError("a block holds at least one column")
    filled = [(one, _cells(one)) for one in series]
    columns = sorted(
        {column for _one, cells in filled for column in cells},
        key=lambda column: (column.at, column.specimen),
    )
    return tuple(
        _block(filled, tuple(columns[start : start + across]))
        for start in range(0, len(columns), across)
    )


def _block(series: Sequence[tuple[Series, Cells]], columns: tuple[Column, ...]) -> Block:
    rows = (Row(one, tuple(cells.get(column, ()) for column in columns)) for one, cells in series)
    return Block(columns, tuple(row for row in rows if any(row.cells)))


def _cells(series: Series) -> Cells:
    found: dict[Column, tuple[Value, ...]] = {}
    for value in series["values"]:
        column = Column(value["at"], value["specimen"])
        found[column] = (*found.get(column, ()), value)
    return found


def ranges_of(values: Sequence[Value]) -> tuple[str, bool]:
    """Return the range that the newest value was read against, and whether it was another before."""
    texts = [value["range"]["text"] for value in values]
    return (texts[-1], len(set(texts)) > 1) if texts else ("", False)


def is_drawn(series: Series) -> bool:
    """Return whether a series has a course: at least two numbers."""
    return sum(value["value"] is not None for value in series["values"]) > 1


def is_interrupted(series: Series, others: Sequence[Series]) -> bool:
    """Return whether the analyte was also measured by another method or in another unit."""
    return any(one["code"] == series["code"] and one is not series for one in others)


def substance(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content without what belongs to the version itself; two are compared so."""
    return {key: value for key, value in content.items() if key != "version"}
