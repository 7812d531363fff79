"""Which gestation a measurement or a stated day proposes; a clinician decides whether it holds.

What is proposed changes no range: it becomes an estimate when somebody records it. Formulas are
human ones. For another species none is established, and nothing is proposed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labsys.lib.wording import gettext_noop as _
from patients.numerics.dating import BY_CODE, FORMULAS, Formula
from patients.rules.pregnancies import CONCEPTION, GESTATION_END

HUMAN = "human"
# Two standard deviations of a gestation counted from a known conception: Hadlock and Bowie, as in
# "Measurements frequently used to estimate gestational age and fetal biometry" (Radiology Key).
CONCEPTION_TWO_SD_DAYS = {
    "FERTILISATION": 1,
    "INSEMINATION": 3,
    "INTERCOURSE": 3,
    "TEMPERATURE": 4,
}
CONCEPTION_SOURCE = "Hadlock and Bowie: 2 SD of menstrual age from a known conception"
LAST_PERIOD = "LAST_PERIOD"

NO_SPECIES = _(
    "No dating formula is established for this species; the gestation cannot be determined."
)
NO_FORMULA = _("No formula with a confirmed error dates this measurement.")
OUTSIDE = _("The length lies outside those for which a formula was published.")
IMPOSSIBLE = _("Counted from this day, the gestation is none that a pregnancy has.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A gestation on the day of a measurement, by how much it may be off, and what says so.

    ``code`` names the formula, ``method`` is what an estimate made of it is called.
    """

    code: str
    gestation_days: int
    uncertainty_days: int
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed, or why nothing is."""

    proposals: tuple[Proposal, ...] = ()
    why_none: str = ""


def from_length(measured: str, length_mm: Decimal, *, species: str) -> Proposed:
    """Propose the gestation of one length by every formula that was published for it."""
    if species != HUMAN:
        return Proposed(why_none=NO_SPECIES)
    formulas = [one for one in FORMULAS if one.measured == measured]
    if not formulas:
        return Proposed(why_none=NO_FORMULA)
    found = [one for one in (_of(formula, length_mm) for formula in formulas) if one is not None]
    return Proposed(tuple(found)) if found else Proposed(why_none=OUTSIDE)


def from_day(
    kind: str, on: date, uncertainty_days: int | None, *, stated_on: date, species: str
) -> Proposed:
    """Propose the gestation on the day of the statement, counted from a period or a conception.

    Of a last period the clinician says by how much it may be off; of a conception it is published.
    """
    if species != HUMAN:
        return Proposed(why_none=NO_SPECIES)
    days = (stated_on - on).days + (0 if kind == LAST_PERIOD else CONCEPTION)
    give = uncertainty_days if kind == LAST_PERIOD else CONCEPTION_TWO_SD_DAYS[kind]
    if give is None or not 0 <= days < GESTATION_END:
        return Proposed(why_none=IMPOSSIBLE)
    if kind == LAST_PERIOD:
        method, source = f"last period {on.isoformat()}", ""
    else:
        method, source = f"conception {on.isoformat()}", CONCEPTION_SOURCE
    return Proposed((Proposal(kind, days, give, method, source),))


def formula(code: str) -> Formula | None:
    """Return a formula by its code."""
    return BY_CODE.get(code)


def _of(formula: Formula, length_mm: Decimal) -> Proposal | None:
    dated = formula.dated(float(length_mm))
    if dated is None or not 0 <= round(dated.days) < GESTATION_END:
        return None
    # The error is rounded up: a day more than was published, never a day less.
    return Proposal(
        formula.code,
        round(dated.days),
        math.ceil(dated.two_sd_days),
        f"{formula.measured} {length_mm.normalize():f} mm, {formula.name}",
        formula.source,
    )
