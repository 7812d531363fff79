"""The course of a load over days, from a CSV file, with what was done against it."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.doubling import Direction, Doubling, Estimate
from assays.numerics.kinetics import Intervention, Kind, LoadFit, Model, Outlook, fit_load
from assays.numerics.kinetics.projection import Projection
from assays.numerics.refusals import Unusable
from labsys.lib.charts import Axis, Censored, Curve, Dot, Ribbon, Rule, xy
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

NAME = "kinetics"
HELP = (
    "Growth, clearance, changes of rate and rebound of a load over days, with 95 % limits, "
    "and when it reaches a load."
)
PLACES = 200


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        help="CSV with the columns day and load ({nanites}/uL), and comparator (<) where a load "
        "is a limit",
    )
    parser.add_argument("--limit", type=float, metavar="LOAD", help="limit of detection")
    parser.add_argument(
        "--intervention",
        action="append",
        default=[],
        metavar="DAY:KIND[:DETAIL]",
        help=f"what was done, as often as needed; kinds: {', '.join(Kind)}",
    )
    parser.add_argument(
        "--interventions", metavar="FILE", help="the same as CSV with day, kind and detail"
    )
    parser.add_argument("--model", default="auto", help=f"auto, {', '.join(Model)}")
    parser.add_argument("--changes", type=int, default=3, help="changes looked for at most")
    parser.add_argument("--cv", type=float, metavar="FRACTION", help="CV of one load, if known")
    parser.add_argument("--reach", type=float, metavar="LOAD", help="say when this is reached")


def run(options: Mapping[str, Any]) -> Findings:
    path = options["file"]
    rows = files.rows(path, needed=("day", "load"))
    days = files.numbers(rows, "day", path=path)
    loads = files.numbers(rows, "load", path=path)
    below = np.array(
        [
            files.comparator(row, ("", "=", "<"), place, path=path) == "<"
            for place, row in enumerate(rows, start=1)
        ]
    )
    done = [_intervention(one) for one in options["intervention"]]
    if options["interventions"]:
        done += _listed(options["interventions"])
    found = fit_load(
        days,
        loads,
        censored=below,
        limit=options["limit"],
        interventions=done,
        model=options["model"],
        most_changes=options["changes"],
        cv=options["cv"],
    )
    data = {"file": path, **found.to_json()}
    tables = _tables(found)
    if options["reach"] is not None and found.model is not None:
        when = found.time_to(options["reach"])
        tables.append(_reach_table(when))
        data["reach"] = {"limit": when.limit, "outlook": when.outlook, "day": _json(when.day)}
    is_below = below | (np.array(loads) < (options["limit"] or 0.0))
    shown = np.where(np.array(loads) < (options["limit"] or 0.0), options["limit"] or 0.0, loads)
    return Findings(
        tables,
        data,
        {"kinetics.svg": _drawn(found, days, shown, is_below, done).encode()},
        [note.value.replace("_", " ") for note in found.notes],
    )


def _intervention(text: str) -> Intervention:
    day, _colon, rest = text.partition(":")
    kind, _colon, detail = rest.partition(":")
    return _made(day, kind or Kind.OTHER, detail)


def _listed(path: str) -> list[Intervention]:
    rows = files.rows(path, needed=("day", "kind"))
    return [_made(row["day"], row["kind"], row.get("detail", "")) for row in rows]


def _made(day: str, kind: str, detail: str) -> Intervention:
    try:
        return Intervention(float(day), Kind(kind), detail)
    except ValueError as error:
        raise Unusable(
            "INTERVENTION",
            _("%(given)s is no intervention: give a day and one of %(kinds)s."),
            given=cited(f"{day}:{kind}"),
            kinds=", ".join(Kind),
        ) from error


def _tables(found: LoadFit) -> list[Table]:
    rebound = found.rebound
    below = f", {found.below_limit} below the limit" if found.below_limit else ""
    title = f"Course of {found.loads} loads{below}: {found.model or 'not determinable'}"
    if found.cv is not None:
        title += f", CV {found.cv:.1%}"
    tables = [
        Table(
            title,
            ("from day", "to day", "rate per day", "95 % from", "to", "time", "days", "from", "to"),
            [
                (f"{one.start:.6g}", f"{one.end:.6g}", *_three(one.rate), *_of(one.doubling))
                for one in found.segments
            ],
        )
    ]
    if found.change_points:
        tables.append(
            Table(
                "Changes of rate",
                ("day", "95 % from", "to", "rate changed by", "95 % from", "to", "jump", "reason"),
                [
                    (
                        *_three(one.day),
                        *_three(one.rate_change),
                        f"x {one.jump.value:.3g}" if one.jump else "",
                        one.intervention.kind.replace("_", " ") if one.intervention else "found",
                    )
                    for one in found.change_points
                ],
            )
        )
    if found.parameters:
        tables.append(
            Table(
                f"Parameters of {found.model} course",
                ("parameter", "estimate", "95 % from", "to"),
                [(name, *_three(one)) for name, one in found.parameters.items()],
            )
        )
    verdict = "detected" if rebound.is_detected else "not detected"
    day = rebound.day if rebound.is_detected and rebound.day is not None else None
    tables.append(
        Table(
            "Rebound",
            ("verdict", "probability", "from day", "95 % from", "to"),
            [(verdict, f"{rebound.probability:.3g}", *(_three(day) if day else ("", "", "")))],
        )
    )
    return tables


def _reach_table(when: Projection) -> Table:
    words = {
        Outlook.PROJECTED: "projected",
        Outlook.NOT_DETERMINABLE: "not determinable",
        Outlook.NOT_EXPECTED: "not expected",
    }
    day = _three(when.day) if when.day is not None else ("", "", "")
    return Table(
        f"Until {when.limit:g} per microlitre, if it goes on so",
        ("outlook", "day", "95 % from", "to"),
        [(words[when.outlook], *day)],
    )


def _three(one: Estimate) -> tuple[str, str, str]:
    return f"{one.value:.5g}", _shown(one.low), _shown(one.high)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"


def _of(one: Doubling) -> tuple[str, str, str, str]:
    if one.days is None:
        return "not determinable", "", "", ""
    name = "doubling" if one.direction is Direction.GROWTH else "half-life"
    return name, *_three(one.days)


def _json(one: Estimate | None) -> dict[str, float | None] | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high}


def _drawn(
    found: LoadFit,
    days: Sequence[float],
    loads: np.ndarray[Any, Any],
    below: np.ndarray[Any, Any],
    done: Sequence[Intervention],
) -> str:
    dots = [
        Dot(
            day,
            float(load),
            f"day {day:g}: {'< ' if is_below else ''}{load:.4g}",
            censored=Censored.BELOW if is_below else None,
        )
        for day, load, is_below in zip(days, loads, below, strict=True)
    ]
    rules = [
        Rule(one.day, f"{one.kind.replace('_', ' ')} {one.detail}".strip(), is_upright=True)
        for one in done
    ]
    rules += [
        Rule(one.day.value, f"change, day {one.day.value:.1f}", is_upright=True)
        for one in found.change_points
        if one.intervention is None
    ]
    curves, ribbons = [], []
    if found.model is not None and math.isfinite(max(days) - min(days)):
        places = np.linspace(min(days), max(days), PLACES)
        value, low, high = found.at(places)
        curves.append(Curve(places.tolist(), value.tolist()))
        if np.isfinite(low).all() and np.isfinite(high).all():
            ribbons.append(Ribbon(places.tolist(), low.tolist(), high.tolist()))
    return str(
        xy(
            dots,
            name="kinetics",
            title="Nanite load over days",
            description=f"{len(dots)} loads with the fitted course and its 95 % limits.",
            x=Axis("day"),
            y=Axis("load [{nanites}/uL]", log=True),
            curves=curves,
            ribbons=ribbons,
            rules=rules,
            standalone=True,
        )
    )
