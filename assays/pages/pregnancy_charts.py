"""Drawings of a pregnancy: its estimates on one axis, and hCG against the published weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from assays.queries.drawing import CENSORED
from assays.queries.hcg import Line, gestation_of
from assays.queries.words import value_text
from assays.rules.hcg import Fit, Rise, published
from labsys.lib import chart_words, charts, units
from labsys.lib.clock import hospital_day
from labsys.lib.moments import stamp
from patients.models import Intervention
from patients.pages import interventions_drawn
from patients.queries.pregnancies import Shown
from patients.rules.courses import Carried, weeks
from patients.rules.pregnancies import GESTATION_END

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DAYS = timedelta(days=1)
AROUND_DAYS = 2
LONGEST_DAYS = 400


@dataclass(frozen=True)
class Row:
    """One estimate of a pregnancy as its table shows it."""

    letter: str
    carried: Carried
    method: str


def rows_of(shown: Shown, methods: Mapping[int, str]) -> list[Row]:
    """Return the dated estimates with the letters by which the drawing names them."""
    return [
        Row(LETTERS[place % len(LETTERS)], one, methods.get(one.estimate.id, ""))
        for place, one in enumerate(shown.carried)
    ]


def timeline(shown: Shown, rows: Sequence[Row]) -> charts.Markup | None:
    """Draw every estimate carried to one day, and the interval that follows from all of them."""
    drawn = [
        _bar(row.letter, row.carried.low, row.carried.middle, row.carried.high) for row in rows
    ]
    bars = [one for one in drawn if one is not None]
    now = shown.pregnancy
    if now.gestation_days is not None:
        middle, give = now.gestation_days, now.uncertainty_days
        together = _bar(_("together"), middle - give, middle, middle + give)
        bars += [together] if together is not None else []
    if not bars:
        return None
    on = {"day": hospital_day(shown.moment).isoformat()}
    return charts.intervals(
        bars,
        name="estimates",
        title=_("Gestation on %(day)s by each estimate") % on,
        unit=_("days of gestation on %(day)s") % on,
        width=700,
    )


def _bar(label: str, low: int, middle: int, high: int) -> charts.Estimate | None:
    """Return a bar cut to what a pregnancy can have; None where nothing of it is left."""
    first, last = max(low, 0), min(high, GESTATION_END - 1)
    if first > last:
        return None
    shown = f"{weeks(first)} – {weeks(last)}"
    return charts.Estimate(label, min(max(middle, first), last), first, last, shown)


def during(lines: Sequence[Line], found: Iterable[Intervention]) -> list[Intervention]:
    """Return what was done from the first value of hCG to the last."""
    moments = [line.result.collected_at for line in _numbers(lines)]
    return interventions_drawn.during(found, min(moments), max(moments)) if moments else []


def _numbers(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.value is not None and line.value.value > 0]


def hcg_course(
    lines: Sequence[Line], shown: Shown | None, done: Sequence[Intervention] = ()
) -> charts.Markup | None:
    """Draw hCG by its logarithm, over the published range of the gestation that is recorded.

    What was done meanwhile runs through it.
    """
    read = _numbers(lines)
    if not read:
        return None
    zero = hospital_day(read[0].result.collected_at)
    span = (hospital_day(read[-1].result.collected_at) - zero).days
    ribbon = _ribbon(read, shown) if shown is not None and span <= LONGEST_DAYS else None
    first = read[0].result.collected_at
    dots = [
        charts.Dot(
            x=(line.result.collected_at - first) / DAYS,
            y=float(line.value.value),  # type: ignore[union-attr]
            shown=f"{stamp(line.result.collected_at)}: {_value(line)}",
            tone=_tone(line),
            censored=CENSORED.get(line.result.comparator),
        )
        for line in read
    ]
    said = {"count": len(read), "last": _value(read[-1])}
    description = _("%(count)d released values; the last is %(last)s.") % said
    if ribbon is not None:
        description += " " + _("The band is the published range of the recorded gestation.")
    curve = charts.Curve([dot.x for dot in dots], [dot.y for dot in dots])
    return charts.xy(
        dots,
        name="hcg",
        title=_("hCG over time"),
        description=description,
        x=charts.Axis("", since=first),
        y=charts.Axis(
            _("hCG in %(unit)s, logarithmic") % {"unit": units.shown("[IU]/L")}, log=True
        ),
        curves=[curve] if len(dots) > 1 else [],
        ribbons=[ribbon] if ribbon is not None else [],
        marks=interventions_drawn.marks(done),
        zone=get_default_timezone(),
        words=chart_words.words(),
        width=700,
        height=340,
    )


def _ribbon(read: Sequence[Line], shown: Shown) -> charts.Ribbon | None:
    """Return the published range day by day, for as long as the gestation lies in told weeks."""
    zone = get_default_timezone()
    first, last = read[0].result.collected_at, read[-1].result.collected_at
    xs, lows, highs = [], [], []
    for day in range(-AROUND_DAYS, (last - first).days + AROUND_DAYS + 1):
        pregnancy = shown.course.at(first + day * DAYS, zone=zone)
        gestation = gestation_of(pregnancy)
        limits = None if gestation is None else published(gestation)
        if limits is None:
            if xs:
                break
            continue
        xs.append(float(day))
        lows.append(float(limits[0]))
        highs.append(float(limits[1]))
    return charts.Ribbon(xs, lows, highs) if len(xs) > 1 else None


def _tone(line: Line) -> charts.Tone:
    is_odd = line.fit in (Fit.BELOW, Fit.ABOVE) or line.rise in (Rise.BELOW_MINIMUM, Rise.FALLING)
    return charts.Tone.ABNORMAL if is_odd else charts.Tone.NORMAL


def _value(line: Line) -> str:
    return f"{value_text(line.result)} {units.shown(line.result.unit)}"
