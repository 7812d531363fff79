"""Loads of persons before and after removals, in two CSV files: compared across persons."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from assays.management.analyses import files
from assays.management.analyses.findings import Findings, Table
from assays.numerics.refusals import Unusable
from assays.rules.analyses import trials
from labsys.lib.charts import Estimate, Reference, Tone, intervals
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

NAME = "trials"
HELP = (
    "Loads and growth of persons after removals against before, together with 95 % limits, and two "
    "removals against each other."
)
# Days of the files become moments; which day is the first does not matter.
_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
_KINDS = {kind.lower(): kind for kind in trials.REMOVALS}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        help="CSV with the columns person, day and load ({nanites}/uL), and comparator (<) where a "
        "load is a limit",
    )
    parser.add_argument(
        "--interventions",
        required=True,
        metavar="FILE",
        help="CSV with the columns person, day and kind, and until and detail where there are some",
    )
    parser.add_argument("--kind", required=True, help=", ".join(_KINDS))
    parser.add_argument("--detail", default="", help="a pore size such as 9um, or a word")
    parser.add_argument("--against", default="", metavar="KIND", help="another removal")
    parser.add_argument("--against-detail", default="", metavar="DETAIL")
    parser.add_argument("--before", type=float, default=14, metavar="DAYS", help="14 by default")
    parser.add_argument("--after", type=float, default=14, metavar="DAYS", help="14 by default")
    parser.add_argument("--gap", type=float, default=0, metavar="HOURS", help="after its end")
    parser.add_argument("--which", default="first", help="first or last of several in a person")
    parser.add_argument("--others", default="left_out", help="left_out or counted")


def run(options: Mapping[str, Any]) -> Findings:
    parameters = trials.parameters(
        {
            "kind": _kind(options["kind"]),
            "detail": options["detail"],
            "against_kind": _kind(options["against"]) if options["against"] else "",
            "against_detail": options["against_detail"],
            "days_before": options["before"],
            "days_after": options["after"],
            "gap_hours": options["gap"],
            "which": options["which"],
            "others": options["others"],
        }
    )
    given = _read(options["file"], options["interventions"])
    outcomes, left_out = {}, []
    for person, one in given.items():
        try:
            outcomes[person] = trials.work(parameters, one)
        except Refused as why:
            if why.code != "NOT_DONE":
                left_out.append(f"{person} is left out: {why}")
    if not outcomes:
        raise Unusable(
            "NOBODY",
            _("None of %(persons)d persons can be compared. %(why)s"),
            persons=len(given),
            why=" ".join(left_out[:3]),
        )
    together = trials.combine(parameters, list(outcomes.values()))
    names = trials.arms(parameters)
    tables = [_persons(outcomes), _together(together, names)]
    plots = {
        f"{name}.svg": drawing.encode()
        for name in names
        if (drawing := _drawn(name, outcomes, together))
    }
    failures = [
        f"{name} {what}: {found[what]['refusal']['sentence']}"
        for name, found in together["arms"].items()
        for what in ("level", "rate")
        if "refusal" in found[what]
    ]
    data = {"parameters": parameters, "persons": outcomes, "together": together}
    return Findings(tables, data, plots, [*left_out, *_several(together)], failures)


def _kind(text: str) -> str:
    return _KINDS.get(text.lower().replace("-", "_").replace(" ", "_"), text)


def _read(path: str, interventions: str) -> dict[str, dict[str, Any]]:
    rows = files.rows(path, needed=("person", "day", "load"))
    days = files.numbers(rows, "day", path=path)
    files.numbers(rows, "load", path=path)
    found: dict[str, dict[str, Any]] = {}
    for place, (row, day) in enumerate(zip(rows, days, strict=True), start=1):
        comparator = files.comparator(row, ("", "<", "<=", ">", ">="), place, path=path)
        load = {"at": _moment(day), "comparator": comparator, "value": row["load"]}
        known = found.setdefault(row["person"], {"loads": [], "interventions": []})
        known["loads"].append(load)
    done = files.rows(interventions, needed=("person", "day", "kind"))
    for row, day in zip(done, files.numbers(done, "day", path=interventions), strict=True):
        until = files.numbers([row], "until", path=interventions)[0] if row.get("until") else None
        known = found.setdefault(row["person"], {"loads": [], "interventions": []})
        known["interventions"].append(
            {
                "kind": _kind(row["kind"]),
                "detail": row.get("detail", ""),
                "from": _moment(day),
                "until": None if until is None else _moment(until),
            }
        )
    return found


def _moment(day: float) -> str:
    if not abs(day) < 300_000:
        raise Unusable("DAY", _("%(day)s is no day of a trial."), day=cited(day))
    return (_ZERO + timedelta(days=day)).isoformat()


def _persons(outcomes: Mapping[str, Any]) -> Table:
    rows = []
    for person, outcome in outcomes.items():
        for name, one in outcome["arms"].items():
            if "left_out" in one:
                if one["left_out"]["code"] != "NOT_DONE":
                    rows.append((person, name, "", "", "", "", one["left_out"]["sentence"]))
                continue
            rate = one["rate"].get("change")
            levels = (_level(one["before"]), _level(one["after"]), f"{one['ratio']:.4g}")
            shown = "-" if rate is None else f"{rate['value']:.4g}"
            rows.append((person, name, *levels, shown, one["detail"]))
    return Table(
        "Persons", ("person", "removal", "before", "after", "ratio", "rate change", "remarks"), rows
    )


def _level(one: Mapping[str, Any]) -> str:
    return f"{'< ' if one['below'] else ''}{one['load']:.5g}"


def _together(found: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> Table:
    adjusted = {one["name"]: one["adjusted"] for one in found["tests"]}
    rows = []
    for name, (kind, detail) in names.items():
        called = f"{name}: {kind.lower()} {detail}".strip()
        for what, key in (("level", "ratio"), ("rate", "change")):
            one = found["arms"][name][what]
            if key in one:
                rows.append(_row(called, what, one[key], one, adjusted[f"{name}_{what}"]))
    for what in ("level", "rate"):
        one = (found["contrast"] or {}).get(what, {})
        if "contrast" in one:
            called = "second against first"
            rows.append(_row(called, what, one["contrast"], one, adjusted[f"contrast_{what}"]))
    columns = ("removal", "of", "estimate", "95 % from", "to", "p", "p adjusted (Holm)")
    return Table("Together: load after / before, and change of the rate per day", columns, rows)


def _row(
    called: str, what: str, found: Mapping[str, Any], of: Mapping[str, Any], adjusted: float
) -> tuple[str, ...]:
    ends = ("-" if found[end] is None else f"{found[end]:.4g}" for end in ("low", "high"))
    return (called, what, f"{found['value']:.4g}", *ends, f"{of['p']:.4g}", f"{adjusted:.4g}")


def _several(found: Mapping[str, Any]) -> list[str]:
    count = len(found["tests"])
    return [f"{count} questions were asked at once; read the adjusted p."] if count > 1 else []


def _drawn(name: str, outcomes: Mapping[str, Any], together: Mapping[str, Any]) -> str:
    drawn = []
    for person, outcome in outcomes.items():
        one = outcome["arms"][name]
        if "left_out" in one:
            continue
        limits = one["interval"] or {"low": one["ratio"], "high": one["ratio"]}
        is_bound = one["before"]["below"] or one["after"]["below"]
        tone = Tone.UNCERTAIN if is_bound else Tone.NORMAL
        drawn.append(
            Estimate(
                person, one["ratio"], limits["low"], limits["high"], f"{one['ratio']:.3g}", tone
            )
        )
    ratio = together["arms"][name]["level"].get("ratio")
    if ratio is not None and None not in (ratio["low"], ratio["high"]):
        shown = f"{ratio['value']:.3g} ({ratio['low']:.3g} - {ratio['high']:.3g})"
        drawn.append(
            Estimate("all", ratio["value"], ratio["low"], ratio["high"], shown, Tone.ABNORMAL)
        )
    if not drawn:
        return ""
    return str(
        intervals(
            drawn,
            name=name,
            title="Load after / load before",
            unit="after / before",
            references=[Reference(1.0, "no change")],
            log=True,
            standalone=True,
        )
    )
