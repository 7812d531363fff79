"""What the gate is told: a word and an end, nothing of why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consent.rules.answers import Clearance, Reason


class GateStatus(StrEnum):
    CLEARED = "CLEARED"
    NOT_CLEARED = "NOT_CLEARED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    INVALID = "INVALID"


# Something was never there: had these words depended on a refusal, the first check somebody ever
# failed would show at the gate.
NEVER_CLEARED = frozenset(
    {
        Reason.NOT_ENROLLED,
        Reason.UNDER_AGE,
        Reason.IDENTITY_UNCONFIRMED,
        Reason.NO_WAIVER,
        Reason.MEDICAL_MISSING,
        Reason.PSYCH_MISSING,
        Reason.NANITE_MISSING,
    }
)
TIME_RAN_OUT = frozenset(
    {
        Reason.WAIVER_SUPERSEDED,
        Reason.MEDICAL_LAPSED,
        Reason.PSYCH_LAPSED,
        Reason.NANITE_LAPSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateView:
    """All that a gate officer may see of a clearance."""

    status: GateStatus
    at: datetime | None = None
    valid_until: datetime | None = None


def gate_view(clearance: Clearance | None) -> GateView:
    """Reduce a clearance to the gate's word; None (no such pass or person) is INVALID."""
    if clearance is None:
        return GateView(status=GateStatus.INVALID)
    return GateView(
        status=_status(frozenset(clearance.reasons)),
        at=clearance.at,
        valid_until=clearance.valid_until,
    )


def _status(reasons: frozenset[Reason]) -> GateStatus:
    if not reasons:
        return GateStatus.CLEARED
    if reasons & NEVER_CLEARED:
        return GateStatus.NOT_CLEARED
    if reasons <= TIME_RAN_OUT:
        return GateStatus.EXPIRED
    return GateStatus.REVOKED
