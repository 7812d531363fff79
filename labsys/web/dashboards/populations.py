"""The newest analysis of the population that counts everybody: its growth, its R, the beds to come.

Computed by a worker's run that somebody asked for; here it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from assays.models import AnalysisRun
from assays.rules.analyses.runs import AnalysisKind, RunStatus
from assays.rules.ward_forecasts import forecast
from labsys.lib.clock import hospital_day
from patients.queries.agents import key
from patients.queries.wards import Counted

LOOKED_THROUGH = 20
SHOWN = (
    *("source", "certainty", "agent", "growth_days", "window_days", "serial_mean", "serial_sd"),
    *("left_out_days", "carried_by"),
)

Json = Mapping[str, Any]


def newest(texts: Collection[str], counted: Counted, *, at: datetime) -> dict[str, Any] | None:
    """Return what the newest run says of an agent, or of all agents together; None without one.

    A run counts whose cases are everybody's, not those within the reach of whoever asked.
    """
    rows = AnalysisRun.objects.filter(
        kind=AnalysisKind.EPIDEMIC.value, status=RunStatus.DONE.value, asked_at__lte=at
    )
    for run in rows.order_by("-id")[:LOOKED_THROUGH]:
        asked = key(run.parameters.get("agent") or "")
        if asked and asked not in texts:
            continue
        part = run.parts.get()
        if part.outcome is not None and part.given["everybody"]:
            return _said(run, part.given, part.outcome, counted, at=at)
    return None


def _said(
    run: AnalysisRun, given: Json, outcome: Json, counted: Counted, *, at: datetime
) -> dict[str, Any]:
    growth, ratio = outcome["growth"], outcome["reproduction"]
    windows = [one for one in ratio.get("windows", ()) if one["mean"] is not None]
    ahead = forecast(
        *(given, outcome),
        capacity=counted.whole.capacity or 0,
        people=counted.whole.people,
        elsewhere=counted.without_capacity,
        today=hospital_day(at),
    )
    return {
        "run": run.pk,
        "asked_at": run.asked_at.isoformat(),
        "source": given["source"],
        "parameters": {name: run.parameters.get(name) for name in SHOWN},
        "first_day": outcome["first_day"],
        "last_day": outcome["last_day"],
        "cases": sum(outcome["cases"]),
        "doubling": growth.get("doubling"),
        "rate": growth.get("rate"),
        "window": _window(windows[-1], outcome) if windows else None,
        "why": {
            "growth": growth.get("refusal"),
            "reproduction": ratio.get("refusal"),
            "beds": ahead.why_not,
        },
        "beds": [[one.day.isoformat(), one.value, one.low, one.high] for one in ahead.days],
        "full": {
            name: None if day is None else day.isoformat()
            for name, day in (
                ("expected", ahead.expected),
                ("earliest", ahead.earliest),
                ("latest", ahead.latest),
            )
        },
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
