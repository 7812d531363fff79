"""Signs and readings of controllers as panels and columns beside a person's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from assays.queries.trend_observed import Controlled
from assays.rules.trends import CONTROL, SIGN, Axis, is_log, key
from labsys.lib import charts, units
from patients.pages import controller_charts, sign_charts
from patients.queries import signs


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one sign, or read of one quantity, as the drawing and the table need it."""

    code: str
    section: str
    series: charts.Series
    unit: str = ""

    @property
    def name(self) -> str:
        return self.series.name

    @property
    def moments(self) -> list[datetime]:
        return [one.at for one in self.series.points]

    @property
    def cells(self) -> list[tuple[datetime, str]]:
        """Return the moments with what the table writes of each."""
        return [(one.at, _cell(one)) for one in self.series.points]


def of_signs(found: Sequence[signs.Course]) -> list[Observed]:
    """Return courses of signs; none is judged, since a sign has no range."""
    return [
        Observed(
            key(SIGN, one.sign.code),
            SIGN,
            sign_charts.series(one, tone=charts.Tone.UNCERTAIN),
            one.sign.unit,
        )
        for one in found
    ]


def of_controllers(found: Sequence[Controlled]) -> list[Observed]:
    """Return the readings of controllers, with the bands that two people signed as their ranges."""
    made = []
    for one in found:
        unit = units.shown(one.quantity.unit)
        points = [controller_charts.point(*row, unit) for row in one.readings]
        series = charts.Series(
            name=one.quantity.name,
            unit=unit,
            points=points,
            reference=controller_charts.bands(one.spans),
            decimals=one.quantity.decimals,
        )
        made.append(Observed(key(CONTROL, one.quantity.code), CONTROL, series, one.quantity.unit))
    return made


def panel(one: Observed, axis: Axis) -> charts.Panel:
    """Return what is drawn of it."""
    heights = [point.value for point in one.series.points]
    is_by_log = not one.series.grades and is_log(axis, heights, section=one.section)
    return charts.Panel(one.series, log=is_by_log)


def latest(one: Observed) -> charts.Point:
    """Return what was seen or read last."""
    return one.series.points[-1]


def _cell(point: charts.Point) -> str:
    note = f' <span class="unit">{escape(point.note)}</span>' if point.note else ""
    return escape(point.shown) + note
