"""Reading tables and bytes that somebody names on the command line."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from io import StringIO
from pathlib import Path

from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

LARGEST = 256 * 1024 * 1024
MOST_ROWS = 1_000_000
# What a laboratory writes for a number: float() takes 1_000 and digits of other scripts too.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

Row = dict[str, str]


def contents(path: str) -> bytes:
    """Return a file's bytes; a file that cannot be read, is empty or is too large is refused."""
    try:
        with Path(path).open("rb") as file:
            found = file.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(
            "FILE_UNREADABLE",
            _("%(path)s cannot be read: %(why)s."),
            path=path,
            why=error.strerror or type(error).__name__,
        ) from error
    if len(found) > LARGEST:
        raise Unusable(
            "FILE_TOO_LARGE",
            _("%(path)s has more than the %(most)d bytes that are read."),
            path=path,
            most=LARGEST,
        )
    if not found:
        raise Unusable("FILE_EMPTY", _("%(path)s is empty."), path=path)
    return found


def rows(path: str, *, needed: Sequence[str], most: int = MOST_ROWS) -> list[Row]:
    """Return the rows of a CSV file with a heading; commas, semicolons or tabs part the cells.

    ``needed`` are the columns it must have. Names of columns are compared without case and blanks
    around them. Raises Unusable for what is no text, has no such column or has it twice, no row,
    or more rows than ``most``.
    """
    found = _cells(path, most)
    heading = [name.strip().lower() for name in found[0]] if found else []
    absent = [name for name in needed if name not in heading]
    if absent:
        raise Unusable(
            "COLUMN_MISSING",
            _("%(path)s has no column %(absent)s; its columns are: %(heading)s."),
            path=path,
            absent=", ".join(absent),
            heading=cited(", ".join(heading), 200),
        )
    twice = [name for name in needed if heading.count(name) > 1]
    if twice:
        raise Unusable(
            "COLUMN_TWICE",
            _("%(path)s has more than one column %(twice)s; leave one."),
            path=path,
            twice=", ".join(twice),
        )
    filled = [(line, cells) for line, cells in enumerate(found[1:], start=2) if any(cells)]
    if not filled:
        raise Unusable("NO_ROWS", _("%(path)s has a heading and no rows."), path=path)
    for line, cells in filled:
        if len(cells) != len(heading):
            raise Unusable(
                "ROW_LENGTH",
                _("Line %(line)d of %(path)s has %(given)d cells; the heading has %(expected)d."),
                line=line,
                path=path,
                given=len(cells),
                expected=len(heading),
            )
    return [dict(zip(heading, map(str.strip, cells), strict=True)) for _line, cells in filled]


def _cells(path: str, most: int) -> list[list[str]]:
    written = text(path)
    first, _line, rest = written.partition("\n")
    if rest.count("\n") > most:
        raise Unusable(
            "TOO_MANY_ROWS",
            _("%(path)s has more than the %(most)d rows that are read."),
            path=path,
            most=most,
        )
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(StringIO(written), delimiter=delimiter))
    except csv.Error as error:
        raise Unusable(
            "NO_TABLE", _("%(path)s is no table: %(why)s."), path=path, why=str(error)
        ) from error


def numbers(found: Sequence[Row], column: str, *, path: str) -> list[float]:
    """Return a column as floats; a cell that is no number is refused with its row."""
    return [number(row, column, place, path=path) for place, row in enumerate(found, start=1)]


def number(row: Row, column: str, place: int, *, path: str) -> float:
    """Return one cell as a float; one that is no number is refused with the place of its row."""
    if not _NUMBER.fullmatch(row[column]):
        raise Unusable(
            "NOT_A_NUMBER",
            _("Row %(number)d of %(path)s: %(value)s in column %(column)s is no number."),
            number=place,
            path=path,
            value=cited(row[column]),
            column=column,
        )
    return float(row[column])


def comparator(row: Row, known: Collection[str], place: int, *, path: str) -> str:
    """Return the comparator of a row; one that is not among those known is refused."""
    given = row.get("comparator", "")
    if given not in known:
        raise Unusable(
            "COMPARATOR",
            _("Row %(place)d of %(path)s: the comparator is < or nothing, not %(given)s."),
            place=place,
            path=path,
            given=cited(given),
        )
    return given


def text(path: str) -> str:
    """Return a file's text in UTF-8; anything else is refused."""
    try:
        return contents(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(
            "FILE_NO_TEXT", _("%(path)s is no text in UTF-8; save it as CSV in UTF-8."), path=path
        ) from error
