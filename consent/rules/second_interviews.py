"""When a check is open for a second interview."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import ScreeningCode

# What was answered to the questionnaires is taken over, so it may not be old.
WITHIN = timedelta(hours=48)


def closed_because(
    *,
    kind: str,
    outcome: str,
    codes: Collection[str],
    performed_at: datetime,
    at: datetime,
    is_held: bool,
) -> str | None:
    """Return why a check is not open for a second interview; None where it is."""
    if kind != CheckKind.PSYCHOLOGICAL or outcome != CheckOutcome.REFERRED:
        return "NOT_CALLED_FOR"
    if ScreeningCode.SECOND_INTERVIEW_NEEDED not in codes:
        return "NOT_CALLED_FOR"
    if is_held:
        return "HELD"
    return "TOO_OLD" if at - performed_at >= WITHIN else None
