"""What a section of the dashboard consists of, the same for page, paper and interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dates import MONTHS_3
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from labsys.web.dashboards.definitions import DEFINITIONS
from patients.rules.follow_up_indicators import Share

Json = Mapping[str, Any]
NONE = "–"


@dataclass(frozen=True)
class Asked:
    """Which agent's figures, and which days of its curves, both included."""

    agent: str
    since: date
    until: date

    def holds(self, day: str) -> bool:
        return self.since.isoformat() <= day <= self.until.isoformat()


def section(
    key: str,
    title: str,
    rows: Sequence[Json],
    *,
    notes: Sequence[str] = (),
    charts: Sequence[Json] = (),
    tables: Sequence[Json] = (),
) -> dict[str, Any]:
    return {
        **{"key": key, "title": title, "notes": [one for one in notes if one]},
        **{"rows": list(rows), "charts": list(charts), "tables": list(tables)},
    }


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"title": title, "heads": list(heads), "rows": [list(row) for row in rows]}


def row(
    figure: str,
    value: str,
    *,
    name: str = "",
    counted: str = "",
    interval: str = "",
    number: float | None = None,
    limits: tuple[float | None, float | None] = (None, None),
    share: Share | None = None,
) -> dict[str, Any]:
    """Return one figure: `figure` names its definition, `name` what tells it from its neighbours."""
    one = DEFINITIONS[figure]
    met = one.is_met(None if share is None else share.fraction)
    return {
        "figure": figure,
        "name": capfirst(name or one.told()["name"]),
        "value": value,
        "counted": counted,
        "interval": interval,
        "target": one.target,
        "standing": "" if met is None else _("target met") if met else _("target missed"),
        "is_missed": met is False,
        "number": number,
        "low": limits[0],
        "high": limits[1],
        "numerator": None if share is None else share.numerator,
        "denominator": None if share is None else share.denominator,
    }


def count_row(figure: str, number: int, *, name: str = "") -> dict[str, Any]:
    """Return a plain count, which has no interval: it is of everybody."""
    return row(figure, str(number), name=name, number=number)


def share_row(figure: str, pair: Sequence[int], *, name: str = "") -> dict[str, Any]:
    """Return a share with what it was counted from and Wilson's interval."""
    share = Share(*pair)
    limits = share.interval or (None, None)
    return row(
        figure,
        percent(share.fraction),
        name=name,
        counted=f"{share.numerator} / {share.denominator}",
        interval=span(share),
        number=share.fraction,
        limits=limits,
        share=share,
    )


def percent(fraction: float | None) -> str:
    return NONE if fraction is None else f"{100 * fraction:.1f} %"


def span(share: Share) -> str:
    limits = share.interval
    return "" if limits is None else f"{100 * limits[0]:.1f} – {100 * limits[1]:.1f} %"


def figures(value: float | None) -> str:
    """Return a number as it is read: three digits that count."""
    if value is None:
        return NONE
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def between(low: float | None, high: float | None) -> str:
    return f"{figures(low)} – {figures(high)}"


def day_text(day: date | str) -> str:
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{found.day} {str(MONTHS_3[found.month]).capitalize()} {found.year}"
