"""What the weekly psychological check proposes: questionnaires and the voluntariness interview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from consent.rules.facts import CheckOutcome
from consent.rules.proposals import Proposal
from consent.rules.questionnaires import Alert, Answer, MissingAnswers, Score, score, unscored
from consent.rules.voluntariness import Assessment, Concern, Interview, assess

VERSION = 4


class PsychReason(StrEnum):
    """Why a psychological check is referred, for psychologists.

    Nobody else sees more than the reasons of the clearance and a `ScreeningCode`.
    """

    SAFETY_REVIEW = "SAFETY_REVIEW"
    SAFETY_ITEM_MISSING = "SAFETY_ITEM_MISSING"
    SCORE = "SCORE"
    NOT_COMPLETE = "NOT_COMPLETE"
    VOLUNTARINESS = "VOLUNTARINESS"
    SECOND_INTERVIEWER = "SECOND_INTERVIEWER"


class ScreeningCode(StrEnum):
    """What the screening staff are told of a psychological check, to plan what comes next.

    So coarse that no code tells which questionnaire, item, score or domain is behind it.
    """

    REVIEW_NEEDED = "REVIEW_NEEDED"
    NOT_COMPLETE = "NOT_COMPLETE"
    SECOND_INTERVIEW_NEEDED = "SECOND_INTERVIEW_NEEDED"


class AnnulCode(StrEnum):
    """Why a psychological check was annulled, as others are told it; the words are psychologists'."""

    WRONG_PERSON = "WRONG_PERSON"
    NOT_HELD = "NOT_HELD"
    TYPED_WRONGLY = "TYPED_WRONGLY"
    OTHER = "OTHER"


TOLD_AS = {
    PsychReason.SAFETY_REVIEW: ScreeningCode.REVIEW_NEEDED,
    PsychReason.SAFETY_ITEM_MISSING: ScreeningCode.REVIEW_NEEDED,
    PsychReason.SCORE: ScreeningCode.REVIEW_NEEDED,
    PsychReason.NOT_COMPLETE: ScreeningCode.NOT_COMPLETE,
    PsychReason.VOLUNTARINESS: ScreeningCode.REVIEW_NEEDED,
    PsychReason.SECOND_INTERVIEWER: ScreeningCode.SECOND_INTERVIEW_NEEDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PsychologicalProposal(Proposal):
    """The proposal, with the scores and the assessment it rests on."""

    UNFINISHED: ClassVar[frozenset[StrEnum]] = frozenset({PsychReason.NOT_COMPLETE})
    BINDING: ClassVar[frozenset[StrEnum]] = frozenset({PsychReason.SAFETY_ITEM_MISSING})

    scores: tuple[Score, ...]
    assessment: Assessment


def propose(
    answers: Mapping[str, Sequence[Answer]],
    *,
    required: Sequence[str],
    first: Interview | None,
    second: Interview | None = None,
    sex: str | None = None,
) -> PsychologicalProposal:
    """Propose PASSED or REFERRED from the answers by questionnaire name and the interviews.

    `sex` chooses a cut-off where there is one for each. A questionnaire that is required and absent, or lacks answers that may not be filled in,
    refers: nothing is taken for granted. Raises InvalidAnswers, UnknownQuestionnaire and
    InvalidRating for what cannot be.
    """
    scores = tuple(_scored(name, given, sex) for name, given in answers.items())
    is_complete = set(required) <= answers.keys() and all(one.is_scored for one in scores)
    is_urgent = any(one.alerts for one in scores)
    assessment = assess(first, second)
    concerns = set(assessment.concerns)
    reasons = {
        PsychReason.SAFETY_REVIEW: is_urgent,
        PsychReason.SAFETY_ITEM_MISSING: any(
            Alert.SAFETY_ITEM_MISSING in one.alerts for one in scores
        ),
        PsychReason.SCORE: any(one.is_raised for one in scores),
        PsychReason.NOT_COMPLETE: not is_complete
        or bool(concerns & {Concern.NOT_HELD, Concern.NOT_COMPLETE}),
        PsychReason.VOLUNTARINESS: bool(
            concerns & {Concern.DEFINITE_SIGN, Concern.DOUBT_CONFIRMED}
        ),
        PsychReason.SECOND_INTERVIEWER: Concern.SECOND_INTERVIEWER_NEEDED in concerns,
    }
    is_hurried = Concern.SHORT_REFLECTION in concerns
    return PsychologicalProposal(
        reasons=tuple(reason for reason, applies in reasons.items() if applies),
        is_urgent=is_urgent,
        rule_version=VERSION,
        asks=(PsychReason.SECOND_INTERVIEWER,) if is_hurried else (),
        scores=scores,
        assessment=assessment,
    )


def _scored(name: str, given: Sequence[Answer], sex: str | None) -> Score:
    """Score what was answered; what cannot be scored still raises its alerts."""
    try:
        return score(name, given, prorate=True, sex=sex)
    except MissingAnswers as missing:
        return unscored(name, missing)


def sealed_content(
    proposal: PsychologicalProposal,
    *,
    answers: Mapping[str, Sequence[Answer]],
    texts: Mapping[str, Mapping[str, Any]],
    asked: Sequence[str],
    computed: int | None,
    interview: Mapping[str, int],
    notes: str,
) -> dict[str, Any]:
    """Return what is sealed with a check: all that was said, in which words, and what it came to.

    `asked` are the questionnaires that had to be, `computed` the time to reflect as it was rated.
    """
    return {
        "answers": dict(answers),
        "texts": dict(texts),
        "asked": list(asked),
        "computed": computed,
        "scores": [one.as_data() for one in proposal.scores],
        "interview": dict(interview),
        "notes": notes,
    }


def screening_codes(
    reasons: Iterable[str], outcome: CheckOutcome, *, asks: Iterable[str] = ()
) -> tuple[ScreeningCode, ...]:
    """Return what the screening staff are told of a check with this outcome.

    Of a pass nothing but what is asked for besides.
    """
    asked = {TOLD_AS[PsychReason(one)] for one in asks}
    if outcome is CheckOutcome.PASSED:
        return tuple(one for one in ScreeningCode if one in asked)
    if outcome is CheckOutcome.INCOMPLETE:
        return (ScreeningCode.NOT_COMPLETE,)
    found = {TOLD_AS[PsychReason(one)] for one in reasons if one in TOLD_AS}
    # A psychologist who refers or fails whom the rule would pass has something to look at.
    told = asked | (found or {ScreeningCode.REVIEW_NEEDED})
    return tuple(one for one in ScreeningCode if one in told)
