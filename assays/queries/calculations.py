"""What calculated results rest on: their inputs of one collection, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from assays.models import CalculatedInput, Result
from assays.queries.filing import Known, reported_value
from assays.rules.catalogue_in_force import ActiveCalculation, Catalogue
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus
from labsys.lib.quantities import ReportedValue

# Tubes drawn one after the other are one collection.
ONE_COLLECTION = timedelta(minutes=15)
SUPPLIERS = "suppliers"

# The calculated assays ordered on the specimens of these results.
_WANTED = """
SELECT DISTINCT i.id, i.assay_id, s.id, s.accession, s.collected_at
FROM assays_result r
JOIN assays_specimen s ON s.id = r.specimen_id
JOIN assays_specimenitem si ON si.specimen_id = s.id
JOIN assays_orderitem i ON i.id = si.item_id
JOIN assays_order o ON o.id = i.order_id
WHERE r.id = ANY(%s) AND i.assay_id = ANY(%s)
  AND i.status = ANY(%s) AND o.status = ANY(%s)
ORDER BY i.id, s.id
"""
ITEM_STATES = (OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS, OrderItemStatus.COMPLETED)
ORDER_STATES = (OrderStatus.ACTIVE, OrderStatus.COMPLETED)

# Every standing value on the specimens that serve an item: of its inputs, and of itself.
_VALUES = """
SELECT si.item_id, r.id, r.order_item_id, i.order_id, v.assay_id, r.analyte_id, a.code, r.kind,
       r.comparator, r.value, r.unit, r.value_code, r.value_text, r.absent_reason, r.collected_at,
       r.observed_at, r.entered_by_id, p.kind, r.as_sent->'suppliers', c.id, c.version_id,
       c.inputs_key
FROM assays_specimenitem si
JOIN assays_result r ON r.specimen_id = si.specimen_id
JOIN assays_assayversion v ON v.id = r.assay_version_id
JOIN assays_analyte a ON a.id = r.analyte_id
JOIN accounts_principal p ON p.id = r.entered_by_id
LEFT JOIN assays_orderitem i ON i.id = r.order_item_id
LEFT JOIN assays_calculatedresult c ON c.result_id = r.id
WHERE si.item_id = ANY(%s) AND r.analyte_id = ANY(%s)
  AND r.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED')
ORDER BY si.item_id, r.id
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A calculated assay that is ordered, and the specimen whose values may complete it."""

    item_id: int
    calculation: ActiveCalculation
    specimen_id: int
    accession: str
    collected_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A standing value near an item; ``calculated_id`` and what follows where it is calculated."""

    result_id: int
    item_id: int | None
    order_id: int | None
    assay_id: int
    analyte_id: int
    code: str
    value: ReportedValue
    collected_at: datetime
    observed_at: datetime
    entered_by_id: int
    is_by_person: bool
    suppliers: tuple[int, ...]
    calculated_id: int | None
    version_id: int | None
    inputs_key: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything a calculation rests on, complete; ``standing`` is what it would replace."""

    wanted: Wanted
    inputs: Mapping[str, Given]
    standing: Given | None


def with_inputs(
    held: Catalogue, assay_ids: Iterable[int], *, beside: Iterable[int] = ()
) -> list[int]:
    """Return assays with whatever the calculated ones among them need and nobody chose.

    `beside` are ordered already on the same specimens.
    """
    chosen = list(assay_ids)
    ordered = list(beside)
    for assay_id in chosen:  # grows while it is walked: inputs may be calculated themselves
        calculation = held.calculations.get(assay_id)
        if calculation is None:
            continue
        there = {held.assays[one].analyte_id for one in (*chosen, *ordered) if one in held.assays}
        for analyte in calculation.inputs.values():
            if analyte not in there and (needed := _measured(held, analyte, assay_id)) is not None:
                chosen.append(needed)
                there.add(analyte)
    return chosen


def specimen_types(held: Catalogue, assay_id: int, ordered: Iterable[int]) -> list[int]:
    """Return the specimen types that serve an assay; a calculated one rests on those of its inputs."""
    calculation = held.calculations.get(assay_id)
    if calculation is None:
        return [held.assays[assay_id].specimen_type_id]
    wanted_ = set(calculation.inputs.values())
    types = {
        held.assays[one].specimen_type_id
        for one in ordered
        if one in held.assays and held.assays[one].analyte_id in wanted_
    }
    return sorted(types) or [held.assays[assay_id].specimen_type_id]


def _measured(held: Catalogue, analyte_id: int, for_assay: int) -> int | None:
    """The assay of an analyte that is ordered by itself: of the same specimen type first."""
    near = held.assays[for_assay].specimen_type_id
    found = [one for one in held.assays.values() if one.analyte_id == analyte_id]
    best = min(found, key=lambda one: (one.specimen_type_id != near, one.assay_id), default=None)
    return None if best is None else best.assay_id


def wanted(result_ids: Sequence[int], held: Catalogue) -> list[Wanted]:
    """Return the calculated assays ordered where these results are, with a value among their inputs."""
    with connection.cursor() as cursor:
        states = [list(ITEM_STATES), list(ORDER_STATES)]
        cursor.execute(_WANTED, [list(result_ids), list(held.calculations), *states])
        return [
            Wanted(item, held.calculations[assay], specimen, accession, collected)
            for item, assay, specimen, accession, collected in cursor.fetchall()
            if collected is not None
        ]


def wanted_among(known: Known, specimen_ids: Collection[int]) -> list[Wanted]:
    """Return the calculated assays ordered on specimens that were locked for filing."""
    calculations = known.catalogue.calculations
    return [
        Wanted(item.id, calculations[item.assay_id], one.id, one.accession, one.collected_at)
        for one in {one.id: one for one in known.specimens.values()}.values()
        if one.id in specimen_ids and one.collected_at is not None
        for item in known.items.get(one.id, ())
        if item.assay_id in calculations
        and item.status in ITEM_STATES
        and item.order_status in ORDER_STATES
    ]


def ready(found: Sequence[Wanted], held: Catalogue) -> list[Ready]:
    """Return those whose inputs are all there, each settled; called under the items' locks."""
    analytes = {
        analyte
        for one in found
        for analyte in (
            *one.calculation.inputs.values(),
            held.assays[one.calculation.assay_id].analyte_id,
        )
    }
    values: dict[int, list[Given]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [[one.item_id for one in found], sorted(analytes)])
        for item, *row in cursor.fetchall():
            values.setdefault(item, []).append(_given(row))
    complete = (_ready(one, values.get(one.item_id, ())) for one in found)
    by_item: dict[tuple[int, tuple[int, ...]], Ready] = {}
    for one in complete:
        if one is not None:
            ids = tuple(sorted(given.result_id for given in one.inputs.values()))
            by_item.setdefault((one.wanted.item_id, ids), one)
    return list(by_item.values())


def dependents(result: Result) -> list[Result]:
    """Return the standing results that were calculated from this one."""
    rows = _resting_on([result.pk]).select_related("specimen", "analyte", "order_item")
    return list(rows.order_by("pk"))


def resting_on(result_ids: Collection[int]) -> list[int]:
    """Return the ids of the standing results that were calculated from these."""
    return list(_resting_on(result_ids).values_list("pk", flat=True).distinct())


def _resting_on(result_ids: Collection[int]) -> QuerySet[Result]:
    found: QuerySet[Result] = Result.objects.filter(
        calculated__inputs__result__in=result_ids,
        status__in=(
            ResultStatus.RESULTED,
            ResultStatus.TECHNICALLY_VERIFIED,
            ResultStatus.RELEASED,
        ),
    )
    return found


def unreleased_inputs(result: Result, *, together: Collection[int] = ()) -> list[str]:
    """Return the codes of what a calculated result rests on and is not released."""
    if not is_calculated(result):
        return []
    rows = CalculatedInput.objects.filter(calculated__result=result)
    waiting = rows.exclude(result__status=ResultStatus.RELEASED)
    waiting = waiting.exclude(result__in=together).order_by("name")
    return list(waiting.values_list("result__analyte__code", flat=True))


def is_calculated(result: Result) -> bool:
    """Whether a result was calculated here; told from its own row."""
    return SUPPLIERS in result.as_sent


def suppliers(result: Result) -> tuple[int, ...]:
    """Return who supplied the inputs of a calculated result, by principal id."""
    return tuple(result.as_sent.get(SUPPLIERS, ()))


def _ready(one: Wanted, values: Sequence[Given]) -> Ready | None:
    near = [v for v in values if abs(v.collected_at - one.collected_at) <= ONE_COLLECTION]
    own = [v for v in near if v.item_id == one.item_id]
    if any(v.calculated_id is None for v in own):
        return None  # somebody recorded a value: nothing is calculated over it
    inputs = {}
    for name, analyte in one.calculation.inputs.items():
        candidates = [v for v in near if v.analyte_id == analyte]
        items = [v.item_id for v in candidates]
        if not candidates or len(set(items)) < len(items):
            return None  # missing, or several attempts of which none is chosen
        inputs[name] = candidates[-1]
    return Ready(one, inputs, own[-1] if own else None)


def _given(row: Sequence[object]) -> Given:
    result, item, order, assay, analyte, code, *rest = row
    value, (collected, observed, by, kind, suppliers_, calculated, version, key) = (
        rest[:7],
        rest[7:],
    )
    return Given(
        result_id=result,  # type: ignore[arg-type]
        item_id=item,  # type: ignore[arg-type]
        order_id=order,  # type: ignore[arg-type]
        assay_id=assay,  # type: ignore[arg-type]
        analyte_id=analyte,  # type: ignore[arg-type]
        code=code,  # type: ignore[arg-type]
        value=reported_value(*value),  # type: ignore[arg-type]
        collected_at=collected,  # type: ignore[arg-type]
        observed_at=observed,  # type: ignore[arg-type]
        entered_by_id=by,  # type: ignore[arg-type]
        is_by_person=kind == "PERSON",
        suppliers=tuple(_list(suppliers_)) or (by,),  # type: ignore[arg-type]
        calculated_id=calculated,  # type: ignore[arg-type]
        version_id=version,  # type: ignore[arg-type]
        inputs_key=key,  # type: ignore[arg-type]
    )


def _list(raw: object) -> Sequence[int]:
    import json

    found: Sequence[int] = json.loads(raw) if isinstance(raw, str) else raw or ()  # type: ignore[assignment]
    return found
