"""What a kinetics run says of each thing that was done: recovered from courses that are known."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from assays.rules.analyses.kinetics import parameters, work
from assays.rules.intervention_outcomes import Verdict, Why, of

ZERO = datetime(2026, 1, 1, tzinfo=UTC)


def moment(day: float) -> str:
    return (ZERO + timedelta(days=day)).isoformat()


def load(day: float, value: float, comparator: str = "") -> dict[str, Any]:
    return {
        "result": round(day * 100),
        "at": moment(day),
        "comparator": comparator,
        "value": f"{value:.1f}",
    }


def done(day: float, kind: str = "FILTRATION", *, until: float | None = None) -> dict[str, Any]:
    ends = None if until is None else moment(until)
    return {"kind": kind, "detail": "9 um", "from": moment(day), "until": ends}


def effects(loads: list[dict[str, Any]], *interventions: dict[str, Any]) -> list[dict[str, Any]]:
    given = {"loads": loads, "interventions": list(interventions)}
    found: list[dict[str, Any]] = work(parameters(), given)["interventions"]
    return found


def course(days: range, *, drop: float = 4.0, at: float = 10.5, again: float = 99) -> list[Any]:
    """Growth that doubles in 3 days, a drop at once, halving in 2 days, and growth again."""
    rng = np.random.default_rng(7)
    rows = []
    for day in days:
        log = math.log(20_000) + math.log(2) / 3 * min(day, at)
        if day > at:
            log -= math.log(drop) + math.log(2) / 2 * (min(day, again) - at)
        if day > again:
            log += math.log(2) / 3 * (day - again)
        rows.append(load(day, math.exp(log + 0.05 * rng.standard_normal())))
    return rows


def test_a_fall_and_the_rates_on_either_side_are_recovered() -> None:
    (one,) = effects(course(range(21)), done(10.5, until=10.75))

    outcome = of(one)
    assert outcome.verdict is Verdict.FELL
    true = 4.0 * 2 ** (0.5 / 2) / 2 ** (0.5 / 3)
    assert outcome.low is not None
    assert outcome.high is not None
    assert outcome.low <= true <= outcome.high
    assert one["days"] == 1.0
    before, after = one["rate_before"]["doubling"], one["rate_after"]["doubling"]
    assert before["direction"] == "growth"
    assert abs(before["days"]["value"] - 3) < 0.3
    assert after["direction"] == "decay"
    assert abs(after["days"]["value"] - 2) < 0.2
    assert one["regrowth"] is None


def test_growth_that_comes_back_after_a_fall_is_named() -> None:
    (one,) = effects(course(range(31), again=20), done(10.5))

    assert one["regrowth"] is not None
    assert abs(one["regrowth"]["day"] - 20) < 2


def test_one_load_below_the_limit_bounds_the_fall() -> None:
    loads = [*course(range(11)), load(12, 500, "<"), load(14, 500, "<")]

    (one,) = effects(loads, done(10.5))

    assert one["ratio"]["bound"] == "<"
    assert one["ratio"]["low"] is None
    assert of(one).verdict is Verdict.FELL


def test_nothing_is_said_without_loads_beside_it() -> None:
    early, late = effects(course(range(11)), done(-1), done(10.2))

    assert early["before"] is None
    assert late["after"] is None
    assert of(late).verdict is Verdict.NOT_DETERMINABLE


def test_what_was_done_next_ends_the_time_that_counts() -> None:
    first, second = effects(course(range(21)), done(10.2), done(10.8, "CHARCOAL"))

    assert first["after"] is None
    assert second["after"] is not None


def test_a_load_before_something_else_is_not_one_before_this() -> None:
    first, second = effects(course(range(21)), done(10.2), done(10.8, "CHARCOAL"))

    assert first["before"] is not None
    assert second["before"] is None
    assert (of(second).verdict, of(second).why) == (Verdict.NOT_DETERMINABLE, Why.OVERLAPPING)


def test_a_load_between_tells_the_later_one_from_the_earlier() -> None:
    _first, second = effects(course(range(21)), done(9.5, until=9.7), done(10.8, "CHARCOAL"))

    assert second["before"]["at"] == moment(10)


def test_what_goes_on_meanwhile_leaves_nothing_to_compare_with() -> None:
    _first, second = effects(course(range(21)), done(5.5, until=10.9), done(10.5, "CHARCOAL"))

    assert of(second).why is Why.OVERLAPPING


def test_of_two_at_the_same_moment_neither_is_credited() -> None:
    for one in effects(course(range(21)), done(10.5), done(10.5, "CHARCOAL")):
        assert (of(one).verdict, of(one).why) == (Verdict.NOT_DETERMINABLE, Why.OVERLAPPING)
        assert one["rate_after"] is None


def test_what_does_not_bear_on_a_load_is_not_judged_by_it() -> None:
    assert effects(course(range(21)), done(5, "SEDATION"), done(6, "TRAUMA_CARE")) == []
