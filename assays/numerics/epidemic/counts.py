"""Cases by day, checked: whole numbers from 0, one for every day."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import Floats, Unusable, numbers, pairs
from labsys.lib.wording import gettext_noop as _

MOST_CASES = 1e15
MOST_DAYS = 20_000


def cases_by_day(incidence: ArrayLike, *, least: int = 1) -> Floats:
    """Return cases (n) of consecutive days."""
    cases = _whole(numbers(incidence, name=_("cases"), least=least, lowest=0.0))
    if cases.size > MOST_DAYS:
        raise Unusable(
            "TOO_MANY",
            _("%(given)d days are too many; give at most %(most)d."),
            given=int(cases.size),
            most=MOST_DAYS,
        )
    return cases


def imported_of(imported: ArrayLike | None, cases: Floats) -> Floats:
    """Return how many of the cases (n) were imported: those given, and all of the first day."""
    if imported is None:
        found = np.zeros(cases.size)
    else:
        found = _whole(numbers(imported, name=_("imported cases"), lowest=0.0)).copy()
    pairs(cases, found, names=(_("days of cases"), _("days of imported cases")))
    if (found > cases).any():
        day = int(np.flatnonzero(found > cases)[0])
        raise Unusable(
            "IMPORTED",
            _("Day %(day)d has %(imported)d imported cases among %(cases)d."),
            day=day + 1,
            imported=int(found[day]),
            cases=int(cases[day]),
        )
    found[0] = cases[0]
    return found


def _whole(counts: Floats) -> Floats:
    wrong = (counts != np.floor(counts)) | (counts > MOST_CASES)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise Unusable(
            "NOT_WHOLE",
            _("Day %(place)d has %(value)s cases; cases are whole numbers."),
            place=place + 1,
            value=float(counts[place]),
        )
    return counts
