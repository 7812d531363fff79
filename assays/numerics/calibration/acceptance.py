"""Whether a calibration may be used: recoveries, replicates, fit, order, ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assays.numerics.calibration.curves import concentration_at
from assays.numerics.calibration.fitting import METHOD, Curve, Note
from assays.numerics.refusals import LARGEST, Unusable, is_within, made, yes_or_no
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _


class Rule(StrEnum):
    """A rule that a calibration broke."""

    RECOVERY = "recovery_of_calibrator"
    REPLICATE_CV = "cv_of_replicates"
    R_SQUARED = "r_squared"
    MONOTONE = "means_not_in_order"
    ENDS = "ends_of_curve_not_determined"
    FEW_RECOVERED = "too_few_calibrators_recovered"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a calibration has to meet; the defaults are those usual for ligand-binding assays.

    Recoveries within 20 % (25 % at the lowest level) at three quarters of the levels or more, and
    replicates within 20 % (25 % at the lowest), as ICH M10 (2022), section 4.2.4, asks. ``drop``
    is by how many SD of a mean neighbouring levels may run against the curve's direction.
    """

    recovery_percent: float = 20.0
    lowest_recovery_percent: float = 25.0
    recovered_share: float = 0.75
    replicate_cv_percent: float = 20.0
    lowest_replicate_cv_percent: float = 25.0
    r_squared: float = 0.98
    drop: float = 3.0
    needs_ends: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One calibrator: its signals, and the concentration that the curve reads from their mean.

    ``recovery_percent`` is None at concentration 0 and where the curve reads nothing;
    ``cv_percent`` is that of the signals, None of a single one.
    """

    concentration: float
    replicates: int
    mean_signal: float
    cv_percent: float | None
    found: float | None
    recovery_percent: float | None
    is_recovered: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule broken, at a calibrator where it is one's."""

    rule: Rule
    concentration: float | None
    value: float | None
    limit: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    levels: tuple[Level, ...]
    breaches: tuple[Breach, ...]
    method: str

    @property
    def is_accepted(self) -> bool:
        return not self.breaches


def judge(curve: Curve, criteria: Criteria | None = None) -> Verdict:
    """Return the calibrators as the curve reads them, and every rule that was broken.

    A recovery outside its limits breaks a rule only where fewer levels than the share remain; the
    level says it all the same. Calibrator 0 has no recovery. Raises Unusable (CRITERIA, NOT_MADE).
    """
    asked = Criteria() if criteria is None else criteria
    made(curve, Curve, name=_("curve"), by="fit")
    _check(asked)
    concentrations = np.unique(curve.concentrations)
    lowest = float(concentrations[concentrations > 0].min())
    levels = tuple(_level(curve, float(one), asked, lowest) for one in concentrations)
    breaches = [*_of_recovery(levels, asked), *_of_replicates(levels, asked, lowest)]
    if curve.r_squared is None or curve.r_squared < asked.r_squared:
        breaches.append(Breach(Rule.R_SQUARED, None, curve.r_squared, asked.r_squared))
    breaches += _of_order(curve, levels, asked)
    doubts = {
        Note.ZERO_END_NOT_DETERMINED,
        Note.INFINITE_END_NOT_DETERMINED,
        Note.MIDPOINT_OUTSIDE,
    }
    if asked.needs_ends and doubts & set(curve.notes):
        breaches.append(Breach(Rule.ENDS, None, None, None))
    return Verdict(levels, tuple(breaches), METHOD)


def _check(asked: Criteria) -> None:
    """Raise Unusable for criteria that are none: a limit that is no number holds for nothing."""
    made(asked, Criteria, name=_("set of criteria"), by="Criteria")
    if not is_within(asked.recovered_share, 0, 1):
        raise Unusable("CRITERIA", _("A share of calibrators lies between 0 and 1."))
    for name in ("recovery_percent", "lowest_recovery_percent", "replicate_cv_percent",
                 "lowest_replicate_cv_percent", "r_squared", "drop"):  # fmt: skip
        value = getattr(asked, name)
        if not is_within(value, 0, LARGEST):
            raise Unusable(
                "CRITERIA",
                _("The limit %(name)s is a number from 0, not %(given)s."),
                name=name,
                given=cited(value),
            )
    yes_or_no(asked.needs_ends, name="needs_ends")


def _level(curve: Curve, concentration: float, asked: Criteria, lowest: float) -> Level:
    signals = curve.signals[curve.concentrations == concentration]
    mean = float(signals.mean())
    cv = None
    if signals.size > 1 and mean:
        cv = float(signals.std(ddof=1)) / abs(mean) * 100
    found = concentration_at(curve.parameters, mean)
    recovery = found / concentration * 100 if found is not None and concentration else None
    allowed = asked.lowest_recovery_percent if concentration <= lowest else asked.recovery_percent
    is_recovered = not concentration or (recovery is not None and abs(recovery - 100) <= allowed)
    return Level(concentration, int(signals.size), mean, cv, found, recovery, is_recovered)


def _of_recovery(levels: tuple[Level, ...], asked: Criteria) -> list[Breach]:
    judged = [level for level in levels if level.concentration]
    missed = [level for level in judged if not level.is_recovered]
    share = 1 - len(missed) / len(judged)
    if share >= asked.recovered_share:
        return []
    return [
        Breach(Rule.FEW_RECOVERED, None, share, asked.recovered_share),
        *(
            Breach(Rule.RECOVERY, one.concentration, one.recovery_percent, asked.recovery_percent)
            for one in missed
        ),
    ]


def _of_replicates(levels: tuple[Level, ...], asked: Criteria, lowest: float) -> list[Breach]:
    found = []
    for one in levels:
        is_low = one.concentration <= lowest
        limit = asked.lowest_replicate_cv_percent if is_low else asked.replicate_cv_percent
        if one.concentration and one.cv_percent is not None and one.cv_percent > limit:
            found.append(Breach(Rule.REPLICATE_CV, one.concentration, one.cv_percent, limit))
    return found


def _of_order(curve: Curve, levels: tuple[Level, ...], asked: Criteria) -> list[Breach]:
    """Return where the mean signals run against the curve by more than their errors."""
    direction = 1.0 if curve.is_increasing else -1.0
    scatter = _scatter(curve, levels)
    found = []
    for before, after in zip(levels, levels[1:], strict=False):
        against = -direction * (after.mean_signal - before.mean_signal)
        variances = [
            (scatter * abs(one.mean_signal) ** curve.theta) ** 2 / one.replicates
            for one in (before, after)
        ]
        slack = asked.drop * float(np.sqrt(sum(variances)))
        if against > slack:
            found.append(Breach(Rule.MONOTONE, after.concentration, against, slack))
    return found


def _scatter(curve: Curve, levels: tuple[Level, ...]) -> float:
    """Return the SD of replicates about their means, which a curve that misfits does not raise.

    In units of the curve's variance function; the curve's own where there are no replicates.
    """
    squares, freedom = 0.0, 0
    for one in levels:
        own = curve.signals[curve.concentrations == one.concentration]
        size = max(abs(one.mean_signal), curve.smallest_mean) ** curve.theta
        squares += float(np.sum((own - one.mean_signal) ** 2)) / size**2
        freedom += one.replicates - 1
    if freedom:
        return float(np.sqrt(squares / freedom))
    return curve.residual_sd or 0.0
