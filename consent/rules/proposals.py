"""What a rule may propose for a check, and who may record something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from consent.rules.facts import CheckOutcome

# Whoever records a pass of longer ago, such as from paper, says why.
LATE_AFTER = timedelta(hours=24)


def is_late(outcome: CheckOutcome, performed_at: datetime, *, recorded_at: datetime) -> bool:
    """Say whether a pass is recorded long after it was performed; a refusal never comes too late."""
    return outcome is CheckOutcome.PASSED and recorded_at - performed_at > LATE_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An outcome proposed by a rule: REFERRED for each of the reasons, PASSED without any.

    `is_urgent` asks for a clinician at once. No rule proposes FAILED; a person records that.
    `UNFINISHED` are the reasons that say only what is still to be done, `BINDING` those that nobody
    overrules: what they miss is asked for instead. `asks` is what is asked for besides and refers
    nobody.
    """

    UNFINISHED: ClassVar[frozenset[StrEnum]] = frozenset()
    BINDING: ClassVar[frozenset[StrEnum]] = frozenset()

    reasons: tuple[StrEnum, ...]
    is_urgent: bool
    rule_version: int | str
    asks: tuple[StrEnum, ...] = ()

    @property
    def outcome(self) -> CheckOutcome:
        return CheckOutcome.REFERRED if self.reasons else CheckOutcome.PASSED

    def is_laxer(self, recorded: CheckOutcome) -> bool:
        """Say whether an outcome is laxer than the one proposed.

        INCOMPLETE neither renews nor refuses: where something was found that refers, it would set
        that aside; where something is only missing still, it says just that.
        """
        if recorded is CheckOutcome.INCOMPLETE:
            return not self.UNFINISHED.issuperset(self.reasons)
        return STRICTNESS[recorded] < STRICTNESS[self.outcome]


class Objection(StrEnum):
    """What an outcome that was to be recorded still lacks."""

    NAMED_CLINICIAN = "NAMED_CLINICIAN"
    SECOND_CLINICIAN = "SECOND_CLINICIAN"
    GROUNDS = "GROUNDS"
    ANSWER = "ANSWER"


STRICTNESS = {CheckOutcome.PASSED: 0, CheckOutcome.REFERRED: 1, CheckOutcome.FAILED: 2}


def objections(
    proposed: Proposal,
    recorded: CheckOutcome,
    *,
    clinician: str | None,
    second_clinician: str | None = None,
    grounds: str = "",
) -> tuple[Objection, ...]:
    """Say what is missing before an outcome may be recorded instead of the proposed one.

    Towards stricter the examiner decides alone; towards laxer only with a second clinician and
    written grounds, and where what is missing may not be, not at all. FAILED needs a named clinician.
    """
    found = []
    laxer = proposed.is_laxer(recorded)
    if laxer and not proposed.BINDING.isdisjoint(proposed.reasons):
        return (Objection.ANSWER,)
    if clinician is None and (laxer or recorded is CheckOutcome.FAILED):
        found.append(Objection.NAMED_CLINICIAN)
    if laxer and second_clinician in (None, clinician):
        found.append(Objection.SECOND_CLINICIAN)
    if laxer and not grounds.strip():
        found.append(Objection.GROUNDS)
    return tuple(found)
