"""Drafting by which formula an assay is calculated; what ships comes into force with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.data import shipped_calculations
from assays.models import (
    Analyte,
    Assay,
    AssayVersion,
    CalculationInput,
    CalculationVersion,
)
from assays.rules.calculated import Definition
from assays.rules.expressions import ExpressionRefused, parse
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason

NOTE = "Shipped with labsys; the page of the calculation names its source."
GIVEN = frozenset({"age", "female", "adult"})


def draft_calculation(
    *,
    assay: Assay,
    definition: Definition,
    inputs: Mapping[str, Analyte],
    by: Principal,
    at: datetime,
    note: str,
) -> CalculationVersion:
    """Draft the formula of an assay, each input taken from an analyte.

    The formula is read by the safe evaluator now, so that one that cannot be read is never approved.
    """
    versions.check_drafter(by)
    check_reason(note)
    check_definition(assay, definition, inputs)
    with acting(by=by, at=at, action="catalogue.calculation.draft", reason=note):
        versions.lock()
        newest = assay.calculations.aggregate(newest=Max("number"))["newest"] or 0
        draft = _create(assay, newest + 1, definition, inputs, by=by, at=at, note=note)
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def check_definition(assay: Assay, definition: Definition, inputs: Mapping[str, Analyte]) -> None:
    """Raise InvalidInput for a formula that cannot be read, or that does not fit its assay."""
    unit = (
        AssayVersion.objects.filter(assay=assay, status=VersionStatus.ACTIVE)
        .values_list("unit", flat=True)
        .first()
    )
    if unit != definition.unit:
        raise InvalidInput(
            _("The formula gives %(unit)s, the assay is reported in %(expected)s.")
            % {"unit": definition.unit, "expected": unit or _("no unit: it is not in force")},
            field="assay",
        )
    needed = {one.name for one in definition.inputs if one.default is None}
    if set(inputs) != needed:
        names = ", ".join(sorted(needed))
        raise InvalidInput(_("Choose an analyte for each of: %(names)s.") % {"names": names})
    if assay.analyte_id in {analyte.pk for analyte in inputs.values()}:
        raise InvalidInput(_("An assay is not calculated from itself."), field="assay")
    if len({analyte.pk for analyte in inputs.values()}) < len(inputs):
        raise InvalidInput(_("Each input is taken from another analyte."))
    check_formula(definition)


def check_formula(definition: Definition) -> None:
    """Raise InvalidInput where a step, a limit or the formula itself cannot be read."""
    names = {one.name for one in definition.inputs} | GIVEN
    try:
        for name, text in definition.steps:
            parse(text, names=names)
            names.add(name)
        for text in (
            *(limit.condition for limit in definition.limits),
            *(remark.condition for remark in definition.remarks),
            definition.formula,
        ):
            parse(text, names=names)
    except ExpressionRefused as refused:
        raise InvalidInput(_(refused.message) % refused.params, field="formula") from refused


def load_calculations(*, by: Principal, at: datetime) -> int:
    """Bring in the shipped formulas of assays that have none yet; by `system:seed` alone."""
    there = set(CalculationVersion.objects.values_list("assay__analyte__code", flat=True))
    facts = [fact for fact in shipped_calculations() if fact.analyte not in there]
    assays = {assay.analyte.code: assay for assay in Assay.objects.select_related("analyte")}
    analytes = {analyte.code: analyte for analyte in Analyte.objects.all()}
    drafts = [
        _create(
            assays[fact.analyte],
            1,
            fact.definition,
            {name: analytes[code] for name, code in fact.inputs.items()},
            by=by,
            at=at,
            note=NOTE,
        )
        for fact in facts
        if fact.analyte in assays and set(fact.inputs.values()) <= set(analytes)
    ]
    versions.bring_in_shipped(drafts=drafts, by=by, at=at)
    return len(drafts)


def _create(
    assay: Assay,
    number: int,
    definition: Definition,
    inputs: Mapping[str, Analyte],
    *,
    by: Principal,
    at: datetime,
    note: str,
) -> CalculationVersion:
    draft = CalculationVersion.objects.create(
        assay=assay,
        number=number,
        formula=definition.name,
        definition=definition.to_json(),
        note=note,
        status=VersionStatus.DRAFT,
        drafted_by=by,
        drafted_at=at,
    )
    CalculationInput.objects.bulk_create(
        CalculationInput(version=draft, name=name, analyte=analyte)
        for name, analyte in inputs.items()
    )
    return draft
