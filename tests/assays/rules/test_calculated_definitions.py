"""Definitions of calculated tests: readable, frozen without loss, and listed as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assays.rules.calculated import Definition, Reason, names
from assays.rules.calculated.formulas import FORMULAS
from assays.rules.expressions import parse
from labsys.lib.units import check_unit

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference" / "calculated.md"


@pytest.mark.parametrize("definition", FORMULAS, ids=lambda one: one.name)
def test_each_definition_can_be_read_and_survives_its_freezing(definition: Definition) -> None:
    numbers = {one.name for one in definition.inputs if not one.is_series} | {
        "age",
        "female",
        "adult",
    }
    for name, text in definition.steps:
        parse(text, names=numbers)
        numbers.add(name)
    for condition in (*definition.limits, *definition.remarks):
        parse(condition.condition, names=numbers)
    if definition.formula:
        parse(definition.formula, names=numbers)
    for one in definition.inputs:
        if one.unit:
            check_unit(one.unit)
        for other in one.others:
            check_unit(other.unit)

    frozen = json.loads(json.dumps(definition.to_json()))

    assert Definition.from_json(frozen).to_json() == definition.to_json()


def test_names_are_unique() -> None:
    every = [name for one in FORMULAS for name in (one.name, *one.aliases)]

    assert len(set(every)) == len(every)
    assert set(names()) <= set(every)


def row(definition: Definition) -> str:
    """The line of the reference page for one calculation."""
    inputs = ", ".join(
        f"`{one.name}`" + (f" ({one.unit})" if one.unit and not one.is_series else "")
        for one in definition.inputs
    )
    asks = [
        *(["age"] if definition.needs_age else []),
        *(["sex"] if definition.needs_sex else []),
    ]
    refuses = [
        *([f"under {definition.youngest_years} years"] if definition.youngest_years else []),
        *(["in pregnancy"] if definition.not_in_pregnancy else []),
        *(["not fasting"] if definition.fasting.value == "REQUIRED" else []),
        *(["other species"] if definition.is_human_only else []),
        *(f"unless {limit.condition}" for limit in definition.limits),
    ]
    return (
        f"| `{definition.name}` | {inputs} | {' '.join(asks)} | {definition.unit} "
        f"| {'; '.join(refuses)} | {definition.reference} |"
    )


def test_the_reference_page_lists_every_calculation_as_it_is() -> None:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()

    listed = [line for line in lines if line.startswith("| `")]
    assert set(map(row, FORMULAS)) <= set(listed)


def test_every_refusal_can_be_said_in_few_words_and_in_a_sentence() -> None:
    from assays.rules.calculated.definitions import SENTENCES, WORDS

    assert set(WORDS) == set(SENTENCES) == set(Reason)
    assert all(words and not words.endswith(".") for words in WORDS.values())
