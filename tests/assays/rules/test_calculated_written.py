"""Formulas written by hand: what a form does not ask is taken over from the formula before."""

from __future__ import annotations

from typing import Any

import pytest

from assays.rules.calculated import Definition, find
from assays.rules.calculated.definitions import Fasting, Reason
from assays.rules.calculated.formulas import FORMULAS
from assays.rules.calculated.written import Known, read_definition, write_definition

# Inputs with a default and series are no analytes, so no form asks for them.
WRITABLE = [
    one for one in FORMULAS if all(not (i.is_series or i.default is not None) for i in one.inputs)
]
FRIEDEWALD = find("ldl_c_friedewald")


def again(base: Definition, **changes: Any) -> Definition:
    """Return a formula as it is read from the form that it fills in."""
    codes = {one.name: one.name.upper() for one in base.inputs}
    known = {codes[one.name]: Known(one.unit, one.words) for one in base.inputs}
    written = {**write_definition(base, codes), **changes}

    found, names = read_definition(
        written, name="x", unit=base.unit, decimals=base.decimals, known=known, base=base
    )

    assert names == codes
    return found


@pytest.mark.parametrize("base", WRITABLE, ids=lambda one: one.name)
def test_a_form_sent_back_as_it_was_gives_the_same_formula(base: Definition) -> None:
    assert again(base).to_json() == {**base.to_json(), "version": base.version + 1}


def test_a_limit_keeps_its_reason_until_it_reads_otherwise() -> None:
    limits = write_definition(FRIEDEWALD, {})["limits"]

    kept = again(FRIEDEWALD).limits
    changed = again(FRIEDEWALD, limits=limits.replace("hdl <= tc", "hdl < tc")).limits

    assert [one.reason for one in kept] == [Reason.OUT_OF_VALIDITY, Reason.INCONSISTENT_INPUTS]
    assert [one.reason for one in changed] == [Reason.OUT_OF_VALIDITY, Reason.OUT_OF_VALIDITY]


def test_whether_the_patient_fasted_stays_said_beside_the_value() -> None:
    assert again(FRIEDEWALD).fasting is Fasting.NOTED
    assert again(FRIEDEWALD, is_fasting=True).fasting is Fasting.REQUIRED
    assert again(find("homa_ir"), is_fasting=False).fasting is Fasting.IGNORED
