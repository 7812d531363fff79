"""The drawings of the dashboard, each with its words; plain colours where it is for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from labsys.lib.charts import (
    Axis,
    Curve,
    Dot,
    Markup,
    Ribbon,
    Rule,
    StackedBar,
    stacked_bars,
    xy,
)
from labsys.web.dashboards.definitions import DEFINITIONS
from labsys.web.dashboards.shapes import Asked, day_text
from patients.rules.follow_up_indicators import Indicator, Share

HEIGHT = 260
Json = Mapping[str, Any]


def curve(
    days: Mapping[str, Sequence[int]],
    labels: Sequence[str],
    asked: Asked,
    start: date,
    *,
    is_on_paper: bool,
) -> dict[str, Any]:
    """The people of each day, stacked by certainty; incomplete days are marked."""
    title = _("People exposed by day of first exposure")
    first = max(asked.since, date.fromisoformat(min(days))) if days else asked.until
    bars = []
    for place in range((asked.until - first).days + 1):
        day = first + timedelta(days=place)
        parts = tuple(days.get(day.isoformat(), (0, 0, 0)))
        words = ", ".join(f"{n} {name}" for n, name in zip(parts, labels, strict=True) if n)
        told = f"{day_text(day)}: {words or 0}"
        if day >= start:
            told += " (" + _("not complete") + ")"
        bars.append(StackedBar(parts, day.isoformat()[5:], told, is_open=day >= start))
    alt = _("%(people)d people on %(days)d days.") % {
        "people": sum(map(sum, days.values())),
        "days": len(bars),
    }
    drawn = stacked_bars(
        bars,
        parts=labels,
        still_open=_("not complete"),
        name="exposed",
        title=title,
        unit=_("day"),
        summary=alt,
        nothing=_("Nobody was first exposed in this period."),
        width=_width(is_on_paper),
        height=HEIGHT,
        standalone=is_on_paper,
    )
    return _chart(title, alt, drawn)


def traced(days: Mapping[str, Json], *, is_on_paper: bool) -> dict[str, Any]:
    """The share traced each day with its interval; a day without anybody has no point."""
    title, zero = _("Traced daily, per cent with 95 % intervals"), date.fromisoformat(min(days))
    dots, rows = [], []
    for day, found in days.items():
        share = Share(*found[Indicator.TRACED.value])
        if share.fraction is None or share.interval is None:
            continue
        x, value = float((date.fromisoformat(day) - zero).days), 100 * share.fraction
        low, high = (100 * limit for limit in share.interval)
        dots.append(
            Dot(
                x,
                value,
                f"{day_text(day)}: {share.numerator} / {share.denominator} ({value:.1f} %)",
            )
        )
        rows.append((x, value, low, high))
    target = DEFINITIONS["traced"]
    alt = _("%(days)d days on which somebody was to be seen.") % {"days": len(rows)}
    xs = [one[0] for one in rows]
    drawn = xy(
        dots,
        name="traced",
        title=title,
        description=alt,
        x=Axis("", zero=zero, low=0.0, high=float(max(1, len(days) - 1))),
        y=Axis("%", low=0.0, high=100.0),
        curves=[Curve(xs, [one[1] for one in rows])] if rows else [],
        ribbons=[Ribbon(xs, [one[2] for one in rows], [one[3] for one in rows])] if rows else [],
        rules=[
            Rule(100 * (target.at_least or 0), _("target %(target)s") % {"target": target.target})
        ],
        width=_width(is_on_paper),
        height=HEIGHT,
        standalone=is_on_paper,
    )
    return _chart(title, alt, drawn)


def beds(found: Json, *, is_on_paper: bool) -> dict[str, Any]:
    """The people expected in wards against the beds that are open now."""
    title, rows = _("People expected in wards, with 95 % limits"), found["beds"]
    zero = date.fromisoformat(rows[0][0])
    xs = [float((date.fromisoformat(day) - zero).days) for day, *_rest in rows]
    alt = _("%(days)d days; %(beds)d beds are open now.") % {
        "days": len(rows),
        "beds": found["capacity"],
    }
    drawn = xy(
        [
            Dot(x, value, f"{day_text(day)}: {value:.0f} [{low:.0f}, {high:.0f}]")
            for x, (day, value, low, high) in zip(xs, rows, strict=True)
        ],
        name="expected",
        title=title,
        description=alt,
        x=Axis("", zero=zero),
        y=Axis(_("people")),
        curves=[Curve(xs, [one[1] for one in rows])],
        ribbons=[Ribbon(xs, [one[2] for one in rows], [one[3] for one in rows])],
        rules=[
            Rule(
                float(found["capacity"]),
                _("open beds: %(n)d") % {"n": found["capacity"]},
                is_limit=True,
            )
        ],
        width=_width(is_on_paper),
        height=HEIGHT,
        standalone=is_on_paper,
    )
    return _chart(title, alt, drawn)


def _width(is_on_paper: bool) -> int:
    """Return how wide is drawn: on paper letters are to be as large as the text around."""
    return 620 if is_on_paper else 960


def _chart(title: str, alt: str, drawn: Markup) -> dict[str, Any]:
    return {"title": title, "alt": alt, "svg": drawn}
