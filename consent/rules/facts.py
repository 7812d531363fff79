"""What is known about a person when somebody asks whether they are cleared.

Every fact has two moments: when it holds in the world, and when it was recorded. Facts that speak
*for* a person (a pass, a signature, an enrolment) count from the later of the two; facts that
speak *against* them (a refused check, a withdrawal, a doubt) count from the earlier one, once
recorded. All moments are kept in UTC, so that a week is 168 hours in every time zone.

Ids are strings (the database key, as text) and are handed back as references.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class CheckKind(StrEnum):
    MEDICAL = "MEDICAL"
    PSYCHOLOGICAL = "PSYCHOLOGICAL"


class CheckOutcome(StrEnum):
    PASSED = "PASSED"
    REFERRED = "REFERRED"
    FAILED = "FAILED"
    INCOMPLETE = "INCOMPLETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Names one fact: which sort of fact, and its id."""

    kind: str
    id: str


class InUTC:
    """Keeps each moment of a dataclass in UTC and refuses one without a time zone.

    Two datetimes of one ZoneInfo are compared and added by the wall clock, which is wrong by an
    hour across a change of the clocks; in UTC there is only one reading.
    """

    __slots__: ClassVar[tuple[str, ...]] = ()
    # The fields that hold a moment, or may.
    moments: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.moments = tuple(
            name for name, kind in cls.__annotations__.items() if "datetime" in kind
        )

    def __post_init__(self) -> None:
        for name in self.moments:
            value = getattr(self, name)
            if value is not None and value.tzinfo is not UTC:
                object.__setattr__(self, name, in_utc(value))


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC; ValueError when it has no time zone or is none."""
    if not isinstance(moment, datetime):
        raise ValueError(f"{moment!r} is no moment")
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthRecord(InUTC):
    """What was recorded about a birth; a correction is a further record.

    `latest_birth_date` is the last day on which the person may have been born
    (`consent.rules.ages.latest_birth_date`), None when nothing is known.
    """

    id: str
    latest_birth_date: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Death(InUTC):
    """The person was recorded as dead.

    `died_at` is the first moment at which they may have died, None when nobody says when.
    `replaced_at` is when this record was set right: by another of the death, or by one that they live.
    """

    id: str
    recorded_at: datetime
    died_at: datetime | None = None
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck(InUTC):
    """Somebody confirmed the person's identity, or came to doubt it."""

    id: str
    is_confirmed: bool
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(InUTC):
    """The person belongs to a programme from `start` up to, not including, `end`.

    `end_recorded_at` is when the end was recorded; None: together with the enrolment.
    """

    id: str
    programme: str
    start: datetime
    recorded_at: datetime
    end: datetime | None = None
    end_recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverText(InUTC):
    """A version of the waiver; the next one in force supersedes it.

    `predecessor_until` is how long a signature under the text before this one is still accepted;
    None: no longer than `effective_from`. `programme` None means every programme.
    """

    id: str
    version: int
    effective_from: datetime
    recorded_at: datetime
    predecessor_until: datetime | None = None
    programme: str | None = None

    @property
    def supersedes_at(self) -> datetime:
        """The moment from which earlier texts no longer clear anybody."""
        if self.predecessor_until is None:
            return self.effective_from
        return max(self.effective_from, self.predecessor_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(InUTC):
    """The person signed a waiver text, or a guardian signed for them.

    `annulled_at`: recorded as entered in error.
    """

    id: str
    text: str
    signed_at: datetime
    recorded_at: datetime
    annulled_at: datetime | None = None
    by_guardian: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(InUTC):
    """The person withdrew. Only a later signature undoes it; it cannot be annulled."""

    id: str
    effective_at: datetime
    recorded_at: datetime
    programme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityFinding(InUTC):
    """A clinician found that the person can decide about taking part, or that they cannot now."""

    id: str
    lacks: bool
    assessed_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(InUTC):
    """A medical or psychological check as it was concluded.

    `lifts` names the earlier FAILED or REFERRED checks that this one lifts. `annulled_at` takes
    back a PASSED check (and what it lifted); a refusal is never annulled, only lifted. `covers` is
    what the check covered (`consent.rules.coverage`); None of a check of which that was not kept,
    which covers whatever is asked.
    """

    id: str
    kind: CheckKind
    outcome: CheckOutcome
    performed_at: datetime
    recorded_at: datetime
    lifts: frozenset[str] = frozenset()
    annulled_at: datetime | None = None
    covers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NaniteResult(InUTC):
    """One nanite result.

    `at_most` is the value that the load surely does not exceed, None when that cannot be said (a
    result that is no number, or "more than"); the programme's maximum is held against it. `code` is
    the value of a coded result, such as a type. `is_allowed` False refuses whatever the value.
    `corrects` names the result that this one replaces. `annulled_at`: cancelled or recorded as
    entered in error; that takes back an allowed result, but never a refusing one.
    """

    id: str
    analyte: str
    is_allowed: bool
    collected_at: datetime
    recorded_at: datetime
    released_at: datetime | None
    at_most: Decimal | None = None
    corrects: str | None = None
    annulled_at: datetime | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NaniteControl(InUTC):
    """An examiner saw whether the person's nanites answer to their controller.

    `annulled_at` takes back that they do, never that they do not.
    """

    id: str
    is_controlled: bool
    observed_at: datetime
    recorded_at: datetime
    annulled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineExtension(InUTC):
    """Once recorded, a further exposure lets an order end at `end`, not before."""

    end: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineOrder(InUTC):
    """The person is to stay apart from `start` up to, not including, `end` or the lifting.

    `end` is the one ordered, None where only a lift ends it; extensions move it later.
    """

    id: str
    start: datetime
    recorded_at: datetime
    end: datetime | None = None
    lifted_at: datetime | None = None
    lift_recorded_at: datetime | None = None
    extensions: tuple[QuarantineExtension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(InUTC):
    """A nanite result was recorded that is critical, or held; released or not.

    `result` is the id of the nanite result, `cleared_at` the moment at which somebody recorded
    that the finding is dealt with. A correction of the result does not clear it by itself.
    """

    id: str
    result: str
    found_at: datetime
    recorded_at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was fetched about one person; their order means nothing."""

    births: tuple[BirthRecord, ...] = ()
    deaths: tuple[Death, ...] = ()
    identity: tuple[IdentityCheck, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    waiver_texts: tuple[WaiverText, ...] = ()
    signatures: tuple[Signature, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    capacities: tuple[CapacityFinding, ...] = ()
    checks: tuple[Check, ...] = ()
    nanites: tuple[NaniteResult, ...] = ()
    controls: tuple[NaniteControl, ...] = ()
    quarantines: tuple[QuarantineOrder, ...] = ()
    findings: tuple[Finding, ...] = ()
