"""Nanite load from counts by field, in a CSV file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.nanite_load import CountEstimate, nanite_load
from assays.numerics.refusals import Unusable
from assays.rules.nanites import check_fields
from labsys.lib.charts import Estimate as Drawn
from labsys.lib.charts import intervals
from labsys.lib.wording import gettext_noop as _

NAME = "load"
HELP = "Nanite load per 1000 red cells and per microlitre from counts by field, with 95 % limits."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="CSV with the columns red_cells and nanites, a row a field")
    parser.add_argument("--red-cells-per-ul", type=float, metavar="NUMBER", help="e.g. 4.8e6")
    parser.add_argument("--red-cells-cv", type=float, metavar="FRACTION", help="e.g. 0.02 for 2 %%")


def run(options: Mapping[str, Any]) -> Findings:
    path = options["file"]
    found = files.rows(path, needed=("red_cells", "nanites"))
    red_cells = _whole(files.numbers(found, "red_cells", path=path), path)
    nanites = _whole(files.numbers(found, "nanites", path=path), path)
    fields = check_fields(list(zip(red_cells, nanites, strict=True)))
    try:
        load = nanite_load(
            fields,
            red_cells_per_ul=options["red_cells_per_ul"],
            red_cells_cv=options["red_cells_cv"],
        )
    except ValueError as error:
        raise Unusable("CONCENTRATION", _("%(why)s."), why=str(error)) from error
    shown = [("per 1000 red cells", load.per_1000_red_cells)]
    if load.per_ul is not None:
        shown.append(("per microlitre", load.per_ul))
    table = Table(
        f"Nanite load: {load.nanites} nanites among {load.red_cells} red cells "
        f"in {load.fields} fields",
        ("load", "estimate", "95 % from", "to"),
        [(name, *(f"{part:.6g}" for part in _parts(one))) for name, one in shown],
    )
    drawing = intervals(
        [Drawn(name, one.value, one.low, one.high, f"{one.value:.4g}") for name, one in shown[:1]],
        name="load",
        title="Nanite load",
        unit="{nanites}/1000 red cells",
        standalone=True,
    )
    return Findings(
        [table],
        {"file": path, **load.to_json()},
        {"load.svg": drawing.encode()},
        [note.value.replace("_", " ") for note in load.notes],
    )


def _parts(one: CountEstimate) -> tuple[float, float, float]:
    return one.value, one.low, one.high


def _whole(values: list[float], path: str) -> list[int]:
    for number, value in enumerate(values, start=1):
        if not value.is_integer():
            raise Unusable(
                "NOT_WHOLE",
                _("Row %(number)d of %(path)s: %(value)s is no whole number of cells."),
                number=number,
                path=path,
                value=value,
            )
    return [int(value) for value in values]
