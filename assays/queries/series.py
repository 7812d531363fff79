"""One dynamic test: its time-points, what was drawn at each and what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assays.models import OrderSeries, Result, SeriesPoint, Specimen
from assays.queries import history
from assays.queries.history import Series
from assays.queries.worklist import Row
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person


@dataclass(frozen=True)
class PointView:
    """One time-point: planned, drawn, and the newest readable value of each analyte."""

    point: SeriesPoint
    planned_at: datetime
    specimens: list[Specimen]
    drawn_minutes: int | None
    rows: Mapping[str, Row]

    @property
    def drawn_at(self) -> datetime | None:
        """When the first of its specimens was drawn."""
        return _drawn(self.specimens)


@dataclass(frozen=True)
class SeriesView:
    """A series with everything its page shows."""

    series: OrderSeries
    points: list[PointView]
    courses: list[Series]


def shown(series_id: int, principal: Principal) -> SeriesView | None:
    """Return a series within the principal's reach, in a constant number of queries."""
    rows = policy.scope(principal, OrderSeries.objects.filter(pk=series_id))
    series = rows.select_related("protocol", "recorded_by__user").first()
    if series is None:
        return None
    series.person = Person.objects.listed().get(pk=series.person_id)
    points = list(
        series.points.select_related("order")
        .prefetch_related("order__specimens__specimen_type")
        .order_by("position")
    )
    of_series = Result.objects.filter(order_item__order__series_point__series=series)
    courses = history.series_among(of_series, principal, "specimen", "order_item")
    return SeriesView(series, _points(series, points, courses), courses)


def _points(
    series: OrderSeries, points: list[SeriesPoint], courses: list[Series]
) -> list[PointView]:
    by_order: dict[int, dict[str, Row]] = {}
    for course in courses:
        for row in course.rows:  # oldest first: the newest attempt stays
            order_id = row.result.order_item.order_id  # type: ignore[union-attr]
            by_order.setdefault(order_id, {})[course.analyte.code] = row
    zero = next((_drawn(_specimens(one)) for one in points if one.offset_minutes == 0), None)
    return [
        PointView(
            point=one,
            planned_at=series.planned_zero + timedelta(minutes=one.offset_minutes),
            specimens=_specimens(one),
            drawn_minutes=_minutes(zero, _drawn(_specimens(one))),
            rows=by_order.get(one.order_id, {}),
        )
        for one in points
    ]


def _specimens(point: SeriesPoint) -> list[Specimen]:
    return sorted(point.order.specimens.all(), key=lambda specimen: specimen.pk)


def _drawn(specimens: list[Specimen]) -> datetime | None:
    return min((one.collected_at for one in specimens if one.collected_at), default=None)


def _minutes(zero: datetime | None, drawn: datetime | None) -> int | None:
    return None if zero is None or drawn is None else round((drawn - zero).total_seconds() / 60)
