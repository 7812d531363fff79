"""Components of variance of repeated measurements, in a CSV file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.calibration import Component, nested_anova

NAME = "precision"
HELP = "Precision of a method from nested measurements (EP05-A3): repeatability, within-laboratory."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="CSV with a column a factor and the result, a row a result")
    parser.add_argument(
        "--factors", default="day,run", help="columns from the outermost in; day,run if not said"
    )
    parser.add_argument("--value", default="result", help="column of results; result if not said")
    parser.add_argument("--level", type=float, default=0.95, help="of limits, 0.95 if not said")


def run(options: Mapping[str, Any]) -> Findings:
    path = options["file"]
    value = options["value"].strip().lower()
    factors = [name.strip().lower() for name in options["factors"].split(",") if name.strip()]
    found = files.rows(path, needed=[*factors, value])
    precision = nested_anova(
        files.numbers(found, value, path=path),
        {name: [row[name] for row in found] for name in factors},
        level=options["level"],
    )
    rows = [_row(one) for one in (*precision.components, precision.within_laboratory)]
    how = "balanced" if precision.is_balanced else "unbalanced"
    title = f"{precision.measurements} measurements ({how}), mean {precision.mean:.6g}"
    columns = ("source", "variance", "SD", "CV %", "df", "from", "to")
    return Findings(tables=[Table(title, columns, rows)], data=asdict(precision))


def _row(one: Component) -> tuple[str, ...]:
    name = {"error": "repeatability"}.get(one.name, one.name.replace("_", " "))
    numbers = (one.variance, one.sd, one.cv_percent, one.degrees_of_freedom, one.low, one.high)
    return (name, *("" if value is None else f"{value:.6g}" for value in numbers))
