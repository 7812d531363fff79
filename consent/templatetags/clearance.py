"""Clearance in words; one way for every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from consent.rules.answers import Reason
from consent.rules.board import DueState
from consent.rules.gates import GateStatus

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
    Reason.NANITE_MISSING: _("no released nanite load"),
    Reason.NANITE_LAPSED: _("nanite load out of date"),
    Reason.NANITE_STATUS: _("nanite load above the limit"),
    Reason.QUARANTINED: _("in quarantine"),
    Reason.OPEN_FINDING: _("open critical or held nanite result"),
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
NEEDS = {"MEDICAL": _("medical"), "PSYCHOLOGICAL": _("psychological")}


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
