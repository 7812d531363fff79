"""Drawings of laboratory data as accessible SVG: pure functions from values to text.

No Django, no clock, no JavaScript and no `style=`: colours are classes that the pages' stylesheet
defines for light, dark and print; `standalone=True` writes plain colours into the drawing for a PDF.
"""

from labsys.lib.charts.bars import Bar, bars
from labsys.lib.charts.control_table import control_table
from labsys.lib.charts.intervals import Estimate, Reference, intervals
from labsys.lib.charts.lanes import Lane, Span
from labsys.lib.charts.levey_jennings import ControlPoint, Verdict, levey_jennings
from labsys.lib.charts.panel_parts import Fit
from labsys.lib.charts.series import Band, Censored, Mark, Point, Series, Tone
from labsys.lib.charts.small import Row, small_multiples, sparkline
from labsys.lib.charts.stacked import Gap, Panel, Stack, stacked
from labsys.lib.charts.stacked_bars import StackedBar, stacked_bars
from labsys.lib.charts.svg import Markup
from labsys.lib.charts.tables import series_table
from labsys.lib.charts.trend import trend
from labsys.lib.charts.words import Words
from labsys.lib.charts.xy import Axis, Curve, Dot, Ribbon, Rule, xy

__all__ = [
    "Axis",
    "Band",
    "Bar",
    "Censored",
    "ControlPoint",
    "Curve",
    "Dot",
    "Estimate",
    "Fit",
    "Gap",
    "Lane",
    "Mark",
    "Markup",
    "Panel",
    "Point",
    "Reference",
    "Ribbon",
    "Row",
    "Rule",
    "Series",
    "Span",
    "Stack",
    "StackedBar",
    "Tone",
    "Verdict",
    "Words",
    "bars",
    "control_table",
    "intervals",
    "levey_jennings",
    "series_table",
    "small_multiples",
    "sparkline",
    "stacked",
    "stacked_bars",
    "trend",
    "xy",
]
