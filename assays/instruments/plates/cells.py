"""Plate files as cells, names of wells, and the blocks that plate readers write."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

Cells = list[list[str]]
LARGEST = 8 * 1024 * 1024
# Rows of the largest plate in use (1536 wells) are named A to AF.
_WELL = re.compile(r"([A-Za-z]{1,2})0*([1-9][0-9]?)")
_MOST_ROWS, _MOST_COLUMNS = 32, 48


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix of a plate with the title before it: cells by the name of their well."""

    title: str
    cells: dict[str, str]
    lines: range


def cells_of(text: str) -> Cells:
    """Return the cells of a text of lines, parted by tabs, semicolons or commas.

    Tabs part before semicolons, semicolons before commas: a decimal comma stands in files that part
    by semicolons.
    """
    if not text.strip():
        raise Unusable("FILE_EMPTY", _("The plate file is empty."))
    if len(text) > LARGEST:
        raise Unusable("FILE_TOO_LARGE", _("The plate file is larger than any plate's."))
    delimiter = next((one for one in "\t;" if text.count(one) >= 2), ",")
    try:
        found = list(csv.reader(StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unusable(
            "FILE_BROKEN", _("The plate file cannot be read as a table: %(why)s."), why=str(error)
        ) from error
    return [[cell.strip() for cell in row] for row in found]


def well_name(text: str) -> str:
    """Return a well's name as A1; a01 is the same one. Raises Unusable (WELL_UNKNOWN)."""
    matched = _WELL.fullmatch(text.strip())
    if matched is not None:
        row, column = matched[1].upper(), int(matched[2])
        if _row_number(row) < _MOST_ROWS and column <= _MOST_COLUMNS:
            return f"{row}{column}"
    raise Unusable(
        "WELL_UNKNOWN", _("%(well)s is no well of a plate, such as A1 or H12."), well=cited(text)
    )


def well_names(text: str) -> list[str]:
    """Return the wells of a name or of a range: A1-A3 or A1:B2 is every well of the rectangle."""
    parts = re.split(r"\s*[-:]\s*", text.strip())
    if len(parts) != 2:
        return [well_name(text)]
    first, last = (_WELL.fullmatch(well_name(part)) for part in parts)
    assert first is not None
    assert last is not None
    rows = sorted((_row_number(first[1]), _row_number(last[1])))
    columns = sorted((int(first[2]), int(last[2])))
    return [
        f"{_row_name(row)}{column}"
        for row in range(rows[0], rows[1] + 1)
        for column in range(columns[0], columns[1] + 1)
    ]


def number(text: str) -> float:
    """Return a number with a decimal point or comma; raises ValueError for anything else."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d+,\d+([eE][+-]?\d+)?", plain):
        plain = plain.replace(",", ".")
    found = float(plain)
    if found != found or found in (float("inf"), float("-inf")):
        raise ValueError(text)
    return found


def blocks(cells: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Yield every matrix: a line that counts 1, 2, 3 ... and below it lines named A, B, C ..."""
    place = 0
    while place < len(cells):
        columns = _columns(cells[place])
        if not columns or place + 1 >= len(cells) or _named(cells[place + 1]) != "A":
            place += 1
            continue
        title = _title(cells, place)
        held: dict[str, str] = {}
        end = place + 1
        while end < len(cells) and _named(cells[end]) == _row_name(end - place - 1):
            row = _named(cells[end])
            for at, column in columns:
                if at < len(cells[end]) and cells[end][at]:
                    held[f"{row}{column}"] = cells[end][at]
            end += 1
        yield Block(title, held, range(place, end))
        place = end


def _columns(row: Sequence[str]) -> list[tuple[int, int]]:
    """Return places and numbers of a heading that counts from 1, none where it is no such."""
    found = [(at, int(cell)) for at, cell in enumerate(row) if at and cell.isdecimal()]
    filled = [cell for cell in row[1:] if cell]
    is_counted = [number for _at, number in found] == list(range(1, len(found) + 1))
    return found if len(found) >= 2 and is_counted and len(filled) == len(found) else []


def _named(row: Sequence[str]) -> str:
    return row[0].upper() if row and re.fullmatch(r"[A-Za-z]{1,2}", row[0]) else ""


def _title(cells: Sequence[Sequence[str]], place: int) -> str:
    if cells[place][0]:
        return cells[place][0]
    for row in reversed(cells[max(0, place - 3) : place]):
        filled = [cell for cell in row if cell]
        if filled:
            return " ".join(filled[:2]).rstrip(": ")
    return ""


def _row_number(name: str) -> int:
    found = 0
    for letter in name.upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


def _row_name(place: int) -> str:
    return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)
