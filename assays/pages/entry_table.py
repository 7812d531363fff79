"""What an entry grid shows in each cell: an input with what it is judged by, or what was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assays.models import Result
from assays.pages import entry_fields
from assays.pages.entry_fields import ShownCell
from assays.pages.entry_form import Kept
from assays.queries import entry_people, words
from assays.queries.entry import Cell, Grid, Row
from assays.queries.filing import assay_facts, reported_value
from assays.rules import typed_values
from assays.rules.catalogue import ValueKind
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.flags import flag
from assays.rules.reference_intervals import Resolution
from labsys.lib.quantities import plain


@dataclass(frozen=True)
class Column:
    """One assay with what holds for every specimen."""

    assay: ActiveAssay
    units: str
    measured: str
    plausible: str


@dataclass(frozen=True)
class ShownRow:
    """One specimen as the template writes it; None stands where nothing is ordered."""

    row: Row
    cells: list[ShownCell | None] = field(default_factory=list)


@dataclass(frozen=True)
class Recorded:
    """One value that was just recorded."""

    result: Result
    name: str
    mrn: str
    is_critical: bool


def columns(grid: Grid) -> list[Column]:
    return [
        Column(
            assay=one,
            units=", ".join(typed_values.units(assay_facts(one))[1:]),
            measured=_limits(one.amr_low, one.amr_high),
            plausible=_limits(one.plausibility.low, one.plausibility.high)
            if one.plausibility
            else "",
        )
        for one in grid.columns
    ]


def rows(
    grid: Grid, kept: Mapping[int, Mapping[int, Kept]], *, may_override: bool
) -> list[ShownRow]:
    """Return the rows of a grid with what is kept in their cells."""
    shown = []
    absent = entry_fields.absent_options()
    for row in grid.rows:
        mine = kept.get(row.specimen.pk, {})
        cells = [
            _cell(
                row, row.cells[one.assay_id], mine.get(one.assay_id) or Kept(), may_override, absent
            )
            if one.assay_id in row.cells
            else None
            for one in grid.columns
        ]
        shown.append(ShownRow(row, cells))
    return shown


def without_a_row(grid: Grid, kept: Mapping[int, Mapping[int, Kept]]) -> list[str]:
    """Say what was typed where the grid has no cell any more: it is shown, never dropped."""
    there = {(row.specimen.pk, assay) for row in grid.rows for assay in row.cells}
    return [
        _("“%(text)s”: %(said)s")
        % {"text": one.text[:64] or one.absent[:64], "said": one.said or _("not recorded")}
        for specimen, cells in kept.items()
        for assay, one in cells.items()
        if one and (specimen, assay) not in there
    ]


def recorded(results: Sequence[Result]) -> list[Recorded]:
    """Return what was just recorded, with whose it is and whether it is critical."""
    people = entry_people.people(one.person_id for one in results)
    return [
        Recorded(
            result=one,
            name=people[one.person_id].display_name,
            mrn=people[one.person_id].mrn,
            is_critical=is_critical(one),
        )
        for one in results
    ]


def is_critical(result: Result) -> bool:
    """Judge a value by what was frozen with it, as its evaluation will in a moment."""
    value = reported_value(
        result.kind,
        result.comparator,
        result.value,
        result.unit,
        result.value_code,
        result.value_text,
        result.absent_reason,
    )
    return flag(value, Resolution.from_json(result.reference)).is_critical


def _cell(
    row: Row, cell: Cell, kept: Kept, may_override: bool, absent: Mapping[str, SafeString]
) -> ShownCell:
    assay = cell.assay
    resolution = cell.resolution
    shown = ShownCell(
        name=f"{row.specimen.pk}-{assay.assay_id}",
        label=_("%(assay)s of %(accession)s")
        % {"assay": assay.name, "accession": row.specimen.accession},
        cell=cell,
        kept=kept,
        range=words.range_text(resolution) if resolution and assay.unit else "",
        critical=_critical(resolution),
        is_choice=assay.kind is ValueKind.CODED and bool(assay.answers),
        answers=[(one, words.answer_words(one)) for one in assay.answers],
        is_overridable=may_override and (kept.is_implausible or bool(kept.override)),
    )
    return replace(shown, fields=entry_fields.fields(shown, absent))


def _critical(resolution: Resolution | None) -> str:
    found = resolution.critical if resolution is not None else ()
    written = [
        f"{sign}{plain(limit)}"
        for one in found
        for sign, limit in (("<", one.low), (">", one.high))
        if limit is not None
    ]
    return " ".join(dict.fromkeys(written))


def _limits(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {plain(low)}" if low is not None else ""
    return f"{plain(low)} – {plain(high)}" if low is not None else f"≤ {plain(high)}"
