"""What a programme asks of its people, in versions that each hold from a moment on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from consent.rules.facts import CheckKind, InUTC, NaniteResult

WEEK = timedelta(hours=7 * 24)


def _check_spans(validity: timedelta, *others: timedelta) -> None:
    if validity <= timedelta(0) or any(span < timedelta(0) for span in others):
        raise ValueError("a validity is longer than nothing, other spans are not negative")


def _check_distinct(names: Iterable[str]) -> None:
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise ValueError(f"required twice: {sorted(listed)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequirement:
    """A check that must be passed, and for how long a pass holds after it was performed.

    `asks` is what the check has to cover (`consent.rules.coverage`) for a pass to count at all.
    `opens_before` and `grace` place a person on the board and never change the clearance.
    """

    kind: CheckKind
    validity: timedelta = WEEK
    opens_before: timedelta = timedelta(hours=48)
    grace: timedelta = timedelta(0)
    asks: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check_spans(self.validity, self.opens_before, self.grace)


@dataclass(frozen=True, slots=True, kw_only=True)
class NaniteRequirement:
    """A nanite quantity that must be allowed, for `validity` after the specimen's collection.

    With a `maximum` a result is allowed only where it surely does not exceed it; where
    `control_counts`, what exceeds it is allowed while the nanites are under control. With `codes` a
    result is allowed only where its code is one of them. With a `drift_factor` it is allowed only
    where no result of the last two validities before it is more than that many times as high or as
    low.
    """

    analyte: str
    maximum: Decimal | None = None
    validity: timedelta = WEEK
    opens_before: timedelta = timedelta(hours=48)
    grace: timedelta = timedelta(0)
    codes: frozenset[str] = frozenset()
    control_counts: bool = False
    drift_factor: Decimal | None = None

    def __post_init__(self) -> None:
        _check_spans(self.validity, self.opens_before, self.grace)
        if self.maximum is not None and not (self.maximum.is_finite() and self.maximum >= 0):
            raise ValueError(f"{self.maximum} is no limit")
        if self.drift_factor is not None and not (
            self.drift_factor.is_finite() and self.drift_factor >= 1
        ):
            raise ValueError(f"{self.drift_factor} is no factor")

    @property
    def drift_window(self) -> timedelta:
        """Return how long before a specimen others are compared with it."""
        return 2 * self.validity

    def knows(self, result: NaniteResult) -> bool:
        """Say whether a result tells what is asked: a value, of a known type where types are."""
        return result.is_allowed and (not self.codes or result.code in self.codes)

    def is_within(self, result: NaniteResult) -> bool:
        """Say whether a load surely does not exceed the maximum."""
        if self.maximum is None:
            return True
        at_most = result.at_most
        return at_most is not None and at_most.is_finite() and at_most <= self.maximum

    def is_steady(self, result: NaniteResult, earlier: NaniteResult) -> bool:
        """Say whether two loads lie within the factor of each other, as far as both are numbers."""
        one, other = result.at_most, earlier.at_most
        if self.drift_factor is None:
            return True
        if one is None or other is None or not (one.is_finite() and other.is_finite()):
            return False
        return one <= self.drift_factor * other and other <= self.drift_factor * one


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeVersion(InUTC):
    """One version of a programme's rules.

    It applies from the later of `effective_from` and `recorded_at`: rules never act backwards.
    With `majority_years` nobody younger is admitted unless it `admits_minors`, for whom a guardian
    signs. `quarantine_clear` is how long somebody whose quarantine ended is still kept back.
    """

    number: int
    effective_from: datetime
    recorded_at: datetime
    minimum_age_years: int | None
    nanites: tuple[NaniteRequirement, ...]
    checks: tuple[CheckRequirement, ...] = (
        CheckRequirement(kind=CheckKind.MEDICAL),
        CheckRequirement(kind=CheckKind.PSYCHOLOGICAL),
    )
    majority_years: int | None = None
    admits_minors: bool = False
    quarantine_clear: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        # super() would not find its class here: slots=True makes a second one.
        InUTC.__post_init__(self)
        _check_distinct(need.kind for need in self.checks)
        _check_distinct(need.analyte for need in self.nanites)
        for years in (self.minimum_age_years, self.majority_years):
            if years is not None and years < 0:
                raise ValueError(f"{years} is no age")
        if self.quarantine_clear < timedelta(0):
            raise ValueError("spans are not negative")

    @property
    def applies_from(self) -> datetime:
        return max(self.effective_from, self.recorded_at)

    @property
    def required_age_years(self) -> int | None:
        """Return the age that has to be shown: the minimum, and majority unless minors may."""
        asked = [self.minimum_age_years, None if self.admits_minors else self.majority_years]
        return max((years for years in asked if years is not None), default=None)

    def check_need(self, kind: CheckKind) -> CheckRequirement | None:
        return next((need for need in self.checks if need.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(InUTC):
    """A programme posts nobody from a moment on."""

    closed_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme and its approved versions; birthdays begin at midnight in `zone`."""

    id: str
    versions: tuple[ProgrammeVersion, ...]
    zone: tzinfo = UTC
    closings: tuple[Closing, ...] = ()

    def version_at(self, at: datetime, *, known_at: datetime) -> ProgrammeVersion | None:
        """Return the version in force at a moment, as far as known; None when there is none.

        There is none before the first, and none from the closing on.
        """
        if any(one.closed_at <= at and one.recorded_at <= known_at for one in self.closings):
            return None
        in_force = [
            version
            for version in self.versions
            if version.applies_from <= at and version.recorded_at <= known_at
        ]
        return max(in_force, key=lambda one: (one.applies_from, one.number), default=None)
