"""Verdicts on what was done: nothing is called a fall that scatter explains."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.intervention_outcomes import Verdict, Why, among, of

LOAD = {"at": "2026-01-01T00:00:00+00:00", "comparator": "", "value": "100"}


def found(value: float, low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    ratio = {"value": value, "low": low, "high": high, "bound": ""}
    return {"before": LOAD, "after": LOAD, "days": 2.0, "ratio": ratio, **more}


def test_a_fall_is_told_by_its_factor_with_limits() -> None:
    outcome = of(found(0.25, 0.2, 0.5))

    assert outcome.verdict is Verdict.FELL
    assert (outcome.factor, outcome.low, outcome.high, outcome.days) == (4, 2, 5, 2.0)


def test_a_rise_is_told_by_its_factor() -> None:
    outcome = of(found(3.0, 1.5, 6.0))

    assert (outcome.verdict, outcome.factor) == (Verdict.ROSE, 3.0)


def test_limits_that_hold_one_say_nothing() -> None:
    assert of(found(0.5, 0.2, 1.0)).verdict is Verdict.UNCHANGED


def test_a_load_below_its_limit_bounds_the_factor() -> None:
    ratio = {"value": 0.05, "low": None, "high": 0.1, "bound": "<"}

    outcome = of(found(0, None, None, ratio=ratio))

    assert (outcome.verdict, outcome.low, outcome.high) == (Verdict.FELL, 10, None)
    assert outcome.is_bound


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (None, Why.NOT_ANALYSED),
        (found(1, 1, 1, before=None, ratio=None), Why.NONE_BEFORE),
        (found(1, 1, 1, after=None, ratio=None), Why.NONE_AFTER),
        (found(1, 1, 1, ratio=None), Why.BOTH_BELOW),
        (found(0.1, None, None), Why.NO_LIMITS),
    ],
)
def test_what_cannot_be_told_says_why(row: dict[str, Any] | None, why: Why) -> None:
    outcome = of(row)

    assert (outcome.verdict, outcome.why) == (Verdict.NOT_DETERMINABLE, why)


@given(value=st.floats(1e-6, 1e6), wide=st.floats(1.0001, 1e3))
def test_a_fall_is_the_rise_read_backwards(value: float, wide: float) -> None:
    there = of(found(value, value / wide, value * wide))
    back = of(found(1 / value, 1 / (value * wide), wide / value))
    opposite = {Verdict.FELL: Verdict.ROSE, Verdict.ROSE: Verdict.FELL}

    assert back.verdict is opposite.get(there.verdict, there.verdict)


def test_a_run_older_than_such_findings_has_none() -> None:
    asked = {"kind": "FILTRATION", "started_at": "x", "ended_at": None, "detail": ""}
    assert among({"segments": []}, **asked) is None


def test_a_run_that_knew_another_end_says_nothing_of_it() -> None:
    row = {"kind": "FILTRATION", "from": "x", "until": None, "detail": ""}
    asked = {"kind": "FILTRATION", "started_at": "x", "detail": ""}

    assert among({"interventions": [row]}, ended_at=None, **asked) is row
    assert among({"interventions": [row]}, ended_at="y", **asked) is None
