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

    `opens_before` and `grace` place a person on the board and never change the clearance.
    """

    kind: CheckKind
    validity: timedelta = WEEK
    opens_before: timedelta = timedelta(hours=48)
    grace: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        _check_spans(self.validity, self.opens_before, self.grace)


@dataclass(frozen=True, slots=True, kw_only=True)
class NaniteRequirement:
    """A nanite quantity that must be allowed, for `validity` after the specimen's collection.

    With a `maximum` a result is allowed only where it surely does not exceed it.
    """

    analyte: str
    maximum: Decimal | None = None
    validity: timedelta = WEEK
    opens_before: timedelta = timedelta(hours=48)
    grace: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        _check_spans(self.validity, self.opens_before, self.grace)
        if self.maximum is not None and not (self.maximum.is_finite() and self.maximum >= 0):
            raise ValueError(f"{self.maximum} is no limit")

    def allows(self, result: NaniteResult) -> bool:
        """Say whether a result is good enough, whatever became of it since."""
        if self.maximum is None or not result.is_allowed:
            return result.is_allowed
        at_most = result.at_most
        return at_most is not None and at_most.is_finite() and at_most <= self.maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeVersion(InUTC):
    """One version of a programme's rules.

    It applies from the later of `effective_from` and `recorded_at`: rules never act backwards.
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

    def __post_init__(self) -> None:
        # super() would not find its class here: slots=True makes a second one.
        InUTC.__post_init__(self)
        _check_distinct(need.kind for need in self.checks)
        _check_distinct(need.analyte for need in self.nanites)
        if self.minimum_age_years is not None and self.minimum_age_years < 0:
            raise ValueError(f"{self.minimum_age_years} is no age")

    @property
    def applies_from(self) -> datetime:
        return max(self.effective_from, self.recorded_at)

    def check_need(self, kind: CheckKind) -> CheckRequirement | None:
        return next((need for need in self.checks if need.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme and its approved versions; birthdays begin at midnight in `zone`."""

    id: str
    versions: tuple[ProgrammeVersion, ...]
    zone: tzinfo = UTC

    def version_at(self, at: datetime, *, known_at: datetime) -> ProgrammeVersion | None:
        """Return the version in force at a moment, as far as known; None when there is none."""
        in_force = [
            version
            for version in self.versions
            if version.applies_from <= at and version.recorded_at <= known_at
        ]
        return max(in_force, key=lambda one: (one.applies_from, one.number), default=None)
