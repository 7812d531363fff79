"""What is known of a birth, and so of an age: an interval unless the day itself is known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

EARLIEST = date(1800, 1, 1)
LARGEST_UNCERTAINTY_DAYS = 200 * 366


class Precision(StrEnum):
    """How well a birth date is known; the names are those of the table."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    ESTIMATED = "ESTIMATED"
    UNKNOWN = "UNKNOWN"


class BirthRefused(Refused):
    """A birth that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, *, field: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = field


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth as somebody states it."""

    date: date | None = None
    precision: Precision = Precision.UNKNOWN
    uncertainty_days: int | None = None

    @property
    def span(self) -> BirthSpan:
        """Every day on which the person may have been born."""
        known = self.date
        if known is None or self.precision is Precision.UNKNOWN:
            return UNKNOWN_SPAN
        if self.precision is Precision.DAY:
            return BirthSpan(known, known)
        if self.precision is Precision.MONTH:
            last = calendar.monthrange(known.year, known.month)[1]
            return BirthSpan(known.replace(day=1), known.replace(day=last))
        if self.precision is Precision.YEAR:
            return BirthSpan(date(known.year, 1, 1), date(known.year, 12, 31))
        if self.uncertainty_days is None:
            return UNKNOWN_SPAN
        give = timedelta(days=min(self.uncertainty_days, LARGEST_UNCERTAINTY_DAYS))
        return BirthSpan(max(known, date.min + give) - give, min(known, date.max - give) + give)


@dataclass(frozen=True, slots=True)
class BirthSpan:
    """The first and the last day on which a birth may have been; None where nothing bounds it."""

    earliest: date | None
    latest: date | None


UNKNOWN = Birth()
UNKNOWN_SPAN = BirthSpan(None, None)


@dataclass(frozen=True, slots=True)
class AgeSpan:
    """Every age a person may have, both ends included; ``oldest`` None when nothing bounds it."""

    youngest: int
    oldest: int | None

    @property
    def is_exact(self) -> bool:
        return self.youngest == self.oldest


def check(birth: Birth, *, on: date) -> Birth:
    """Return the birth if it can be recorded on that day; refuse it with the field to change."""
    if birth.precision is Precision.UNKNOWN:
        if birth.date is not None:
            raise BirthRefused(
                "precision",
                _("A birth date was given: say how well it is known."),
                field="birth_precision",
            )
    elif birth.date is None:
        raise BirthRefused(
            "date", _("Give the birth date, or state that it is unknown."), field="birth_date"
        )
    _check_uncertainty(birth)
    earliest = birth.span.earliest
    if earliest is not None and earliest > on:
        raise BirthRefused("future", _("The birth date lies in the future."), field="birth_date")
    if birth.date is not None and birth.date < EARLIEST:
        raise BirthRefused(
            "too_early",
            _("The birth date lies before %(earliest)s; check its year."),
            field="birth_date",
            earliest=EARLIEST.isoformat(),
        )
    return birth


def _check_uncertainty(birth: Birth) -> None:
    given = birth.uncertainty_days
    if birth.precision is Precision.ESTIMATED:
        if given is None or not 0 <= given <= LARGEST_UNCERTAINTY_DAYS:
            raise BirthRefused(
                "uncertainty",
                _("Say by how many days the estimated birth date may be off (0 to %(most)d)."),
                field="birth_uncertainty_days",
                most=LARGEST_UNCERTAINTY_DAYS,
            )
    elif given is not None:
        raise BirthRefused(
            "uncertainty",
            _("Only an estimated birth date has an uncertainty in days."),
            field="birth_uncertainty_days",
        )


def age_in_days(span: BirthSpan, *, on: date) -> AgeSpan:
    """Return the ages possible on a calendar day of the hospital, in calendar days.

    A birth that may lie after that day is cut there: the person exists, so is at least newborn.
    Reference ranges are cut in years; they are resolved from the span itself, not from days.
    """
    youngest = 0 if span.latest is None else max(0, (on - span.latest).days)
    oldest = None if span.earliest is None else max(0, (on - span.earliest).days)
    return AgeSpan(youngest, oldest)


def age_in_years(span: BirthSpan, *, on: date) -> AgeSpan:
    """Return the ages possible on a calendar day, in completed years."""
    youngest = 0 if span.latest is None else _completed_years(span.latest, on)
    oldest = None if span.earliest is None else _completed_years(span.earliest, on)
    return AgeSpan(youngest, oldest)


def _completed_years(born: date, on: date) -> int:
    # Who was born on 29 February completes a year on 1 March of a common year, as in civil law.
    return max(0, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))
