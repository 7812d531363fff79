"""Cases by day in a CSV file: growth, reproduction number, and the beds they will need."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.doubling import Direction, Estimate
from assays.numerics.epidemic import (
    Growth,
    Reproduction,
    Uncertainty,
    WardLoad,
    growth_rate,
    reproduction_from_growth,
    reproduction_number,
    ward_load,
)
from assays.numerics.refusals import NoSolution, Unusable
from labsys.lib.charts import Axis, Bar, Curve, Dot, Ribbon, Rule, bars, xy
from labsys.lib.wording import gettext_noop as _

NAME = "epidemic"
HELP = (
    "Growth and doubling time of cases, the reproduction number by windows, and beds to come, "
    "with 95 % limits."
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        help="CSV with the columns day (whole, without gaps) and cases, and imported where some "
        "of the cases are",
    )
    parser.add_argument("--serial-mean", type=float, metavar="DAYS", help="serial interval")
    parser.add_argument("--serial-sd", type=float, metavar="DAYS")
    parser.add_argument(
        "--serial-mean-error",
        type=float,
        default=0.0,
        metavar="DAYS",
        help="how uncertain that mean is (its SD); limits of R then hold it",
    )
    parser.add_argument(
        "--serial-sd-error", type=float, default=0.0, metavar="DAYS", help="the same of that SD"
    )
    parser.add_argument("--window", type=int, default=7, metavar="DAYS", help="of R; 7 by default")
    parser.add_argument("--first", type=int, metavar="DAY", help="growth from this day of the file")
    parser.add_argument("--last", type=int, metavar="DAY", help="growth up to this day of the file")
    parser.add_argument("--variance", default="auto", help="auto, poisson or quasi")
    parser.add_argument("--admitted", type=float, metavar="FRACTION", help="share that needs a bed")
    parser.add_argument("--stay-mean", type=float, metavar="DAYS", help="length of stay")
    parser.add_argument("--stay-sd", type=float, metavar="DAYS")
    parser.add_argument("--delay", type=int, default=0, metavar="DAYS", help="case to admission")
    parser.add_argument("--ahead", type=int, default=14, metavar="DAYS", help="14 by default")
    parser.add_argument(
        "--carry", choices=("growth", "r"), default="growth", help="how cases are carried forward"
    )


def run(options: Mapping[str, Any]) -> Findings:
    path = options["file"]
    days, cases, imported = _read(path)
    start = days[0]
    growth, ratio, failures = None, None, []
    tables = []
    data: dict[str, Any] = {"file": path, "first_day": start, "days": len(days)}
    try:
        growth = _growth(options, cases, start)
        tables.append(_growth_table(growth, options))
        data["growth"] = growth.to_json()
    except NoSolution as error:
        failures.append(str(error))
    plots = {"cases.svg": _curve(days, cases, imported).encode()}
    if options["serial_mean"] is not None or options["serial_sd"] is not None:
        ratio = reproduction_number(
            cases,
            mean_serial_interval=options["serial_mean"],
            sd_serial_interval=options["serial_sd"],
            uncertainty=Uncertainty(
                mean=options["serial_mean_error"], sd=options["serial_sd_error"]
            ),
            imported=imported,
            window_days=options["window"],
        )
        tables.append(_ratio_table(ratio, start))
        data["reproduction_number"] = ratio.to_json()
        plots["reproduction_number.svg"] = _over_time(ratio, start).encode()
    beds = _beds(options, cases, growth, ratio)
    if beds is not None:
        tables.append(_beds_table(beds, start))
        data["wards"] = beds.to_json()
        plots["beds.svg"] = _beds_drawn(beds, start).encode()
    return Findings(tables, data, plots, [], failures)


def _read(path: str) -> tuple[list[int], list[float], list[float] | None]:
    rows = files.rows(path, needed=("day", "cases"))
    days = files.numbers(rows, "day", path=path)
    for place, (one, before) in enumerate(zip(days[1:], days, strict=False), start=2):
        if one != before + 1:
            raise Unusable(
                "DAYS",
                _("Row %(place)d of %(path)s: days go on one by one; a day without cases has 0."),
                place=place,
                path=path,
            )
    if not all(day.is_integer() for day in days):
        raise Unusable("DAYS", _("Days of %(path)s are whole numbers."), path=path)
    has_imported = "imported" in rows[0]
    imported = files.numbers(rows, "imported", path=path) if has_imported else None
    return [int(day) for day in days], files.numbers(rows, "cases", path=path), imported


def _growth(options: Mapping[str, Any], cases: Sequence[float], start: int) -> Growth:
    first, last = options["first"], options["last"]
    return growth_rate(
        cases,
        first_day=1 if first is None else first - start + 1,
        last_day=None if last is None else last - start + 1,
        variance=options["variance"],
    )


def _growth_table(found: Growth, options: Mapping[str, Any]) -> Table:
    rows = [("rate per day", *_three(found.rate))]
    if found.doubling.days is None:
        rows.append(("doubling time [d]", "not determinable", "", ""))
    else:
        is_growth = found.doubling.direction is Direction.GROWTH
        name = "doubling time [d]" if is_growth else "half-life [d]"
        rows.append((name, *_three(found.doubling.days)))
    if found.doubling != found.poisson_doubling and found.poisson_doubling.days is not None:
        rows.append(("the same, chance alone", *_three(found.poisson_doubling.days)))
    if options["serial_mean"] is not None and options["serial_sd"] is not None:
        ratio = reproduction_from_growth(
            found.rate,
            generation_mean=options["serial_mean"],
            generation_sd=options["serial_sd"],
        )
        rows.append(("R of that rate, continuous gamma", *_three(ratio)))
    spread = "" if found.dispersion is None else f", dispersion {found.dispersion:.3g}"
    return Table(
        f"Growth over {found.last_day - found.first_day + 1} days and {found.cases} cases: "
        f"{found.variance} variance{spread}",
        ("quantity", "estimate", "95 % from", "to"),
        rows,
    )


def _ratio_table(found: Reproduction, start: int) -> Table:
    title = f"Reproduction number, serial interval of {found.serial_interval_mean:.3g} days"
    if found.uncertainty is not None:
        title += (
            f", uncertain by {found.uncertainty.mean:.3g} in its mean and "
            f"{found.uncertainty.sd:.3g} in its SD ({found.intervals} intervals)"
        )
    return Table(
        title,
        ("from day", "to day", "cases", "mean", "95 % from", "to", "remarks"),
        [
            (
                str(one.first_day + start - 1),
                str(one.last_day + start - 1),
                str(one.cases),
                "-" if one.mean is None else f"{one.mean:.4g}",
                "-" if one.quantiles is None else f"{one.quantiles[0.025]:.4g}",
                "-" if one.quantiles is None else f"{one.quantiles[0.975]:.4g}",
                ", ".join(note.value.replace("_", " ") for note in one.notes),
            )
            for one in found.windows
        ],
    )


def _beds(
    options: Mapping[str, Any],
    cases: Sequence[float],
    growth: Growth | None,
    ratio: Reproduction | None,
) -> WardLoad | None:
    if options["admitted"] is None:
        return None
    if options["stay_mean"] is None or options["stay_sd"] is None:
        raise Unusable("STAY", _("Beds need the mean and the SD of the length of stay."))
    carried = ratio if options["carry"] == "r" else growth
    if carried is None:
        raise Unusable(
            "CARRY", _("Nothing carries cases forward: give a serial interval or other days.")
        )
    return ward_load(
        cases,
        carried,
        admitted_share=options["admitted"],
        stay_mean=options["stay_mean"],
        stay_sd=options["stay_sd"],
        delay_days=options["delay"],
        ahead=options["ahead"],
    )


def _beds_table(found: WardLoad, start: int) -> Table:
    return Table(
        f"Wards, carried by {found.carried_by.replace('_', ' ')}; "
        f"most beds on day {found.peak.day + start - 1}",
        ("day", "cases", "from", "to", "admissions", "from", "to", "beds", "from", "to"),
        [
            (
                str(one.day + start - 1),
                *_three(one.cases),
                *_three(one.admissions),
                *_three(one.beds),
            )
            for one in found.days
        ],
    )


def _three(one: Estimate) -> tuple[str, str, str]:
    low, high = ("-" if edge is None else f"{edge:.5g}" for edge in (one.low, one.high))
    return f"{one.value:.5g}", low, high


def _curve(days: Sequence[int], cases: Sequence[float], imported: Sequence[float] | None) -> str:
    brought = imported or [0.0] * len(days)
    return str(
        bars(
            [
                Bar(int(count), str(day), f"day {day}: {count:g} cases, {came:g} imported")
                for day, count, came in zip(days, cases, brought, strict=True)
            ],
            name="cases",
            title="Cases by day",
            unit="day",
            summary=f"{int(sum(cases))} cases on {len(days)} days.",
            nothing="No cases.",
            standalone=True,
        )
    )


def _over_time(found: Reproduction, start: int) -> str:
    known = [one for one in found.windows if one.mean is not None and one.quantiles is not None]
    days = [float(one.last_day + start - 1) for one in known]
    means = [one.mean or 0.0 for one in known]
    return _with_limits(
        days,
        means,
        [(one.quantiles or {})[0.025] for one in known],
        [(one.quantiles or {})[0.975] for one in known],
        name="reproduction_number",
        title="Reproduction number by the last day of its window",
        y="R",
        rules=[Rule(1.0, "1")],
    )


def _beds_drawn(found: WardLoad, start: int) -> str:
    beds = [one.beds for one in found.days]
    return _with_limits(
        [float(one.day + start - 1) for one in found.days],
        [one.value for one in beds],
        [one.low or 0.0 for one in beds],
        [one.high or 0.0 for one in beds],
        name="beds",
        title="Beds to come",
        y="beds",
        rules=[],
    )


def _with_limits(
    days: list[float],
    values: list[float],
    lows: list[float],
    highs: list[float],
    *,
    name: str,
    title: str,
    y: str,
    rules: Sequence[Rule],
) -> str:
    return str(
        xy(
            [
                Dot(day, value, f"day {day:g}: {value:.3g} [{low:.3g}, {high:.3g}]")
                for day, value, low, high in zip(days, values, lows, highs, strict=True)
            ],
            name=name,
            title=title,
            description=f"{len(days)} days with 95 % limits.",
            x=Axis("day"),
            y=Axis(y),
            curves=[Curve(days, values)] if days else [],
            ribbons=[Ribbon(days, lows, highs)] if days else [],
            rules=rules,
            standalone=True,
        )
    )
