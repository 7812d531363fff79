"""A plate of an immunoassay: its curve, its calibrators, its unknowns."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assays.instruments.plates import Content, Well, join, read_layout, read_signals
from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.management.analyses.plate_drawings import drawings
from assays.numerics.calibration import (
    Curve,
    Reading,
    Series,
    Verdict,
    curve_limits,
    judge,
)
from assays.rules.analyses.plate_readings import (
    Range,
    fitted,
    measured,
    requested,
    series_of,
    standards_of,
)

NAME = "plate"
HELP = "Calibration curve of a plate with acceptance, and its unknowns with limits and dilutions."


@dataclass(frozen=True, slots=True)
class Specimen:
    """The replicates of one name at one dilution, and what was read."""

    name: str
    content: Content
    wells: tuple[str, ...]
    target: float | None
    reading: Reading | None
    request: float | None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="what the reader exported: a list of wells or a matrix")
    parser.add_argument("--layout", required=True, metavar="FILE", help="which well holds what")
    parser.add_argument("--form", default="4PL", choices=["4PL", "5PL"])
    parser.add_argument("--theta", type=float, help="power of the mean in the SD of a signal")
    parser.add_argument("--unit", default="", help="unit of concentrations, e.g. IU/L")
    parser.add_argument("--low", type=float, help="lowest concentration to be reported")
    parser.add_argument("--high", type=float, help="highest concentration to be reported")
    parser.add_argument("--saturation", type=float, help="signal at which the reader is full")
    parser.add_argument("--block", help="title of the block of the reader's file")
    parser.add_argument("--level", type=float, default=0.95, help="of limits, 0.95 if not said")


def run(options: Mapping[str, Any]) -> Findings:
    wells = _wells(options)
    curve = fitted(wells, form=options["form"], theta=options["theta"])
    verdict = judge(curve)
    specimens, series = _specimens(wells, curve, options)
    limits = curve_limits(curve) if curve.residual_sd is not None else None
    unit = options["unit"]
    return Findings(
        tables=[
            _curve_table(curve, verdict, unit),
            _level_table(verdict, unit),
            _well_table(standards_of(wells), curve),
            *_specimen_tables(specimens, unit),
            *([_series_table(series, unit)] if series else []),
        ],
        data={
            "file": options["file"],
            "curve": _curve_data(curve),
            "acceptance": {"is_accepted": verdict.is_accepted, **asdict(verdict)},
            "limits": None if limits is None else asdict(limits),
            "specimens": [asdict(one) for one in specimens],
            "series": {name: asdict(one) for name, one in series.items()},
        },
        plots=drawings(curve, unit),
        notes=[*_told(curve, verdict), *_requests(specimens), *_hooks(series)],
    )


def _wells(options: Mapping[str, Any]) -> tuple[Well, ...]:
    layout = read_layout(files.text(options["layout"]), unit=options["unit"] or None)
    signals = read_signals(
        files.text(options["file"]), block=options["block"], saturation=options["saturation"]
    )
    return join(layout, signals)


def _specimens(
    wells: Sequence[Well], curve: Curve, options: Mapping[str, Any]
) -> tuple[list[Specimen], dict[str, Series]]:
    within = Range(options["low"], options["high"])
    found = measured(wells, curve, within=within, level=options["level"])
    asked = requested(found, curve, within=within)
    last = {one.name: one.dilution for one in found}  # in rising order
    rows = [
        Specimen(
            one.name,
            one.content,
            one.wells,
            one.target,
            one.reading,
            asked.get(one.name)
            if one.content is Content.UNKNOWN and one.dilution == last[one.name]
            else None,
        )
        for one in found
    ]
    return rows, series_of(found, curve)


def _curve_table(curve: Curve, verdict: Verdict, unit: str) -> Table:
    errors = curve.standard_errors or {}
    values = asdict(curve.parameters)
    rows = [
        (name.replace("_", " "), _shown(values[name]), _shown(errors.get(name)))
        for name in curve.free
    ]
    rows += [
        ("residual SD", _shown(curve.residual_sd), ""),
        ("degrees of freedom", str(curve.degrees_of_freedom), ""),
        ("theta", _shown(curve.theta), "estimated" if curve.is_theta_estimated else "given"),
        ("R squared", _shown(curve.r_squared, 6), ""),
    ]
    said = "accepted" if verdict.is_accepted else "NOT ACCEPTED"
    title = f"Calibration {curve.form.value}{f' in {unit}' if unit else ''}: {said}"
    return Table(title, ("", "value", "standard error"), rows)


def _level_table(verdict: Verdict, unit: str) -> Table:
    return Table(
        "Calibrators",
        (f"concentration {unit}".strip(), "wells", "signal", "CV %", "read", "recovery %", ""),
        [
            (
                _shown(one.concentration),
                str(one.replicates),
                _shown(one.mean_signal),
                _shown(one.cv_percent, 3),
                _shown(one.found),
                _shown(one.recovery_percent),
                "" if one.is_recovered else "outside",
            )
            for one in verdict.levels
        ],
    )


def _well_table(standards: Sequence[Well], curve: Curve) -> Table:
    return Table(
        "Residuals",
        ("well", "concentration", "signal", "fitted", "in SD"),
        [
            (
                well.place.well,
                _shown(well.place.concentration),
                _shown(well.signal),
                _shown(float(fitted)),
                f"{residual:+.2f}",
            )
            for well, fitted, residual in zip(
                standards, curve.fitted, curve.standardized, strict=True
            )
        ],
    )


def _specimen_tables(specimens: Sequence[Specimen], unit: str) -> list[Table]:
    titles = {Content.CONTROL: "Controls", Content.UNKNOWN: "Unknowns"}
    shown = f"result {unit}".strip()
    tables = []
    for role, title in titles.items():
        rows = [
            (
                one.name,
                " ".join(one.wells),
                f"{one.reading.dilution:g}" if one.reading else "",
                one.reading.shown if one.reading else "saturated",
                _shown(one.reading.low) if one.reading else "",
                _shown(one.reading.high) if one.reading else "",
                _shown(one.reading.cv_percent, 3) if one.reading else "",
                _shown(one.target) if role is Content.CONTROL else _shown(one.request),
            )
            for one in specimens
            if one.content is role
        ]
        last = "target" if role is Content.CONTROL else "dilute to"
        columns = ("name", "wells", "dilution", shown, "from", "to", "CV %", last)
        if rows:
            tables.append(Table(title, columns, rows))
    return tables


def _series_table(series: Mapping[str, Series], unit: str) -> Table:
    return Table(
        "Dilution series",
        ("name", f"result {unit}".strip(), "dilution", "highest ratio", "hook", "linear"),
        [
            (
                name,
                _shown(one.concentration),
                _shown(one.dilution),
                _shown(one.hook_ratio, 3),
                "HOOK" if one.has_hook else "no",
                {True: "yes", False: "NO", None: ""}[one.is_linear],
            )
            for name, one in series.items()
        ],
    )


def _curve_data(curve: Curve) -> dict[str, Any]:
    return {
        "form": curve.form.value,
        "parameters": asdict(curve.parameters),
        "standard_errors": dict(curve.standard_errors) if curve.standard_errors else None,
        "residual_sd": curve.residual_sd,
        "degrees_of_freedom": curve.degrees_of_freedom,
        "theta": curve.theta,
        "is_theta_estimated": curve.is_theta_estimated,
        "r_squared": curve.r_squared,
        "residuals": [float(one) for one in np.asarray(curve.standardized)],
        "method": curve.method,
        "notes": [note.value for note in curve.notes],
    }


def _told(curve: Curve, verdict: Verdict) -> list[str]:
    found = [note.value.replace("_", " ") for note in curve.notes]
    for one in verdict.breaches:
        where = "" if one.concentration is None else f" at {one.concentration:g}"
        found.append(f"{one.rule.value.replace('_', ' ')}{where}: {_shown(one.value)}".rstrip(": "))
    return found


def _requests(specimens: Sequence[Specimen]) -> list[str]:
    return [
        f"measure {one.name} again diluted 1 in {one.request:g}"
        for one in specimens
        if one.request is not None
    ]


def _hooks(series: Mapping[str, Series]) -> list[str]:
    return [
        f"{name}: {note.value.replace('_', ' ')}"
        for name, one in series.items()
        for note in one.notes
    ]


def _shown(value: float | None, digits: int = 4) -> str:
    return "" if value is None else f"{value:.{digits}g}"
