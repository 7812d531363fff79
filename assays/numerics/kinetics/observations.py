"""Loads over days as an analysis needs them: ordered, logarithms, and what lies below a limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assays.numerics.refusals import Floats, Unusable, numbers, pairs
from labsys.lib.wording import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Observations:
    """``logs`` are natural logarithms: of the load, of the limit where ``is_below``."""

    days: Floats
    logs: Floats
    is_below: NDArray[np.bool_]

    @property
    def seen(self) -> int:
        """How many have a value of their own."""
        return int(np.count_nonzero(~self.is_below))

    @property
    def places(self) -> Floats:
        """The different days."""
        return np.unique(self.days)


def observe(
    times: ArrayLike,
    loads: ArrayLike,
    *,
    censored: ArrayLike | None = None,
    limit: ArrayLike | None = None,
) -> Observations:
    """Check and order what was measured.

    ``times`` (n) in days, ``loads`` (n) in nanites per microlitre. ``censored`` (n) marks loads
    that are limits, "less than", by True, 1 or "<"; ``limit`` is the limit of detection, one or (n): whatever lies
    below it is taken as "less than the limit", marked or not, and what is marked may then be 0 or
    no number at all. Raises Unusable (code ZERO_LOAD) for a load of 0 without a limit, and for
    numbers that are none.
    """
    days = numbers(times, name=_("times"), least=2)
    below = _marks(censored, days.size)
    raw = _raw(loads, below, has_limit=limit is not None)
    pairs(days, raw, names=(_("times"), _("loads")))
    if limit is not None:
        limits = _limits(limit, days.size)
        is_low = below | (raw < limits)
        # A mark with a value of its own above the limit stands for that value: "< 50".
        raw = np.where(is_low & ~(below & (raw > limits)), limits, raw)
        below = is_low
    if (raw == 0).any():
        raise Unusable(
            "ZERO_LOAD",
            _(
                "Number %(place)d of the loads is 0: a load of 0 is one below the limit of "
                "detection; give the limit."
            ),
            place=int(np.flatnonzero(raw == 0)[0]) + 1,
        )
    order = np.argsort(days, kind="stable")
    found = Observations(days[order], np.log(raw[order]), below[order])
    if found.places.size < 2:
        raise Unusable("ONE_TIME", _("All loads are of one time; a course needs two at least."))
    return found


def _marks(censored: ArrayLike | None, count: int) -> NDArray[np.bool_]:
    if censored is None:
        return np.zeros(count, dtype=np.bool_)
    try:
        marks = np.asarray(censored)
    except ValueError:
        marks = np.empty(0)
    if marks.dtype.kind == "U" and np.isin(marks, ("<", "", "=")).all():
        marks = marks == "<"
    elif marks.dtype.kind in "iuf" and np.isin(marks, (0, 1)).all():
        marks = marks == 1
    if marks.shape != (count,) or marks.dtype != np.bool_:
        raise Unusable(
            "CENSORED",
            _(
                "What marks loads as below a limit is a list of %(count)d times yes or no, 1 or 0, "
                '"<" or "".'
            ),
            count=count,
        )
    return marks.copy()


def _raw(loads: ArrayLike, below: NDArray[np.bool_], *, has_limit: bool) -> Floats:
    if has_limit and below.any():
        loads = [
            0.0 if place < below.size and below[place] and (one is None or one != one) else one
            for place, one in enumerate(np.asarray(loads, dtype=object).ravel().tolist())
        ]
    return numbers(loads, name=_("loads"), least=2, lowest=0.0).copy()


def _limits(limit: ArrayLike, count: int) -> Floats:
    if isinstance(limit, int | float | np.number):
        limit = np.array([limit])
    given = numbers(limit, name=_("limits of detection"))
    if given.size not in (1, count) or (given <= 0).any():
        raise Unusable(
            "LIMIT",
            _("The limit of detection is one number above 0, or one for each of %(count)d loads."),
            count=count,
        )
    return np.broadcast_to(given, count).astype(np.float64)
