"""Cases of a population by day: their growth, the reproduction number, and the beds they will need.

What cannot be said of the cases (too few days, a window longer than the series) is told in its
place; the other parts are said all the same. Only where there is no day to look at is the whole
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from assays.rules.analyses.asked import Number, check_names, numbers, refused, text, word
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

if TYPE_CHECKING:
    from assays.numerics.epidemic import Growth, Reproduction

METHOD = "epidemic/1"

Json = Mapping[str, Any]

SOURCES = ("auto", "exposures", "results")
CERTAINTIES = ("probable", "confirmed", "possible")  # and whatever is more certain
CARRIERS = ("growth", "reproduction")
MOST_EVENTS = MOST_SIGNS = 50
NUMBERS: Mapping[str, Number] = {
    "days": Number(90, 2, 730, is_whole=True),
    "left_out_days": Number(0, 0, 60, is_whole=True),
    "growth_days": Number(21, 2, 730, is_whole=True),
    "window_days": Number(7, 1, 60, is_whole=True),
    # Nobody has published one of nanites: an assumption, to be replaced by the hospital's own.
    "serial_mean": Number(7.0, 1.01, 365),
    "serial_sd": Number(3.0, 0.01, 365),
    # How well both are known; left open, they count as known and limits do not hold their error.
    "serial_mean_error": Number(None, 0, 365),
    "serial_sd_error": Number(None, 0, 365),
    "admitted_share": Number(None, 0, 1),
    "stay_mean": Number(None, 0.01, 3650),
    "stay_sd": Number(None, 0.01, 3650),
    "delay_days": Number(None, 0, 90, is_whole=True),
    "ahead": Number(14, 1, 90, is_whole=True),
}
FEWEST_STAYS = 3
FARTHEST = 90
# So close has the beginning of a sign to be known for a case to lie on its day.
ONSET_WITHIN = timedelta(days=2)
_KNOWN = {*NUMBERS, "source", "certainty", "carried_by", "agent", "imported_events", "onset_signs"}


def parameters(given: Json) -> dict[str, Any]:
    """Return the parameters of a run: what was given, checked, and the rest by default."""
    check_names(given, _KNOWN)
    signs = given.get("onset_signs") or []
    if not isinstance(signs, list | tuple) or len(signs) > MOST_SIGNS:
        raise refused(
            "onset_signs",
            "SIGNS",
            _("Signs of onset are a list of at most %(most)d codes, not %(given)s."),
            most=MOST_SIGNS,
            given=cited(signs),
        )
    events = given.get("imported_events") or []
    if not isinstance(events, list | tuple) or len(events) > MOST_EVENTS:
        raise refused(
            "imported_events",
            "EVENTS",
            _("Imported events are a list of at most %(most)d names, not %(given)s."),
            most=MOST_EVENTS,
            given=cited(events),
        )
    return {
        **numbers(given, NUMBERS),
        "source": word(given, "source", SOURCES),
        "certainty": word(given, "certainty", CERTAINTIES),
        "carried_by": word(given, "carried_by", CARRIERS),
        "agent": text(given, "agent", longest=80),
        "imported_events": sorted(
            {text({"imported_events": one}, "imported_events") for one in events}
        ),
        "onset_signs": sorted({text({"onset_signs": one}, "onset_signs") for one in signs}),
    }


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Say what the complete days tell; today and days asked to be left out are in no fit."""
    first, cases, imported = _series(parameters, given)
    can_tell = given["tells_imported"]
    growth = _or_why(lambda: _growth(parameters, cases))
    ratio = _or_why(lambda: _ratio(parameters, cases, imported if can_tell else None))
    fitted, estimated = growth.pop("fit", None), ratio.pop("fit", None)
    return {
        "first_day": first.isoformat(),
        "last_day": (first + timedelta(days=len(cases) - 1)).isoformat(),
        "cases": cases,
        "imported": imported if can_tell else None,
        "growth": growth,
        "reproduction": ratio,
        "wards": _or_why(lambda: _wards(parameters, given, cases, fitted, estimated)),
    }


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Return what the page of all runs says: how many cases, the rate, and the newest R."""
    (one,) = outcomes
    windows = one["reproduction"].get("windows", [])
    known = [window for window in windows if window["mean"] is not None]
    return {
        "cases": sum(one["cases"]),
        "first_day": one["first_day"],
        "last_day": one["last_day"],
        "doubling": one["growth"].get("doubling"),
        "reproduction": known[-1]["mean"] if known else None,
        "peak": one["wards"].get("peak"),
    }


def _series(parameters: Json, given: Json) -> tuple[date, list[int], list[int]]:
    """Return the first day with a case, and the cases of every complete day from then on."""
    by_day = {date.fromisoformat(one["day"]): one for one in given["days"]}
    if not by_day:
        raise Refused(
            "NO_CASES",
            _("No case was found in %(days)d days: there is nothing to analyse."),
            days=parameters["days"],
        )
    end = date.fromisoformat(given["today"]) - timedelta(days=1 + parameters["left_out_days"])
    first = min(by_day)
    if first > end:
        raise Refused(
            "NO_COMPLETE_DAY",
            _("All cases lie on days that are not complete yet (from %(day)s on)."),
            day=(end + timedelta(days=1)).isoformat(),
        )
    every = [first + timedelta(days=place) for place in range((end - first).days + 1)]
    nothing = {"cases": 0, "imported": 0}
    found = [by_day.get(day, nothing) for day in every]
    return first, [one["cases"] for one in found], [one["imported"] for one in found]


def _or_why(said: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return said()
    except Refused as why:
        params = {name: str(value) for name, value in why.params.items()}
        return {
            "refusal": {
                "code": why.code,
                "message": why.message,
                "params": params,
                "sentence": str(why),
            }
        }


def _growth(parameters: Json, cases: Sequence[int]) -> dict[str, Any]:
    from assays.numerics.epidemic import Convention, growth_rate

    last = len(cases)
    first = max(1, last - parameters["growth_days"] + 1)
    found = growth_rate(cases, first_day=first, last_day=last)
    return {
        "fit": found,
        **found.to_json(),
        "expected": _expected(found),
        "ratios": {
            convention.value: _or_why(partial(_of_rate, parameters, found, convention))
            for convention in (Convention.CONTINUOUS, Convention.SERIAL)
        },
    }


def _of_rate(parameters: Json, found: Growth, convention: str) -> dict[str, Any]:
    from assays.numerics.epidemic import reproduction_from_growth

    return asdict(
        reproduction_from_growth(
            found.rate,
            generation_mean=parameters["serial_mean"],
            generation_sd=parameters["serial_sd"],
            convention=convention,
        )
    )


def _expected(found: Growth) -> list[dict[str, float]]:
    """Return the cases that the fit expects of each of its days, with 95 % limits of their mean."""
    import numpy as np

    days = np.arange(found.last_day - found.first_day + 1, dtype=np.float64)
    design = np.stack([np.ones_like(days), days], axis=1)
    logs = design @ np.array([found.level, found.rate.value])
    errors = np.sqrt(np.einsum("ij,jk,ik->i", design, np.array(found.covariance), design))
    # Normal or Student's, as the limits of the rate are.
    factor = 1.959964
    if found.rate.high is not None and found.standard_error > 0:
        factor = (found.rate.high - found.rate.value) / found.standard_error
    return [
        {
            "value": float(np.exp(log)),
            "low": float(np.exp(log - half)),
            "high": float(np.exp(log + half)),
        }
        for log, half in zip(logs, factor * errors, strict=True)
    ]


def _ratio(
    parameters: Json, cases: Sequence[int], imported: Sequence[int] | None
) -> dict[str, Any]:
    from assays.numerics.epidemic import Uncertainty, reproduction_number

    length, mean = parameters["window_days"], parameters["serial_mean"]
    spans = [(first, first + length - 1) for first in range(2, len(cases) - length + 2)]
    if spans and spans[-1][1] <= mean:
        raise Refused(
            "BEFORE_MEAN_INTERVAL",
            _(
                "%(days)d days of cases are not more than one mean serial interval of %(mean)s days: "
                "R cannot be estimated yet."
            ),
            days=len(cases),
            mean=f"{mean:g}",
        )
    found = reproduction_number(
        cases,
        mean_serial_interval=mean,
        sd_serial_interval=parameters["serial_sd"],
        # Runs from before these could be asked for have neither.
        uncertainty=Uncertainty(
            mean=parameters.get("serial_mean_error") or 0.0,
            sd=parameters.get("serial_sd_error") or 0.0,
        ),
        imported=imported,
        window_days=length,
        windows=[span for span in spans if span[1] > mean] or None,
    )
    return {"fit": found, **found.to_json()}


def _wards(
    parameters: Json,
    given: Json,
    cases: Sequence[int],
    growth: Growth | None,
    ratio: Reproduction | None,
) -> dict[str, Any]:
    from assays.numerics.epidemic import ward_load

    assumed = _assumed(parameters, given["stays"])
    carrier = growth if parameters["carried_by"] == "growth" else ratio
    if carrier is None:
        raise Refused(
            "NOTHING_CARRIES",
            _("Neither growth nor a reproduction number, as asked, carries the cases forward."),
        )
    found = ward_load(
        cases,
        carrier,
        admitted_share=assumed["admitted_share"],
        stay_mean=assumed["stay_mean"],
        stay_sd=assumed["stay_sd"],
        delay_days=assumed["delay_days"],
        # The days that were left out, and today, come before those that lie ahead.
        ahead=min(FARTHEST, parameters["ahead"] + parameters["left_out_days"] + 1),
    )
    return {**found.to_json(), "assumed": assumed}


def _assumed(parameters: Json, stays: Json) -> dict[str, Any]:
    """Return what admission and stay are taken to be: as given, or as seen; and which of the two."""
    seen: dict[str, Any] = {"delay_days": 0}
    if stays["of"]:
        seen["admitted_share"] = stays["admitted"] / stays["of"]
    if stays["delays"]:
        ordered = sorted(stays["delays"])
        seen["delay_days"] = min(90, round(ordered[len(ordered) // 2]))
    lengths = stays["lengths"]
    if len(lengths) >= FEWEST_STAYS:
        mean = sum(lengths) / len(lengths)
        spread = (sum((one - mean) ** 2 for one in lengths) / (len(lengths) - 1)) ** 0.5
        if mean > 0 and spread > 0:
            seen |= {"stay_mean": mean, "stay_sd": spread}
    names = ("admitted_share", "stay_mean", "stay_sd", "delay_days")
    found = {
        name: parameters[name] if parameters[name] is not None else seen.get(name) for name in names
    }
    absent = [name for name in names if found[name] is None]
    if absent:
        raise Refused(
            "STAYS",
            _(
                "Beds need the share of cases that is admitted and how long they stay. Of %(of)d cases "
                "%(ended)d stays have ended, fewer than %(fewest)d: give the mean and the SD of a stay."
            ),
            of=stays["of"],
            ended=len(lengths),
            fewest=FEWEST_STAYS,
        )
    return {
        **found,
        "seen": [name for name in names if parameters[name] is None],
        "ended_stays": len(lengths),
        "admitted": stays["admitted"],
        "of": stays["of"],
    }
