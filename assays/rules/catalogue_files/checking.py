"""What must be true of the rows of all tables together, though each cell alone can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assays.rules import coded_comments
from assays.rules.catalogue_files.cells import Value, shown
from assays.rules.catalogue_files.layout import ASSAY, BOX, Problem, Row
from assays.rules.coverage import check_coverage
from assays.rules.expressions import ExpressionRefused
from assays.rules.flags import Flag
from assays.rules.intervals import CriticalLimits, IntervalRow, InvalidRow
from assays.rules.range_rows import RowKind
from labsys.lib.wording import gettext_noop as _

Group = tuple[Value, ...]
_EVERYBODY: Group = ("*", "*", 0, None, "ANY")
MOST_BOXES = 10
NO_ASSAY = _(
    "No assay has this analyte, specimen type and method; add it to the table of assays as well."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the catalogue already, by code, beside what the tables add."""

    analytes: Collection[str]
    specimen_types: Collection[str]
    species: Collection[str]
    assays: Collection[Group]


def check(tables: Mapping[str, Sequence[Row]], known: Known) -> list[Problem]:
    """Return everything that is wrong with rows beside one another, and beside what is known."""
    analytes = {*known.analytes, *(row["code"] for row in tables.get("analytes", ()))}
    assays = {*known.assays, *(row.of(ASSAY) for row in tables.get("assays", ()))}
    found: list[Problem] = []
    for row in tables.get("assays", ()):
        found += _check_assay(row, analytes, known.specimen_types)
    for row in tables.get("ranges", ()):
        found += _unless(row.of(ASSAY) in assays, "ranges", row, "analyte", NO_ASSAY)
        found += _check_range(row, known.species)
    for row in tables.get("panels", ()):
        found += _unless(row.of(ASSAY) in assays, "panels", row, "analyte", NO_ASSAY)
    found += _check_panels(tables.get("panels", ()))
    for row in tables.get("comments", ()):
        found += _check_comment(row, analytes)
    return found


def check_covered(
    rows: Sequence[Row], group: Group, *, are_gaps_filled: bool = False
) -> Iterator[Problem]:
    """Say which patients the intervals of one assay leave out, or hold twice and by which rows.

    ``are_gaps_filled``: whoever is left out gets a row with a reason, so that only what is held twice
    is a problem.
    """
    mine = [row for row in rows if row.of(ASSAY) == group and row["range"] == RowKind.REFERENCE]
    coverage = check_coverage([_interval(row) for row in mine])
    name = " ".join(map(shown, group))
    for overlap in coverage.overlaps[:MOST_BOXES]:
        ids = [int(one) for one in overlap.row_ids]
        yield Problem(
            "ranges",
            ids[-1],
            "age_low_days",
            name,
            _("Rows %(rows)s hold the same patients: %(box)s. Make them meet without overlapping."),
            {"rows": ", ".join(map(str, ids)), "box": str(overlap.box)},
        )
    for gap in () if are_gaps_filled else coverage.gaps[:MOST_BOXES]:
        yield Problem(
            "ranges",
            mine[-1].number if mine else None,
            "age_low_days",
            name,
            _(
                "No row is for %(box)s. Add one, with a reason where nothing is established, or "
                "give one reason for all gaps when you hand the file in."
            ),
            {"box": str(gap)},
        )


def _interval(row: Row) -> IntervalRow:
    return IntervalRow(
        id=str(row.number),
        version=1,
        species=row["species"],
        sex=row["sex"],
        age_low_days=row["age_low_days"],
        age_high_days=row["age_high_days"],
        state=row["state"],
        low=row["low"],
        high=row["high"],
        established=not row["not_established_because"],
        reason=row["not_established_because"],
    )


def _unless(
    is_right: bool, table: str, row: Row, column: str, message: str, **params: object
) -> list[Problem]:
    if is_right:
        return []
    return [Problem(table, row.number, column, shown(row[column]), message, params)]


def _check_assay(
    row: Row, analytes: Collection[str], specimen_types: Collection[str]
) -> Iterator[Problem]:
    yield from _unless(
        row["analyte"] in analytes,
        "assays",
        row,
        "analyte",
        _("No analyte has this code; add it to the table of analytes as well."),
    )
    yield from _unless(
        row["specimen_type"] in specimen_types,
        "assays",
        row,
        "specimen_type",
        _("No specimen type has this code. There are: %(known)s."),
        known=", ".join(sorted(specimen_types)),
    )
    yield from _unless(
        bool(row["unit"]) == (row["kind"] == "NUMERIC"),
        "assays",
        row,
        "unit",
        _("A numeric assay has a unit, a coded one has none."),
    )
    yield from _unless(
        (row["tea_percent"] is None) == (not row["tea_source"]),
        "assays",
        row,
        "tea_source",
        _("An allowable error and its source are given together."),
    )
    known = [row[name] for name in ("lob", "lod", "loq") if row[name] is not None]
    yield from _unless(
        known == sorted(known),
        "assays",
        row,
        "lod",
        _("The limits of blank, detection and quantitation rise in this order."),
    )


def _check_range(row: Row, species: Collection[str]) -> Iterator[Problem]:
    yield from _unless(
        row["species"] == "*" or row["species"] in species,
        "ranges",
        row,
        "species",
        _("No species has this code. There are: *, %(known)s."),
        known=", ".join(sorted(species)),
    )
    kind = RowKind(row["range"])
    if kind in (RowKind.PLAUSIBILITY, RowKind.REPORTABLE):
        yield from _check_for_everybody(row)
    else:
        yield from _unless(
            bool(row["source"]), "ranges", row, "source", _("Say where these limits are from.")
        )
    try:
        if kind is RowKind.REFERENCE:
            _interval(row)
        else:
            _limits(row)
    except InvalidRow as wrong:
        yield Problem(
            "ranges",
            row.number,
            "low",
            f"{shown(row['low'])} – {shown(row['high'])}",
            _("This row contradicts itself: %(why)s."),
            {"why": str(wrong)},
        )


def _check_for_everybody(row: Row) -> Iterator[Problem]:
    yield from _unless(
        row.of(BOX) == _EVERYBODY and not row["not_established_because"],
        "ranges",
        row,
        "species",
        _("These limits hold for everybody: *, *, 0, empty, ANY, and no reason."),
    )
    yield from _unless(
        not row["source"],
        "ranges",
        row,
        "source",
        _("Leave this empty: the source stands in the table of assays, as measuring_source."),
    )


def _limits(row: Row) -> CriticalLimits:
    if row["not_established_because"]:
        raise InvalidRow("only a reference interval may be not established")
    return CriticalLimits(
        id=str(row.number),
        version=1,
        species=row["species"],
        sex=row["sex"],
        age_low_days=row["age_low_days"],
        age_high_days=row["age_high_days"],
        low=row["low"],
        high=row["high"],
        state=row["state"],
    )


def _check_panels(rows: Sequence[Row]) -> Iterator[Problem]:
    names: dict[str, str] = {}
    places: dict[tuple[str, int], int] = {}
    for row in rows:
        first = names.setdefault(row["panel"], row["name"])
        yield from _unless(
            first == row["name"],
            "panels",
            row,
            "name",
            _("Another row of this panel calls it %(name)s; write one name in all."),
            name=first,
        )
        place = (row["panel"], row["position"])
        yield from _unless(
            place not in places,
            "panels",
            row,
            "position",
            _("Row %(first)d stands in this place already."),
            first=places.get(place, 0),
        )
        places.setdefault(place, row.number)


def _check_comment(row: Row, analytes: Collection[str]) -> Iterator[Problem]:
    yield from _unless(
        row["analyte"] in analytes or not (row["analyte"] or row["flags"] or row["condition"]),
        "comments",
        row,
        "analyte",
        _("Name an analyte of the catalogue: a comment that is said by itself is of one."),
    )
    yield from _unless(
        set(row["flags"]) <= set(Flag),
        "comments",
        row,
        "flags",
        _("The flags are: %(known)s."),
        known=", ".join(Flag),
    )
    yield from _unless(
        any(row[f"text_{language}"] for language in coded_comments.LANGUAGES),
        "comments",
        row,
        f"text_{coded_comments.LANGUAGES[0]}",
        _("Write what the comment says."),
    )
    if row["condition"]:
        try:
            coded_comments.check_condition(row["condition"])
        except ExpressionRefused as refused:
            yield Problem(
                "comments",
                row.number,
                "condition",
                row["condition"][:80],
                refused.message,
                dict(refused.params),
            )
