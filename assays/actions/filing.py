"""Filing a batch of reported values and writing what is recorded: the part all doors share.

Called inside the transaction of the action whose door the values came in by. A batch costs a
constant number of statements, whatever its size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Model

from assays import signals
from assays.actions import attempt_requests as attempts
from assays.actions import corrections_received, order_items
from assays.models import Recording, Result
from assays.queries import filing as queries
from assays.queries.contexts import contexts
from assays.queries.filing import Known
from assays.rules import reference_intervals
from assays.rules.attempts import AppliedBy
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.contexts import Collection, PatientContext
from assays.rules.filing import (
    Corrected,
    Disposition,
    Duplicate,
    Entry,
    Filed,
    Outdated,
    Recorded,
    Withdrawn,
)
from assays.rules.range_rows import RowKind
from assays.rules.states import OrderItemStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import bulk
from labsys.lib.quantities import Absent, Coded, Quantity, ReportedValue, Text
from labsys.work import queue

EVALUATE = "evaluate"
RECORDINGS = "assays_recording"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of a batch come from."""

    door: Recording.Door
    by: Principal
    entered_by_id: int
    instrument_id: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Primary keys of rows not yet written: recordings by specimen, results in order, others."""

    recordings: Mapping[int, int]
    results: Sequence[int]
    more: Mapping[type[Model], Sequence[int]]


def settled(decided: Sequence[Disposition], drawn: Drawn) -> list[Disposition]:
    """Let each repetition of a value of its own batch name the result that this will be."""
    return [_settled(one, drawn) for one in decided]


def _settled(one: Disposition, drawn: Drawn) -> Disposition:
    match one:
        case Duplicate(_, within) if within is not None:
            return replace(one, result_id=drawn.results[within])
        case Corrected(of=of) | Withdrawn(of=of) if of.within is not None:
            return replace(one, of=replace(of, result_id=drawn.results[of.within]))
        case Outdated(by=by) if by.within is not None:
            return replace(one, by=replace(by, result_id=drawn.results[by.within]))
    return one


def draw(
    decided: Sequence[Disposition],
    entries: Sequence[Entry],
    known: Known,
    more: Mapping[type[Model], int] | None = None,
) -> Drawn:
    """Draw the keys of everything that a batch will write, in one query."""
    wanted = [
        known.specimens[entry.specimen].id
        for entry, one in zip(entries, decided, strict=True)
        if isinstance(one, Recorded)
    ]
    specimens = sorted(set(wanted))
    found = bulk.new_ids({**(more or {}), Recording: len(specimens), Result: len(wanted)})
    return Drawn(
        recordings=dict(zip(specimens, found[Recording], strict=True)),
        results=found[Result],
        more=found,
    )


def record(
    filed: Sequence[Filed], known: Known, drawn: Drawn, *, source: Source, at: datetime
) -> None:
    """Write the recordings, results, order moves and `evaluate` items of what is to be recorded.

    What corrects or takes back a value does so one by one, in the order it came, after the others.
    """
    wanted = [one for one in filed if isinstance(one.disposition, Recorded)]
    changes = corrections_received.changes(filed)
    if not wanted:
        corrections_received.apply(changes, {}, by=source.by, at=at)
        return
    stamp = {"recorded_by_id": source.by.pk, "recorded_at": at}
    recordings = [
        {"id": id_, "specimen_id": specimen, "door": source.door.value, **stamp}
        for specimen, id_ in drawn.recordings.items()
    ]
    bulk.insert(Recording, recordings)
    found = contexts(queries.collections(known, drawn.recordings))
    results = [
        _row(one, id_, known, drawn.recordings, found, source) | stamp
        for one, id_ in zip(wanted, drawn.results, strict=True)
    ]
    rows = dict(zip(drawn.results, results, strict=True))
    later = corrections_received.rows_of(changes, rows)
    bulk.insert(Result, [row for id_, row in rows.items() if id_ not in later])
    attempts.answer(
        recorded=[
            (one.disposition.item, id_) for one, id_ in zip(wanted, drawn.results, strict=True)
        ],  # type: ignore[union-attr]
        by=source.by,
        at=at,
    )
    _begin(wanted, by=source.by, at=at)
    corrections_received.apply(changes, later, by=source.by, at=at)
    _enqueue(wanted, known, drawn.recordings)
    new = [
        _new(one, id_, known)
        for one, id_ in zip(wanted, drawn.results, strict=True)
        if not isinstance(one.disposition, Outdated)
    ]
    signals.results_recorded.send(sender=Result, new=new, known=known, by=source.by, at=at)


def _new(one: Filed, id_: int, known: Known) -> signals.NewResult:
    assert isinstance(one.disposition, Recorded)
    item = one.disposition.item
    return signals.NewResult(
        result_id=id_,
        item_id=item.id,
        specimen_id=known.specimens[one.entry.specimen].id,
        analyte=known.catalogue.assays[item.assay_id].code,
    )


def _row(
    one: Filed,
    id_: int,
    known: Known,
    recordings: Mapping[int, int],
    found: Mapping[Collection, PatientContext],
    source: Source,
) -> dict[str, Any]:
    entry, recorded = one.entry, one.disposition
    assert isinstance(recorded, Recorded)
    specimen = known.specimens[entry.specimen]
    assert specimen.collected_at is not None  # filing holds what was not collected
    assay = known.catalogue.assays[recorded.item.assay_id]
    return {
        "id": id_,
        "recording_id": recordings[specimen.id],
        "specimen_id": specimen.id,
        "person_id": specimen.person_id,
        "analyte_id": assay.analyte_id,
        "section": assay.section,
        "assay_version_id": assay.version_id,
        "order_item_id": recorded.item.id,
        "transmission_item_id": one.item_id,
        "instrument_id": source.instrument_id,
        "run": entry.run,
        **value_columns(recorded.value),
        "as_sent": _as_sent(entry, recorded),
        "flags_sent": entry.flags_sent,
        "comment": entry.comment,
        **_reference(assay, found[specimen.collection]),
        "collected_at": specimen.collected_at,
        "observed_at": entry.observed_at,
        "entered_by_id": source.entered_by_id,
        "priority": recorded.item.priority,
        "status": ResultStatus.RESULTED.value,
        "corrects_id": recorded.of.result_id
        if isinstance(recorded, Corrected)
        else one.corrects_id,
    }


def value_columns(value: ReportedValue) -> dict[str, Any]:
    """Return the columns that hold a value: one form of it, the others empty."""
    columns: dict[str, Any] = {
        "kind": Result.Kind.ABSENT,
        "comparator": "",
        "value": None,
        "unit": "",
        "value_code": "",
        "value_text": "",
        "absent_reason": "",
    }
    match value:
        case Quantity():
            number = {"value": value.value, "unit": value.unit, "comparator": value.comparator}
            return columns | {"kind": Result.Kind.NUMERIC} | number
        case Coded():
            return columns | {"kind": Result.Kind.CODED, "value_code": value.code}
        case Text():
            return columns | {"kind": Result.Kind.TEXT, "value_text": value.text}
        case Absent():
            return columns | {"absent_reason": value.reason}


def _as_sent(entry: Entry, recorded: Recorded) -> dict[str, Any]:
    """What was sent, the approved row that turned it into the reporting unit, and its dilution."""
    said = dict(entry.as_sent)
    if recorded.conversion is not None:
        row = recorded.conversion
        said["converted_by"] = {"id": row.id, "version": row.version}
    asked = recorded.item.asked
    if asked is not None and asked.factor is not None:
        by = AppliedBy.INSTRUMENT if asked.factor_here is None else AppliedBy.LABORATORY
        said["dilution"] = {"factor": f"{asked.factor.normalize():f}", "applied_by": by.value}
    return said


def _reference(assay: ActiveAssay, context: PatientContext) -> dict[str, Any]:
    """Freeze the ranges, limits and versions that hold for this patient at this collection."""
    found = reference_intervals.select(
        context,
        unit=assay.unit,
        rows=assay.intervals,
        critical=assay.critical,
        plausibility=assay.plausibility,
    )
    the_one = found.candidates[0] if found.outcome is reference_intervals.Outcome.ONE else None
    unsigned = [kind.value for kind in found.unsigned_limits]
    if assay.states_measuring and not assay.is_measuring_signed:
        unsigned.append(RowKind.REPORTABLE.value)
    return {
        "reference": {
            **found.to_json(),
            "assay_version": assay.number,
            "unsigned_limits": unsigned,
        },
        "reference_interval_id": int(the_one.id) if the_one is not None else None,
        "range_signed": found.is_signed and not found.is_partly_unestablished,
    }


def _begin(wanted: Sequence[Filed], *, by: Principal, at: datetime) -> None:
    """Put to work what was ordered and gets its first value; mostly receiving it has done so."""
    items = [one.disposition.item for one in wanted if isinstance(one.disposition, Recorded)]
    waiting = sorted({item.id for item in items if item.status is OrderItemStatus.ORDERED})
    if waiting:
        order_items.begin(item_ids=waiting, by=by, at=at)


def _enqueue(wanted: Sequence[Filed], known: Known, recordings: Mapping[int, int]) -> None:
    """One `evaluate` item per recording, as urgent as the most urgent order in it."""
    priorities: dict[int, int] = {}
    for one in wanted:
        assert isinstance(one.disposition, Recorded)
        specimen = known.specimens[one.entry.specimen].id
        mine = one.disposition.item.priority
        priorities[specimen] = min(mine, priorities.get(specimen, mine))
    groups: dict[int, list[int]] = defaultdict(list)
    for specimen, priority in priorities.items():
        groups[priority].append(specimen)
    for priority, specimens in sorted(groups.items()):
        queue.enqueue(
            kind=EVALUATE,
            table=RECORDINGS,
            subjects=[recordings[specimen] for specimen in specimens],
            ordering_keys=[f"specimen:{specimen}" for specimen in specimens],
            priority=priority,
        )
