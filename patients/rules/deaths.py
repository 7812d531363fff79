"""What is known of a death: the day, the month or the year, or only that it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _
from patients.rules.births import Birth, BirthSpan, Precision

# How well a death can be known; nobody estimates one by days.
PRECISIONS = (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.UNKNOWN)


class DeathRefused(Refused):
    """A death that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, *, field: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = field


@dataclass(frozen=True, slots=True)
class Death:
    """A death as somebody states it; UNKNOWN where nobody says when."""

    date: dt.date | None = None
    precision: Precision = Precision.UNKNOWN

    @property
    def span(self) -> BirthSpan:
        """Every day on which it may have been, as of a birth."""
        return Birth(self.date, self.precision).span

    def may_be(self, other: Death) -> bool:
        """Whether two statements can be of one death."""
        mine, theirs = self.span, other.span
        return (
            mine.earliest is None or theirs.latest is None or mine.earliest <= theirs.latest
        ) and (theirs.earliest is None or mine.latest is None or theirs.earliest <= mine.latest)

    def is_vaguer_than(self, other: Death) -> bool:
        return PRECISIONS.index(self.precision) > PRECISIONS.index(other.precision)


def stated(date: dt.date | None, precision: str) -> Death | None:
    """Return the death that an entry holds; None for somebody of whom none is known."""
    known = Precision(precision)
    return None if date is None and known is not Precision.UNKNOWN else Death(date, known)


def check(date: dt.date | None, precision: str, *, birth: Birth, on: dt.date) -> None:
    """Refuse a death that cannot be: yet to come, before the birth, or known better than it is."""
    known = Precision(precision)
    if known not in PRECISIONS:
        raise DeathRefused(
            "precision", _("A death is known to the day, month or year."), field="deceased_on"
        )
    if known is Precision.UNKNOWN and date is not None:
        raise DeathRefused(
            "precision",
            _("A date of death was given: say how well it is known."),
            field="deceased_precision",
        )
    if known in (Precision.MONTH, Precision.YEAR) and date is None:
        raise DeathRefused("date", _("Give the date of death."), field="deceased_on")
    death = stated(date, precision)
    if death is None:
        return
    if death.span.earliest is not None and death.span.earliest > on:
        raise DeathRefused(
            "future", _("The date of death lies in the future."), field="deceased_on"
        )
    earliest = birth.span.earliest
    if earliest is not None and death.span.latest is not None and death.span.latest < earliest:
        raise DeathRefused(
            "before", _("The date of death lies before the birth."), field="deceased_on"
        )
