"""Drawings of a load's course: values with the fit and its limits, and what is left over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assays.pages.analyses.trial_words import removal
from assays.queries.drawing import CENSORED
from labsys.lib import charts
from labsys.lib.charts import Axis, Curve, Dot, Markup, Ribbon, Rule, xy

WIDTH, HEIGHT, SMALL = 960, 360, 180
FLATTEST = 1.12  # no axis of residuals ends nearer to 1


def course(given: Mapping[str, Any], outcome: Mapping[str, Any]) -> Markup:
    """Draw loads over days on a logarithmic axis, with the course, its limits, and what was done."""
    curve = outcome["course"]
    curves, ribbons = [], []
    if curve is not None:
        curves = [Curve(curve["days"], curve["loads"])]
        known = [
            (day, low, high)
            for day, low, high in zip(curve["days"], curve["lows"], curve["highs"], strict=True)
            if low is not None and high is not None
        ]
        if len(known) > 1:
            ribbons = [Ribbon(*([one[place] for one in known] for place in range(3)))]
    dots = _dots(given, outcome)
    rules = [
        Rule(day, removal(one["kind"], one["detail"]), is_upright=True)
        for one in given["interventions"]
        if 0 <= (day := _day(one["from"], outcome)) <= outcome["last_day"]
    ]
    return xy(
        dots,
        name="course",
        title=_("Nanite load over time with the fitted course"),
        description=_("%(count)d loads and the course that fits best, with 95 %% limits.")
        % {"count": len(dots)},
        x=Axis(_("days since the first load")),
        y=Axis("{nanites}/µL".replace("{nanites}", _("nanites")), log=True),
        curves=curves,
        ribbons=ribbons,
        rules=rules,
        width=WIDTH,
        height=HEIGHT,
    )


def residuals(given: Mapping[str, Any], outcome: Mapping[str, Any]) -> Markup | str:
    """Draw by which factor each load lies above or below the course; nothing without a course."""
    curve = outcome["course"]
    if curve is None:
        return ""
    dots = [
        Dot(dot.x, dot.y / fitted, dot.shown, censored=dot.censored)
        for dot in _dots(given, outcome)
        if (fitted := _at(dot.x, curve["days"], curve["loads"])) is not None and dot.y > 0
    ]
    # As far above 1 as below it, and no farther than the loads go: small scatter is seen as well.
    most = max([FLATTEST, *(max(dot.y, 1 / dot.y) ** 1.25 for dot in dots)])
    return xy(
        dots,
        name="residuals",
        title=_("Loads against the fitted course"),
        description=_("The load divided by the fitted load, for each of %(count)d loads.")
        % {"count": len(dots)},
        x=Axis(_("days since the first load")),
        y=Axis(_("measured / fitted"), log=True, low=1 / most, high=most),
        rules=[Rule(1.0, "")],
        width=WIDTH,
        height=SMALL,
    )


def rows(given: Mapping[str, Any], outcome: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what both drawings show as numbers: each load with the fitted one, and their ratio."""
    curve, left_out = outcome["course"], set(outcome["left_out"])
    found = []
    for one in given["loads"]:
        fitted = _at(_day(one["at"], outcome), curve["days"], curve["loads"]) if curve else None
        value = float(one["value"])
        has_ratio = fitted is not None and value > 0 and not one["comparator"]
        found.append(
            {
                "at": datetime.fromisoformat(one["at"]),
                "load": f"{one['comparator']}{Decimal(one['value']).normalize():f}",
                "fitted": fitted,
                "ratio": value / fitted if has_ratio and fitted else None,
                "is_left_out": one["result"] in left_out,
            }
        )
    return found


def _dots(given: Mapping[str, Any], outcome: Mapping[str, Any]) -> list[Dot]:
    left_out = set(outcome["left_out"])
    return [
        Dot(
            _day(one["at"], outcome),
            float(one["value"]),
            f"{one['comparator']}{one['value']} {one['at'][:16].replace('T', ' ')}",
            censored=CENSORED.get(one["comparator"]),
            is_excluded=one["result"] in left_out,
            tone=charts.Tone.NORMAL,
        )
        for one in given["loads"]
    ]


def _day(moment: str, outcome: Mapping[str, Any]) -> float:
    return (
        datetime.fromisoformat(moment) - datetime.fromisoformat(outcome["zero"])
    ).total_seconds() / 86_400


def _at(day: float, days: list[float], loads: list[float]) -> float | None:
    """Return the fitted load at a day, between the two drawn places beside it."""
    for (x1, y1), (x2, y2) in zip(
        zip(days, loads, strict=True), zip(days[1:], loads[1:], strict=True), strict=False
    ):
        if x1 <= day <= x2:
            share = (day - x1) / (x2 - x1) if x2 > x1 else 0.0
            return math.exp(math.log(y1) + share * (math.log(y2) - math.log(y1)))
    return None
