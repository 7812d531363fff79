"""How far a count and a reader agree, cell by cell and field by field; and two counts of one field.

Bodies are paired one to one so that the sum of distances is least, none farther apart than 0.8 of a
red cell's radius.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assays.numerics.count_intervals import ratio_of_counts
from assays.numerics.micrograph.results import Body, Count
from assays.numerics.nanite_load import CountEstimate
from assays.numerics.refusals import LARGEST, Unusable, floats, listed, made, numbers, pairs
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

NEAR = 0.8
KINDS = ("red_cells", "white_cells", "foreign_bodies", "platelets")
NORMAL_97_5 = 1.959963984540054

Points = Sequence[tuple[float, float]] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A count against a reader's truth. Ratios are None where nothing was there to judge.

    ``kappa`` is Cohen's, over what kind each paired body is (Educ Psychol Meas 1960;20:37); None
    with fewer than two kinds. Bodies that only one of the two has are in precision and recall.
    """

    found: int
    missed: int
    added: int
    precision: CountEstimate | None
    recall: CountEstimate | None
    f1: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Differences (first minus second) of paired counts (Bland and Altman, Lancet 1986;1:307)."""

    fields: int
    bias: CountEstimate
    spread: float
    lower: CountEstimate
    upper: CountEstimate


@dataclass(frozen=True, slots=True)
class Change:
    """Two readings of one field, of one kind: what stayed, what went, what came."""

    kind: str
    before: int
    after: int
    same: int
    gone: tuple[Body, ...]
    new: tuple[Body, ...]
    median_shift: float | None


def matched(found: Points, truth: Points, *, reach: float) -> list[tuple[int, int]]:
    """Pair points one to one, none farther apart than ``reach`` pixels; places from 0.

    Raises Unusable with REACH for a reach that is not positive and finite, and NOT_FINITE for
    points that are not.
    """
    if not (math.isfinite(reach) and reach > 0):
        raise Unusable("REACH", _("A reach of %(reach)s pixels pairs nothing."), reach=reach)
    first, second = _points(found), _points(truth)
    if not len(first) or not len(second):
        return []
    from scipy.optimize import linear_sum_assignment

    apart = np.hypot(first[:, None, 0] - second[None, :, 0], first[:, None, 1] - second[None, :, 1])
    # Far pairs all cost the same and more than any near ones together, so none is bought by them.
    far = reach * (len(first) + len(second) + 1)
    rows, columns = linear_sum_assignment(np.where(apart <= reach, apart, far))
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if apart[row, column] <= reach
    ]


def agreement(count: Count, truth: Mapping[str, Points], *, kind: str = "red_cells") -> Agreement:
    """Judge one kind of a count by a reader's points.

    ``truth``: points (x, y in pixels) by kind, any of ``KINDS``; a kind left out has none. Limits
    of precision and recall are exact (Clopper and Pearson), by the count alone. Raises Unusable: KIND,
    NOT_MADE, and what ``matched`` raises.
    """
    _check(count)
    if not isinstance(truth, Mapping):
        raise Unusable(
            "KIND", _("A reader's points are given by kind: %(kinds)s."), kinds=", ".join(KINDS)
        )
    unknown = [one for one in (kind, *truth) if not isinstance(one, str) or one not in KINDS]
    if unknown:
        raise Unusable(
            "KIND",
            _("%(given)s is no kind that is counted; there are %(kinds)s."),
            given=", ".join(one if isinstance(one, str) else cited(one) for one in unknown),
            kinds=", ".join(KINDS),
        )
    reach = NEAR * count.scale.red_cell_radius
    bodies = _places(getattr(count, kind))
    truth = {name: _points(points) for name, points in truth.items()}
    true = truth.get(kind, ())
    both = len(matched(bodies, true, reach=reach))
    added, missed = len(bodies) - both, len(true) - both
    f1 = 2 * both / (2 * both + added + missed) if both + added + missed else None
    return Agreement(
        both, missed, added, _share(both, added), _share(both, missed), f1,
        _kappa(count, truth, reach),
    )  # fmt: skip


def bland_altman(first: Sequence[float], second: Sequence[float]) -> BlandAltman:
    """Compare paired counts of at least three fields; 95 % limits of agreement with their errors.

    Errors of the limits: 1.71 s / sqrt(n), as in the paper, with Student's t.
    """
    one = numbers(first, name=_("counts"), least=3, lowest=0)
    other = numbers(second, name=_("readers' counts"), least=3, lowest=0)
    pairs(one, other, names=(_("counts"), _("readers' counts")))
    from scipy.special import stdtrit

    apart = one - other
    fields, mean, spread = len(apart), float(apart.mean()), float(apart.std(ddof=1))
    t = float(stdtrit(fields - 1, 0.975))
    of_mean, of_limit = t * spread / math.sqrt(fields), t * spread * math.sqrt(3 / fields)
    low, high = mean - NORMAL_97_5 * spread, mean + NORMAL_97_5 * spread
    return BlandAltman(
        fields,
        CountEstimate(mean, mean - of_mean, mean + of_mean),
        spread,
        CountEstimate(low, low - of_limit, low + of_limit),
        CountEstimate(high, high - of_limit, high + of_limit),
    )


def compare(before: Count, after: Count) -> tuple[Change, ...]:
    """Compare two readings of one field, by two versions say, kind by kind.

    Raises Unusable with TWO_FIELDS where the pictures differ in size, NOT_MADE.
    """
    for one in (before, after):
        _check(one)
    if (before.scale.width, before.scale.height) != (after.scale.width, after.scale.height):
        raise Unusable("TWO_FIELDS", _("These are readings of two pictures: their sizes differ."))
    reach = NEAR * min(before.scale.red_cell_radius, after.scale.red_cell_radius)
    changes = []
    for kind in KINDS:
        old, new = getattr(before, kind), getattr(after, kind)
        both = matched(_places(old), _places(new), reach=reach)
        kept, stayed = {one for one, _other in both}, {other for _one, other in both}
        shifts = [math.hypot(old[a].x - new[b].x, old[a].y - new[b].y) for a, b in both]
        changes.append(
            Change(
                kind,
                len(old),
                len(new),
                len(both),
                tuple(body for place, body in enumerate(old) if place not in kept),
                tuple(body for place, body in enumerate(new) if place not in stayed),
                float(np.median(shifts)) if shifts else None,
            )
        )
    return tuple(changes)


def _check(given: Count) -> None:
    """Refuse what is no count; what was read back of a kept one has its scale and bodies, and is."""
    if not all(hasattr(given, name) for name in ("scale", *KINDS)):
        made(given, Count, name=_("count"), by="count")


def _points(given: Points) -> NDArray[np.float64]:
    # A masked array keeps its mask.
    several = given if isinstance(given, np.ndarray) else listed(given, name=_("points"))
    found = floats(several, name=_("points"))
    if found.size == 0:
        return np.zeros((0, 2))
    if found.ndim != 2 or found.shape[1] != 2:
        raise Unusable("SHAPE", _("Points are pairs of x and y."))
    if not (np.abs(found) <= LARGEST).all():
        raise Unusable("NOT_FINITE", _("A point has a coordinate that is not finite."))
    return found


def _places(bodies: Sequence[Body]) -> list[tuple[float, float]]:
    return [(body.x, body.y) for body in bodies]


def _share(those: int, rest: int) -> CountEstimate | None:
    if those + rest == 0:
        return None
    if rest == 0:
        # Nothing else was there: the exact lower limit alone (Clopper and Pearson).
        return CountEstimate(1.0, 0.025 ** (1 / those), 1.0)
    low, high = ratio_of_counts(those, rest)
    return CountEstimate(those / (those + rest), low / (1 + low), high / (1 + high))


def _kappa(count: Count, truth: Mapping[str, Points], reach: float) -> float | None:
    bodies = [(kind, body) for kind in KINDS for body in getattr(count, kind)]
    true = [(kind, point) for kind in KINDS for point in truth.get(kind, ())]
    both = matched(
        [(body.x, body.y) for _kind, body in bodies], [point for _kind, point in true], reach=reach
    )
    named = [(bodies[one][0], true[other][0]) for one, other in both]
    if len({kind for pair in named for kind in pair}) < 2:
        return None
    total = len(named)
    agreed = sum(one == other for one, other in named) / total
    chance = (
        sum(
            sum(one == kind for one, _other in named) * sum(other == kind for _one, other in named)
            for kind in KINDS
        )
        / total**2
    )
    return (agreed - chance) / (1 - chance) if chance < 1 else None
