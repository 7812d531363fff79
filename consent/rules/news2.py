"""NEWS2, the early warning score of the Royal College of Physicians (2017), on adult humans.

The score is refused rather than guessed: for people under 16 years, in pregnancy, with spinal
cord injury, of another species, and wherever one of these is not known. Reproduced with
acknowledgement; source in consent/data/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

from consent.rules.definitions import read_data

HUMAN = "human"
MINIMUM_AGE_YEARS = 16
# In the order of the chart.
PARAMETERS = (
    "respiration_per_min",
    "spo2_percent",
    "on_oxygen",
    "systolic_mmhg",
    "pulse_per_min",
    "consciousness",
    "temperature_celsius",
)


class Consciousness(StrEnum):
    """ACVPU: alert, new confusion, responding to voice, to pain, unresponsive."""

    ALERT = "A"
    CONFUSION = "C"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class SpO2Scale(IntEnum):
    """Scale 2 is for a prescribed saturation of 88 to 92 %, confirmed by a doctor."""

    ONE = 1
    TWO = 2


class Risk(StrEnum):
    LOW = "LOW"
    LOW_MEDIUM = "LOW_MEDIUM"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Obstacle(StrEnum):
    """Why NEWS2 cannot be scored for somebody."""

    UNDER_16 = "UNDER_16"
    AGE_UNKNOWN = "AGE_UNKNOWN"
    PREGNANT = "PREGNANT"
    PREGNANCY_UNKNOWN = "PREGNANCY_UNKNOWN"
    OTHER_SPECIES = "OTHER_SPECIES"
    SPINAL_CORD_INJURY = "SPINAL_CORD_INJURY"
    SPINAL_CORD_INJURY_UNKNOWN = "SPINAL_CORD_INJURY_UNKNOWN"


class CannotScore(ValueError):
    """NEWS2 was not made for this person; `obstacles` says why."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(f"NEWS2 cannot be scored: {', '.join(obstacles)}.")
        self.obstacles = obstacles


class MissingVitals(ValueError):
    """Measurements without which there is no score; `names` are fields of Vitals."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"NEWS2 cannot be scored without {', '.join(names)}.")
        self.names = names


class InvalidVital(ValueError):
    """A measurement that cannot be meant: beyond what is plausible, or finer than the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What decides whether NEWS2 may be used; None is unknown, and then it may not.

    `is_pregnant` is False for whoever cannot be pregnant.
    """

    species: str
    age_years: int | None
    is_pregnant: bool | None
    has_spinal_cord_injury: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What was measured; None where it was not."""

    respiration_per_min: int | None
    spo2_percent: int | None
    on_oxygen: bool | None
    systolic_mmhg: int | None
    pulse_per_min: int | None
    consciousness: Consciousness | None
    temperature_celsius: Decimal | None
    spo2_scale: SpO2Scale = SpO2Scale.ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class News2:
    """The score, the points of each parameter in the order of the chart, and the risk."""

    total: int
    parts: Mapping[str, int]
    has_single_three: bool
    risk: Risk


def score(vitals: Vitals, subject: Subject) -> News2:
    """Score one set of vitals.

    Raises CannotScore for somebody whom NEWS2 was not made for, MissingVitals when a parameter
    was not measured, InvalidVital when a value cannot be meant.
    """
    obstacles = obstacles_to_scoring(subject)
    if obstacles:
        raise CannotScore(obstacles)
    missing = missing_vitals(vitals)
    if missing:
        raise MissingVitals(missing)
    parts = _parts(vitals)
    total = sum(parts.values())
    has_single_three = 3 in parts.values()
    return News2(
        total=total,
        parts=parts,
        has_single_three=has_single_three,
        risk=_risk(total, has_single_three),
    )


def obstacles_to_scoring(subject: Subject) -> tuple[Obstacle, ...]:
    """Return every reason for which NEWS2 must not be used on this person.

    What is no age in whole years, and neither True nor False where one of them is asked for, is
    unknown.
    """
    age = subject.age_years if _is_whole(subject.age_years) else None
    pregnant, injured = subject.is_pregnant, subject.has_spinal_cord_injury
    found = {
        Obstacle.UNDER_16: age is not None and age < MINIMUM_AGE_YEARS,
        Obstacle.AGE_UNKNOWN: age is None,
        Obstacle.PREGNANT: pregnant is True,
        Obstacle.PREGNANCY_UNKNOWN: pregnant is not True and pregnant is not False,
        Obstacle.OTHER_SPECIES: subject.species != HUMAN,
        Obstacle.SPINAL_CORD_INJURY: injured is True,
        Obstacle.SPINAL_CORD_INJURY_UNKNOWN: injured is not True and injured is not False,
    }
    return tuple(obstacle for obstacle, applies in found.items() if applies)


def check_meant(vitals: Vitals) -> None:
    """Raise InvalidVital for the first measurement that cannot be meant; what is missing may be."""
    for name in PARAMETERS:
        if getattr(vitals, name) is not None:
            _part(vitals, name)


def missing_vitals(vitals: Vitals) -> tuple[str, ...]:
    """Return the names of the parameters that were not measured."""
    return tuple(one.name for one in fields(Vitals) if getattr(vitals, one.name) is None)


def _risk(total: int, has_single_three: bool) -> Risk:
    if total >= 7:
        return Risk.HIGH
    if total >= 5:
        return Risk.MEDIUM
    return Risk.LOW_MEDIUM if has_single_three else Risk.LOW


def points_so_far(vitals: Vitals) -> dict[str, int]:
    """Return the points of what was measured and can be meant.

    The score is at least their sum, whatever is still missing.
    """
    found = {}
    for name in PARAMETERS:
        if getattr(vitals, name) is not None:
            try:
                found[name] = _part(vitals, name)
            except InvalidVital:
                continue
    return found


def _parts(vitals: Vitals) -> dict[str, int]:
    return {name: _part(vitals, name) for name in PARAMETERS}


def _part(vitals: Vitals, name: str) -> int:
    measured = getattr(vitals, name)
    if name == "on_oxygen":
        if measured is not True and measured is not False:
            raise InvalidVital(f"on_oxygen: {measured!r} is neither True nor False.")
        return int(_table()["oxygen"]) if measured else 0
    if name == "consciousness":
        if not isinstance(measured, str) or measured not in _table()["consciousness"]:
            raise InvalidVital(
                f"consciousness: {measured!r} is none of {', '.join(Consciousness)}."
            )
        return int(_table()["consciousness"][measured])
    return _points(_saturation_row(vitals) if name == "spo2_percent" else name, measured)


def _saturation_row(vitals: Vitals) -> str:
    if not _is_whole(vitals.spo2_scale) or vitals.spo2_scale not in list(SpO2Scale):
        raise InvalidVital(f"spo2_scale: {vitals.spo2_scale!r} is none of 1 and 2.")
    if vitals.spo2_scale == SpO2Scale.ONE:
        return "spo2_percent"
    gas = "oxygen" if vitals.on_oxygen else "air"
    return f"spo2_percent_scale_2_on_{gas}"


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _points(row_name: str, measured: int | Decimal | None) -> int:
    row = _table()["parameters"][row_name]
    if isinstance(measured, bool) or not isinstance(measured, int | Decimal):
        raise InvalidVital(f"{row_name}: {measured!r} is not an exact number.")
    value = Decimal(measured)
    lowest, highest = map(Decimal, row["plausible"])
    if not value.is_finite() or not lowest <= value <= highest:
        raise InvalidVital(f"{row_name}: {value} is not between {lowest} and {highest}.")
    if value % Decimal(row["step"]):
        raise InvalidVital(f"{row_name}: {value} is finer than steps of {row['step']}.")
    for first, last, points in row["bands"]:
        if (first is None or Decimal(first) <= value) and (last is None or value <= Decimal(last)):
            return int(points)
    raise AssertionError(f"{row_name}: the table has a hole at {value}")


@cache
def _table() -> Any:
    return read_data("news2.json")
