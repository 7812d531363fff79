"""What removals did across patients: each person's load and growth after against before.

One part is one person. Whoever cannot be compared is left out with the reason; a part of which
nothing could be compared is refused with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from assays.rules.analyses.asked import Number, check_names, numbers, refused, text, word
from assays.rules.analyses.kinetics import BELOW, KINDS
from assays.rules.interventions import is_such
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

METHOD = "removal_trials/1"

Json = Mapping[str, Any]

REMOVALS = ("FILTRATION", "CHARCOAL", "KILL_CODE", "SET_POINT", "HORMONE_LOWERING")
WHICH = ("first", "last")
OTHERS = ("left_out", "counted")
NUMBERS: Mapping[str, Number] = {
    "days_before": Number(14, 0.04, 730),
    "days_after": Number(14, 0.04, 730),
    "gap_hours": Number(0, 0, 8760),
}
_KNOWN = {*NUMBERS, "kind", "detail", "against_kind", "against_detail", "which", "others"}
DAY = 86_400.0


def parameters(given: Json) -> dict[str, Any]:
    """Return the parameters of a run: what was given, checked, and the rest by default."""
    check_names(given, _KNOWN)
    found = {
        **numbers(given, NUMBERS),
        "kind": word(given, "kind", REMOVALS),
        "detail": text(given, "detail"),
        "against_kind": word(given, "against_kind", ("", *REMOVALS)),
        "against_detail": text(given, "against_detail"),
        "which": word(given, "which", WHICH),
        "others": word(given, "others", OTHERS),
    }
    first, second = ((found[f"{arm}kind"], found[f"{arm}detail"]) for arm in ("", "against_"))
    if first == second:
        raise refused(
            "against_kind", "SAME", _("Compare two different removals, or name only one.")
        )
    return found


def arms(parameters: Json) -> dict[str, tuple[str, str]]:
    """Return the removals that are compared: kind and detail, by the name of their arm."""
    found = {"first": (parameters["kind"], parameters["detail"])}
    if parameters["against_kind"]:
        found["second"] = (parameters["against_kind"], parameters["against_detail"])
    return found


def matches(parameters: Json, kind: str, detail: str) -> bool:
    """Say whether something that was done is one of the removals that are compared."""
    return any(kind == one and is_such(detail, of) for one, of in arms(parameters).values())


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Compare one person before and after each of the removals."""
    found: dict[str, Any] = {}
    reasons = []
    for name, (kind, detail) in arms(parameters).items():
        try:
            found[name] = _arm(parameters, given, kind, detail)
        except Refused as why:
            found[name] = {"left_out": _told(why)}
            reasons.append(why)
    if len(reasons) == len(found):
        # What was not done is no reason where something else was.
        raise next((one for one in reasons if one.code != "NOT_DONE"), reasons[0])
    return {"arms": found}


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Compare all persons of each removal, and the removals with each other."""
    from assays.numerics.adjustment import adjusted

    names = list(arms(parameters))
    told = {name: _together([one["arms"][name] for one in outcomes]) for name in names}
    contrast = _contrast(outcomes) if len(names) == 2 else None
    tests = [
        {"name": f"{name}_{what}", "p": told[name][what]["p"]}
        for name in names
        for what in ("level", "rate")
        if "p" in told[name][what]
    ]
    if contrast is not None:
        tests += [
            {"name": f"contrast_{what}", "p": contrast[what]["p"]}
            for what in ("level", "rate")
            if "p" in contrast[what]
        ]
    for test, p in zip(tests, adjusted([one["p"] for one in tests]), strict=True):
        test["adjusted"] = p
    return {"arms": told, "contrast": contrast, "tests": tests}


def _arm(parameters: Json, given: Json, kind: str, detail: str) -> dict[str, Any]:
    done = [
        one
        for one in given["interventions"]
        if one["kind"] == kind and is_such(one["detail"], detail)
    ]
    if not done:
        raise Refused("NOT_DONE", _("No such intervention stands in the record of this person."))
    chosen = (min if parameters["which"] == "first" else max)(done, key=lambda one: one["from"])
    start = datetime.fromisoformat(chosen["from"])
    end = datetime.fromisoformat(chosen["until"]) if chosen["until"] else start
    since = start - timedelta(days=parameters["days_before"])
    until = end + timedelta(days=parameters["days_after"])
    if parameters["others"] == "left_out":
        _check_alone(given, chosen, since, until)
    earliest = end + timedelta(hours=parameters["gap_hours"])
    before = [one for one in given["loads"] if since <= _at(one) < start]
    after = [one for one in given["loads"] if _at(one) > start and earliest <= _at(one) <= until]
    _check_loads(before, after)
    levels = {"before": _level(before), "after": _level(after)}
    rate = _or_why(lambda: _rates([*before, *after], start))
    return {
        "from": chosen["from"],
        "until": chosen["until"],
        "detail": chosen["detail"],
        **levels,
        "ratio": levels["after"]["load"] / levels["before"]["load"],
        "interval": _interval(before, after),
        "rate": rate,
    }


def _check_alone(given: Json, chosen: Json, since: datetime, until: datetime) -> None:
    for one in given["interventions"]:
        if one is chosen or one["kind"] not in KINDS:
            continue
        if since <= datetime.fromisoformat(one["from"]) <= until:
            raise Refused(
                "ANOTHER_INTERVENTION",
                _("Something else was done within the days that are compared: %(kind)s."),
                kind=KINDS[one["kind"]].replace("_", " "),
            )


def _check_loads(before: Sequence[Json], after: Sequence[Json]) -> None:
    if not before:
        raise Refused("NONE_BEFORE", _("No verified load lies in the days before."))
    if not after:
        raise Refused("NONE_AFTER", _("No verified load lies in the days after."))
    for one in (*before, *after):
        if one["comparator"] not in ("", *BELOW):
            raise Refused(
                "BEYOND_RANGE", _("A load that is compared lies beyond the measuring range.")
            )
        if not float(one["value"]) > 0:
            raise Refused(
                "ZERO_LOAD", _("A load of 0 without a limit of detection cannot be compared.")
            )


def _level(loads: Sequence[Json]) -> dict[str, Any]:
    """Return the geometric mean; where one of the loads is a limit, so is the mean."""
    logs = [math.log(float(one["value"])) for one in loads]
    return {
        "load": math.exp(sum(logs) / len(logs)),
        "below": any(one["comparator"] in BELOW for one in loads),
        "loads": len(loads),
    }


def _interval(before: Sequence[Json], after: Sequence[Json]) -> dict[str, float] | None:
    """Return the 95 % limits of one person's ratio (Welch), where there are loads enough for them."""
    if any(one["comparator"] for one in (*before, *after)) or min(len(before), len(after)) < 2:
        return None
    from scipy.special import stdtrit

    sides = []
    for loads in (before, after):
        logs = [math.log(float(one["value"])) for one in loads]
        mean = sum(logs) / len(logs)
        sides.append(
            (
                mean,
                sum((one - mean) ** 2 for one in logs) / (len(logs) - 1) / len(logs),
                len(logs) - 1,
            )
        )
    (first, ours, few), (second, theirs, less) = sides
    error = ours + theirs
    if not error > 0:
        return None
    freedom = error**2 / (ours**2 / few + theirs**2 / less)
    half = float(stdtrit(freedom, 0.975)) * math.sqrt(error)
    if half > 300:
        return None
    return {"low": math.exp(second - first - half), "high": math.exp(second - first + half)}


def _rates(loads: Sequence[Json], start: datetime) -> dict[str, Any]:
    """Return the rates of growth before and after, with limits, from one fit with a change there."""
    from assays.numerics.kinetics import Intervention, Kind, Model, fit_load

    days = [(_at(one) - start).total_seconds() / DAY for one in loads]
    for side in (-1, 1):
        if len({day for day in days if day * side > 0}) < 2:
            raise Refused(
                "TOO_FEW_FOR_RATES",
                _("A rate needs two loads at different moments before and two after."),
            )
    fit = fit_load(
        days,
        [float(one["value"]) for one in loads],
        censored=[one["comparator"] in BELOW for one in loads],
        interventions=[Intervention(0.0, Kind.OTHER, "")],
        model=Model.BROKEN,
        most_changes=0,
    )
    if len(fit.segments) != 2:
        raise Refused(
            "NOT_SEPARABLE", _("The loads do not tell the rate before from the rate after.")
        )
    before, after = fit.segments
    return {
        "before": asdict(before.rate),
        "after": asdict(after.rate),
        "change": asdict(fit.change_points[0].rate_change) if fit.change_points else None,
    }


def _at(load: Json) -> datetime:
    return datetime.fromisoformat(load["at"])


def _together(found: Sequence[Json]) -> dict[str, Any]:
    """Compare the persons of one removal."""
    from assays.numerics.kinetics import compare_rates, compare_removal

    def levels() -> dict[str, Any]:
        _check_enough(persons)
        before, after, *marks = _levels_of(persons)
        return asdict(compare_removal(before, after, below=(marks[0], marks[1])))

    def growth() -> dict[str, Any]:
        _check_enough(rates[0])
        return asdict(compare_rates(*rates))

    persons = [one for one in found if "left_out" not in one]
    rates = _rates_of(persons)
    return {
        "persons": len(persons),
        "left_out": dict(Counter(one["left_out"]["code"] for one in found if "left_out" in one)),
        "level": _or_why(levels),
        "rate": _or_why(growth),
        "with_rates": len(rates[0]),
    }


def _check_enough(*each: Sequence[Any]) -> None:
    if any(len(one) < 2 for one in each):
        raise Refused("TOO_FEW", _("Fewer than two persons can be compared."))


def _contrast(outcomes: Sequence[Json]) -> dict[str, Any]:
    """Compare two removals; a person who had both is in both."""
    from assays.numerics.kinetics import contrast_rates, contrast_removals

    first, second = (
        [one["arms"][name] for one in outcomes if "left_out" not in one["arms"][name]]
        for name in ("first", "second")
    )
    both = sum(
        all("left_out" not in one["arms"][name] for name in ("first", "second")) for one in outcomes
    )

    def levels() -> dict[str, Any]:
        _check_enough(first, second)
        return asdict(contrast_removals(_levels_of(first), _levels_of(second)))

    def growth() -> dict[str, Any]:
        ours, theirs = _rates_of(first), _rates_of(second)
        _check_enough(ours[0], theirs[0])
        return asdict(contrast_rates(ours, theirs))

    return {"level": _or_why(levels), "rate": _or_why(growth), "both": both}


def _levels_of(
    persons: Sequence[Json],
) -> tuple[list[float], list[float], list[bool], list[bool]]:
    return (
        [one["before"]["load"] for one in persons],
        [one["after"]["load"] for one in persons],
        [one["before"]["below"] for one in persons],
        [one["after"]["below"] for one in persons],
    )


def _rates_of(persons: Sequence[Json]) -> tuple[list[float], list[float]]:
    known = [one["rate"] for one in persons if "refusal" not in one["rate"]]
    return (
        [one["before"]["value"] for one in known],
        [one["after"]["value"] for one in known],
    )


def _or_why(said: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return said()
    except Refused as why:
        return {"refusal": _told(why)}


def _told(why: Refused) -> dict[str, Any]:
    return {
        "code": why.code,
        "message": why.message,
        "params": {name: str(value) for name, value in why.params.items()},
        "sentence": str(why),
    }
