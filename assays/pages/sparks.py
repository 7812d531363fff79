"""The course of a value beside it on a list: a drawing the size of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from assays.pages.courses import point_of
from assays.queries.drawing import CENSORED
from assays.queries.words import number
from assays.queries.worklist import PreviousValue, Row
from labsys.lib import charts, units
from labsys.lib.chart_words import words


@dataclass(frozen=True)
class WithCourse:
    """A row of the worklist, and the drawing of its earlier values and itself."""

    row: Row
    course: Any


def with_courses(rows: Sequence[Row]) -> list[WithCourse]:
    """Draw the course of each row that has something to be compared with, in the same unit."""
    said = words()
    return [WithCourse(row, _course(row, said)) for row in rows]


def _course(row: Row, said: charts.Words) -> Any:
    result = row.result
    earlier = [one for one in row.previous if one.value is not None and one.unit == result.unit]
    if not earlier or result.value is None:
        return ""
    series = charts.Series(
        name=result.analyte.code,
        unit=units.shown(result.unit),
        points=[*(_point(one) for one in earlier), point_of(row)],
        decimals=result.assay_version.decimals,
    )
    return charts.sparkline(
        series,
        name=f"course-{result.pk}",
        zone=timezone.get_current_timezone(),
        words=said,
    )


def _point(earlier: PreviousValue) -> charts.Point:
    return charts.Point(
        at=earlier.collected_at,
        value=float(earlier.value),  # type: ignore[arg-type]
        shown=f"{number(earlier.value, earlier.comparator)} {units.shown(earlier.unit)}",
        censored=CENSORED.get(earlier.comparator),
    )
