"""Profiles of alleles in CSV files: who is alike, how probable a match is, groups, drift."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.profiles import (
    RELATIONS,
    By,
    Catalogue,
    Frequencies,
    Groups,
    HostDrift,
    Profile,
    common_factors,
    drift,
    match_probability,
)
from assays.numerics.refusals import Unusable
from labsys.lib.charts import Axis, Curve, Dot, Ribbon, Rule, xy
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

NAME = "profiles"
MOST_ALLELES = 10_000_000
HELP = "Profiles in a catalogue most like others, match probabilities, common factors, drift."
MOST_GROUPS_SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="CSV: profile, marker, allele[, intensity, quality]")
    parser.add_argument("--query", metavar="FILE", help="profiles to look for, a CSV of that form")
    parser.add_argument("--hits", type=int, default=10, metavar="NUMBER", help="for each of them")
    parser.add_argument("--by", choices=[one.value for one in By], default="jaccard")
    parser.add_argument("--frequencies", metavar="FILE", help="CSV: pop, locus, allele, freq")
    parser.add_argument("--population", metavar="NAME", help="which of the table's populations")
    parser.add_argument("--people", type=float, metavar="NUMBER", help="that the table rests on")
    parser.add_argument("--theta", type=float, default=0.0, help="coancestry, e.g. 0.01")
    parser.add_argument("--relation", choices=tuple(RELATIONS), default="identity")
    parser.add_argument("--intensity", type=float, default=0.0, help="leave weaker alleles out")
    parser.add_argument("--quality", type=float, default=0.0, help="leave poorer markers out")
    parser.add_argument("--groups", action="store_true", help="sets of factors held in common")
    parser.add_argument(
        "--drift",
        action="store_true",
        help="the file holds one host; its profiles are named by their time, a number",
    )


def run(options: Mapping[str, Any]) -> Findings:
    profiles = read_profiles(options["file"], options)
    table = _frequencies(options)
    tables: list[Table] = []
    data: dict[str, Any] = {"file": options["file"], "profiles": len(profiles)}
    plots: dict[str, bytes] = {}
    notes: dict[str, None] = {}
    if options["query"]:
        _searched(profiles, table, options, tables, data, notes)
    if options["groups"]:
        groups = common_factors(profiles, frequencies=table)
        tables.append(_groups(groups))
        data["groups"] = asdict(groups)
        notes |= dict.fromkeys(groups.notes)
    if options["drift"]:
        drifted = _drift(options["file"], profiles)
        tables.append(_drift_table(drifted))
        data["drift"] = asdict(drifted)
        plots["drift.svg"] = _drawn(drifted)
        notes |= dict.fromkeys(drifted.notes)
    if table is not None and not options["query"]:
        tables.append(_matches(profiles, table, options, data, notes))
    if not tables:
        raise Unusable(
            "NOTHING_ASKED", _("Ask for something: --query, --frequencies, --groups or --drift.")
        )
    data = _finite(data)
    return Findings(tables, data, plots, [str(note).replace("_", " ") for note in notes])


def _finite(data: Any) -> Any:
    """Return data without infinities, which JSON lacks: an excluded relation's logarithm is null."""
    if isinstance(data, dict):
        return {key: _finite(one) for key, one in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(one) for one in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def read_profiles(path: str, options: Mapping[str, Any]) -> dict[str, Profile]:
    """Read profiles from a long table, in the order in which they first appear."""
    found = files.rows(path, needed=("profile", "marker", "allele"), most=MOST_ALLELES)
    markers: dict[str, dict[str, list[str]]] = {}
    levels: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for number, row in enumerate(found, start=1):
        markers.setdefault(row["profile"], {}).setdefault(row["marker"], []).append(row["allele"])
        for kind in ("intensity", "quality"):
            if row.get(kind):
                own = levels.setdefault(row["profile"], {}).setdefault(kind, {})
                own.setdefault(row["marker"], {})[row["allele"]] = files.number(
                    row, kind, number, path=path
                )
    return {
        name: Profile(
            held,
            levels.get(name, {}).get("intensity", {}),
            {m: min(by.values()) for m, by in levels.get(name, {}).get("quality", {}).items()},
        ).called(intensity=options["intensity"], quality=options["quality"])
        for name, held in markers.items()
    }


def _frequencies(options: Mapping[str, Any]) -> Frequencies | None:
    path = options["frequencies"]
    if not path:
        return None
    found = files.rows(path, needed=("pop", "locus", "allele", "freq"))
    populations = list(dict.fromkeys(row["pop"] for row in found))
    chosen = options["population"] or (populations[0] if len(populations) == 1 else "")
    if chosen not in populations:
        raise Unusable(
            "POPULATION",
            _("%(path)s has these populations: %(known)s; say which with --population."),
            path=path,
            known=", ".join(populations),
        )
    shares = files.numbers(found, "freq", path=path)
    table: dict[str, dict[str, float]] = {}
    for row, share in zip(found, shares, strict=True):
        if row["pop"] != chosen:
            continue
        if row["allele"] in table.setdefault(row["locus"], {}):
            raise Unusable(
                "ALLELE_TWICE",
                _("%(path)s has allele %(allele)s of %(locus)s twice in %(population)s."),
                path=path,
                allele=cited(row["allele"]),
                locus=cited(row["locus"]),
                population=chosen,
            )
        table[row["locus"]][row["allele"]] = share
    return Frequencies(table, options["people"])


def _searched(
    profiles: Mapping[str, Profile],
    table: Frequencies | None,
    options: Mapping[str, Any],
    tables: list[Table],
    data: dict[str, Any],
    notes: dict[str, None],
) -> None:
    catalogue = Catalogue(profiles)
    asked = read_profiles(options["query"], options)
    data["searches"] = {}
    for name, profile in asked.items():
        found = catalogue.search(
            profile,
            options["hits"],
            by=options["by"],
            frequencies=table,
            relation=options["relation"],
            theta=options["theta"],
        )
        rows = [
            (
                hit.id,
                f"{hit.score:.4g}",
                str(hit.shared),
                f"{hit.expected_by_chance:.3g}",
                _log(hit.log10_match_probability),
                _log(hit.log10_likelihood_ratio),
            )
            for hit in found
        ]
        title = f"Most like {name} of {found.searched} profiles, {found.asked} factors asked"
        heading = ("profile", found.by.value, "shared", "by chance", "log10 match")
        tables.append(Table(title, (*heading, f"log10 LR {options['relation']}"), rows))
        data["searches"][name] = asdict(found)
        notes |= dict.fromkeys(found.notes)
    if table is not None:
        tables.append(_matches(asked, table, options, data, notes))


def _matches(
    profiles: Mapping[str, Profile],
    table: Frequencies,
    options: Mapping[str, Any],
    data: dict[str, Any],
    notes: dict[str, None],
) -> Table:
    found = {
        name: match_probability(one, table, theta=options["theta"])
        for name, one in profiles.items()
    }
    data["match_probabilities"] = {name: asdict(one) for name, one in found.items()}
    for one in found.values():
        notes |= dict.fromkeys(one.notes)
    return Table(
        f"Random match probability, theta {options['theta']:g}",
        ("profile", "log10", "probability", "markers"),
        [
            (name, f"{one.log10:.4f}", f"{one.probability:.3g}", str(len(one.by_marker)))
            for name, one in found.items()
        ],
    )


def _groups(found: Groups) -> Table:
    return Table(
        f"Factors held in common by two or more of {found.hosts}: {len(found.groups)} sets, the "
        f"least likely {min(MOST_GROUPS_SHOWN, len(found.groups))}",
        ("profiles", "factors", "log10 rarity", f"p ({found.adjustment.value})"),
        [
            (
                ", ".join(one.hosts),
                ", ".join(one.factors),
                f"{one.log10_rarity:.2f}",
                f"{one.p_adjusted:.3g}",
            )
            for one in found.groups[:MOST_GROUPS_SHOWN]
        ],
    )


def _drift(path: str, profiles: Mapping[str, Profile]) -> HostDrift:
    times = files.numbers([{"profile": name} for name in profiles], "profile", path=path)
    ordered = sorted(zip(times, profiles.values(), strict=True), key=lambda one: one[0])
    return drift([time for time, _one in ordered], [one for _time, one in ordered])


def _drift_table(found: HostDrift) -> Table:
    percent = f"{100 * found.level:g} % from"
    return Table(
        "Drift from the first profile, 1 - Jaccard; changes of pace: "
        + (", ".join(f"{one.time:g} (p {one.p:.2g})" for one in found.changes) or "none"),
        ("time", "drift", percent, "to", "markers"),
        [
            (f"{d.time:g}", *(_share(part) for part in (d.value, d.low, d.high)), str(d.markers))
            for d in found.drifts
        ],
    )


def _drawn(found: HostDrift) -> bytes:
    known = [
        (d.time, d.value, d.low, d.high)
        for d in found.drifts
        if d.value is not None and d.low is not None and d.high is not None
    ]
    times, values, lows, highs = zip(*known, strict=True)
    drawing = xy(
        [Dot(t, v, f"{t:g}: {v:.3g} ({low:.3g} to {high:.3g})") for t, v, low, high in known],
        name="drift",
        title="Drift from the first profile",
        description=f"{len(known)} profiles; at the last the drift is {values[-1]:.3g}.",
        x=Axis("time"),
        y=Axis("1 - Jaccard", low=0, high=1),
        curves=[Curve(times, values)],
        ribbons=[Ribbon(times, lows, highs)],
        rules=[Rule(one.time, "change of pace", is_upright=True) for one in found.changes],
        standalone=True,
    )
    return drawing.encode()


def _log(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _share(value: float | None) -> str:
    return "not compared" if value is None else f"{value:.4f}"
