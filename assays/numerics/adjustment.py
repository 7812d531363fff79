"""P-values of many tests, adjusted for being many."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from assays.numerics.refusals import Unusable, numbers, option
from labsys.lib.wording import gettext_noop as _


class Adjustment(StrEnum):
    """HOLM bounds the chance of any false finding (Holm, Scand J Stat 1979;6:65);
    BENJAMINI_HOCHBERG the share of false findings (J R Stat Soc B 1995;57:289).
    """

    HOLM = "holm"
    BENJAMINI_HOCHBERG = "bh"


def adjusted(p_values: Sequence[float], method: Adjustment | str = Adjustment.HOLM) -> list[float]:
    """Return adjusted p-values in the order given; reject where one is at most alpha.

    Raises Unusable: P_VALUE for what does not lie within 0 and 1, what `numbers` raises, OPTION.
    """
    chosen = option(Adjustment, method)
    if isinstance(p_values, list | tuple) and not p_values:
        return []
    p = numbers(p_values, name=_("p-values"), smallest=0.0)
    if not ((p >= 0) & (p <= 1)).all():
        raise Unusable("P_VALUE", _("P-values are a list of numbers from 0 to 1."))
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, p.size + 1)
    if chosen is Adjustment.HOLM:
        raised = np.maximum.accumulate(p[order] * (p.size + 1 - ranks))
    else:
        raised = np.minimum.accumulate((p[order] * p.size / ranks)[::-1])[::-1]
    found = np.empty_like(p)
    found[order] = np.minimum(raised, 1.0)
    return [float(one) for one in found]
