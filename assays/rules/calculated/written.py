"""Formulas as people write them: inputs, steps and limits a line each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assays.rules.calculated.definitions import Definition, Fasting, Input, Limit, Reason
from assays.rules.expressions import ExpressionRefused, parse
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

EXPLAINED: dict[str, str] = {
    "na NA": _("an input: its name in the formula and the code of its analyte, one per line"),
    "ratio = hdl / tc": _("a step: a name and what it stands for, one per line"),
    "na - (cl + hco3)": _("the formula, of inputs, steps, age and female (true or false)"),
    "tg <= 400 : Triglycerides too high.": _("a limit: a condition, a colon and why, one per line"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}\Z")


class LineRefused(Refused):
    """A line of a formula that cannot be read; ``field`` names where it stands."""

    def __init__(self, field: str, message: str, **params: object) -> None:
        super().__init__("line", message, **params)
        self.field = field


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue says of an analyte that a formula may take: its unit and its name."""

    unit: str
    name: str


def read_definition(
    written: Mapping[str, Any],
    *,
    name: str,
    unit: str,
    decimals: int,
    known: Mapping[str, Known],
    base: Definition | None = None,
) -> tuple[Definition, dict[str, str]]:
    """Return the definition that was written, and the analyte's code of each of its inputs.

    What a form does not ask is taken over from ``base``: of an input by the same name and unit its
    other units and what it may not be, of a limit that reads the same its reason, that fasting is
    said beside the value, remarks, and the least value that can be.
    """
    codes = _inputs(written["inputs"], known)
    steps = tuple(_pairs(written["steps"], "=", "steps"))
    reasons = {(one.condition, one.sentence): one.reason for one in base.limits} if base else {}
    limits = tuple(
        Limit(condition, reasons.get((condition, said), Reason.OUT_OF_VALIDITY), said)
        for condition, said in _pairs(written["limits"], " : ", "limits")
    )
    texts = [text for _step, text in steps] + [limit.condition for limit in limits]
    used = set().union(*(_names(text) for text in [*texts, written["formula"]]))
    before = {one.name: one for one in base.inputs} if base is not None else {}
    inputs = tuple(
        before[one]
        if one in before and before[one].unit == known[code].unit
        else Input(name=one, unit=known[code].unit, words=known[code].name)
        for one, code in codes.items()
    )
    definition = Definition(
        name=base.name if base is not None else name,
        title=written["title"].strip(),
        unit=unit,
        decimals=decimals,
        inputs=inputs,
        formula=written["formula"].strip(),
        reference=written["reference"].strip(),
        version=base.version + 1 if base is not None else 1,
        steps=steps,
        limits=limits,
        remarks=base.remarks if base is not None else (),
        needs_age="age" in used,
        needs_sex="female" in used,
        youngest_years=written["youngest_years"],
        not_in_pregnancy=written["not_in_pregnancy"],
        is_human_only=written["is_human_only"],
        fasting=_fasting(bool(written["is_fasting"]), base),
        lowest=base.lowest if base is not None else None,
    )
    return definition, codes


def _fasting(is_required: bool, base: Definition | None) -> Fasting:
    if is_required:
        return Fasting.REQUIRED
    is_noted = base is not None and base.fasting is Fasting.NOTED
    return Fasting.NOTED if is_noted else Fasting.IGNORED


def write_definition(definition: Definition, codes: Mapping[str, str]) -> dict[str, Any]:
    """Write a definition as `read_definition` reads it."""
    return {
        "title": definition.title,
        "inputs": "\n".join(f"{name} {code}" for name, code in codes.items()),
        "steps": "\n".join(f"{name} = {text}" for name, text in definition.steps),
        "formula": definition.formula,
        "limits": "\n".join(f"{one.condition} : {one.sentence}" for one in definition.limits),
        "youngest_years": definition.youngest_years,
        "not_in_pregnancy": definition.not_in_pregnancy,
        "is_human_only": definition.is_human_only,
        "is_fasting": definition.fasting is Fasting.REQUIRED,
        "reference": definition.reference,
    }


def _inputs(text: str, known: Mapping[str, Known]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or not _NAME.match(words[0]) or words[0] in found:
            raise LineRefused(
                "inputs",
                _("Line %(line)d: write a name of its own in small letters and a code: na NA."),
                line=number,
            )
        if words[1] not in known:
            raise LineRefused(
                "inputs", _("No test in force has the code %(analyte)s."), analyte=words[1][:32]
            )
        found[words[0]] = words[1]
    return found


def _pairs(text: str, sign: str, field: str) -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        left, mark, right = line.partition(sign)
        if not (left.strip() and mark and right.strip()):
            raise LineRefused(
                field,
                _("Line %(line)d: two parts with “%(sign)s” between."),
                line=number,
                sign=sign,
            )
        found.append((left.strip(), right.strip()))
    return found


def _names(text: str) -> frozenset[str]:
    try:
        return frozenset(parse(text).names)
    except ExpressionRefused:
        return frozenset()  # what cannot be read is refused, with its place, when it is drafted
