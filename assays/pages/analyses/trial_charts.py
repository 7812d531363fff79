"""Drawings of a trial: each person's change with its limits, and that of all below them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from labsys.lib.charts import Estimate, Markup, Reference, Tone, intervals

WIDTH = 960
MOST = 40
Json = Mapping[str, Any]


def levels(rows: Sequence[Json], together: Json, label: str) -> Markup:
    """Draw the load left of each person, as a factor of the load before; the mean is the last."""
    drawn = [_of(one) for one in rows[:MOST]]
    ratio = together.get("ratio")
    if ratio is not None and ratio["low"] is not None and ratio["high"] is not None:
        shown = f"{ratio['value']:.2g} ({ratio['low']:.2g} – {ratio['high']:.2g})"
        drawn.append(
            Estimate(
                _("all, geometric mean"), ratio["value"], ratio["low"], ratio["high"], shown,
                Tone.ABNORMAL,
            )
        )  # fmt: skip
    return intervals(
        drawn,
        name="levels",
        title=_("Load after / load before: %(removal)s") % {"removal": label},
        unit=_("after / before"),
        references=[Reference(1.0, _("no change"))],
        log=True,
        width=WIDTH,
    )


def rates(rows: Sequence[Json], together: Json, label: str) -> Markup | str:
    """Draw by which factor a day's growth changed in each person, and in all of them."""
    drawn = []
    for one in rows:
        rate = one["rate"]
        change = rate.get("change")
        if change is not None:
            drawn += _factor(one["name"], change)
    drawn = drawn[:MOST]
    if "change" in together:
        drawn += _factor(_("all, mean"), together["change"], Tone.ABNORMAL)
    if not drawn:
        return ""
    return intervals(
        drawn,
        name="rates",
        title=_("Growth of a day after / before: %(removal)s") % {"removal": label},
        unit=_("factor of a day's growth, after / before"),
        references=[Reference(1.0, _("no change"))],
        log=True,
        width=WIDTH,
    )


def _of(one: Json) -> Estimate:
    ratio, limits = one["ratio"], one["interval"]
    low, high = (limits["low"], limits["high"]) if limits else (ratio, ratio)
    shown = f"{one['bound']}{ratio:.2g}" + (f" ({low:.2g} – {high:.2g})" if limits else "")
    tone = Tone.UNCERTAIN if one["bound"] else Tone.NORMAL
    return Estimate(one["name"], ratio, low, high, shown, tone)


def _factor(name: str, change: Json, tone: Tone = Tone.NORMAL) -> list[Estimate]:
    """Return a change of rate as a factor; none where nothing bounds it."""
    ends = [change["value"], change["low"], change["high"]]
    if any(one is None or abs(one) > 50 for one in ends):
        return []
    value, low, high = (math.exp(one) for one in ends)
    return [Estimate(name, value, low, high, f"{value:.2g} ({low:.2g} – {high:.2g})", tone)]
