"""The words in which clearance is answered: reasons, the facts behind each, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from consent.rules.facts import Reference


class Reason(StrEnum):
    """Why somebody is not cleared, in the order in which reasons are shown."""

    NOT_ENROLLED = "NOT_ENROLLED"
    UNDER_AGE = "UNDER_AGE"
    IDENTITY_UNCONFIRMED = "IDENTITY_UNCONFIRMED"
    NO_WAIVER = "NO_WAIVER"
    WAIVER_SUPERSEDED = "WAIVER_SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"
    MEDICAL_MISSING = "MEDICAL_MISSING"
    MEDICAL_LAPSED = "MEDICAL_LAPSED"
    MEDICAL_REFERRED = "MEDICAL_REFERRED"
    MEDICAL_FAILED = "MEDICAL_FAILED"
    PSYCH_MISSING = "PSYCH_MISSING"
    PSYCH_LAPSED = "PSYCH_LAPSED"
    PSYCH_REFERRED = "PSYCH_REFERRED"
    PSYCH_FAILED = "PSYCH_FAILED"
    NANITE_MISSING = "NANITE_MISSING"
    NANITE_LAPSED = "NANITE_LAPSED"
    NANITE_STATUS = "NANITE_STATUS"
    QUARANTINED = "QUARANTINED"
    OPEN_FINDING = "OPEN_FINDING"


class Status(StrEnum):
    CLEARED = "CLEARED"
    NOT_CLEARED = "NOT_CLEARED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason and the facts it rests on; none where the reason is that a fact is absent."""

    reason: Reason
    facts: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one question yields: grounds to refuse, or the facts that are relied on."""

    refusals: tuple[Ground, ...] = ()
    relied_on: tuple[Reference, ...] = ()


def refuse(reason: Reason, *facts: Reference) -> Judgement:
    return Judgement(refusals=(Ground(reason=reason, facts=facts),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """The answer for one moment, as far as known at another.

    `valid_until` is the first moment at which the facts known no longer clear the person
    (cleared just before it, not at it). It is None for somebody who is not cleared, and for
    somebody whose clearance no known fact ends.
    """

    programme: str
    programme_version: int | None
    at: datetime
    known_at: datetime
    grounds: tuple[Ground, ...]
    relied_on: tuple[Reference, ...]
    valid_until: datetime | None = None

    @property
    def is_cleared(self) -> bool:
        return not self.grounds

    @property
    def names_death(self) -> bool:
        """Say whether a recorded death is among what refuses."""
        return any(fact.kind == "death" for ground in self.grounds for fact in ground.facts)

    def without(self, kind: str) -> Clearance:
        """Return the same answer with no fact of one kind named; the reasons stay."""

        def kept(facts: tuple[Reference, ...]) -> tuple[Reference, ...]:
            return tuple(fact for fact in facts if fact.kind != kind)

        grounds = tuple(replace(one, facts=kept(one.facts)) for one in self.grounds)
        return replace(self, grounds=grounds, relied_on=kept(self.relied_on))

    @property
    def status(self) -> Status:
        return Status.CLEARED if self.is_cleared else Status.NOT_CLEARED

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(ground.reason for ground in self.grounds)
