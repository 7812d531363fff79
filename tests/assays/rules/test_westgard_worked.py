"""Control rules worked by hand from their definitions, and exercises that print their answer.

Definitions: Westgard et al., Clin Chem 1981;27:493, and westgard.com, "Westgard rules and multirules".
The controls of the lesson there: cholesterol, mean 200 and SD 4, mean 250 and SD 5 (mg/dL).
"""

from __future__ import annotations

from typing import Any

import pytest

from assays.rules.westgard import Restart, Scope, evaluate, runs_from
from labsys.lib.wording import Refused

CHOLESTEROL = {1: (200, 4), 2: (250, 5)}


def rejected(values: list[Any], *, rules: Any = None, **options: Any) -> list[tuple[int, str]]:
    found = evaluate(runs_from(values, targets=CHOLESTEROL), rules=rules, **options)
    return [(one.position, one.rule) for one in found if one.is_rejection]


WORKED: list[tuple[str, list[Any], list[tuple[int, str]]]] = [
    ("2 SD alone is a warning", [(208, 250)], []),
    ("3 SD: 200 + 3 x 4", [(212, 250)], [(1, "1-3s")]),
    ("just short of 3 SD", [("211.99", 250)], []),
    ("3 SD below: 250 - 3 x 5", [(200, 235)], [(1, "1-3s")]),
    ("2-2s across the materials of a run: +2.0 and +2.2", [(208, 261)], [(1, "2-2s")]),
    ("not on opposite sides, and then R-4s: +2.0 and -2.0", [(208, 240)], [(1, "R-4s")]),
    ("R-4s by calculation: +2.75 and -1.4 are 4.15 apart", [(211, 243)], [(1, "R-4s")]),
    ("3.95 apart is not 4: +2.75 and -1.2", [(211, 244)], []),
    ("R-4s never joins two runs", [(209, 250), (191, 250)], []),
    ("2-2s of one material over two runs", [(209, 250), (208, 250)], [(2, "2-2s")]),
    ("2-2s never joins one material's run with the other's next", [(209, 250), (200, 261)], []),
    (
        "4-1s of the second material: four at 255 and above",
        [(200, 255), (200, 256), (200, 255), (200, 259)],
        [(4, "4-1s")],
    ),
    (
        "a fourth at +0.8 breaks nothing",
        [(200, 255), (200, 256), (200, 255), (200, 254)],
        [],
    ),
    (
        "10x: ten runs of the first at 201",
        [(201, 250)] * 10,
        [(10, "10x")],
    ),
    (
        "one exactly at the mean ends the ten",
        [*[(201, 250)] * 9, (200, 250), (201, 250)],
        [],
    ),
    (
        "a missing control leaves the ten as they are",
        [*[(201, 250)] * 5, (None, 250), *[(201, 250)] * 5],
        [(11, "10x")],
    ),
    (
        "1-3s and 2-2s of one run are both said",
        [(212, 260)],
        [(1, "1-3s"), (1, "2-2s")],
    ),
    (
        "all that a gross shift breaks",
        [(214, 266)],
        [(1, "1-3s"), (1, "1-3s"), (1, "2-2s")],
    ),
]


@pytest.mark.parametrize(
    ("values", "expected"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED]
)
def test_a_sequence_worked_by_hand(values: list[Any], expected: list[tuple[int, str]]) -> None:
    assert rejected(values) == expected


def test_an_exercise_with_its_answer() -> None:
    # transtutors.com, a question of a clinical chemistry course: QC 1 106 (mean 100), QC 2 199 (mean
    # 205), s 2.5 mg/dL each; which rule is violated? 1-3s, 4-1s, 1-2s alone, or R-4s: R-4s.
    runs = runs_from([(106, 199)], targets={1: (100, 2.5), 2: (205, 2.5)})

    found = evaluate(runs)

    assert [(one.rule, one.levels) for one in found if one.is_rejection] == [("R-4s", (1, 2))]
    assert [one.members[0].z for one in found if not one.is_rejection] == [2.4, -2.4]


def test_four_at_one_sd_may_be_two_runs_of_two_materials_where_counts_run_across() -> None:
    # "4-1s: within a material across runs, or across materials and runs": +1.0 +1.0, +1.25 +1.2.
    values = [(204, 255), (205, 256)]

    assert rejected(values) == []
    assert rejected(values, across_levels=True) == [(2, "4-1s")]
    assert rejected([*values[:1], Restart("repair"), *values[1:]], across_levels=True) == []


def test_three_materials_fill_3_1s_in_one_run_and_12x_in_four() -> None:
    # N = 3: 1-3s/2of3-2s/R-4s/3-1s/12x.
    once = evaluate([("1.0", "1.1", "1.9")])
    four = evaluate([(0.2, 0.3, 0.4)] * 4, across_levels=True)

    assert [(one.rule, one.scope) for one in once] == [("3-1s", Scope.WITHIN_RUN)]
    assert [(one.rule, one.position, len(one.members)) for one in four] == [("12x", 4, 12)]


def test_two_of_three_materials_need_not_be_neighbours() -> None:
    found = evaluate([("2.1", "-0.3", "2.0")], rules=["2of3-2s", "2-2s"])

    assert [(one.rule, one.levels) for one in found] == [("2-2s", (1, 3)), ("2of3-2s", (1, 3))]


@pytest.mark.parametrize(
    ("runs", "options", "code"),
    [
        ([{"restart": "new lot", "levels": "low"}], {}, "levels_unreadable"),
        ([{"restart": "new lot", "levels": 5}], {}, "levels_unreadable"),
        ([{"restart": "new lot", "levels": [["low"]]}], {}, "name_unreadable"),
        ([{"run": 1, "measurements": None}], {}, "not_a_measurement"),
        ([{"run": 1, "measurements": "low"}], {}, "not_a_measurement"),
        ([{"run": 1, "measurements": {"low": 2}}], {}, "not_a_measurement"),
        ([[(["low"], 2.0)]], {"targets": {}}, "name_unreadable"),
        ([5.0], {"targets": {1: 5}}, "target_unreadable"),
        ([5.0], {"targets": {1: (5, 0)}}, "sd_not_positive"),
        ([5.0], {"targets": {2: (5, 1)}}, "incomplete"),
        ([10**5000], {}, "not_a_number"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_meant_is_refused_in_words(
    runs: list[Any], options: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        evaluate(runs_from(runs, **options))

    assert refusal.value.code == code


def test_measurements_may_be_given_one_by_one() -> None:
    run = {"run": "noon", "measurements": (pair for pair in [("low", 2), ("high", 2)])}

    assert [one.rule for one in evaluate([run], rules=["2-2s"])] == ["2-2s"]
