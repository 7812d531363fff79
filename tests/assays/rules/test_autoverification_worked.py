"""Rule sets as a chemistry bench writes them, worked by hand for one specimen at a time.

The checks are those that CLSI AUTO10 and AUTO15 ask for: limits, delta, interference, consistency.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assays.rules.autoverification import Decision, Limits, Other, RuleSet, Trace, evaluate
from labsys.lib.quantities import Absent, parse_quantity
from tests.assays.rules.autoverified import CLEAR, subject


def value(written: str, unit: str) -> Other:
    return Other(parse_quantity(written, unit=unit))


POTASSIUM: dict[str, Any] = {
    "assay": "K",
    "value": parse_quantity("4.2", unit="mmol/L"),
    "critical": (Limits(Decimal("2.8"), Decimal("6.2")),),
    "measuring": Limits(Decimal("1.5"), Decimal(10)),
    "previous": parse_quantity("4.0", unit="mmol/L"),
    "others": {"H-INDEX": value("40", "{index}")},
}
BENCH = RuleSet.read(
    [
        {"id": "amr", "kind": "AMR"},
        {"id": "index", "kind": "INTERFERENCE", "parameters": {"index": "H-INDEX", "max": "90"}},
        {"id": "near", "kind": "CRITICAL", "parameters": {"margin_percent": "5"}},
        {"id": "delta", "kind": "DELTA", "parameters": {"percent": "20", "within_hours": "72"}},
    ]
)


def judged(**changes: Any) -> Trace:
    return evaluate(subject(**{**POTASSIUM, **changes}), BENCH)


def test_a_potassium_that_nothing_speaks_against_is_released() -> None:
    assert judged().decision is Decision.RELEASE


@pytest.mark.parametrize(
    ("changes", "held_by"),
    [
        ({"value": parse_quantity("5.88", unit="mmol/L")}, {"delta"}),
        # 6.2 less 5 % of it is 5.89, 2.8 and 5 % of it is 2.94.
        ({"value": parse_quantity("5.90", unit="mmol/L")}, {"near", "delta"}),
        ({"value": parse_quantity("2.93", unit="mmol/L")}, {"near", "delta"}),
        ({"value": parse_quantity("4.8", unit="mmol/L")}, set()),
        ({"value": parse_quantity("4.81", unit="mmol/L")}, {"delta"}),
        ({"value": parse_quantity("3.19", unit="mmol/L")}, {"delta"}),
        ({"elapsed": timedelta(hours=72)}, set()),
        ({"elapsed": timedelta(hours=72, microseconds=1)}, {"delta"}),
        ({"previous": None}, {"delta"}),
        ({"others": {"H-INDEX": value("90", "{index}")}}, set()),
        ({"others": {"H-INDEX": value("90.1", "{index}")}}, {"index"}),
        ({"others": {"H-INDEX": value("<=90", "{index}")}}, set()),
        ({"others": {"H-INDEX": value(">80", "{index}")}}, {"index"}),
        ({"others": {"H-INDEX": Other(Absent("not measured"))}}, {"index"}),
        ({"others": {}}, {"index"}),
        ({"others": None}, {"index"}),
        ({"measuring": Limits(Decimal("4.2"), Decimal("4.2"))}, set()),
        ({"measuring": Limits(None, Decimal(10)), "quantitation": None}, {"amr"}),
        ({"value": parse_quantity("6.21", unit="mmol/L")}, {"CRITICAL_VALUE", "near", "delta"}),
        ({"holds": ("DELTA",)}, {"HELD"}),
        ({"flags": ("N", "H")}, {"FLAGGED"}),
        ({"flags": ()}, {"FLAGGED"}),
        ({"flags_sent": ("N",)}, set()),
        ({"flags_sent": ("A",)}, {"FLAGGED_BY_INSTRUMENT"}),
    ],
)
def test_a_potassium_is_held_by_exactly_what_speaks_against_it(
    changes: dict[str, Any], held_by: set[str]
) -> None:
    found = judged(**changes)

    assert {line.rule for line in found.holding} == held_by
    assert found.decision is (Decision.HOLD if held_by else Decision.RELEASE)


CONSISTENT = [
    # Hard chemistry: a part is no more than the whole, and the anion gap is not negative.
    ("dbil <= tbil", {"dbil": "DBIL", "tbil": "TBIL"}, ("2", "10"), Decision.RELEASE),
    ("dbil <= tbil", {"dbil": "DBIL", "tbil": "TBIL"}, ("10", "10"), Decision.RELEASE),
    ("dbil <= tbil", {"dbil": "DBIL", "tbil": "TBIL"}, ("10.1", "10"), Decision.HOLD),
    # The rule of three of the blood count: haematocrit in % is three times haemoglobin in g/dL.
    ("abs(hct - 3 * hgb) <= 3", {"hct": "HCT", "hgb": "HGB"}, ("45", "15"), Decision.RELEASE),
    ("abs(hct - 3 * hgb) <= 3", {"hct": "HCT", "hgb": "HGB"}, ("48", "15"), Decision.RELEASE),
    ("abs(hct - 3 * hgb) <= 3", {"hct": "HCT", "hgb": "HGB"}, ("48.1", "15"), Decision.HOLD),
    ("dbil <= tbil", {"dbil": "DBIL", "tbil": "TBIL"}, ("<2", "10"), Decision.HOLD),
]


@pytest.mark.parametrize(("expression", "names", "values", "decision"), CONSISTENT)
def test_results_of_a_specimen_have_to_agree(
    expression: str, names: dict[str, str], values: tuple[str, str], decision: Decision
) -> None:
    rule = {
        "id": "agree",
        "kind": "CONSISTENCY",
        "parameters": {"expression": expression, "names": names},
    }
    others = {code: value(one, "u") for code, one in zip(names.values(), values, strict=True)}

    assert evaluate(subject(others=others), RuleSet.read([rule])).decision is decision


@pytest.mark.parametrize("given", [None, 5, "NA", {}])
def test_whatever_is_given_for_a_subject_is_held_and_never_raises(given: Any) -> None:
    rules = RuleSet.read([{"id": "amr", "kind": "AMR", "assays": ["NA"]}])

    assert evaluate(given, rules).decision is Decision.HOLD


def test_a_rule_for_other_assays_lets_nothing_pass_by_itself() -> None:
    rules = RuleSet.read([{"id": "amr", "kind": "AMR", "assays": ["K"]}])

    found = evaluate(CLEAR, rules)

    assert [line.rule for line in found.holding] == ["rules"]
