"""When somebody who came back is free to go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from consent.rules.facts import Check, CheckKind, CheckOutcome


class ReturnOutcome(StrEnum):
    FREE = "FREE"
    QUARANTINE = "QUARANTINE"


class Lacking(StrEnum):
    """What is still wanting before somebody is free to go."""

    MEDICAL_EVALUATION = "MEDICAL_EVALUATION"
    MEDICAL_NOT_PASSED = "MEDICAL_NOT_PASSED"
    INTERVIEW = "INTERVIEW"


def latest(checks: Iterable[Check], kind: CheckKind, *, since: datetime) -> Check | None:
    """Return the last concluded check of a kind that was performed since somebody came back.

    An incomplete one and one recorded in error are none.
    """
    concluded = [
        one
        for one in checks
        if one.kind is kind
        and one.performed_at >= since
        and one.outcome is not CheckOutcome.INCOMPLETE
        and one.annulled_at is None
    ]
    return max(concluded, key=lambda one: (one.performed_at, int(one.id)), default=None)


def lacking(checks: Iterable[Check], *, since: datetime) -> tuple[Lacking, ...]:
    """Return what keeps somebody who came back at a moment from being free to go.

    The medical evaluation has to be passed. The interview has to be held, whatever came of it: what
    was said there decides about clearance, and nobody is kept back for it.
    """
    known = list(checks)
    medical = latest(known, CheckKind.MEDICAL, since=since)
    found = []
    if medical is None:
        found.append(Lacking.MEDICAL_EVALUATION)
    elif medical.outcome is not CheckOutcome.PASSED:
        found.append(Lacking.MEDICAL_NOT_PASSED)
    if latest(known, CheckKind.PSYCHOLOGICAL, since=since) is None:
        found.append(Lacking.INTERVIEW)
    return tuple(found)
