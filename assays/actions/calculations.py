"""Calculated results: recorded by themselves once their inputs are, once per set of inputs.

Called in the transaction that records an input, under the locks of its specimens and order items:
of two recordings that complete a calculation the second sees the first. A refusal is recorded as a
value that is absent, with its reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import filing, results
from assays.actions.filing import Source
from assays.models import (
    CalculatedInput,
    CalculatedResult,
    OrderItem,
    Recording,
    Result,
    SpecimenItem,
)
from assays.queries import calculations as queries
from assays.queries import catalogue
from assays.queries import filing as filing_queries
from assays.queries.calculations import SUPPLIERS, Given, Ready, Wanted
from assays.queries.contexts import contexts
from assays.queries.filing import Known
from assays.rules.calculated import Calculated, Reason, about_context, compute
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.contexts import PatientContext
from assays.rules.filing import Entry, Filed, Recorded, SpecimenFacts, SpecimenKey
from assays.rules.states import ResultStatus
from assays.signals import NewResult
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict
from labsys.lib.quantities import Absent, QuantityRefused, ReportedValue
from labsys.lib.reasons import check_reason

STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
WITHDRAWN = "The value it was calculated from was withdrawn."


def follow(*, new: Sequence[NewResult], known: Known, by: Principal, at: datetime) -> None:
    """Record what is calculated from values just recorded.

    `known` is what they were filed by: their specimens and everything ordered on them, locked.
    """
    held = known.catalogue
    inputs = {one.code for one in held.assays.values() if one.analyte_id in held.calculated_from}
    specimens = {one.specimen_id for one in new if one.analyte in inputs}
    recorded = {one.item_id for one in new}  # what was recorded itself is not calculated
    wanted = queries.wanted_among(known, specimens)
    wanted = [one for one in wanted if one.item_id not in recorded]
    if wanted:
        by_accession: dict[SpecimenKey, SpecimenFacts] = {
            one.accession: one for one in known.specimens.values()
        }
        _calculate(wanted, replace(known, specimens=by_accession), by=by, at=at)


def follow_chosen(*, result: Result, by: Principal, at: datetime) -> None:
    """Record what is calculated from a value, once it alone is reported of several."""
    _calculate_from([result.pk], by=by, at=at)


def follow_ordered(*, items: Sequence[OrderItem], by: Principal, at: datetime) -> None:
    """Calculate what was ordered on specimens whose values are there already."""
    held = catalogue.current()
    calculated = [item.pk for item in items if item.assay_id in held.calculations]
    if not calculated:
        return
    specimens = SpecimenItem.objects.filter(item__in=calculated).values("specimen")
    there = Result.objects.filter(specimen__in=specimens, status__in=STANDING)
    ids = list(there.order_by("pk").values_list("pk", flat=True))
    if ids:
        _calculate_from(ids, by=by, at=at)


def recalculate(*, result: Result, by: Principal, at: datetime, reason: str) -> Result:
    """Calculate a result anew, after something about the patient was set right.

    Raises Conflict where neither the inputs nor the patient are others than before.
    """
    policy.check(by, "assays.result.verify", result)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.result.recalculate", reason=reason):
        inputs = CalculatedInput.objects.filter(calculated__result=result)
        ids = list(inputs.values_list("result_id", flat=True))
        item = result.order_item_id
        _calculate_from(ids, by=by, at=at, only_item=item)
        newer = Result.objects.filter(corrects=result).first()
        if newer is None:
            raise Conflict(
                _("Nothing that %(result)s is calculated from has changed.") % {"result": result}
            )
        return newer


def withdraw(*, result: Result, by: Principal, at: datetime) -> None:
    """Take back what was calculated from a value that was rejected or entered in error.

    What a correction supersedes is calculated anew instead, from the value that takes its place.
    """
    if result.status not in (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR):
        return
    for one in queries.dependents(result):
        results.take_back_calculated(result=one, by=by, at=at, reason=WITHDRAWN)


def _calculate_from(
    result_ids: Sequence[int], *, by: Principal, at: datetime, only_item: int | None = None
) -> None:
    """Lock what is calculated from these values, and calculate it."""
    held = catalogue.current()
    wanted = queries.wanted(result_ids, held)
    wanted = [one for one in wanted if only_item is None or one.item_id == only_item]
    if wanted:
        entries = [
            Entry(specimen=one.accession, value=Absent(""), observed_at=at) for one in wanted
        ]
        _calculate(wanted, filing_queries.lock(entries, catalogue=held), by=by, at=at)


def _calculate(wanted: Sequence[Wanted], known: Known, *, by: Principal, at: datetime) -> None:
    held = known.catalogue
    all_ready = queries.ready(wanted, held)
    if not all_ready:
        return
    found = contexts(filing_queries.collections(known, {one.specimen_id for one in wanted}))
    new = []
    for ready in all_ready:
        context = found[known.specimens[ready.wanted.accession].collection]
        key = _key(ready, context)
        if ready.standing is None or ready.standing.inputs_key != key:
            new.append((ready, _compute(ready, context, held), key))
    new = _not_recorded(new)
    if new:
        with acting(by=by, at=at, action="assays.result.calculate"):
            _record(new, known, by=by, at=at)


def _compute(ready: Ready, context: PatientContext, held: Catalogue) -> Calculated:
    calculation = ready.wanted.calculation
    conversions = [
        row
        for given in ready.inputs.values()
        if given.assay_id in held.assays
        for row in held.assays[given.assay_id].conversions
    ]
    values = {name: given.value for name, given in ready.inputs.items()}
    return compute(
        calculation.definition, values, about=about_context(context), conversions=conversions
    )


def _key(ready: Ready, context: PatientContext) -> str:
    about = about_context(context)
    said = [
        sorted((name, given.result_id) for name, given in ready.inputs.items()),
        [str(about.age), about.is_female, about.is_pregnant, about.species, about.is_fasting],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _not_recorded(
    new: list[tuple[Ready, Calculated, str]],
) -> list[tuple[Ready, Calculated, str]]:
    """Leave out what was recorded once from the same inputs, and rejected by a person since."""
    keys = [key for _ready, _computed, key in new]
    rows = CalculatedResult.objects.filter(inputs_key__in=keys) if keys else ()
    there = {(row.version_id, row.inputs_key) for row in rows}
    return [one for one in new if (one[0].wanted.calculation.version_id, one[2]) not in there]


def _record(
    new: Sequence[tuple[Ready, Calculated, str]], known: Known, *, by: Principal, at: datetime
) -> None:
    """Record results apart by who supplied their inputs: a recording has one supplier."""
    by_supplier: dict[int, list[tuple[Ready, Calculated, str]]] = {}
    for one in new:
        by_supplier.setdefault(_supplier(one[0].inputs.values(), by), []).append(one)
    for supplier, ones in sorted(by_supplier.items()):
        _record_of(supplier, ones, known, by=by, at=at)


def _record_of(
    supplier: int,
    ones: Sequence[tuple[Ready, Calculated, str]],
    known: Known,
    *,
    by: Principal,
    at: datetime,
) -> None:
    filed = [_filed(ready, computed, known) for ready, computed, _key in ones]
    for ready, _computed, _key in ones:
        if ready.standing is not None:
            old = Result.objects.select_related("specimen", "analyte", "order_item").get(
                pk=ready.standing.result_id
            )
            results.supersede(result=old, by=by, at=at, reason="Calculated anew.")
    drawn = filing.draw(
        [one.disposition for one in filed],
        [one.entry for one in filed],
        known,
        {CalculatedResult: len(ones)},
    )
    source = Source(Recording.Door.CALCULATION, by, supplier)
    filing.record(filed, known, drawn, source=source, at=at)
    rows, inputs = [], []
    for (ready, computed, key), result, id_ in zip(
        ones, drawn.results, drawn.more[CalculatedResult], strict=True
    ):
        rows.append(
            {
                "id": id_,
                "result_id": result,
                "version_id": ready.wanted.calculation.version_id,
                "inputs_key": key,
                "reason": computed.reason or "",
                "trace": computed.to_json(),
            }
        )
        inputs += [
            {"calculated_id": id_, "name": name, "result_id": given.result_id}
            for name, given in ready.inputs.items()
        ]
    bulk.insert(CalculatedResult, rows)
    bulk.insert(CalculatedInput, inputs)


def _filed(ready: Ready, computed: Calculated, known: Known) -> Filed:
    wanted = ready.wanted
    item = next(one for one in known.items[wanted.specimen_id] if one.id == wanted.item_id)
    assay = known.catalogue.assays[wanted.calculation.assay_id]
    value = _value(computed, assay.decimals)
    entry = Entry(
        specimen=wanted.accession,
        assay_id=assay.assay_id,
        value=value,
        observed_at=max(given.observed_at for given in ready.inputs.values()),
        comment=" ".join([computed.sentence, *computed.remarks]).strip(),
        as_sent=_as_sent(ready, computed),
    )
    standing = ready.standing
    return Filed(
        entry,
        Recorded(item, value, None),
        corrects_id=None if standing is None else standing.result_id,
    )


def _value(computed: Calculated, decimals: int) -> ReportedValue:
    try:
        value = computed.rounded(decimals)
    except QuantityRefused:
        return Absent(Reason.NOT_COMPUTABLE.value)
    if value is None:
        assert computed.reason is not None
        return Absent(computed.reason.value)
    return value


def _as_sent(ready: Ready, computed: Calculated) -> dict[str, Any]:
    """The inputs by name, the formula with its version, and who supplied them."""
    calculation = ready.wanted.calculation
    return {
        "formula": computed.name,
        "version": calculation.number,
        "value": "" if computed.value is None else str(computed.value),
        "inputs": {
            name: {"result": given.result_id, "code": given.code, "value": str(given.value)}
            for name, given in ready.inputs.items()
        },
        SUPPLIERS: sorted({one for given in ready.inputs.values() for one in given.suppliers}),
    }


def _supplier(inputs: Any, by: Principal) -> int:
    """Who stands as having entered a calculated value: a person before an instrument, and another
    than who records it, so that the table itself keeps both from verifying; the rest are named in
    `as_sent` and kept from it by the action."""
    given: list[Given] = list(inputs)
    best = max(given, key=lambda one: (one.is_by_person, one.entered_by_id != by.pk, one.result_id))
    return best.entered_by_id
