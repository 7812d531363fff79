"""Drawings of a population's cases: the curve, the fit of growth, R over time, and beds to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from labsys.lib.charts import Axis, Bar, Curve, Dot, Markup, Ribbon, Rule, bars, xy

WIDTH, HEIGHT = 960, 260
Json = Mapping[str, Any]


def every(given: Json, outcome: Json) -> dict[str, Markup]:
    """Return the drawings there are; what could not be estimated has none."""
    found = {"curve": curve(given, outcome)}
    if "expected" in outcome["growth"]:
        found["growth"] = growth(outcome)
    if any(one["mean"] is not None for one in outcome["reproduction"].get("windows", ())):
        found["reproduction"] = reproduction(outcome)
    if "days" in outcome["wards"]:
        found["beds"] = beds(given, outcome)
    return found


def curve(given: Json, outcome: Json) -> Markup:
    """Draw the cases of each day up to today; days that are not complete are outlines."""
    first, today = date.fromisoformat(outcome["first_day"]), date.fromisoformat(given["today"])
    last = date.fromisoformat(outcome["last_day"])
    cases = {one["day"]: one for one in given["days"]}
    drawn = []
    for place in range((today - first).days + 1):
        day = first + timedelta(days=place)
        one = cases.get(day.isoformat(), {"cases": 0, "imported": 0})
        told = _("%(day)s: %(cases)d cases") % {"day": day.isoformat(), "cases": one["cases"]}
        if one["imported"]:
            told += ", " + _("%(n)d of them imported") % {"n": one["imported"]}
        if day > last:
            told += " (" + _("not complete") + ")"
        drawn.append(Bar(one["cases"], day.isoformat()[5:], told, is_open=day > last))
    return bars(
        drawn,
        name="cases",
        title=_("Cases by day"),
        unit=_("day"),
        summary=_("%(cases)d cases on %(days)d complete days.")
        % {"cases": sum(outcome["cases"]), "days": len(outcome["cases"])},
        nothing=_("No cases."),
        width=WIDTH,
        height=HEIGHT,
    )


def growth(outcome: Json) -> Markup:
    """Draw the cases of the fitted days with what the fit expects."""
    fit = outcome["growth"]
    days = [float(place) for place in range(fit["first_day"] - 1, fit["last_day"])]
    expected = fit["expected"]
    zero = date.fromisoformat(outcome["first_day"])
    return xy(
        [
            Dot(day, float(cases), f"{_date(zero, day)}: {cases}")
            for day, cases in zip(days, outcome["cases"][fit["first_day"] - 1 :], strict=True)
        ],
        name="growth",
        title=_("Cases with the fitted growth"),
        description=_("%(days)d days with the fitted growth and 95 %% limits of its mean.")
        % {"days": len(days)},
        x=Axis("", zero=zero),
        y=Axis(_("cases a day")),
        curves=[Curve(days, [one["value"] for one in expected])],
        ribbons=[Ribbon(days, [one["low"] for one in expected], [one["high"] for one in expected])],
        width=WIDTH,
        height=HEIGHT,
    )


def reproduction(outcome: Json) -> Markup:
    """Draw R by the last day of its window, with 1 marked: above it cases grow."""
    known = [one for one in outcome["reproduction"]["windows"] if one["mean"] is not None]
    return _limited(
        [
            (
                one["last_day"] - 1,
                one["mean"],
                one["quantiles"]["0.025"],
                one["quantiles"]["0.975"],
            )
            for one in known
        ],
        zero=date.fromisoformat(outcome["first_day"]),
        name="reproduction",
        title=_("Reproduction number by the last day of its window"),
        y="R",
        rules=[Rule(1.0, "1", is_limit=True)],
    )


def beds(given: Json, outcome: Json) -> Markup:
    """Draw the beds that cases will need, and how many cases stay in wards today."""
    zero, today = date.fromisoformat(outcome["first_day"]), date.fromisoformat(given["today"])
    staying = sum(one["cases"] for one in given["wards"])
    now = (today - zero).days
    return _limited(
        [
            (one["day"] - 1, *(one["beds"][name] for name in ("value", "low", "high")))
            for one in outcome["wards"]["days"]
            if one["day"] - 1 >= now
        ],
        zero=zero,
        name="beds",
        title=_("Beds that cases will need"),
        y=_("beds"),
        rules=[Rule(float(staying), _("in wards today: %(n)d") % {"n": staying})],
    )


def _limited(
    rows: list[tuple[float, float, float, float]],
    *,
    zero: date,
    name: str,
    title: str,
    y: str,
    rules: list[Rule],
) -> Markup:
    days = [float(row[0]) for row in rows]
    return xy(
        [
            Dot(day, value, f"{_date(zero, day)}: {value:.3g} [{low:.3g}, {high:.3g}]")
            for day, value, low, high in rows
        ],
        name=name,
        title=title,
        description=_("%(days)d days with 95 %% limits.") % {"days": len(rows)},
        x=Axis("", zero=zero),
        y=Axis(y),
        curves=[Curve(days, [row[1] for row in rows])],
        ribbons=[Ribbon(days, [row[2] for row in rows], [row[3] for row in rows])],
        rules=rules,
        width=WIDTH,
        height=HEIGHT,
    )


def _date(zero: date, day: float) -> str:
    return (zero + timedelta(days=int(day))).isoformat()
