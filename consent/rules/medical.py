"""What the weekly medical check proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from consent.rules import news2
from consent.rules.news2 import HUMAN, News2, Subject, Vitals
from consent.rules.proposals import Proposal

FEVER_FROM = Decimal("38.0")


class Sign(StrEnum):
    """A clinical sign that the examiner looks for; a measured fever is one whatever was said."""

    SKIN_TONE_CHANGE = "SKIN_TONE_CHANGE"
    AGGRESSION = "AGGRESSION"
    FEVER = "FEVER"


class ExaminationItem(StrEnum):
    """What the examiner looks at beside the signs; one that is left out was not examined."""

    SKIN = "SKIN"
    LYMPH_NODES = "LYMPH_NODES"
    HEART = "HEART"
    LUNGS = "LUNGS"
    ABDOMEN = "ABDOMEN"
    NEUROLOGICAL = "NEUROLOGICAL"


class MedicalReason(StrEnum):
    """Why a medical check is referred."""

    NEWS2_URGENT = "NEWS2_URGENT"
    NEWS2_SINGLE_THREE = "NEWS2_SINGLE_THREE"
    NEWS2_RAISED = "NEWS2_RAISED"
    NEWS2_CANNOT_BE_SCORED = "NEWS2_CANNOT_BE_SCORED"
    VITAL_MISSING = "VITAL_MISSING"
    CLINICAL_SIGN = "CLINICAL_SIGN"
    SIGN_NOT_EXAMINED = "SIGN_NOT_EXAMINED"
    EXAMINATION_ABNORMAL = "EXAMINATION_ABNORMAL"
    NANITES_NOT_CONTROLLED = "NANITES_NOT_CONTROLLED"
    CRITICAL_RESULT = "CRITICAL_RESULT"
    CRITICAL_RESULT_TOLD = "CRITICAL_RESULT_TOLD"
    RESULT_OUTSTANDING = "RESULT_OUTSTANDING"
    DELTA_FLAG = "DELTA_FLAG"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalPolicy:
    """From which NEWS2 total a check is referred, and from which a clinician is called.

    A programme's version states both; `version` names this rule and the programme's version.
    """

    version: str = "4"
    refer_from: int = 3
    urgent_from: int = 5


POLICY = MedicalPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the examiner measured and saw.

    `signs` holds True or False for each sign examined; one left out was not. `items` holds whether
    what was examined is abnormal. `are_nanites_controlled` is None where that was not examined.
    """

    vitals: Vitals
    signs: Mapping[Sign, bool] = field(default_factory=dict)
    items: Mapping[ExaminationItem, bool] = field(default_factory=dict)
    are_nanites_controlled: bool | None = None
    has_spinal_cord_injury: bool = False

    @property
    def signs_seen(self) -> frozenset[Sign]:
        """Return the signs that are there; a temperature of 38.0 °C is a fever."""
        temperature = self.vitals.temperature_celsius
        measured = {Sign.FEVER} if temperature is not None and temperature >= FEVER_FROM else set()
        return frozenset(sign for sign, is_there in self.signs.items() if is_there) | measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination(Examined):
    """What a medical check found, of whom, with what the laboratory found.

    The numbers count results of the check that are critical and unacknowledged, critical and told
    to somebody, not yet released, or flagged by delta.
    """

    subject: Subject
    critical_results: int = 0
    told_critical_results: int = 0
    outstanding_results: int = 0
    delta_flags: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalProposal(Proposal):
    """The proposal, with the score it rests on or the obstacles to one."""

    UNFINISHED: ClassVar[frozenset[StrEnum]] = frozenset(
        {
            MedicalReason.VITAL_MISSING,
            MedicalReason.SIGN_NOT_EXAMINED,
            MedicalReason.RESULT_OUTSTANDING,
        }
    )

    score: News2 | None
    obstacles: tuple[news2.Obstacle, ...] = ()
    missing_vitals: tuple[str, ...] = ()


def propose(found: Examination, *, policy: MedicalPolicy = POLICY) -> MedicalProposal:
    """Propose PASSED or REFERRED; InvalidVital where a measurement cannot be meant.

    What was measured refers by its points, however much was not measured yet.
    """
    obstacles = news2.obstacles_to_scoring(found.subject)
    if found.subject.species == HUMAN:
        news2.check_meant(found.vitals)
    seen = found.signs_seen
    missing = news2.missing_vitals(found.vitals)
    score = None if obstacles or missing else news2.score(found.vitals, found.subject)
    points = tuple(() if obstacles else news2.points_so_far(found.vitals).values())
    reasons = {
        MedicalReason.NEWS2_URGENT: sum(points) >= policy.urgent_from,
        MedicalReason.NEWS2_SINGLE_THREE: 3 in points,
        MedicalReason.NEWS2_RAISED: policy.refer_from <= sum(points) < policy.urgent_from,
        MedicalReason.NEWS2_CANNOT_BE_SCORED: bool(obstacles),
        MedicalReason.VITAL_MISSING: bool(missing),
        MedicalReason.CLINICAL_SIGN: bool(seen),
        MedicalReason.SIGN_NOT_EXAMINED: not seen.union(found.signs).issuperset(Sign),
        MedicalReason.EXAMINATION_ABNORMAL: any(found.items.values()),
        MedicalReason.NANITES_NOT_CONTROLLED: found.are_nanites_controlled is False,
        MedicalReason.CRITICAL_RESULT: found.critical_results > 0,
        MedicalReason.CRITICAL_RESULT_TOLD: found.told_critical_results > 0,
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
