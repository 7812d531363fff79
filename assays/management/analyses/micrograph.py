"""Micrographs of one film: what each shows, and the load of foreign bodies of all."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assays.management.analyses.findings import Findings, Table
from assays.numerics.refusals import Unusable

if TYPE_CHECKING:
    from assays.numerics.micrograph import Count, Fields

NAME = "micrograph"
HELP = "Red cells, white cells and foreign bodies in micrographs, and the load of one film."

# Pictures beneath drawings are held in memory until they are written; beyond this they are left out.
MOST_DRAWN_BYTES = 64 * 1024 * 1024


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG or TIFF, a field each")
    parser.add_argument("--red-cells-per-ul", type=float, metavar="NUMBER", help="e.g. 4.8e6")
    parser.add_argument("--red-cells-cv", type=float, metavar="FRACTION", help="e.g. 0.02 for 2 %%")


def run(options: Mapping[str, Any]) -> Findings:
    # The image tools are loaded only where a picture is counted.
    from assays.numerics.micrograph import count_fields

    paths: Sequence[str] = options["files"]
    found = count_fields(
        [Path(path) for path in paths],
        red_cells_per_ul=options["red_cells_per_ul"],
        red_cells_cv=options["red_cells_cv"],
    )
    refused = {place for place, _why in found.refused}
    counted = [path for place, path in enumerate(paths) if place not in refused]
    data = found.to_json()
    for field, path in zip(data["fields"], counted, strict=True):
        field["file"] = path
    for one in data["refused"]:
        one["file"] = paths[one["field"]]
    notes = {note.replace("_", " ") for one in found.counts for note in one.notes}
    notes |= {note.value.replace("_", " ") for note in found.load.notes}
    return Findings(
        [_fields(found, counted), _load(found)],
        data,
        _drawings(found.counts, counted),
        sorted(notes),
        [why for _place, why in found.refused],
    )


def _fields(found: Fields, paths: Sequence[str]) -> Table:
    rows = [
        (
            Path(path).name,
            str(len(one.red_cells)),
            str(len(one.white_cells)),
            str(len(one.foreign_bodies)),
            str(len(one.platelets)),
            str(len(one.artefacts)),
            f"{one.scale.red_cell_radius:.1f}",
        )
        for path, one in zip(paths, found.counts, strict=True)
    ]
    heading = ("file", "red cells", "white cells", "foreign bodies", "platelets", "artefacts")
    return Table("What each field shows", (*heading, "red cell radius, pixels"), rows)


def _load(found: Fields) -> Table:
    load = found.load
    shown = [("per 1000 red cells", load.per_1000_red_cells)]
    if load.per_ul is not None:
        shown.append(("per microlitre", load.per_ul))
    return Table(
        f"Load: {load.nanites} foreign bodies among {load.red_cells} red cells "
        f"in {load.fields} fields",
        ("load", "estimate", "95 % from", "to"),
        [
            (name, f"{one.value:.6g}", f"{one.low:.6g}", f"{one.high:.6g}")
            for name, one in shown
        ],
    )  # fmt: skip


def _drawings(counts: Sequence[Count], paths: Sequence[str]) -> dict[str, bytes]:
    from assays.management.analyses import files
    from assays.numerics.micrograph import overlay

    drawings: dict[str, bytes] = {}
    held = 0
    for place, (path, one) in enumerate(zip(paths, counts, strict=True), start=1):
        try:
            beneath = files.contents(path) if held < MOST_DRAWN_BYTES else None
        except Unusable:  # gone since it was counted: the drawing alone is still true
            beneath = None
        drawing = overlay(one, picture=beneath, title=Path(path).name)
        held += len(drawing)
        name = f"{Path(path).stem}.svg"
        drawings[f"{place}-{name}" if name in drawings else name] = drawing
    return drawings
