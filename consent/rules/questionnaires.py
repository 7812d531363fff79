"""Scoring questionnaires: a total, its band, and what a clinician has to see at once.

A score never says that somebody failed. It may ask for a referral; the rest is judgement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any

from consent.rules.definitions import Questionnaire, questionnaire
from consent.rules.definitions import UnknownQuestionnaire as UnknownQuestionnaire

# One number, or, where an item was explained and asked again, each answer to it in order.
Answer = int | Sequence[int] | None
SEXES = {"F": "F", "FEMALE": "F", "M": "M", "MALE": "M"}
SEXES |= {"O": "O", "OTHER": "O", "U": "U", "UNKNOWN": "U"}


class Alert(StrEnum):
    """What a clinician has to look at the same day."""

    SAFETY_ANSWER = "SAFETY_ANSWER"
    SAFETY_ITEM_MISSING = "SAFETY_ITEM_MISSING"


class InvalidAnswers(ValueError):
    """Answers that do not belong to this questionnaire: too many, too few, or no such option."""


class MissingAnswers(ValueError):
    """Items without an answer that may not be filled in; `items` counts them from 1.

    `is_raised` says that the score reaches the referral whatever their answers would be.
    """

    def __init__(
        self, message: str, *, items: tuple[int, ...], alerts: tuple[Alert, ...], is_raised: bool
    ) -> None:
        super().__init__(message)
        self.items = items
        self.alerts = alerts
        self.is_raised = is_raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one filled questionnaire.

    `total` is None where a safety item has no answer, and where the answers are triaged and not
    added up; `band` is None in the first case alone: the score is unknown and it is referred.
    `bands` holds the band under every published set, `banding` names the one `band` is from.
    `is_raised` says that the score reaches the referral, where it is unknown that it does whatever
    the missing answers would be; `prorated` that missing answers were filled in by the mean of the
    others.

    None where a questionnaire has no such thing: `percent`, the total of 100; `provisional`, each
    cluster has the symptoms it needs; `above_cut`, the total reaches the cut-off. `ask_again` are
    the items to explain and to ask once more, `trials` says how often each was asked that was asked
    more than once.
    """

    name: str
    version: int
    total: int | None
    band: str | None
    banding: str
    is_raised: bool
    bands: Mapping[str, str] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    missing: tuple[int, ...] = ()
    prorated: bool = False
    percent: int | None = None
    provisional: bool | None = None
    above_cut: bool | None = None
    ask_again: tuple[int, ...] = ()
    trials: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_scored(self) -> bool:
        return self.band is not None

    @property
    def refers(self) -> bool:
        return self.is_raised or bool(self.alerts)

    def as_data(self) -> dict[str, Any]:
        """Return all that the score says, as it is kept with the answers it is of."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**said, "bands": dict(self.bands), "trials": dict(self.trials)}


def score(
    name: str,
    answers: Sequence[Answer],
    *,
    prorate: bool = False,
    sex: str | None = None,
) -> Score:
    """Score the answers, one per item in order, None where there is none.

    Where an item is explained and asked again, all its answers may be given in order: the last one
    counts.

    `sex` (F, M, O or U) chooses the cut-off where there is one for each; unknown, the lower counts.

    Raises MissingAnswers when an answer is missing, unless `prorate` is asked for and the
    definition allows it for that many items; InvalidAnswers when an answer is no option;
    UnknownQuestionnaire. With `prorate`, a safety item among them gives a score without a total,
    because it is never filled in.
    """
    asked = questionnaire(name)
    given, trials = _settled(asked, answers)
    banding = _banding(asked, sex)
    missing = _missing(asked, given)
    alerts = _alerts(asked, given, missing)
    if missing and not (prorate and len(missing) <= asked.may_miss):
        raise MissingAnswers(
            f"{name}: no answer to item {', '.join(map(str, missing))}.",
            items=missing,
            alerts=alerts,
            is_raised=_is_raised_anyway(asked, given, banding),
        )
    if Alert.SAFETY_ITEM_MISSING in alerts:
        return _unknown(asked, alerts, missing, _is_raised_anyway(asked, given, banding))
    if asked.triage:
        return _triaged(asked, given, alerts)
    return _summed(asked, given, banding, alerts, missing, trials)


def _settled(
    asked: Questionnaire, answers: Sequence[Answer]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return the answer that counts for each item answered, and how often some were asked."""
    if not isinstance(answers, Sequence):
        raise InvalidAnswers(f"{asked.name}: give the answers in order, one for each item.")
    if len(answers) != len(asked.items):
        raise InvalidAnswers(f"{asked.name} has {len(asked.items)} items, not {len(answers)}.")
    given: dict[int, int] = {}
    trials: dict[int, int] = {}
    for item, answer in enumerate(answers, start=1):
        if answer is None:
            continue
        every: Sequence[Any] = answer if isinstance(answer, list | tuple) else [answer]
        _check_trials(asked, item, every)
        given[item] = every[-1]
        if len(every) > 1:
            trials[item] = len(every)
    return given, trials


def _check_trials(asked: Questionnaire, item: int, every: Sequence[object]) -> None:
    """Refuse what is no option, and a further trial where the answer before called for none."""
    place, options = f"{asked.name} item {item}", asked.options[item - 1]
    for answer in every:
        # True is an int to Python, and no answer to anybody else.
        if type(answer) is not int or answer not in options:
            known = ", ".join(map(str, options))
            raise InvalidAnswers(f"{place}: {answer!r} is none of {known}.")
    if not 1 <= len(every) <= asked.most_trials:
        raise InvalidAnswers(
            f"{place} is answered once, and where it is asked again, up to {asked.most_trials} times: "
            f"not {len(every)} times."
        )
    if any(answer != asked.asks_again_at for answer in every[:-1]):
        raise InvalidAnswers(f"{place} is asked again only after the answer {asked.asks_again_at}.")


def readable(name: str, answers: object) -> list[Answer]:
    """Return one answer per item as far as they can be read: what is no option counts as none."""
    asked = questionnaire(name)
    found: list[Answer] = [None] * len(asked.items)
    given = answers[: len(found)] if isinstance(answers, list) else []
    for place, answer in enumerate(given):
        alone: list[Answer] = [None] * len(found)
        alone[place] = answer
        try:
            _settled(asked, alone)
        except InvalidAnswers:
            continue
        found[place] = answer
    return found


def _banding(asked: Questionnaire, sex: str | None) -> str:
    known = "U" if sex is None else SEXES.get(str(sex).upper())
    if known is None:
        raise InvalidAnswers(f"{sex!r} is none of F, M, O and U.")
    return asked.banding_by_sex.get(known, asked.default_banding)


def _missing(asked: Questionnaire, given: Mapping[int, int]) -> tuple[int, ...]:
    items = (item for item in range(1, len(asked.items) + 1) if item not in given)
    triage = asked.triage
    return tuple(one for one in items if not (triage and triage.may_be_skipped(one, given)))


def _alerts(
    asked: Questionnaire, given: Mapping[int, int], missing: tuple[int, ...]
) -> tuple[Alert, ...]:
    alerts = []
    if any(
        given[item] > min(asked.options[item - 1]) for item in asked.safety_items & given.keys()
    ):
        alerts.append(Alert.SAFETY_ANSWER)
    if asked.safety_items & set(missing):
        alerts.append(Alert.SAFETY_ITEM_MISSING)
    return tuple(alerts)


def unscored(name: str, missing: MissingAnswers) -> Score:
    """Return what is known where there is no score: what is missing, and the alerts."""
    return _unknown(questionnaire(name), missing.alerts, missing.items, missing.is_raised)


def _is_raised_anyway(asked: Questionnaire, given: Mapping[int, int], banding: str) -> bool:
    """Say whether the score reaches the referral by what was answered, whatever is missing."""
    if asked.triage:
        return asked.triage.level(given) != asked.triage.levels[0]
    if asked.clusters and asked.clusters.are_met(given):
        return True
    # A referral begins at one end of the totals: if the least and the greatest refer, all do.
    totals = (
        sum(given.get(item, extreme(options)) for item, options in enumerate(asked.options, 1))
        for extreme in (min, max)
    )
    return all(asked.bandings[banding].is_raised(total) for total in totals)


def _unknown(
    asked: Questionnaire, alerts: tuple[Alert, ...], missing: tuple[int, ...], is_raised: bool
) -> Score:
    return Score(
        name=asked.name,
        version=asked.version,
        total=None,
        band=None,
        banding="",
        is_raised=is_raised,
        alerts=alerts,
        missing=missing,
    )


def _triaged(asked: Questionnaire, given: Mapping[int, int], alerts: tuple[Alert, ...]) -> Score:
    assert asked.triage  # noqa: S101
    level = asked.triage.level(given)
    return Score(
        name=asked.name,
        version=asked.version,
        total=None,
        band=level,
        banding="triage",
        bands={"triage": level},
        is_raised=level != asked.triage.levels[0],
        alerts=alerts,
    )


def _summed(
    asked: Questionnaire,
    given: Mapping[int, int],
    banding: str,
    alerts: tuple[Alert, ...],
    missing: tuple[int, ...],
    trials: Mapping[int, int],
) -> Score:
    # Half a point is rounded up: towards the referral.
    mean = Fraction(sum(given.values()), len(given))
    total = floor(mean * len(asked.items) + Fraction(1, 2))
    above_cut = asked.bandings[banding].is_raised(total)
    provisional = asked.clusters.are_met(given) if asked.clusters else None
    bands = {name: one.band_of(total) for name, one in asked.bandings.items()}
    return Score(
        name=asked.name,
        version=asked.version,
        total=total,
        band=bands[banding],
        banding=banding,
        bands=bands,
        is_raised=above_cut or bool(provisional),
        alerts=alerts,
        missing=missing,
        prorated=bool(missing),
        percent=total * asked.percent_per_point if asked.percent_per_point else None,
        provisional=provisional,
        above_cut=above_cut if asked.clusters else None,
        ask_again=tuple(
            item
            for item, one in given.items()
            if one == asked.asks_again_at and trials.get(item, 1) < asked.most_trials
        ),
        trials=trials,
    )
