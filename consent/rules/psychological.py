"""What the weekly psychological check proposes: questionnaires and the voluntariness interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from consent.rules.proposals import Proposal
from consent.rules.questionnaires import Alert, MissingAnswers, Score, score
from consent.rules.voluntariness import Assessment, Concern, Interview, assess

VERSION = 1


class PsychReason(StrEnum):
    """Why a psychological check is referred, for psychologists.

    Nobody else sees more than the reasons of the clearance.
    """

    SAFETY_REVIEW = "SAFETY_REVIEW"
    SCORE = "SCORE"
    NOT_COMPLETE = "NOT_COMPLETE"
    VOLUNTARINESS = "VOLUNTARINESS"
    SECOND_INTERVIEWER = "SECOND_INTERVIEWER"


@dataclass(frozen=True, slots=True, kw_only=True)
class PsychologicalProposal(Proposal):
    """The proposal, with the scores and the assessment it rests on."""

    scores: tuple[Score, ...]
    assessment: Assessment


def propose(
    answers: Mapping[str, Sequence[int | None]],
    *,
    required: Sequence[str],
    first: Interview | None,
    second: Interview | None = None,
) -> PsychologicalProposal:
    """Propose PASSED or REFERRED from the answers by questionnaire name and the interviews.

    A questionnaire that is required and absent, or lacks answers that may not be filled in,
    refers: nothing is taken for granted. Raises InvalidAnswers, UnknownQuestionnaire and
    InvalidRating for what cannot be.
    """
    scores, alerts, is_complete = _scores(answers, required)
    assessment = assess(first, second)
    concerns = set(assessment.concerns)
    reasons = {
        PsychReason.SAFETY_REVIEW: bool(alerts),
        PsychReason.SCORE: any(one.is_raised for one in scores),
        PsychReason.NOT_COMPLETE: not is_complete
        or bool(concerns & {Concern.NOT_HELD, Concern.NOT_COMPLETE}),
        PsychReason.VOLUNTARINESS: bool(
            concerns & {Concern.DEFINITE_SIGN, Concern.DOUBT_CONFIRMED}
        ),
        PsychReason.SECOND_INTERVIEWER: Concern.SECOND_INTERVIEWER_NEEDED in concerns,
    }
    return PsychologicalProposal(
        reasons=tuple(reason for reason, applies in reasons.items() if applies),
        is_urgent=bool(alerts),
        rule_version=VERSION,
        scores=scores,
        assessment=assessment,
    )


def _scores(
    answers: Mapping[str, Sequence[int | None]], required: Sequence[str]
) -> tuple[tuple[Score, ...], frozenset[Alert], bool]:
    """Score what was answered; what cannot be scored still raises its alerts."""
    scores: list[Score] = []
    alerts: set[Alert] = set()
    is_complete = set(required) <= answers.keys()
    for name, given in answers.items():
        try:
            one = score(name, given, prorate=True)
        except MissingAnswers as missing:
            alerts.update(missing.alerts)
            is_complete = False
        else:
            alerts.update(one.alerts)
            is_complete = is_complete and one.total is not None
            scores.append(one)
    return tuple(scores), frozenset(alerts), is_complete
