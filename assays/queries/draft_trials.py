"""Drafted formulas and reflex rules tried on the newest values, beside what is in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from assays.models import (
    CalculationVersion,
    Evaluation,
    ReflexVersion,
    Result,
)
from assays.queries import reflexes
from assays.queries.filing import reported_value
from assays.rules.calculated import Definition
from assays.rules.calculated.computing import Calculated, compute
from assays.rules.calculated.patients import about_context
from assays.rules.contexts import PatientContext
from assays.rules.reflexes import is_met
from assays.rules.states import ResultStatus, VersionStatus
from labsys.lib import units
from labsys.lib.quantities import Quantity

COUNTED = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
SHOWN = 20


@dataclass
class Computed:
    """What a drafted formula gives of the newest sets of inputs."""

    sets: int = 0
    values: int = 0
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rows: list[dict[str, Any]] = field(default_factory=list)


def calculation(version: CalculationVersion, *, last: int) -> Computed:
    """Compute a version from the newest values of its inputs, specimen by specimen.

    Beside it stands what the version in force gives from the same inputs. Nothing is written.
    """
    draft = Definition.from_json(version.definition)
    before = (
        CalculationVersion.objects.filter(assay=version.assay_id, status=VersionStatus.ACTIVE)
        .exclude(pk=version.pk)
        .first()
    )
    base = None if before is None else (Definition.from_json(before.definition), _names(before))
    found = Computed()
    names = _names(version)
    for values in _sets(names, last):
        result = compute(draft, _inputs(names, values), about=_about(values))
        now = None
        if base is not None and set(base[1].values()) <= set(values):
            now = _reported(
                base[0], compute(base[0], _inputs(base[1], values), about=_about(values))
            )
        found.sets += 1
        found.values += result.value is not None
        found.changed += base is not None and now != _reported(draft, result)
        found.refused.update(one.sentence for one in result.refusals[:1])
        if len(found.rows) < SHOWN:
            found.rows.append(_row(draft, names, values, now, result))
    return found


def _names(version: CalculationVersion) -> dict[str, int]:
    return dict(version.inputs.values_list("name", "analyte_id"))


def _sets(names: dict[str, int], last: int) -> list[dict[int, Result]]:
    """Return, per specimen of the newest values of the first input, its newest value of each."""
    if not names:
        return []
    first = next(iter(names.values()))
    newest = Result.objects.filter(analyte=first, status__in=COUNTED).order_by("-id")
    specimens = list(dict.fromkeys(newest.values_list("specimen_id", flat=True)[:last]))
    rows = Result.objects.filter(
        specimen__in=specimens, analyte__in=names.values(), status__in=COUNTED
    )
    by_specimen: dict[int, dict[int, Result]] = {one: {} for one in specimens}
    for row in rows.select_related("analyte").order_by("id"):
        by_specimen[row.specimen_id][row.analyte_id] = row
    return [one for one in by_specimen.values() if set(names.values()) <= set(one)]


def _inputs(names: dict[str, int], values: dict[int, Result]) -> dict[str, Any]:
    return {name: _value(values[analyte]) for name, analyte in names.items()}


def _value(result: Result) -> Any:
    return reported_value(
        result.kind,
        result.comparator,
        result.value,
        result.unit,
        result.value_code,
        result.value_text,
        result.absent_reason,
    )


def _about(values: dict[int, Result]) -> Any:
    first = next(iter(values.values()))
    return about_context(PatientContext.from_json(first.reference["context"]))


def _reported(definition: Definition, result: Calculated) -> Quantity | None:
    return result.rounded(definition.decimals)


def _row(
    definition: Definition,
    names: dict[str, int],
    values: dict[int, Result],
    now: Quantity | None,
    result: Calculated,
) -> dict[str, str]:
    inputs = [
        f"{values[analyte].analyte.code} {units.reading(_value(values[analyte]))}"
        for analyte in names.values()
    ]
    then = _reported(definition, result)
    return {
        "inputs": ", ".join(inputs),
        "now": "–" if now is None else units.reading(now),
        "then": result.sentence if then is None else units.reading(then),
    }


@dataclass
class Met:
    """How many of the newest values a drafted rule would have been met by."""

    values: int
    met: int
    before: int | None
    results: tuple[int, ...]


def reflex(version: ReflexVersion, *, last: int) -> Met:
    """Ask a version of a reflex rule of the newest values of the analytes it names."""
    rule = reflexes.rule_of(version)
    before = (
        ReflexVersion.objects.filter(rule=version.rule_id, status=VersionStatus.ACTIVE)
        .exclude(pk=version.pk)
        .first()
    )
    analytes = {one.analyte for one in rule.conditions}
    rows = Result.objects.filter(analyte__code__in=analytes, status__in=COUNTED)
    newest = list(
        rows.prefetch_related(
            Prefetch("evaluations", Evaluation.objects.order_by("-method_version", "-id"))
        )
        .only("id")
        .order_by("-id")[:last]
    )
    flags = {
        one.pk: tuple(next((found.flags for found in one.evaluations.all()), ())) for one in newest
    }
    if not flags:
        return Met(0, 0, 0 if before else None, ())
    triggers = reflexes.triggers(list(flags), flags)
    met = tuple(
        trigger.result_id
        for trigger, seen in triggers
        if is_met(rule, seen, trigger=trigger.analyte)
    )
    count = None
    if before is not None:
        old = reflexes.rule_of(before)
        count = sum(is_met(old, seen, trigger=trigger.analyte) for trigger, seen in triggers)
    return Met(len(triggers), len(met), count, met[::-1][:SHOWN])
