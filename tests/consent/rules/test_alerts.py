"""What calls a clinician at once, and who is told when nobody answers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from consent.rules.alerts import (
    AFTER,
    AFTER_INTERVIEW,
    AlertKind,
    AlertStep,
    after,
    due,
    following,
    has_risk_answer,
    needs_response,
    steps,
)
from consent.rules.news2 import Consciousness, Subject, Vitals
from consent.rules.second_interviews import CALLED_AFTER, WITHIN
from tests.consent.programme import CALM

RAISED = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
ADULT = Subject(species="human", age_years=30, is_pregnant=False)
NOTHING = Vitals(**dict.fromkeys([one.name for one in fields(Vitals)][:-1]))


@pytest.mark.parametrize(
    ("measured", "calls"),
    [
        ({}, False),
        ({"respiration_per_min": 25}, True),  # a single 3
        ({"respiration_per_min": 24}, False),  # 2
        ({"respiration_per_min": 24, "pulse_per_min": 111}, False),  # 4
        ({"respiration_per_min": 24, "pulse_per_min": 111, "on_oxygen": True}, True),  # 6
        ({"consciousness": Consciousness.CONFUSION}, True),
        ({"temperature_celsius": Decimal("36.75")}, False),  # cannot be meant, and scores nothing
        ({"respiration_per_min": 900, "pulse_per_min": 131}, True),  # the other one can be meant
    ],
)
def test_what_was_measured_calls_a_clinician_however_much_is_missing(measured, calls) -> None:
    assert needs_response(replace(NOTHING, **measured), ADULT) is calls


def test_a_calm_person_calls_nobody() -> None:
    assert not needs_response(CALM, ADULT)


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({"is_pregnant": None}, True),  # not known: one alert too many is the smaller harm
        ({"age_years": None}, True),
        ({"is_pregnant": True}, False),
        ({"age_years": 15}, False),
        ({"species": "other"}, False),
        ({"has_spinal_cord_injury": True}, False),
    ],
)
def test_whom_the_score_was_not_made_for_is_not_called_for_by_it(changes, calls) -> None:
    vitals = replace(CALM, respiration_per_min=30)

    assert needs_response(vitals, replace(ADULT, **changes)) is calls


@pytest.mark.parametrize(
    ("answers", "calls"),
    [
        ({"PHQ-9": [0] * 9}, False),
        ({"PHQ-9": [0] * 8 + [1]}, True),
        ({"PHQ-9": [None] * 8 + [1]}, True),  # the rest is not answered yet
        ({"PHQ-9": [0] * 8 + [None]}, False),  # refers, and is told of when it is concluded
        ({"PHQ-9": [None] * 9}, False),
        ({"PHQ-9": [3] * 8 + [0], "GAD-7": [3] * 7}, False),  # a high score is no risk answer
        ({}, False),
    ],
)
def test_a_risk_answer_calls_a_clinician_whatever_the_score(answers, calls) -> None:
    assert has_risk_answer(answers) is calls


@pytest.mark.parametrize("kind", AlertKind)
def test_every_step_is_due_from_its_minute_on(kind) -> None:
    for step, waited in after(kind).items():
        just_before = due(RAISED, kind, at=RAISED + waited - timedelta(microseconds=1))
        assert step not in [one.step for one in just_before]
        assert due(RAISED, kind, at=RAISED + waited)[-1].step is step

    assert [one.step for one in steps(RAISED, kind)] == list(AlertStep)
    second, *_more, last = (after(kind)[step] for step in list(AlertStep)[1:])
    assert following(RAISED, kind, at=RAISED).at == RAISED + second
    assert following(RAISED, kind, at=RAISED + last) is None


def test_a_clinician_is_called_by_the_minute_and_to_an_interview_by_the_hour() -> None:
    assert after(AlertKind.REVIEW) == after(AlertKind.VITAL_SIGNS) == AFTER
    assert [one.total_seconds() / 60 for one in AFTER.values()] == [0, 15, 30, 45]
    assert after(AlertKind.INTERVIEW) == AFTER_INTERVIEW
    assert CALLED_AFTER + AFTER_INTERVIEW[AlertStep.SCREENING] == WITHIN
