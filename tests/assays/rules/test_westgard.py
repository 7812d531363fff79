"""What each control rule finds, where it looks, when it counts anew, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest

from assays.rules.westgard import (
    DEFAULT_RULES,
    RULES,
    Measurement,
    Restart,
    Run,
    Scope,
    Severity,
    evaluate,
    is_rejected,
    runs_from,
)
from labsys.lib.wording import Refused

COUNTING = ("3-1s", "4-1s", "6x", "8x", "9x", "10x", "12x")


def said(runs: Any, *rules: str, **options: Any) -> list[tuple[Any, str]]:
    return [(v.run, v.rule) for v in evaluate(runs, rules=rules or None, **options)]


@pytest.mark.parametrize(
    ("runs", "rule", "at"),
    [
        ([2], "1-2s", 1),
        ([-2], "1-2s", 1),
        ([3], "1-3s", 1),
        ([0, -3], "1-3s", 2),
        ([2, 2], "2-2s", 2),
        ([-2.5, -2.1], "2-2s", 2),
        ([(2, 2)], "2-2s", 1),
        ([(-2, -2.2, 0)], "2-2s", 1),
        ([(2.1, 0, 2.2)], "2-2s", 1),
        ([(2, -2)], "R-4s", 1),
        ([("2.6", "-1.4")], "R-4s", 1),
        ([(0, 1, -3)], "R-4s", 1),
        ([(2.1, 0, 2)], "2of3-2s", 1),
        ([(0, -2, -2)], "2of3-2s", 1),
        ([2.1, 0, 2], "2of3-2s", 3),
        ([2.1, 2], "2of3-2s", 2),
        ([1, 1, 1], "3-1s", 3),
        ([(1, 1.2, 1.9)], "3-1s", 1),
        ([-1, -1, -1, -1], "4-1s", 4),
        ([0.1] * 6, "6x", 6),
        ([0.1] * 8, "8x", 8),
        ([0.1] * 9, "9x", 9),
        ([-0.1] * 10, "10x", 10),
        ([0.1] * 12, "12x", 12),
        ([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3], "7T", 7),
        ([3, 2, 1, 0, -1, -2, -3], "7T", 7),
    ],
)
def test_a_rule_is_broken_at_its_limit(runs: Any, rule: str, at: int) -> None:
    assert said(runs, rule) == [(at, rule)]


@pytest.mark.parametrize(
    ("runs", "rule"),
    [
        (["1.99"], "1-2s"),
        (["2.99"], "1-3s"),
        ([2, -2], "2-2s"),
        ([2, 0, 2], "2-2s"),
        ([(2, "1.99")], "2-2s"),
        ([(2, 0), (0, 2)], "2-2s"),
        ([(2, -2)], "2-2s"),
        ([2, -2], "R-4s"),
        ([("2.5", "-1.49")], "R-4s"),
        ([(3, 0), (0, -3)], "R-4s"),
        ([(2, -2, 0)], "2of3-2s"),
        ([2, 0, 0, 2], "2of3-2s"),
        ([1, 1, "0.99"], "3-1s"),
        ([(1, 1), (1, 0)], "3-1s"),
        ([1, 1, -1, 1, 1], "4-1s"),
        ([(1, 1), (1, 1)], "4-1s"),
        ([0.1] * 7, "8x"),
        ([0.1] * 5 + [0] + [0.1] * 4, "10x"),
        ([0, 1, 2, 3, 4, 5], "7T"),
        ([0, 1, 2, 3, 3, 4, 5, 6], "7T"),
        ([(0, 1), (2, 3), (4, 5), (6, 7)], "7T"),
    ],
)
def test_a_rule_is_kept_just_short_of_its_limit(runs: Any, rule: str) -> None:
    assert said(runs, rule) == []


def test_a_measurement_calculated_to_two_sd_counts_as_two_sd() -> None:
    in_floats = (0.3 - 0.1) / 0.1

    assert in_floats < 2
    assert said([in_floats], "1-2s") == [(1, "1-2s")]
    assert said([numpy.float64(in_floats)], "1-2s") == [(1, "1-2s")]
    assert said([[("A", 5.3, 4.1, 0.6)]], "1-2s") == [(1, "1-2s")]


def test_decimals_are_compared_exactly() -> None:
    almost = Decimal("1.9999999999999999999999999999999999999")

    assert said([almost], "1-2s") == []
    assert said([Fraction(2)], "1-2s") == [(1, "1-2s")]
    third = Measurement("A", value=Decimal("1"), mean=Decimal("0.4"), sd=Decimal("0.3"))
    assert said([third], "1-2s") == [(1, "1-2s")]


def test_the_one_two_s_rule_warns_and_the_others_reject() -> None:
    warning, rejection = evaluate([3])

    assert (warning.rule, warning.severity) == ("1-2s", Severity.WARNING)
    assert (rejection.rule, rejection.severity) == ("1-3s", Severity.REJECTION)
    assert not is_rejected([warning])
    assert is_rejected([warning, rejection])


def test_a_laboratory_says_which_rules_only_warn() -> None:
    violations = evaluate([0, 1, 2, 3, 4, 5, 6], rules=("1-3s", "7T"), warnings=("7T",))

    assert [v.severity for v in violations if v.rule == "7T"] == [Severity.WARNING]
    assert [v.severity for v in violations if v.rule == "1-3s"] == [Severity.REJECTION] * 4


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_the_rules_follow_from_the_number_of_levels(levels: int) -> None:
    runs = [[2.1] * levels] * 12

    assert {rule for _, rule in said(runs)} <= set(DEFAULT_RULES[min(levels, 3)])


def test_members_are_named_oldest_first_with_their_runs_levels_and_keys() -> None:
    runs = [
        Run((Measurement("high", z=2, key="m1"),), id="morning"),
        Run((Measurement("high", z=Decimal("2.5"), key="m2"),), id="noon"),
    ]

    (violation,) = evaluate(runs, rules=["2-2s"])

    assert (violation.run, violation.scope, violation.side) == ("noon", Scope.WITHIN_LEVEL, 1)
    assert [(m.run, m.position, m.level, m.z, m.key) for m in violation.members] == [
        ("morning", 1, "high", 2.0, "m1"),
        ("noon", 2, "high", 2.5, "m2"),
    ]


def test_a_level_missing_from_a_run_leaves_its_count_as_it_is() -> None:
    assert said([(2.1, 0), (None, 0), (2.2, 0)], "2-2s") == [(3, "2-2s")]
    assert said([(1, 0), [None, 0], (1, 0), (1, 0), (1, 0)], "4-1s") == [(5, "4-1s")]


def test_an_empty_run_has_its_place_and_says_nothing() -> None:
    assert said([2, [], 2], "2-2s") == [(3, "2-2s")]


def test_an_excluded_run_is_neither_judged_nor_counted() -> None:
    wrong_vial = {"measurements": [(1, -9)], "excluded": True}

    assert said([2, wrong_vial, 2], "1-3s", "2-2s") == [(3, "2-2s")]


def test_replicates_of_one_level_in_a_run_follow_each_other() -> None:
    replicates = {"measurements": [("A", 2), ("A", 2.1), ("A", 2.2)]}

    (violation,) = evaluate([replicates], rules=["2-2s"])

    assert violation.scope is Scope.WITHIN_LEVEL
    assert [member.z for member in violation.members] == [2.0, 2.1]
    assert said([{"measurements": [("A", 2), ("A", -2)]}], "R-4s") == [(1, "R-4s")]


def test_a_rule_is_broken_at_every_run_at_which_its_condition_holds() -> None:
    # Westgard 1981: "two consecutive control measurements"; the third is consecutive to the second.
    assert said([2.1] * 4, "2-2s") == [(2, "2-2s"), (3, "2-2s"), (4, "2-2s")]
    assert said([0.1] * 12 + [-0.1], "10x") == [(10, "10x"), (11, "10x"), (12, "10x")]


def test_on_request_a_count_begins_anew_after_it_was_broken() -> None:
    def once(runs: list[Any], rule: str) -> list[Any]:
        return said(runs, rule, fire_again=False)

    assert once([0.1] * 25, "10x") == [(10, "10x"), (20, "10x")]
    assert once([2.1] * 5, "2-2s") == [(2, "2-2s"), (4, "2-2s")]
    assert once([(2.1, 2.1), (2.1, 0), (2.1, 0)], "2-2s") == [(1, "2-2s"), (3, "2-2s")]
    assert once(list(range(15)), "7T") == [(7, "7T"), (14, "7T")]


@pytest.mark.parametrize("rule", COUNTING)
def test_what_was_measured_long_ago_decides_nothing(rule: str) -> None:
    values = [Decimal("1.5")] * 30

    late = [(v.position - 7, v.rule) for v in evaluate(values, rules=[rule]) if v.position > 25]

    assert late == [(v.position, v.rule) for v in evaluate(values[7:], rules=[rule])][-5:]


def test_one_rule_does_not_end_the_count_of_another() -> None:
    assert said([3.1, 2.1], "1-3s", "2-2s") == [(1, "1-3s"), (2, "2-2s")]
    assert said([0.1] * 10, "8x", "10x", fire_again=False) == [(8, "8x"), (10, "10x")]


def test_a_laboratory_may_count_anew_after_each_rejection() -> None:
    assert said([3.1, 2.1], "1-3s", "2-2s", restart_after_rejection=True) == [(1, "1-3s")]
    assert said([2.5, 2.1], "1-2s", "2-2s", restart_after_rejection=True) == [
        (1, "1-2s"),
        (2, "1-2s"),
        (2, "2-2s"),
    ]


@pytest.mark.parametrize("rule", ["2-2s", "2of3-2s", *COUNTING, "7T"])
def test_no_look_back_reaches_across_a_restart(rule: str) -> None:
    count = RULES[rule].count
    values = [2 + Decimal(n) / 10 for n in range(count)]
    parted = [*values[:-1], Restart("calibration"), values[-1]]

    assert said(values, rule) == [(count, rule)]
    assert said(parted, rule) == []


def test_a_restart_of_one_level_leaves_the_others() -> None:
    runs = [(2, 2.1), {"restart": "new lot", "levels": [1]}, (2, 2.1)]

    levels = [v.levels for v in evaluate(runs, rules=["2-2s"])]

    assert levels == [(1, 2), (1, 2), (2,)]


def test_another_control_lot_restarts_its_level() -> None:
    def run(lot: str) -> Run:
        return Run((Measurement("A", z=2, lot=lot), Measurement("B", z=0, lot="B1")))

    assert said([run("A1"), run("A1")], "2-2s") == [(2, "2-2s")]
    assert said([run("A1"), run("A2")], "2-2s") == []


def test_counts_run_across_levels_only_on_request() -> None:
    runs = [(1, 1.5), (1.2, 1.1)]

    (violation,) = evaluate(runs, rules=["4-1s"], across_levels=True)

    assert said(runs, "4-1s") == []
    assert (violation.scope, violation.levels) == (Scope.ACROSS_LEVELS, (1, 2))
    assert said([(0.1, 0.2)] * 5, "10x", across_levels=True) == [(5, "10x")]
    assert said([(2, 0), (0, 2)], "2-2s", across_levels=True) == []


def test_plain_rows_say_the_same_as_runs() -> None:
    runs = (
        Run((Measurement("low", z=2), Measurement("high", z=-2)), id=1),
        Restart("repair"),
        Run((Measurement("low", z=1),), id=2),
    )
    rows = [
        {"run": 1, "level": "low", "z": 2},
        {"run": 1, "level": "high", "z": -2},
        {"restart": "repair"},
        {"run": 2, "level": "low", "z": 1},
    ]

    assert runs_from(rows) == runs
    assert runs_from([{"low": 2, "high": None}]) == (Run((Measurement("low", z=2),)),)


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([float("nan")], "not_a_number"),
        ([float("inf")], "not_a_number"),
        ([Decimal("NaN")], "not_a_number"),
        ([Decimal("1e999999")], "not_a_number"),
        ([10**400], "not_a_number"),
        ([True], "not_a_number"),
        ([None], "nothing_measured"),
        (["two"], "not_a_number"),
        ([[("A", 5, 4, 0)]], "sd_not_positive"),
        ([[("A", 5, 4, -1)]], "sd_not_positive"),
        ([[("A", 5, 4, None)]], "incomplete"),
        ([[("A", 5, None, 1)]], "incomplete"),
        ([{"level": "A", "z": 1, "value": 5, "mean": 4, "sd": Decimal("0.5")}], "contradiction"),
        ([{"level": "A", "z": 1, "mean": 4, "sd": 0}], "sd_not_positive"),
        ([{"level": None, "z": 1}], "no_level"),
        ([{"level": "A", "zed": 1}], "unknown_name"),
        ([{"restart": "lot", "level": "A"}], "unknown_name"),
        ([[("A", 1, 2)]], "not_a_measurement"),
        ([("A", 2.5)], "not_a_number"),
        ({1: 2.5}, "runs_unreadable"),
        (None, "runs_unreadable"),
        (5, "runs_unreadable"),
        ("5", "runs_unreadable"),
        ([{"level": ["A"], "z": 1}], "name_unreadable"),
        ([{"level": "A", "z": 1, "run": []}], "name_unreadable"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(runs: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        evaluate(runs)

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_what_is_no_measurement_makes_no_run() -> None:
    with pytest.raises(Refused, match="is no control measurement"):
        Run(((1, 2.5),))  # type: ignore[arg-type]


def test_measurements_of_a_run_that_lie_apart_are_refused_not_judged_apart() -> None:
    # Sorted by level instead of by run: 2-2s and R-4s within a run would see nothing.
    rows = [{"run": run, "level": level, "z": 2.1} for level in ("low", "high") for run in (1, 2)]

    with pytest.raises(Refused, match="Run 1 comes back after others"):
        evaluate(rows)


def test_a_z_rounded_beside_its_value_is_accepted_and_the_value_decides() -> None:
    row = {"level": "A", "z": "2.0", "value": "41.12", "mean": 47, "sd": 3}

    assert said([{**row, "z": "-2.0"}], "1-2s") == []


def test_unknown_rules_and_no_rules_are_refused() -> None:
    with pytest.raises(Refused, match="no control rule 5-5s"):
        evaluate([1], rules=["5-5s"])
    with pytest.raises(Refused, match="No control rule is chosen"):
        evaluate([1], rules=[])
    with pytest.raises(Refused, match="a list of names"):
        evaluate([1], warnings=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("1:3s", "1-3s"), ("13s", "1-3s"), ("R4s", "R-4s"), ("8-x", "8x"), ("10:X", "10x"),
     ("2of3_2s", "2of3-2s"), ("7t", "7T")],
)  # fmt: skip
def test_rules_are_known_by_their_usual_spellings(spelling: str, name: str) -> None:
    runs = [5, *[4.9 - n / 10 for n in range(11)]]

    assert {rule for _, rule in said([(5, 0.5)] + runs, spelling)} <= {name}
    assert said([(5, 0.5)] + runs, spelling)
