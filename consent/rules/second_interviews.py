"""When a check is open for a second interview, and what both interviews come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal, ScreeningCode, propose
from consent.rules.voluntariness import Interview

# What was answered to the questionnaires is taken over, so it may not be old.
WITHIN = timedelta(hours=48)
# From then on psychologists are called, until it is held or the person is checked anew.
CALLED_AFTER = WITHIN / 2
TAKEN_UP = (CheckOutcome.PASSED, CheckOutcome.REFERRED)
COPIED = ("answers", "texts", "asked", "computed")


def closed_because(
    *,
    kind: str,
    outcome: str,
    codes: Collection[str],
    performed_at: datetime,
    at: datetime,
    is_held: bool,
    is_annulled: bool = False,
) -> str | None:
    """Return why a check is not open for a second interview; None where it is."""
    if kind != CheckKind.PSYCHOLOGICAL or outcome not in TAKEN_UP or is_annulled:
        return "NOT_CALLED_FOR"
    if ScreeningCode.SECOND_INTERVIEW_NEEDED not in codes:
        return "NOT_CALLED_FOR"
    if is_held:
        return "HELD"
    return "TOO_OLD" if at - performed_at >= WITHIN else None


def weighed(
    said: Mapping[str, Any], *, by: str, second: Interview | None, sex: str | None
) -> PsychologicalProposal:
    """Propose from what was said at the first check, held by `by`, and the second interview.

    A second interview that was not held is one in which nothing was rated: the first alone, which
    called for it, never passes.
    """
    answers = said.get("answers", {})
    return propose(
        answers,
        required=said.get("asked", list(answers)),
        first=Interview(interviewer=by, ratings=said.get("interview", {})),
        second=second or Interview(interviewer="", ratings={}),
        sex=sex,
    )


def sealed_content(
    said: Mapping[str, Any],
    proposal: PsychologicalProposal,
    *,
    ratings: Mapping[str, int],
    notes: str,
) -> dict[str, Any]:
    """Return what is sealed with the check of a second interview: the first's answers, both ratings."""
    return {
        **{name: said[name] for name in COPIED if name in said},
        "scores": [one.as_data() for one in proposal.scores],
        "interview": said.get("interview", {}),
        "second_interview": dict(ratings),
        "notes": notes,
    }
