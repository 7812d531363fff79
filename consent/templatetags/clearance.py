"""Clearance in words; one way for every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from consent.rules.answers import Reason
from consent.rules.board import DueState
from consent.rules.gates import GateStatus
from consent.rules.medical import ExaminationItem, MedicalReason, Sign
from consent.rules.news2 import Obstacle
from consent.rules.psychological import PsychReason

register = template.Library()

REASONS: dict[str, Any] = {
    Reason.NOT_ENROLLED: _("not enrolled"),
    Reason.UNDER_AGE: _("age not shown to be sufficient"),
    Reason.IDENTITY_UNCONFIRMED: _("identity not confirmed"),
    Reason.NO_WAIVER: _("no waiver signed"),
    Reason.WAIVER_SUPERSEDED: _("waiver superseded by a new text"),
    Reason.WITHDRAWN: _("withdrawn"),
    Reason.MEDICAL_MISSING: _("no medical check passed"),
    Reason.MEDICAL_LAPSED: _("medical check lapsed"),
    Reason.MEDICAL_REFERRED: _("medical check referred"),
    Reason.MEDICAL_FAILED: _("medical check failed"),
    Reason.PSYCH_MISSING: _("no psychological check passed"),
    Reason.PSYCH_LAPSED: _("psychological check lapsed"),
    Reason.PSYCH_REFERRED: _("psychological check referred"),
    Reason.PSYCH_FAILED: _("psychological check failed"),
    Reason.NANITE_MISSING: _("no released nanite result that is allowed"),
    Reason.NANITE_LAPSED: _("nanite result out of date"),
    Reason.NANITE_STATUS: _("nanite result that is not allowed"),
    Reason.QUARANTINED: _("in quarantine"),
    Reason.OPEN_FINDING: _("open finding"),
}
DUE: dict[str, tuple[str, Any]] = {
    DueState.NEVER: ("abnormal", _("none yet")),
    DueState.CURRENT: ("good", _("current")),
    DueState.DUE: ("info", _("due")),
    DueState.WITHIN_GRACE: ("abnormal", _("lapsed, within grace")),
    DueState.OVERDUE: ("critical", _("overdue")),
}
GATE: dict[str, tuple[str, Any]] = {
    GateStatus.CLEARED: ("good", _("Cleared")),
    GateStatus.NOT_CLEARED: ("critical", _("Not cleared")),
    GateStatus.EXPIRED: ("critical", _("Expired")),
    GateStatus.REVOKED: ("critical", _("Revoked")),
    GateStatus.INVALID: ("held", _("Invalid")),
}
OUTCOMES: dict[str, tuple[str, Any]] = {
    "PASSED": ("good", _("passed")),
    "REFERRED": ("abnormal", _("referred")),
    "FAILED": ("critical", _("failed")),
    "INCOMPLETE": ("muted", _("incomplete")),
}
# Of the nanites those quantities that ship; another one keeps its code.
NEEDS = {
    "MEDICAL": _("medical"),
    "PSYCHOLOGICAL": _("psychological"),
    "NANITE-LOAD": _("nanite load"),
    "NANITE-TYPE": _("nanite type"),
}
SIGNS: dict[str, Any] = {
    Sign.SKIN_TONE_CHANGE: _("change of skin tone"),
    Sign.AGGRESSION: _("aggression"),
    Sign.FEVER: _("fever"),
}
EXAMINED: dict[str, Any] = {
    ExaminationItem.SKIN: _("Skin"),
    ExaminationItem.LYMPH_NODES: _("Lymph nodes"),
    ExaminationItem.HEART: _("Heart"),
    ExaminationItem.LUNGS: _("Lungs"),
    ExaminationItem.ABDOMEN: _("Abdomen"),
    ExaminationItem.NEUROLOGICAL: _("Nervous system"),
}
PROPOSAL: dict[str, Any] = {
    MedicalReason.NEWS2_URGENT: _("NEWS2 is urgent: call a clinician now"),
    MedicalReason.NEWS2_SINGLE_THREE: _("one measurement scores 3: call a clinician now"),
    MedicalReason.NEWS2_RAISED: _("NEWS2 is raised"),
    MedicalReason.NEWS2_CANNOT_BE_SCORED: _("NEWS2 was not made for this person"),
    MedicalReason.VITAL_MISSING: _("a measurement is missing"),
    MedicalReason.CLINICAL_SIGN: _("a clinical sign was seen"),
    MedicalReason.SIGN_NOT_EXAMINED: _("a clinical sign was not examined"),
    MedicalReason.EXAMINATION_ABNORMAL: _("something examined was abnormal"),
    MedicalReason.NANITES_NOT_CONTROLLED: _("the nanites are not under control"),
    MedicalReason.CRITICAL_RESULT: _("a critical result is open"),
    MedicalReason.CRITICAL_RESULT_TOLD: _("a critical result was told, and stands"),
    MedicalReason.RESULT_OUTSTANDING: _("a result of the check is not released yet"),
    MedicalReason.DELTA_FLAG: _("a result changed more than expected"),
    PsychReason.SAFETY_REVIEW: _("a safety item needs review today"),
    PsychReason.SAFETY_ITEM_MISSING: _("a safety item has no answer"),
    PsychReason.SCORE: _("a score reaches the referral"),
    PsychReason.NOT_COMPLETE: _("answers or ratings are missing"),
    PsychReason.VOLUNTARINESS: _("the interview does not show a free decision"),
    PsychReason.SECOND_INTERVIEWER: _("a second, independent interviewer is needed"),
}
MEASURED: dict[str, Any] = {
    "respiration_per_min": _("respiration"),
    "spo2_percent": _("oxygen saturation"),
    "on_oxygen": _("oxygen"),
    "systolic_mmhg": _("systolic pressure"),
    "pulse_per_min": _("pulse"),
    "consciousness": _("consciousness"),
    "temperature_celsius": _("temperature"),
}
OBSTACLES: dict[str, Any] = {
    Obstacle.UNDER_16: _("under 16 years"),
    Obstacle.AGE_UNKNOWN: _("age not known"),
    Obstacle.PREGNANT: _("pregnant"),
    Obstacle.PREGNANCY_UNKNOWN: _("pregnancy not excluded"),
    Obstacle.OTHER_SPECIES: _("not human"),
    Obstacle.SPINAL_CORD_INJURY: _("spinal cord injury"),
    Obstacle.SPINAL_CORD_INJURY_UNKNOWN: _("spinal cord injury not excluded"),
}


@register.filter
def proposal_words(reason: str) -> Any:
    """Return why a check is proposed to be referred, in words."""
    return PROPOSAL.get(reason, reason)


@register.filter
def measured_words(name: str) -> Any:
    """Return what a part of the score was measured from, in words."""
    return MEASURED.get(name, name)


@register.filter
def obstacle_words(obstacle: str) -> Any:
    """Return why NEWS2 cannot be scored, in words."""
    return OBSTACLES.get(obstacle, obstacle)


@register.filter
def reason_words(reason: str) -> Any:
    """Return a reason in words."""
    return REASONS.get(reason, reason)


@register.filter
def due_words(state: str) -> Any:
    """Return a due state in words."""
    return DUE[DueState(state)][1]


@register.filter
def due_tone(state: str) -> str:
    """Return the tone of a due state."""
    return DUE[DueState(state)][0]


@register.filter
def gate_words(status: str) -> Any:
    """Return the gate's word."""
    return GATE[GateStatus(status)][1]


@register.filter
def gate_tone(status: str) -> str:
    """Return the tone of the gate's word."""
    return GATE[GateStatus(status)][0]


@register.filter
def outcome_words(outcome: str) -> Any:
    """Return a check's outcome in words."""
    return OUTCOMES[outcome][1]


@register.filter
def outcome_tone(outcome: str) -> str:
    """Return the tone of a check's outcome."""
    return OUTCOMES[outcome][0]


@register.filter
def need_words(need: str) -> Any:
    """Return what a programme requires in words."""
    return NEEDS.get(need, need)
