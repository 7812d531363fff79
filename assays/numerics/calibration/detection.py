"""Limits of blank, detection and quantitation from measurements, after CLSI EP17-A2."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from assays.numerics.refusals import Floats, NoSolution, Unusable, number, numbers, pairs, yes_or_no
from labsys.lib.wording import gettext_noop as _

METHOD = "calibration.detection/1"
# Of a concentration: beyond, floats end.
MOST_LOG = 700.0
NORMAL_95 = 1.6448536269514722


class DetectionNote(StrEnum):
    FEW_BLANKS = "fewer_than_60_blanks"
    FEW_LOW = "fewer_than_60_measurements_of_low_specimens"
    RANK_BEYOND = "too_few_blanks_for_the_rank_highest_taken"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of blank or detection, from so many measurements of so many specimens."""

    value: float
    measurements: int
    specimens: int
    sd: float | None
    is_parametric: bool
    method: str
    notes: tuple[DetectionNote, ...]


def limit_of_blank(blanks: Sequence[ArrayLike], *, parametric: bool = True) -> Limit:
    """Return the highest that blanks read with a probability of 95 %.

    ``blanks``: for each blank specimen its measurements. Parametric: mean + cp * SD of all, with
    cp = 1.645 / (1 - 1 / (4 (B - K))) for B measurements of K specimens; otherwise the measurement
    of rank 0.5 + 0.95 B, between two in proportion (EP17-A2, 5.3.3). The highest is taken where the
    rank lies beyond it, and a note says so.
    """
    is_normal = yes_or_no(parametric, name="parametric")
    every, groups = _measured(blanks, _("measurements of blanks"))
    count, specimens = every.size, len(groups)
    notes = [DetectionNote.FEW_BLANKS] if count < 60 else []
    if not is_normal:
        rank = 0.5 + 0.95 * count
        if rank > count:
            notes.append(DetectionNote.RANK_BEYOND)
        ordered = np.sort(every)
        value = float(np.interp(rank, np.arange(1, count + 1), ordered))
        return Limit(value, count, specimens, None, False, METHOD, tuple(notes))
    sd = float(every.std(ddof=1)) if count > 1 else math.nan
    value = float(every.mean()) + _multiplier(count - specimens) * sd
    return Limit(value, count, specimens, sd, True, METHOD, tuple(notes))


def limit_of_detection(limit_of_blank: float, low_specimens: Sequence[ArrayLike]) -> Limit:
    """Return the concentration whose measurements lie above the limit of blank in 95 %.

    LoD = LoB + cp * SD pooled within low specimens, cp from L - J degrees of freedom for L
    measurements of J specimens (EP17-A2, 5.3.3).
    """
    number(limit_of_blank, name=_("limit of blank"))
    every, groups = _measured(low_specimens, _("measurements of low specimens"))
    freedom = every.size - len(groups)
    multiplier = _multiplier(freedom)
    squares = sum(float(np.sum((group - group.mean()) ** 2)) for group in groups)
    sd = math.sqrt(squares / freedom)
    notes = (DetectionNote.FEW_LOW,) if every.size < 60 else ()
    value = limit_of_blank + multiplier * sd
    return Limit(value, every.size, len(groups), sd, True, METHOD, notes)


@dataclass(frozen=True, slots=True)
class FunctionalSensitivity:
    """CV = a * concentration^b from the logarithms of both; ``limit`` is where CV is the goal."""

    a: float
    b: float
    limit: float
    cv_percent: float
    method: str

    def cv_at(self, concentration: float) -> float:
        """Return the CV in per cent at a concentration above 0."""
        return float(self.a * concentration**self.b)


def functional_sensitivity(
    means: ArrayLike, cvs_percent: ArrayLike, *, cv_percent: float = 20.0
) -> FunctionalSensitivity:
    """Return the concentration at which the CV is the goal, by a line through logarithms.

    log CV = log A + B log C (EP17-A2, appendix D). Raises NoSolution (RISING) where the CV does not
    fall with the concentration.
    """
    x = numbers(means, name=_("mean concentrations"), least=2)
    y = numbers(cvs_percent, name=_("coefficients of variation"), least=2)
    pairs(x, y, names=(_("mean concentrations"), _("coefficients of variation")))
    number(cv_percent, name=_("CV goal"))
    if np.any(x <= 0) or np.any(y <= 0) or not cv_percent > 0:
        raise Unusable("TOO_LOW", _("Concentrations and CVs are above 0 to have logarithms."))
    across, up = np.log(x), np.log(y)
    spread = float(np.sum((across - across.mean()) ** 2))
    if spread <= 1e-20:
        raise Unusable("CONSTANT", _("One concentration alone gives no profile."))
    b = float(np.sum((across - across.mean()) * (up - up.mean()))) / spread
    if b >= 0:
        raise NoSolution("RISING", _("The CV does not fall with the concentration: no limit."))
    log_a = float(up.mean() - b * across.mean())
    logarithm = (math.log(cv_percent) - log_a) / b
    if not (abs(logarithm) < MOST_LOG and abs(log_a) < MOST_LOG):
        raise NoSolution("TOO_FAR", _("The CV reaches the goal at no concentration that there is."))
    limit = math.exp(logarithm)
    return FunctionalSensitivity(math.exp(log_a), b, limit, cv_percent, METHOD)


def _measured(given: Sequence[ArrayLike], name: str) -> tuple[Floats, list[Floats]]:
    if isinstance(given, str | bytes) or not isinstance(given, Sequence | np.ndarray):
        numbers([given], name=name)
        raise Unusable("SHAPE", _("The %(name)s are a list for each specimen."), name=name)
    if not len(given):
        raise Unusable("EMPTY", _("There are no %(name)s."), name=name)
    groups = [numbers(_listed(one), name=name) for one in given]
    return np.concatenate(groups), groups


def _listed(given: ArrayLike) -> ArrayLike:
    return np.array([given]) if isinstance(given, int | float | np.number) else given


def _multiplier(freedom: int) -> float:
    if freedom < 1:
        raise Unusable(
            "TOO_FEW", _("Measure at least one specimen more than once: there is no SD otherwise.")
        )
    return NORMAL_95 / (1 - 1 / (4 * freedom))
