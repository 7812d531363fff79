"""Whatever is given to a documented function, it answers, or says in the laboratory's words why not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import isfunction
from typing import Any

import numpy as np
import pytest

from assays.numerics.calibration import Batch
from labsys.lib.wording import Refused
from tests.assays.numerics.hostile import (
    of_calibration,
    of_epidemic,
    of_kinetics,
    of_least_squares,
    of_micrograph,
    of_profiles,
)
from tests.assays.numerics.hostile.values import VALUES

# Made when they are asked for: curves are fitted and pictures counted for them.
CALLS = {
    "calibration": of_calibration.calls,
    "least_squares": of_least_squares.calls,
    "micrograph": of_micrograph.calls,
    "profiles": of_profiles.calls,
    "kinetics": of_kinetics.calls,
    "epidemic": of_epidemic.calls,
}
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


def wrong(function: Callable[..., Any], given: dict[str, Any], said: str) -> str:
    """Return what is wrong with an answer, "" where it is one or a refusal in words."""
    try:
        answer = function(**given)
    except Refused as refused:
        is_said = refused.code.replace("_", "").isalnum() and len(str(refused)) > 8
        return "" if is_said else f"{said}: {refused!r} says nothing"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return f"{said}: {error!r}"
    return f"{said}: an answer that is no number" if holds_none(answer) else ""


@pytest.mark.parametrize("package", CALLS)
def test_no_value_makes_a_bare_error_a_warning_or_no_number(package: str) -> None:
    found = []
    for name, function, given in CALLS[package]():
        assert wrong(function, given, name) == ""

        found += [
            wrong(function, {**given, argument: make()}, f"{name}, {argument} {label}")
            for argument in given
            for label, make in VALUES.items()
            if (name, argument, label) not in LEFT_OUT
        ]

    assert [one for one in found if one] == []


@pytest.mark.parametrize("package", CALLS)
def test_every_documented_function_is_asked(package: str) -> None:
    asked = {function for _name, function, _given in CALLS[package]()}
    module = import_module(f"assays.numerics.{package}")
    functions = [getattr(module, name) for name in module.__all__]

    assert [one for one in functions if isfunction(one) and one not in asked] == []
