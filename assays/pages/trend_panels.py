"""From a person's values to the stacked drawing of their trends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.queries.drawing import CENSORED, TONES
from assays.queries.trends import Stay, Value
from assays.queries.words import absent_words, answer_words, flag_words, number
from assays.rules.trends import Axis, is_log
from labsys.lib import charts, units

LANES = {
    "stay": gettext_lazy("ward stays"),
    "quarantine": gettext_lazy("quarantine"),
    "exposure": gettext_lazy("exposures"),
    "pregnancy": gettext_lazy("pregnancy"),
}


@dataclass(frozen=True, slots=True)
class Course:
    """The values of one analyte in one unit, the oldest first."""

    code: str
    name: str
    section: str
    unit: str
    values: Sequence[Value]

    @property
    def numbers(self) -> list[Value]:
        return [one for one in self.values if one.value is not None]


def courses(found: Iterable[Value], codes: Sequence[str]) -> list[Course]:
    """Sort values into courses by analyte and unit, in the order of the codes."""
    sorted_: dict[tuple[int, str], list[Value]] = {}
    place = {code: number_ for number_, code in enumerate(codes)}
    for one in found:
        sorted_.setdefault((place[one.code], one.unit), []).append(one)
    made = []
    for (_place, unit), values in sorted(sorted_.items()):
        first = values[0]
        made.append(Course(first.code, first.name, first.section, unit, values))
    return _without_stray(made)


def _without_stray(made: list[Course]) -> list[Course]:
    """Put answers without a unit (no value, a remark) to the course of their analyte in a unit."""
    kept: list[Course] = []
    for one in made:
        home = next((at for at in made if at.code == one.code and at.unit and at.numbers), None)
        if not one.numbers and home is not None and home is not one:
            continue
        stray = [
            value
            for other in made
            if other.code == one.code and other is not one and not other.numbers
            for value in other.values
        ]
        if stray and home is one:
            values = sorted([*one.values, *stray], key=lambda value: value.collected_at)
            one = Course(one.code, one.name, one.section, one.unit, values)
        kept.append(one)
    return kept


def shown(value: Value) -> str:
    """Write a value as the result does, with its comparator and unit."""
    if value.value is not None:
        return f"{number(value.value, value.comparator)} {units.shown(value.unit)}".strip()
    if value.kind == "ABSENT":
        return _("no value: %(reason)s") % {"reason": absent_words(value.absent_reason)}
    return answer_words(value.value_code) or value.value_text


def panel(course: Course, axis: Axis, fit: charts.Fit | None) -> charts.Panel:
    """Return what is drawn of a course; each value is read against its own frozen limits."""
    rows = course.numbers
    told = cache(lambda flags: ", ".join(flag_words(flag) for flag in flags if flag != "N"))
    unit = units.shown(course.unit)
    decimals = next((one.decimals for one in reversed(rows) if one.decimals is not None), 0)
    return charts.Panel(
        series=charts.Series(
            name=course.name,
            unit=unit,
            points=[_point(one, unit, told) for one in rows],
            reference=_bands([(one.collected_at, one.limits.reference) for one in rows]),
            critical=_bands([(one.collected_at, one.limits.critical) for one in rows]),
            decimals=decimals,
        ),
        log=is_log(axis, [float(one.value or 0) for one in rows], section=course.section),
        fit=fit,
        without_number=[
            (one.collected_at, shown(one)) for one in course.values if one.value is None
        ],
    )


def _point(value: Value, unit: str, told: Callable[[tuple[str, ...]], str]) -> charts.Point:
    flags = value.flags
    return charts.Point(
        at=value.collected_at,
        value=float(value.value),  # type: ignore[arg-type]
        shown=f"{number(value.value, value.comparator)} {unit}".rstrip(),
        tone=TONES.get(flags[0], charts.Tone.UNCERTAIN) if flags else charts.Tone.UNCERTAIN,
        censored=CENSORED.get(value.comparator),
        note=told(tuple(flags)) if flags and flags != ["N"] else "",
        is_provisional=value.is_provisional,
    )


def _bands(
    found: Sequence[tuple[datetime, tuple[float | None, float | None]]],
) -> list[charts.Band]:
    """Return limits as they changed: each pair holds from its specimen to the next one."""
    bands: list[charts.Band] = []
    for at, (low, high) in found:
        if bands and (bands[-1].low, bands[-1].high) == (low, high):
            continue
        start: datetime | None = None
        if bands:
            last, start = bands.pop(), at
            bands.append(charts.Band(last.low, last.high, last.start, start))
        bands.append(charts.Band(low, high, start, None))
    return [band for band in bands if band.limits]


def lanes(found: Sequence[Stay]) -> list[charts.Lane]:
    """Return the thin lanes beside the panels, those that hold something."""
    made = []
    for place, (kind, name) in enumerate(LANES.items()):
        spans = [
            charts.Span(one.at, one.until, one.label, one.detail)
            for one in found
            if one.kind == kind
        ]
        if spans:
            made.append(charts.Lane(str(name), spans, place))
    return made


def fit_of(outcome: Mapping[str, Any]) -> charts.Fit | None:
    """Return the fitted course of a kinetics run at the moments it was worked out for."""
    curve = outcome.get("course")
    if not curve:
        return None
    zero = datetime.fromisoformat(outcome["zero"])
    times = [zero + timedelta(days=day) for day in curve["days"]]
    return charts.Fit(times, curve["loads"], curve["lows"], curve["highs"])
