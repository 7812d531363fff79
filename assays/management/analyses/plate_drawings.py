"""Drawings of a calibration: the curve, its residuals, its precision profile."""

from __future__ import annotations

import numpy as np

from assays.numerics.calibration import Curve, precision_profile, signals_at
from labsys.lib.charts import Axis, Dot, Markup, Rule, xy
from labsys.lib.charts import Curve as Line

_POINTS = 120


def drawings(curve: Curve, unit: str) -> dict[str, bytes]:
    """Return a drawing's bytes for each name of a file."""
    across = Axis(f"concentration {unit}".strip(), log=True)
    positive = curve.concentrations[curve.concentrations > 0]
    zero_at = float(positive.min()) / 2
    places = [float(x) if x > 0 else zero_at for x in curve.concentrations]
    grid = np.geomspace(zero_at, positive.max(), _POINTS)
    drawn = {
        "curve.svg": xy(
            [
                Dot(place, float(y), f"{x:g}: {y:g}")
                for place, x, y in zip(places, curve.concentrations, curve.signals, strict=True)
            ],
            name="curve",
            title="Calibration curve",
            description="Signals of calibrators by concentration, with the fitted curve. "
            "Concentration 0 stands at the left edge.",
            x=across,
            y=Axis("signal"),
            curves=[
                Line(list(map(float, grid)), list(map(float, signals_at(curve.parameters, grid))))
            ],
            standalone=True,
        ),
        "residuals.svg": xy(
            [
                Dot(place, float(residual), f"{x:g}: {residual:+.2f} SD")
                for place, x, residual in zip(
                    places, curve.concentrations, curve.standardized, strict=True
                )
            ],
            name="residuals",
            title="Residuals of calibrators",
            description="Signals less the fitted curve, in standard deviations.",
            x=across,
            y=Axis("SD", low=-4.0, high=4.0),
            rules=[Rule(0.0, ""), Rule(2.0, "+2"), Rule(-2.0, "-2")],
            standalone=True,
        ),
    }
    if curve.residual_sd is not None:
        drawn["precision.svg"] = _profile(curve, across)
    return {name: drawing.encode() for name, drawing in drawn.items()}


def _profile(curve: Curve, across: Axis) -> Markup:
    points = [point for point in precision_profile(curve) if point.cv_percent <= 100]
    return xy(
        [],
        name="precision",
        title="Precision profile",
        description="Coefficient of variation of a single reading by concentration.",
        x=across,
        y=Axis("CV %", low=0.0),
        curves=[Line([one.concentration for one in points], [one.cv_percent for one in points])]
        if points
        else [],
        rules=[Rule(20.0, "20 %", is_limit=True)],
        standalone=True,
    )
