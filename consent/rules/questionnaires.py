"""Scoring questionnaires: a total, its band, and what a clinician has to see at once.

A score never says that somebody failed. It may ask for a referral; the rest is judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from consent.rules.definitions import Questionnaire, questionnaire


class Alert(StrEnum):
    """What a clinician has to look at the same day."""

    SAFETY_ANSWER = "SAFETY_ANSWER"
    SAFETY_ITEM_MISSING = "SAFETY_ITEM_MISSING"


class InvalidAnswers(ValueError):
    """Answers that do not belong to this questionnaire: too many, too few, or no such option."""


class MissingAnswers(ValueError):
    """Items without an answer that may not be filled in; `items` counts them from 1."""

    def __init__(self, message: str, *, items: tuple[int, ...], alerts: tuple[Alert, ...]) -> None:
        super().__init__(message)
        self.items = items
        self.alerts = alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one filled questionnaire.

    `total` and `band` are None only where a safety item has no answer: its score is unknown and
    it is referred. `is_raised` says that the total reaches the referral, `prorated` that missing
    answers were filled in by the mean of the others.
    """

    name: str
    version: int
    total: int | None
    band: str | None
    banding: str
    is_raised: bool
    alerts: tuple[Alert, ...] = ()
    missing: tuple[int, ...] = ()
    prorated: bool = False

    @property
    def refers(self) -> bool:
        return self.is_raised or bool(self.alerts)


def score(
    name: str,
    answers: Sequence[int | None],
    *,
    prorate: bool = False,
    banding: str | None = None,
) -> Score:
    """Score the answers, one per item in order, None where there is none.

    Raises MissingAnswers when an answer is missing, unless `prorate` is asked for and the
    definition allows it for that many items; InvalidAnswers when an answer is no option;
    UnknownQuestionnaire. With `prorate`, a missing safety item gives a score without a total,
    because it is never filled in.
    """
    asked = questionnaire(name)
    _check_options(asked, answers)
    given = {item: answer for item, answer in enumerate(answers, start=1) if answer is not None}
    missing = tuple(item for item in range(1, len(asked.items) + 1) if item not in given)
    alerts = _alerts(asked, given, missing)
    if missing and not (prorate and _may_stand_in(asked, missing, alerts)):
        raise MissingAnswers(
            f"{name}: no answer to item {', '.join(map(str, missing))}.",
            items=missing,
            alerts=alerts,
        )
    return _banded(asked, given, missing, alerts, banding or asked.default_banding)


def _check_options(asked: Questionnaire, answers: Sequence[int | None]) -> None:
    if len(answers) != len(asked.items):
        raise InvalidAnswers(f"{asked.name} has {len(asked.items)} items, not {len(answers)}.")
    for item, answer in enumerate(answers, start=1):
        if answer is None:
            continue
        # True is an int to Python, and no answer to anybody else.
        if type(answer) is not int or answer not in asked.options:
            options = ", ".join(map(str, asked.options))
            raise InvalidAnswers(f"{asked.name} item {item}: {answer!r} is none of {options}.")


def _alerts(
    asked: Questionnaire, given: dict[int, int], missing: tuple[int, ...]
) -> tuple[Alert, ...]:
    lowest = min(asked.options)
    alerts = []
    if any(given.get(item, lowest) > lowest for item in asked.safety_items):
        alerts.append(Alert.SAFETY_ANSWER)
    if asked.safety_items & set(missing):
        alerts.append(Alert.SAFETY_ITEM_MISSING)
    return tuple(alerts)


def _may_stand_in(
    asked: Questionnaire, missing: tuple[int, ...], alerts: tuple[Alert, ...]
) -> bool:
    """Say whether a score can be given although answers are missing."""
    return len(missing) <= asked.may_miss or Alert.SAFETY_ITEM_MISSING in alerts


def _banded(
    asked: Questionnaire,
    given: dict[int, int],
    missing: tuple[int, ...],
    alerts: tuple[Alert, ...],
    banding: str,
) -> Score:
    if banding not in asked.bandings:
        raise InvalidAnswers(f"{asked.name} has no bands {banding!r}.")
    bands = asked.bandings[banding]
    total = None
    if Alert.SAFETY_ITEM_MISSING not in alerts:
        mean = Fraction(sum(given.values()), len(given))
        # Half a point is rounded up: towards the referral.
        total = floor(mean * len(asked.items) + Fraction(1, 2))
    return Score(
        name=asked.name,
        version=asked.version,
        total=total,
        band=None if total is None else bands.band_of(total),
        banding=banding,
        is_raised=total is not None and total >= bands.refer_from,
        alerts=alerts,
        missing=missing,
        prorated=bool(missing) and total is not None,
    )
