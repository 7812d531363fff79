"""The course of a clinical sign: values, grades by their names, present or absent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from labsys.lib import charts, units
from patients.models import Sign, SignObservation
from patients.queries.signs import Course
from patients.templatetags.signs import seen


def series(
    course: Course,
    *,
    tone: charts.Tone = charts.Tone.NORMAL,
    marks: Sequence[charts.Mark] = (),
) -> charts.Series:
    """Return what was seen of a sign as a series; a grade lies at its number."""
    return charts.Series(
        name=course.sign.name,
        unit=units.shown(course.sign.unit),
        points=[
            charts.Point(
                at=row.observed_at,
                value=_height(row),
                shown=seen(row),
                tone=tone,
                censored=_censored(row),
                note=row.note,
            )
            for row in course.rows
        ],
        marks=marks,
        decimals=0,
        grades=_grades(course.sign),
    )


def _grades(sign: Sign) -> list[str]:
    """Return what the steps of a sign are called from 0 on; none of a sign that is measured."""
    if sign.kind == Sign.Kind.PRESENCE:
        return [_("absent"), _("present")]
    return [
        _("%(grade)d %(name)s") % {"grade": grade, "name": one["name"]}
        for grade, one in enumerate(sign.grades)
    ]


def _height(row: SignObservation) -> float:
    if row.value is not None:
        return float(row.value)
    return float(row.grade if row.grade is not None else bool(row.is_present))


def _censored(row: SignObservation) -> charts.Censored | None:
    if not row.comparator:
        return None
    return charts.Censored.BELOW if row.comparator.startswith("<") else charts.Censored.ABOVE
