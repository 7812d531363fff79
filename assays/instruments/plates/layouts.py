"""Which well holds what: a list, or a matrix of names with what the names mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.plates.cells import Cells, blocks, cells_of, number, well_names
from assays.instruments.unit_spellings import ucum
from assays.numerics.refusals import Unusable
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _


class Content(StrEnum):
    STANDARD = "standard"
    BLANK = "blank"
    CONTROL = "control"
    UNKNOWN = "unknown"
    EMPTY = "empty"


_CONTENTS = {
    **{one.value: one for one in Content},
    "std": Content.STANDARD,
    "calibrator": Content.STANDARD,
    "cal": Content.STANDARD,
    "blk": Content.BLANK,
    "qc": Content.CONTROL,
    "ctrl": Content.CONTROL,
    "sample": Content.UNKNOWN,
    "specimen": Content.UNKNOWN,
    "patient": Content.UNKNOWN,
    "": Content.EMPTY,
}
# Names in a matrix tell the role where no list does: S1 or STD1, B or BLK, C1 or QC1.
_BY_NAME = (
    (re.compile(r"(?i)(s|std|cal)[ _-]?\d+"), Content.STANDARD),
    (re.compile(r"(?i)(b|blk|blank)[ _-]?\d*"), Content.BLANK),
    (re.compile(r"(?i)(c|qc|ctrl|control)[ _-]?\w*"), Content.CONTROL),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a well holds. ``concentration`` is that of a standard, or a control's target."""

    well: str
    content: Content
    name: str
    concentration: float | None
    dilution: float


def read_layout(text: str, *, unit: str | None = None) -> Mapping[str, Place]:
    """Return what each well of a layout holds, by its name (A1).

    A list with the columns well (A1, or A1-B2 for a rectangle), role, name, concentration, dilution
    and unit, of which well and role are needed; or a matrix of names with a list below it whose
    columns are name, role, concentration, dilution, unit, and specimen where one specimen stands
    there under several names, one for each dilution. ``unit`` is the unit of the assay, as
    UCUM or people write it: another one in the file is refused (UNIT). Other refusals: WELL_UNKNOWN, WELL_TWICE, ROLE_UNKNOWN,
    NAME_UNKNOWN, NO_CONCENTRATION, NOT_A_NUMBER, TOO_LOW, NO_WELLS.
    """
    cells = cells_of(text)
    matrix = next(iter(blocks(cells)), None)
    if matrix is None:
        return _from_list(_table(cells, "well"), unit)
    rest = [row for place, row in enumerate(cells) if place not in matrix.lines]
    return _from_matrix(matrix.cells, _table(rest, "name"), unit)


def _table(cells: Cells, first: str) -> list[dict[str, str]]:
    """Return the rows of the list that has a column ``first``, none where there is none."""
    for place, row in enumerate(cells):
        heading = [cell.lower() for cell in row]
        if first in heading:
            return [
                dict(zip(heading, [*later, *[""] * len(heading)], strict=False))
                for later in cells[place + 1 :]
                if any(later)
            ]
    return []


def _from_list(rows: Sequence[Mapping[str, str]], unit: str | None) -> Mapping[str, Place]:
    found: dict[str, Place] = {}
    for row in rows:
        for well in well_names(row["well"]):
            if well in found:
                raise Unusable("WELL_TWICE", _("Well %(well)s is given twice."), well=well)
            found[well] = _place(well, row, unit)
    return _some(found)


def _from_matrix(
    cells: Mapping[str, str], rows: Sequence[Mapping[str, str]], unit: str | None
) -> Mapping[str, Place]:
    meanings = {}
    for row in rows:
        if row["name"].lower() in meanings:
            raise Unusable("NAME_TWICE", _("%(name)s is explained twice."), name=cited(row["name"]))
        meanings[row["name"].lower()] = row
    found = {}
    for well, name in cells.items():
        meaning = dict(meanings.get(name.lower(), {}))
        if not meaning.get("role"):
            meaning["role"] = _content_of(name).value
        meaning["name"] = meaning.get("specimen") or name
        found[well] = _place(well, meaning, unit)
    absent = set(meanings) - {name.lower() for name in cells.values()}
    if absent:
        raise Unusable(
            "NAME_UNKNOWN",
            _("%(name)s is explained and stands in no well."),
            name=cited(sorted(absent)[0]),
        )
    return _some(found)


def _place(well: str, row: Mapping[str, str], unit: str | None) -> Place:
    given = row.get("role", "").lower()
    if given not in _CONTENTS:
        raise Unusable(
            "ROLE_UNKNOWN",
            _("Well %(well)s holds a %(role)s; there are: %(roles)s."),
            well=well,
            role=cited(given),
            roles=", ".join(Content),
        )
    role = _CONTENTS[given]
    own = row.get("unit", "")
    if unit is not None and own and ucum(own) != ucum(unit):
        raise Unusable(
            "UNIT",
            _("Well %(well)s is in %(own)s; the assay is in %(unit)s."),
            well=well,
            own=cited(own),
            unit=unit,
        )
    concentration = _number(row, "concentration", well, 0.0)
    if role is Content.STANDARD and concentration is None:
        raise Unusable(
            "NO_CONCENTRATION", _("The standard in well %(well)s has no concentration."), well=well
        )
    dilution = _number(row, "dilution", well, 1.0)
    name = row.get("name") or (f"{concentration:g}" if role is Content.STANDARD else well)
    return Place(well, role, name, concentration, 1.0 if dilution is None else dilution)


def _number(row: Mapping[str, str], column: str, well: str, least: float) -> float | None:
    given = row.get(column, "")
    if not given:
        return None
    try:
        found = number(given)
    except ValueError as error:
        raise Unusable(
            "NOT_A_NUMBER",
            _("The %(column)s of well %(well)s is %(value)s: no number."),
            column=column,
            well=well,
            value=cited(given),
        ) from error
    if found < least:
        raise Unusable(
            "TOO_LOW",
            _("The %(column)s of well %(well)s is %(value)s; none can be below %(least)s."),
            column=column,
            well=well,
            value=given,
            least=least,
        )
    return found


def _content_of(name: str) -> Content:
    if name.lower() in _CONTENTS:
        return _CONTENTS[name.lower()]
    return next((role for form, role in _BY_NAME if form.fullmatch(name)), Content.UNKNOWN)


def _some(found: Mapping[str, Place]) -> Mapping[str, Place]:
    if not any(one.content is not Content.EMPTY for one in found.values()):
        raise Unusable("NO_WELLS", _("The layout says of no well what it holds."))
    return found
