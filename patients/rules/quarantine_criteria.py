"""What a quarantine rule asks of results before somebody is released: read and checked as data.

A criterion says which analyte has to be negative, or below a limit, in how many specimens and how far
apart these are at least. Between them none may speak against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

MOST_CRITERIA = 6
MOST_TIMES = 10
MOST_HOURS_APART = 24 * 30
MOST_LIMIT = Decimal(10) ** 15
FIELDS = ("analyte", "asks", "limit", "unit", "times", "hours_apart")


class CriteriaRefused(Refused):
    """Criteria that cannot be read as they stand."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = "criteria"


class Asks(StrEnum):
    """What a result has to say."""

    NEGATIVE = "NEGATIVE"
    BELOW = "BELOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """So many specimens, so far apart, whose result of an analyte is negative or below a limit."""

    analyte: str
    asks: Asks
    times: int
    hours_apart: int = 0
    limit: Decimal | None = None
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "analyte": self.analyte,
            "asks": self.asks.value,
            "limit": None if self.limit is None else str(self.limit),
            "unit": self.unit,
            "times": self.times,
            "hours_apart": self.hours_apart,
        }


def read(given: object) -> tuple[Criterion, ...]:
    """Return the criteria that a list of objects states; InvalidInput names what is wrong."""
    if not isinstance(given, list) or len(given) > MOST_CRITERIA:
        message = _("Criteria are a list of at most %(most)d.")
        raise CriteriaRefused("criteria.list", message, most=MOST_CRITERIA)
    return tuple(_read(one) for one in given)


def to_json(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    return [one.to_json() for one in criteria]


def _read(given: object) -> Criterion:
    if not isinstance(given, dict) or set(given) - set(FIELDS):
        message = _("A criterion is an object of %(names)s and nothing else.")
        raise CriteriaRefused("criteria.object", message, names=", ".join(FIELDS))
    analyte, unit = given.get("analyte"), given.get("unit", "")
    if not isinstance(analyte, str) or not 1 <= len(analyte.strip()) <= 64:
        raise CriteriaRefused("criteria.analyte", _("A criterion names the code of an analyte."))
    if not isinstance(unit, str) or len(unit) > 40:
        raise CriteriaRefused("criteria.unit", _("The unit of a criterion is a short text."))
    try:
        asks = Asks(given.get("asks"))  # type: ignore[arg-type]
    except ValueError:
        message = _("A criterion asks for one of %(words)s.")
        raise CriteriaRefused("criteria.asks", message, words=", ".join(Asks)) from None
    limit = _limit(given.get("limit"))
    if (asks is Asks.BELOW) != (limit is not None):
        message = _("A limit belongs to what has to be below it, and to nothing else.")
        raise CriteriaRefused("criteria.limit_of", message)
    return Criterion(
        analyte=analyte.strip(),
        asks=asks,
        times=_whole(given.get("times", 1), 1, MOST_TIMES, "times"),
        hours_apart=_whole(given.get("hours_apart", 0), 0, MOST_HOURS_APART, "hours_apart"),
        limit=limit,
        unit=unit.strip(),
    )


def _limit(given: object) -> Decimal | None:
    if given is None or given == "":
        return None
    try:
        found = Decimal(given) if isinstance(given, (str, int, Decimal)) else None
    except InvalidOperation:
        found = None
    if (
        found is None
        or isinstance(given, bool)
        or not found.is_finite()
        or not 0 <= found <= MOST_LIMIT
    ):
        message = _("The limit of a criterion is a number, zero or above.")
        raise CriteriaRefused("criteria.limit", message)
    return found


def _whole(given: object, least: int, most: int, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        message = _("%(name)s of a criterion is a whole number from %(least)d to %(most)d.")
        raise CriteriaRefused("criteria.whole", message, name=name, least=least, most=most)
    return given
