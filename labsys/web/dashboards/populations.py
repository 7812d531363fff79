"""The newest analysis of the population that counts everybody: its growth and R, and the beds to come.

Computed by a worker's run that somebody asked for; here it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from assays.queries import wards
from assays.queries.analyses import epidemic
from patients.queries.wards import Counted

SHOWN = (
    *("source", "certainty", "agent", "growth_days", "window_days", "serial_mean", "serial_sd"),
    *("left_out_days", "carried_by"),
)

Json = Mapping[str, Any]


def newest(texts: Collection[str], *, at: datetime) -> dict[str, Any] | None:
    """Return what the newest run says of an agent, or of all agents together; None without one."""
    part = epidemic.newest(None, texts, at=at)
    if part is None:
        return None
    run, outcome = part.run, part.outcome
    growth, ratio = outcome["growth"], outcome["reproduction"]
    windows = [one for one in ratio.get("windows", ()) if one["mean"] is not None]
    return {
        "run": run.pk,
        "asked_at": run.asked_at.isoformat(),
        "source": part.given["source"],
        "at_onset": part.given.get("onsets", {}).get("told", 0),
        "parameters": {name: run.parameters.get(name) for name in SHOWN},
        "first_day": outcome["first_day"],
        "last_day": outcome["last_day"],
        "cases": sum(outcome["cases"]),
        "doubling": growth.get("doubling"),
        "rate": growth.get("rate"),
        "window": _window(windows[-1], outcome) if windows else None,
        "why": {"growth": growth.get("refusal"), "reproduction": ratio.get("refusal")},
    }


def beds(counted: Counted, *, at: datetime) -> dict[str, Any] | None:
    """Return the beds to come as the page of the wards tells them, whatever agent they are of."""
    found = wards.projected(None, counted, at=at)
    if found is None:
        return None
    ahead = found.forecast
    days = {"expected": ahead.expected, "earliest": ahead.earliest, "latest": ahead.latest}
    return {
        "run": found.run.pk,
        "asked_at": found.run.asked_at.isoformat(),
        "agent": found.run.parameters.get("agent") or "",
        "why": ahead.why_not,
        "beds": [[one.day.isoformat(), one.value, one.low, one.high] for one in ahead.days],
        "full": {name: None if day is None else day.isoformat() for name, day in days.items()},
        "capacity": ahead.capacity,
    }


def _window(one: Json, outcome: Json) -> dict[str, Any]:
    return {
        "mean": one["mean"],
        "low": one["quantiles"]["0.025"],
        "high": one["quantiles"]["0.975"],
        "cases": one["cases"],
        "first_day": one["first_day"],
        "last_day": one["last_day"],
        "notes": one["notes"],
        "first": outcome["first_day"],
    }
