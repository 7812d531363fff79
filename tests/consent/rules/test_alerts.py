"""What calls a clinician at once, and who is told when nobody answers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from consent.rules.alerts import (
    AFTER,
    AlertStep,
    due,
    following,
    has_risk_answer,
    needs_response,
    steps,
)
from consent.rules.news2 import Consciousness, Subject, Vitals
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


def test_every_step_is_due_from_its_minute_on() -> None:
    for step, after in AFTER.items():
        just_before = due(RAISED, at=RAISED + after - timedelta(microseconds=1))
        assert step not in [one.step for one in just_before]
        assert due(RAISED, at=RAISED + after)[-1].step is step

    assert [one.step for one in steps(RAISED)] == list(AlertStep)
    assert following(RAISED, at=RAISED).at == RAISED + timedelta(minutes=15)
    assert following(RAISED, at=RAISED + timedelta(minutes=45)) is None
