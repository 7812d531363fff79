"""What is drawn: the values of one analyte over time, and what they are read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """How a value was flagged; each has its own shape as well as its own colour."""

    NORMAL = "normal"  # disc
    ABNORMAL = "abnormal"  # diamond
    CRITICAL = "critical"  # square
    UNCERTAIN = "uncertain"  # small disc within a ring: no range, or indeterminate


class Censored(StrEnum):
    """A value known only to lie beyond a limit; drawn at the limit as an open triangle."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Point:
    """One value. `shown` is how the result writes it, with comparator and unit.

    `value` is where it lies; for a censored value the limit. `note` goes into the hover title and
    the table. `is_provisional`: not released, drawn hollow.
    """

    at: datetime
    value: float
    shown: str
    tone: Tone = Tone.NORMAL
    censored: Censored | None = None
    note: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Limits that held from `start` up to, not including, `end`; None is open on that side."""

    low: float | None
    high: float | None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def limits(self) -> tuple[float, ...]:
        return tuple(limit for limit in (self.low, self.high) if limit is not None)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something done to the person: a line at a moment, or a span where it lasted.

    In stacked panels `sign` stands at its line for the label, and `dash` tells its kind apart.
    """

    at: datetime
    label: str
    until: datetime | None = None
    detail: str = ""
    sign: str = ""
    dash: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One analyte of one person in one unit. `decimals` is how its limits are written.

    `grades` are the names of what the values 0, 1, 2 … are, where they are grades: drawn as steps.
    """

    name: str
    unit: str
    points: Sequence[Point]
    reference: Sequence[Band] = ()
    critical: Sequence[Band] = ()
    marks: Sequence[Mark] = ()
    decimals: int = 1
    grades: Sequence[str] = ()

    @property
    def in_order(self) -> list[Point]:
        return sorted(self.points, key=lambda point: point.at)

    @property
    def title(self) -> str:
        return f"{self.name}, {self.unit}" if self.unit else self.name
