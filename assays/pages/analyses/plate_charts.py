"""Drawings of a plate: its curve with limits, what is left over, how precisely it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from labsys.lib.charts import Axis, Curve, Dot, Markup, Ribbon, Rule, Tone, xy

WIDTH, HEIGHT, SMALL = 640, 340, 240
CV_GOAL = 20.0

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a plate's picture; `kind` is empty where nothing is known of the well."""

    well: str
    kind: str = ""
    words: str = ""
    name: str = ""
    signal: str = ""


def curve(outcome: Json, unit: str) -> Markup:
    """Draw signals of calibrators over concentrations, with the curve and the limits of its mean."""
    drawn = outcome["drawn"]
    dots = [
        Dot(
            one["concentration"] or drawn["zero_at"],
            one["signal"],
            f"{one['well']}: {one['concentration']:g} {unit}, {one['signal']:g}",
        )
        for one in outcome["standards"]
    ]
    ribbons = []
    if drawn["lows"] is not None:
        ribbons = [Ribbon(drawn["xs"], drawn["lows"], drawn["highs"])]
    ends = outcome["range"]
    return xy(
        dots,
        name="curve",
        title=_("Calibration curve"),
        description=_(
            "Signals of %(count)d calibrator wells with the fitted curve and 95 %% limits of its "
            "mean. Concentration 0 stands at the left edge; upright lines are the ends of the range."
        )
        % {"count": len(dots)},
        x=Axis(_("concentration in %(unit)s") % {"unit": unit}, log=True),
        y=Axis(_("signal")),
        curves=[Curve(drawn["xs"], drawn["ys"])],
        ribbons=ribbons,
        rules=[
            Rule(one, f"{one:g}", is_upright=True)
            for one in (ends["low"], ends["high"])
            if drawn["xs"][0] <= one <= drawn["xs"][-1]
        ],
        width=WIDTH,
        height=HEIGHT,
    )


def residuals(outcome: Json, unit: str) -> Markup:
    """Draw what the curve leaves over of each calibrator well, in standard deviations."""
    zero_at = outcome["drawn"]["zero_at"]
    return xy(
        [
            Dot(
                one["concentration"] or zero_at,
                one["residual"],
                f"{one['well']}: {one['residual']:+.2f} SD",
                Tone.ABNORMAL if abs(one["residual"]) > 2 else Tone.NORMAL,
            )
            for one in outcome["standards"]
        ],
        name="residuals",
        title=_("Residuals of calibrators"),
        description=_("Signals less the fitted curve, in standard deviations."),
        x=Axis(_("concentration in %(unit)s") % {"unit": unit}, log=True),
        y=Axis(_("SD"), low=-4.0, high=4.0),
        rules=[Rule(0.0, ""), Rule(2.0, "+2"), Rule(-2.0, "-2")],
        width=WIDTH,
        height=SMALL,
    )


def precision(outcome: Json, unit: str) -> Markup | str:
    """Draw the CV of a reading over the concentration; nothing where the curve has no errors."""
    profile = outcome["profile"]
    if not profile:
        return ""
    return xy(
        [],
        name="precision",
        title=_("Precision profile"),
        description=_("Coefficient of variation of a reading, by concentration."),
        x=Axis(_("concentration in %(unit)s") % {"unit": unit}, log=True),
        y=Axis(_("CV in %"), low=0.0),
        curves=[
            Curve([one["concentration"] for one in profile], [one["cv_percent"] for one in profile])
        ],
        rules=[Rule(CV_GOAL, _("20 %"), is_limit=True)],
        width=WIDTH,
        height=SMALL,
    )


def picture(wells: Sequence[Json], words: Mapping[str, str]) -> dict[str, Any]:
    """Return the plate as its rows and columns, each well with what it holds and its signal."""
    placed = {one["well"]: one for one in wells}
    split = {well: _split(well) for well in placed}
    rows = _rows({row for row, _column in split.values()})
    columns = _columns({column for _row, column in split.values()})
    return {
        "columns": columns,
        "rows": [
            (row, [_cell(f"{row}{column}", placed, words) for column in columns]) for row in rows
        ],
    }


def _cell(well: str, placed: Mapping[str, Json], words: Mapping[str, str]) -> Cell:
    one = placed.get(well)
    if one is None:
        return Cell(well)
    signal = _("full") if one["is_saturated"] else f"{one['signal']:.4g}"
    name = one["name"]
    if one["content"] == "standard":
        name = f"{one['concentration']:g}"
    if one["dilution"] != 1:
        signal = f"1:{one['dilution']:g} · {signal}"
    return Cell(well, one["content"], words.get(one["content"], ""), name, signal)


def _split(well: str) -> tuple[str, int]:
    letters, digits = ("".join(part) for _is, part in groupby(well, str.isdigit))
    return letters, int(digits)


def _columns(used: set[int]) -> list[int]:
    most = max(used, default=12)
    return list(range(1, next((size for size in (12, 24, 48) if most <= size), most) + 1))


def _rows(used: set[str]) -> list[str]:
    names = [chr(65 + place) for place in range(26)] + [f"A{chr(65 + one)}" for one in range(6)]
    last = max((names.index(one) for one in used), default=7)
    return names[: next((size for size in (8, 16, 32) if last < size), 32)]
