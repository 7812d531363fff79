"""From the control measurements of a level to its Levey-Jennings chart."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from assays.models import ControlMeasurement, CorrectiveStep
from assays.queries.control_charts import Level, Shown
from assays.queries.controls import Restart
from assays.rules.controls import ControlVerdict
from assays.templatetags.controls import control_value
from labsys.lib import units
from labsys.lib.chart_words import words
from labsys.lib.charts import Mark, Markup
from labsys.lib.charts.levey_jennings import ControlPoint, Verdict, levey_jennings

VERDICTS = {
    ControlVerdict.ACCEPTED: Verdict.ACCEPTED,
    ControlVerdict.WARNING: Verdict.WARNING,
    ControlVerdict.REJECTED: Verdict.REJECTED,
    ControlVerdict.NOT_JUDGED: Verdict.EXCLUDED,
}
WIDTH, HEIGHT = 1100.0, 320.0


def drawn(level: Level, shown: Shown, *, name: str) -> Markup:
    """Draw one level: what was measured in SD from its target, rule hits, lots and restarts."""
    points = [_point(row) for row in level.rows if row.evaluation.z is not None]
    return levey_jennings(
        points,
        name=name,
        title=title(level),
        zone=get_default_timezone(),
        marks=[*_lots(level), *(_restart(one) for one in shown.restarts)],
        sd_texts=_limits(level.rows),
        width=WIDTH,
        height=HEIGHT,
        words=words(),
    )


def title(level: Level) -> str:
    """Return how a level is called."""
    return _("Level %(number)s, %(material)s") % {
        "number": level.number,
        "material": level.material,
    }


def _point(row: ControlMeasurement) -> ControlPoint:
    found = row.evaluation
    return ControlPoint(
        at=row.observed_at,
        z=float(found.z),
        shown=f"{control_value(row)} {units.shown(row.unit)}",
        verdict=VERDICTS[ControlVerdict(found.verdict)],
        rules=tuple(dict.fromkeys(one.rule for one in found.violations.all())),
        note=_("lot %(number)s") % {"number": row.level.lot.number},
    )


def _lots(level: Level) -> list[Mark]:
    """Mark each lot but the first one shown."""
    found = list(level.lots)
    return [
        Mark(at=row.observed_at, label=_("lot %(number)s") % {"number": number})
        for number, row in found[1:]
    ]


def _restart(one: Restart) -> Mark:
    known = dict(CorrectiveStep.Kind.choices)
    return Mark(at=one.at, label=str(known.get(one.kind, one.kind)), detail=one.what)


def _limits(rows: Sequence[ControlMeasurement]) -> list[tuple[int, str]]:
    """Say at the edge what mean and limits are now, in the unit, to one decimal more than the target."""
    targets = [row.evaluation.target for row in rows if row.evaluation.target is not None]
    if not targets:
        return []
    mean, spread = targets[-1].mean, targets[-1].sd
    decimals = max(-int(one.normalize().as_tuple().exponent) for one in (mean, spread))
    return [(sd, f"{mean + sd * spread:.{max(decimals, 0)}f}") for sd in (-3, -2, 0, 2, 3)]
