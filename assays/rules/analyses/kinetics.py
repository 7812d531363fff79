"""The course of one person's nanite load: from values as they were reported to a fit with limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assays.rules.analyses.removal_effects import effects
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

if TYPE_CHECKING:
    from assays.numerics.kinetics import Intervention, LoadFit

METHOD = "kinetics/2 removal_effects/2"

Json = Mapping[str, Any]

DAY = 86_400.0
POINTS = 73  # of the drawn course; days of interventions are added
WITHIN_DAYS = 90.0
BELOW = ("<", "<=")
# What is done to a person and bears on the load; a sedation does not.
KINDS = {
    "FILTRATION": "filtration",
    "CHARCOAL": "activated_charcoal",
    "KILL_CODE": "kill_code",
    "SET_POINT": "controller_set_point",
    "HORMONE_LOWERING": "hormone_lowering",
    "TRANSFUSION": "other",
    "OTHER": "other",
}


def parameters(*, limit: float | None = None) -> dict[str, Any]:
    """Return the parameters of a run: the load whose day of being reached is asked for, or None."""
    if limit is not None and not 0 < limit < 1e15:
        raise Refused("LIMIT", _("The load to be reached is a number above 0."))
    return {"limit": limit}


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Fit one person's loads; days count from the first of them."""
    from assays.numerics.kinetics import fit_load

    usable = [one for one in given["loads"] if one["comparator"] in ("", *BELOW)]
    left_out = [one["result"] for one in given["loads"] if one["comparator"] not in ("", *BELOW)]
    if not usable:
        raise Refused("NO_LOADS", _("None of the loads lies within the measuring range."))
    zero = datetime.fromisoformat(usable[0]["at"])
    days = [_days(one["at"], zero) for one in usable]
    fit = fit_load(
        days,
        [float(one["value"]) for one in usable],
        censored=[one["comparator"] in BELOW for one in usable],
        interventions=_interventions(given["interventions"], zero, days),
    )
    return {
        "zero": zero.isoformat(),
        "last_day": days[-1],
        "left_out": left_out,
        **fit.to_json(),
        "course": _course(fit, days),
        "reaches": _reaches(fit, parameters["limit"]),
        "interventions": effects(
            usable, [one for one in given["interventions"] if one["kind"] in KINDS], fit, zero
        ),
    }


def gist(outcome: Json) -> Json:
    """Return what is counted of one person's course."""
    segments = outcome["segments"]
    return {
        "direction": segments[-1]["doubling"]["direction"] if segments else None,
        "is_rebound": outcome["rebound"]["is_detected"],
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Count how many persons' loads last rose, fell, or did neither for certain, and came back."""
    last = [one["direction"] for one in outcomes]
    return {
        "persons": len(outcomes),
        "growing": last.count("growth"),
        "falling": last.count("decay"),
        "not_determinable": last.count("not_determinable"),
        "without_course": last.count(None),
        "rebound": sum(one["is_rebound"] for one in outcomes),
    }


def _days(moment: str, zero: datetime) -> float:
    return (datetime.fromisoformat(moment) - zero).total_seconds() / DAY


def _interventions(
    given: Sequence[Json], zero: datetime, days: Sequence[float]
) -> list[Intervention]:
    from assays.numerics.kinetics import Intervention, Kind

    found = [
        Intervention(_days(one["from"], zero), Kind(KINDS[one["kind"]]), one["detail"])
        for one in given
        if one["kind"] in KINDS
    ]
    within = [one for one in found if days[0] < one.day < days[-1]]
    # Two that began at once are one change of the load.
    ordered = sorted(within, key=lambda one: one.day)
    return ordered[:1] + [new for old, new in pairwise(ordered) if new.day > old.day]


def _course(fit: LoadFit, days: Sequence[float]) -> dict[str, list[float | None]] | None:
    """Return the places of the drawn curve with the limits of its mean."""
    if fit.model is None:
        return None
    first, last = days[0], days[-1]
    step = (last - first) / (POINTS - 1)
    places = {first + number * step for number in range(POINTS)}
    places |= {one.day.value for one in fit.change_points if first < one.day.value < last}
    times = sorted(places)
    loads, lows, highs = fit.at(times)
    return {
        "days": list(times),
        "loads": [float(one) for one in loads],
        "lows": [float(one) if one == one else None for one in lows],
        "highs": [float(one) if one == one else None for one in highs],
    }


def _reaches(fit: LoadFit, limit: float | None) -> dict[str, Any] | None:
    from assays.numerics.refusals import NoSolution

    if limit is None:
        return None
    try:
        found = fit.time_to(limit, within_days=WITHIN_DAYS)
    except NoSolution:
        return None
    return asdict(found)
