"""When a clinician has to see somebody at once, and who is told when nobody answers.

An alert says that, about whom and since when; never what was answered or measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consent.rules import news2
from consent.rules.medical import POLICY, MedicalPolicy
from consent.rules.news2 import Obstacle, Subject, Vitals
from consent.rules.questionnaires import Alert, Answer, MissingAnswers, score
from labsys.lib.states import StateTable


class AlertKind(StrEnum):
    """What an alert asks for; a review is asked for in words that tell no answer."""

    VITAL_SIGNS = "VITAL_SIGNS"
    REVIEW = "REVIEW"
    # Another psychologist is to hold the second interview that a check called for.
    INTERVIEW = "INTERVIEW"


class AlertState(StrEnum):
    OPEN = "OPEN"
    # A clinician said by name that they see to it.
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLOSED = "CLOSED"


class AlertAnswer(StrEnum):
    """What the clinician did. Coded: what was said belongs into the check's own record."""

    SEEN = "SEEN"
    SPOKEN_TO = "SPOKEN_TO"
    HANDED_OVER = "HANDED_OVER"
    RAISED_IN_ERROR = "RAISED_IN_ERROR"


class AlertStep(StrEnum):
    """Who is told, each later than the one before while nobody answers."""

    ON_CALL = "ON_CALL"
    ON_CALL_AGAIN = "ON_CALL_AGAIN"
    CLINICIANS = "CLINICIANS"
    SCREENING = "SCREENING"


_S = AlertState
ALERT = StateTable(
    name="clinical alert",
    states=AlertState,
    initial=frozenset({_S.OPEN}),
    moves={
        _S.OPEN: frozenset({_S.ACKNOWLEDGED}),
        _S.ACKNOWLEDGED: frozenset({_S.CLOSED}),
    },
)

# From the moment it was raised, as critical values are called back.
AFTER = {
    AlertStep.ON_CALL: timedelta(0),
    AlertStep.ON_CALL_AGAIN: timedelta(minutes=15),
    AlertStep.CLINICIANS: timedelta(minutes=30),
    AlertStep.SCREENING: timedelta(minutes=45),
}
# An interview has hours, not minutes: raised after half of its time, it reaches the last when the time
# is over (`second_interviews.WITHIN`).
AFTER_INTERVIEW = {
    AlertStep.ON_CALL: timedelta(0),
    AlertStep.ON_CALL_AGAIN: timedelta(hours=12),
    AlertStep.CLINICIANS: timedelta(hours=18),
    AlertStep.SCREENING: timedelta(hours=24),
}
# NEWS2 is not to be used on these. Where age or pregnancy is merely unknown, an alert is raised:
# one too many costs a look, one too few may cost more.
EXCLUDES = frozenset(
    {
        Obstacle.UNDER_16,
        Obstacle.PREGNANT,
        Obstacle.OTHER_SPECIES,
        Obstacle.SPINAL_CORD_INJURY,
    }
)


@dataclass(frozen=True, slots=True)
class AlertDue:
    """One step with the moment from which it is due."""

    step: AlertStep
    at: datetime


def after(kind: AlertKind) -> Mapping[AlertStep, timedelta]:
    """Return how long after it was raised an alert of this kind comes to whom."""
    return AFTER_INTERVIEW if kind is AlertKind.INTERVIEW else AFTER


def steps(raised_at: datetime, kind: AlertKind) -> tuple[AlertDue, ...]:
    """Return all steps of an alert that was raised at a moment."""
    return tuple(AlertDue(step, raised_at + waited) for step, waited in after(kind).items())


def due(raised_at: datetime, kind: AlertKind, *, at: datetime) -> tuple[AlertDue, ...]:
    """Return the steps that are due; a step is due from its moment on."""
    return tuple(one for one in steps(raised_at, kind) if one.at <= at)


def following(raised_at: datetime, kind: AlertKind, *, at: datetime) -> AlertDue | None:
    """Return the next step, None after the last."""
    return next((one for one in steps(raised_at, kind) if one.at > at), None)


def is_excluded(obstacles: Sequence[Obstacle]) -> bool:
    """Say whether NEWS2 was not made for somebody, so that it calls nobody to them."""
    return not EXCLUDES.isdisjoint(obstacles)


def needs_response(vitals: Vitals, subject: Subject, *, policy: MedicalPolicy = POLICY) -> bool:
    """Say whether what was measured calls a clinician, however much was not measured yet."""
    if is_excluded(news2.obstacles_to_scoring(subject)):
        return False
    points = news2.points_so_far(vitals).values()
    return sum(points) >= policy.urgent_from or 3 in points


def has_risk_answer(answers: Mapping[str, Sequence[Answer]]) -> bool:
    """Say whether any answer by questionnaire name is one that a clinician has to know of now.

    A safety item without an answer is none: it refers, and is told of when the check is concluded.
    """
    return any(
        one is not Alert.SAFETY_ITEM_MISSING
        for name, given in answers.items()
        for one in _alerts(name, given)
    )


def _alerts(name: str, given: Sequence[Answer]) -> tuple[Alert, ...]:
    try:
        return score(name, given, prorate=True).alerts
    except MissingAnswers as missing:
        return missing.alerts
