"""Whatever is given to a documented function, it answers, or says in the laboratory's words why not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from assays.numerics.calibration import Batch
from labsys.lib.wording import Refused
from tests.assays.numerics.hostile import VALUES, calls

CALLS = list(calls())
# Compiles for seconds, and is asked for elsewhere.
LEFT_OUT = {("calibration.fit_plates", "engine", "none")}


def holds_none(answer: Any) -> bool:
    """Return whether some number of an answer is none; plates that were not fitted may have none."""
    if isinstance(answer, float | np.floating):
        return math.isnan(answer)
    if isinstance(answer, np.ndarray):
        return answer.dtype.kind == "f" and bool(np.isnan(answer).any())
    if isinstance(answer, Batch):
        return holds_none(answer.parameters[answer.is_fitted])
    if dataclasses.is_dataclass(answer):
        names = [one.name for one in dataclasses.fields(answer)]
        return any(holds_none(getattr(answer, name)) for name in names if name[0] != "_")
    if isinstance(answer, Mapping):
        return any(map(holds_none, answer.values()))
    return isinstance(answer, list | tuple) and any(map(holds_none, answer))


def wrong(name: str, function: Callable[..., Any], given: dict[str, Any], said: str) -> str:
    """Return what is wrong with an answer, "" where it is one or a refusal in words."""
    try:
        answer = function(**given)
    except Refused as refused:
        is_said = refused.code.replace("_", "").isalnum() and len(str(refused)) > 8
        return "" if is_said else f"{said}: {refused!r} says nothing"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return f"{said}: {error!r}"
    return f"{said}: an answer that is no number" if holds_none(answer) else ""


@pytest.mark.parametrize(
    ("name", "function", "given"), CALLS, ids=[name.replace(" ", "_") for name, *_rest in CALLS]
)
def test_no_value_makes_a_bare_error_a_warning_or_no_number(
    name: str, function: Callable[..., Any], given: dict[str, Any]
) -> None:
    assert wrong(name, function, given, "as it is meant") == ""

    found = [
        wrong(name, function, {**given, argument: make()}, f"{argument} {label}")
        for argument in given
        for label, make in VALUES.items()
        if (name, argument, label) not in LEFT_OUT
    ]

    assert [one for one in found if one] == []


def test_every_documented_function_is_asked() -> None:
    from assays.numerics import calibration, epidemic, kinetics, least_squares, micrograph, profiles

    asked = {function for _name, function, _given in CALLS}
    for package in (calibration, epidemic, kinetics, least_squares, micrograph, profiles):
        functions = [getattr(package, name) for name in package.__all__]
        missing = [
            one.__name__
            for one in functions
            if callable(one) and not isinstance(one, type) and one not in asked
        ]
        assert missing == [], package.__name__
