"""Rows of an assay version that say what is expected, what is critical, what cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from assays.rules.physiology import Region, region_of
from labsys.lib.quantities import plain

ANY_SEX = "*"
ANY_SPECIES = "*"  # every species that has no row of its own


class InvalidRow(ValueError):
    """A row that contradicts itself, or says nothing that can be read."""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A reference interval, both limits included, for one box of species, sex, age and state.

    Ages are half-open in days (``age_high_days`` None: no end). A row that is not established
    has a reason and no limits.
    """

    id: str
    version: int
    species: str
    sex: str
    age_low_days: int
    age_high_days: int | None
    state: str
    low: Decimal | None
    high: Decimal | None
    established: bool = True
    reason: str = ""
    signed: bool = False

    def __post_init__(self) -> None:
        _check_box(self.species, self.sex, self.age_low_days, self.age_high_days)
        region_of(self.state)
        _read_limits(self)
        if not self.established:
            if not (self.low is None and self.high is None and self.reason):
                raise InvalidRow("what is not established has a reason and no limits")
            return
        if self.low is None and self.high is None:
            raise InvalidRow("an established interval has at least one limit")
        _check_order(self.low, self.high)

    @property
    def region(self) -> Region:
        return region_of(self.state)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "species": self.species,
            "sex": self.sex,
            "age_days": [self.age_low_days, self.age_high_days],
            "state": self.state,
            "low": _text(self.low),
            "high": _text(self.high),
            "established": self.established,
            "reason": self.reason,
            "signed": self.signed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> IntervalRow:
        age_low, age_high = data["age_days"]
        return cls(
            id=data["id"],
            version=data["version"],
            species=data["species"],
            sex=data["sex"],
            age_low_days=age_low,
            age_high_days=age_high,
            state=data["state"],
            low=_decimal(data["low"]),
            high=_decimal(data["high"]),
            established=data["established"],
            reason=data["reason"],
            signed=data["signed"],
        )


@dataclass(frozen=True, slots=True)
class CriticalLimits:
    """Values beyond these (the limits themselves excluded) are telephoned at once."""

    id: str
    version: int
    species: str
    sex: str
    age_low_days: int
    age_high_days: int | None
    low: Decimal | None
    high: Decimal | None
    state: str = "ANY"
    signed: bool = False

    def __post_init__(self) -> None:
        _check_box(self.species, self.sex, self.age_low_days, self.age_high_days)
        region_of(self.state)
        _read_limits(self)
        _check_limits("critical", self.low, self.high)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "species": self.species,
            "sex": self.sex,
            "age_days": [self.age_low_days, self.age_high_days],
            "low": _text(self.low),
            "high": _text(self.high),
            "state": self.state,
            "signed": self.signed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CriticalLimits:
        age_low, age_high = data["age_days"]
        return cls(
            id=data["id"],
            version=data["version"],
            species=data["species"],
            sex=data["sex"],
            age_low_days=age_low,
            age_high_days=age_high,
            low=_decimal(data["low"]),
            high=_decimal(data["high"]),
            state=data["state"],
            signed=data["signed"],
        )


@dataclass(frozen=True, slots=True)
class PlausibilityLimits:
    """Values beyond these are mistakes until somebody shows otherwise, for whoever it is."""

    id: str
    version: int
    low: Decimal | None
    high: Decimal | None
    signed: bool = False

    def __post_init__(self) -> None:
        _read_limits(self)
        _check_limits("plausibility", self.low, self.high)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "low": _text(self.low),
            "high": _text(self.high),
            "signed": self.signed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlausibilityLimits:
        return cls(
            data["id"],
            data["version"],
            _decimal(data["low"]),
            _decimal(data["high"]),
            # What was frozen before it was said counts as unsigned.
            data.get("signed", False),
        )


def _read_limits(row: IntervalRow | CriticalLimits | PlausibilityLimits) -> None:
    """Take limits given as numbers or text for the decimals they are written as."""
    for name in ("low", "high"):
        given = getattr(row, name)
        if not (given is None or isinstance(given, Decimal)):
            object.__setattr__(row, name, _read_limit(given))


def _read_limit(given: object) -> Decimal:
    try:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise InvalidOperation
        return Decimal(str(given).strip())
    except InvalidOperation:
        raise InvalidRow(f"a limit is a number or absent, not {given!r}") from None


def _check_box(species: str, sex: str, age_low: int, age_high: int | None) -> None:
    ages = [age for age in (age_low, age_high) if age is not None]
    if not all(isinstance(age, int) for age in ages) or age_low is None:
        raise InvalidRow("ages are whole days")
    if not species:
        raise InvalidRow("a row names a species, or * for every other one")
    if sex not in {"M", "F", ANY_SEX}:
        raise InvalidRow(f"{sex!r} is not M, F or *")
    if age_low < 0 or (age_high is not None and age_high <= age_low):
        raise InvalidRow(f"no age lies in [{age_low}, {age_high}) days")


def _check_limits(kind: str, low: Decimal | None, high: Decimal | None) -> None:
    if low is None and high is None:
        raise InvalidRow(f"{kind} limits need a lower or an upper limit")
    _check_order(low, high)


def _check_order(low: Decimal | None, high: Decimal | None) -> None:
    if any(limit is not None and not limit.is_finite() for limit in (low, high)):
        raise InvalidRow("a limit is a finite number or absent")
    if low is not None and high is not None and low > high:
        raise InvalidRow(f"the lower limit {low} lies above the upper limit {high}")


def _text(limit: Decimal | None) -> str | None:
    return None if limit is None else plain(limit)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
