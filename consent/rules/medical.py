"""What the weekly medical check proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from consent.rules import news2
from consent.rules.news2 import News2, Subject, Vitals
from consent.rules.proposals import Proposal


class Sign(StrEnum):
    """A clinical sign that the examiner looks for."""

    SKIN_TONE_CHANGE = "SKIN_TONE_CHANGE"
    AGGRESSION = "AGGRESSION"
    FEVER = "FEVER"


class MedicalReason(StrEnum):
    """Why a medical check is referred."""

    NEWS2_URGENT = "NEWS2_URGENT"
    NEWS2_SINGLE_THREE = "NEWS2_SINGLE_THREE"
    NEWS2_RAISED = "NEWS2_RAISED"
    NEWS2_CANNOT_BE_SCORED = "NEWS2_CANNOT_BE_SCORED"
    VITAL_MISSING = "VITAL_MISSING"
    CLINICAL_SIGN = "CLINICAL_SIGN"
    SIGN_NOT_EXAMINED = "SIGN_NOT_EXAMINED"
    CRITICAL_RESULT = "CRITICAL_RESULT"
    RESULT_OUTSTANDING = "RESULT_OUTSTANDING"
    DELTA_FLAG = "DELTA_FLAG"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalPolicy:
    """From which NEWS2 total a check is referred, and from which a clinician is called."""

    version: int = 1
    refer_from: int = 3
    urgent_from: int = 5


POLICY = MedicalPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a medical check found.

    `signs` holds True or False for each sign examined; one left out was not. The numbers count
    results of the check that are critical and unacknowledged, not yet there, or flagged by delta.
    """

    subject: Subject
    vitals: Vitals
    signs: Mapping[Sign, bool] = field(default_factory=dict)
    critical_results: int = 0
    outstanding_results: int = 0
    delta_flags: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalProposal(Proposal):
    """The proposal, with the score it rests on or the obstacles to one."""

    score: News2 | None
    obstacles: tuple[news2.Obstacle, ...] = ()
    missing_vitals: tuple[str, ...] = ()


def propose(found: Examination, *, policy: MedicalPolicy = POLICY) -> MedicalProposal:
    """Propose PASSED or REFERRED; InvalidVital where a measurement cannot be meant."""
    obstacles = news2.obstacles_to_scoring(found.subject)
    missing = news2.missing_vitals(found.vitals)
    score = None if obstacles or missing else news2.score(found.vitals, found.subject)
    reasons = {
        MedicalReason.NEWS2_URGENT: score is not None and score.total >= policy.urgent_from,
        MedicalReason.NEWS2_SINGLE_THREE: score is not None and score.has_single_three,
        MedicalReason.NEWS2_RAISED: score is not None
        and policy.refer_from <= score.total < policy.urgent_from,
        MedicalReason.NEWS2_CANNOT_BE_SCORED: bool(obstacles),
        MedicalReason.VITAL_MISSING: bool(missing),
        MedicalReason.CLINICAL_SIGN: any(found.signs.values()),
        MedicalReason.SIGN_NOT_EXAMINED: any(sign not in found.signs for sign in Sign),
        MedicalReason.CRITICAL_RESULT: found.critical_results > 0,
        MedicalReason.RESULT_OUTSTANDING: found.outstanding_results > 0,
        MedicalReason.DELTA_FLAG: found.delta_flags > 0,
    }
    return MedicalProposal(
        reasons=tuple(reason for reason, applies in reasons.items() if applies),
        is_urgent=reasons[MedicalReason.NEWS2_URGENT] or reasons[MedicalReason.NEWS2_SINGLE_THREE],
        rule_version=policy.version,
        score=score,
        obstacles=obstacles,
        missing_vitals=missing,
    )
