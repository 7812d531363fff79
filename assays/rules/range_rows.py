"""The four kinds of rows of limits that a laboratory answers for, and what each does unsigned."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assays.rules.ages import DAYS_PER_YEAR, days_of_years
from labsys.lib.quantities import plain
from labsys.lib.wording import gettext_noop as _


class RowKind(StrEnum):
    """What a row says of values: expected, telephoned, not believed, not measured."""

    REFERENCE = "REFERENCE"
    CRITICAL = "CRITICAL"
    PLAUSIBILITY = "PLAUSIBILITY"
    REPORTABLE = "REPORTABLE"


WORDS: dict[RowKind, str] = {
    RowKind.REFERENCE: _("reference interval"),
    RowKind.CRITICAL: _("critical limits"),
    RowKind.PLAUSIBILITY: _("plausibility limits"),
    RowKind.REPORTABLE: _("measuring range"),
}
# What it means that nobody signed a row. Each keeps values from being released by rules; limits that
# protect a patient act from the first day on, whoever has or has not answered for them.
EFFECTS: dict[RowKind, str] = {
    RowKind.REFERENCE: _(
        "Its results print “range unverified”, leave the clear lane and are never released by rules."
    ),
    RowKind.CRITICAL: _(
        "A value beyond is critical and telephoned all the same. No value that they hold for is "
        "released by rules."
    ),
    RowKind.PLAUSIBILITY: _(
        "A value beyond is held as a likely mistake all the same, which says that nobody signed "
        "them. No value of the test is released by rules."
    ),
    RowKind.REPORTABLE: _(
        "A value outside proposes a dilution all the same. No value of the test is released by "
        "rules."
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """One row of limits: of an interval or a critical limit its own id, else its version's."""

    kind: RowKind
    row_id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.row_id}"


class AgeUnit(StrEnum):
    """What ages are counted in."""

    YEARS = "YEARS"
    MONTHS = "MONTHS"
    DAYS = "DAYS"


@dataclass(frozen=True, slots=True)
class Age:
    """An age at which a row begins or ends; a page writes its unit out."""

    number: int
    unit: AgeUnit


def read_ref(text: str) -> RowRef | None:
    """Read what ``str(RowRef)`` wrote; None for anything else."""
    kind, _colon, number = text.partition(":")
    if kind not in set(RowKind) or not (number.isascii() and number.isdigit()):
        return None
    return RowRef(RowKind(kind), int(number)) if len(number) < 19 else None


def age_words(low_days: int, high_days: int | None) -> tuple[str, dict[str, Age]]:
    """Return a sentence and its parts for a half-open age in days; blank for every age."""
    low = _age(low_days)
    if high_days is None:
        return (_("from %(low)s"), {"low": low}) if low_days else ("", {})
    if not low_days:
        return _("under %(high)s"), {"high": _age(high_days)}
    return _("%(low)s to under %(high)s"), {"low": low, "high": _age(high_days)}


def _age(days: int) -> Age:
    """Count an age in years or in months where one of them begins on that day, else in days."""
    for unit, each in ((AgeUnit.YEARS, 1), (AgeUnit.MONTHS, 12)):
        number = int(days * each / DAYS_PER_YEAR)
        if number and days_of_years(Decimal(number) / each) == days:
            return Age(number, unit)
    return Age(days, AgeUnit.DAYS)


def limits_text(low: Decimal | None, high: Decimal | None) -> str:
    """Write two limits; what is absent does not bound."""
    if low is None:
        return "–" if high is None else f"≤ {plain(high)}"
    return f"≥ {plain(low)}" if high is None else f"{plain(low)} – {plain(high)}"
