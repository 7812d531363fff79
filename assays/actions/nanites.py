"""Counting nanites. A count is recorded by a person, its ratio and load are results of the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import filing, result_checks, results, signatures
from assays.actions.filing import Source
from assays.actions.signatures import Signing
from assays.models import (
    NaniteCalculation,
    NaniteCount,
    NaniteEstimate,
    NaniteField,
    Recording,
    Result,
    Specimen,
)
from assays.queries import catalogue
from assays.queries import filing as filing_queries
from assays.queries import nanites as queries
from assays.rules.filing import CLOCK_TOLERANCE, Entry, Filed, Held, Recorded
from assays.rules.nanites import LOAD, METHOD_VERSION, RATIO, Field, check_fields
from assays.rules.signatures import Meaning
from assays.rules.states import ResultStatus, SpecimenStatus
from labsys.accounts.actions import step_ups
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import Quantity
from labsys.work import queue
from labsys.work.registry import Execution

NANITE_LOAD = "nanite_load"
CALCULATIONS = "assays_nanitecalculation"
_USABLE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)
COUNTED_ANEW = "Counted anew."
_DEAD = (ResultStatus.CANCELLED, ResultStatus.SUPERSEDED, ResultStatus.ENTERED_IN_ERROR)


class NotPlaced(Conflict):
    """A calculated value has no place: its order or its specimen ended meanwhile."""

    kind = "not-placed"


@dataclass(frozen=True, slots=True)
class Computed:
    """What the numerics found for one calculation."""

    calculation: NaniteCalculation
    value: Quantity
    estimate: dict[str, Any]


def record_count(
    *,
    specimen: Specimen,
    fields: Sequence[Field],
    method: str,
    observed_at: datetime,
    by: Principal,
    at: datetime,
    comment: str = "",
    corrects: NaniteCount | None = None,
    signing: Signing | None = None,
) -> NaniteCount:
    """Record the red cells and nanites seen field by field; the worker makes the results of it.

    A correcting count replaces an earlier one of the same specimen. The results of that are
    superseded at once: nobody may rely on them while the new ones are made. Once one of them is
    released it takes whoever may correct released values, their `signing` over these values and the
    new count, and a `comment` that says what was wrong.
    """
    policy.check(by, "assays.result.enter", specimen)
    check_world_moment(observed_at, at=at, field="observed_at")
    checked = check_fields(fields)
    if not method.strip():
        raise InvalidInput(_("Say by which method was counted."), field="method")
    action = "assays.nanites.correct_count" if corrects else "assays.nanites.record_count"
    with acting(by=by, at=at, action=action, reason=comment if corrects else ""):
        locked = Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
        _check_place(locked, observed_at, corrects)
        standing = _locked(corrects) if corrects else []
        released = [one for one in standing if one.status == ResultStatus.RELEASED]
        _check_correction(released, signing, comment, by=by, at=at)
        count = NaniteCount.objects.create(
            specimen=locked,
            method=method.strip(),
            comment=comment.strip(),
            observed_at=observed_at,
            counted_by=by,
            corrects=corrects,
            recorded_by=by,
            recorded_at=at,
        )
        rows = [
            {"count_id": count.pk, "position": n, "red_cells": red, "nanites": seen}
            for n, (red, seen) in enumerate(checked, start=1)
        ]
        bulk.insert(NaniteField, rows)
        if released and signing is not None:
            ids = [one.pk for one in released]
            signatures.sign(results=ids, signing=signing, by=by, at=at, count=count)
        for result in standing:
            results.supersede(result=result, by=by, at=at, reason=count.comment or COUNTED_ANEW)
        _request(count, by=by, at=at)
    return count


def follow_red_cells(*, results: Iterable[Result], by: Principal, at: datetime) -> None:
    """Have loads calculated from red-cell results just recorded, where a count waits for them.

    Called in the transaction that records them. A count whose load rests on another value that
    still stands is left alone; one whose value was corrected or withdrawn is calculated anew.
    """
    fit = [result for result in results if queries.concentration(result) is not None]
    newest = {result.specimen_id: result for result in fit}
    for count in queries.standing_counts(newest):
        result = newest[count.specimen_id]
        before = queries.latest_load(count)
        if before is None or _is_outlived(before, result):
            with acting(by=by, at=at, action="assays.nanites.request_load"):
                _calculate(count, result, by=by, at=at)


def record_results(
    *, computed: Sequence[Computed], execution: Execution, by: Principal, at: datetime
) -> None:
    """Record what was calculated as results of whoever counted; each calculation once."""
    for one in computed:
        calculation = one.calculation
        if calculation.estimates.filter(method_version=METHOD_VERSION).exists():
            continue
        counter = calculation.count.counted_by
        with acting(by=by, at=at, action="assays.nanites.calculate", on_behalf_of=counter):
            recording = _record(one, by=by, at=at)
            NaniteEstimate.objects.create(
                calculation=calculation,
                method_version=METHOD_VERSION,
                recording_id=recording,
                estimate=one.estimate,
                worker=execution.worker,
                task_id=execution.task_id,
                recorded_by=by,
                recorded_at=at,
            )


def _check_place(specimen: Specimen, observed_at: datetime, corrects: NaniteCount | None) -> None:
    if specimen.status not in _USABLE or specimen.collected_at is None:
        raise Conflict(
            _("Specimen %(specimen)s is %(status)s; nothing can be counted on it.")
            % {"specimen": specimen, "status": specimen.get_status_display()}
        )
    if observed_at < specimen.collected_at - CLOCK_TOLERANCE:
        raise InvalidInput(
            _("The count lies before the collection of the specimen."), field="observed_at"
        )
    if corrects is None:
        if not queries.ordered(specimen.pk):
            raise Conflict(_("No nanite load is ordered and open on this specimen."))
        return
    if corrects.specimen_id != specimen.pk:
        raise Conflict(_("The corrected count is of another specimen."))
    if NaniteCount.objects.filter(corrects=corrects).exists():
        raise Conflict(_("This count was corrected already; correct the newer one."))


def _locked(corrected: NaniteCount) -> list[Result]:
    """Lock what is in use of a count that is being corrected, and return it as it is then.

    Whoever releases one of these values at this moment is waited for, or finds it superseded.
    """
    result_checks.lock_for_withdrawal(queries.standing_of(corrected))
    return queries.standing_of(corrected)


def _check_correction(
    released: Sequence[Result],
    signing: Signing | None,
    comment: str,
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Raise unless a correction of released values is by who may, with a reason, and signed."""
    if not released:
        return
    for one in released:
        policy.check(by, "assays.result.correct", one)
    if not comment.strip():
        raise InvalidInput(_("Say what was wrong."), field="comment")
    if signing is None:
        step_ups.check(step_up=None, by=by, at=at)
    elif signing.meaning is not Meaning.CORRECTED:
        raise InvalidInput(_("What is signed here is a correction."), field="meaning")


def _request(count: NaniteCount, *, by: Principal, at: datetime) -> None:
    """Ask for the ratio, and for the load where a red-cell result is there already."""
    wanted = queries.ordered(count.specimen_id)
    if RATIO in wanted or count.corrects_id is not None:
        _calculate(count, None, by=by, at=at)
    red_cells = queries.usable_red_cells(count.specimen_id)
    if red_cells is not None and (LOAD in wanted or count.corrects_id is not None):
        _calculate(count, red_cells, by=by, at=at)


def _calculate(
    count: NaniteCount, red_cells: Result | None, *, by: Principal, at: datetime
) -> None:
    made, is_new = NaniteCalculation.objects.get_or_create(
        count=count,
        red_cell_result=red_cells,
        defaults={"requested_by": by, "recorded_at": at},
    )
    if is_new:
        queue.enqueue(
            kind=NANITE_LOAD,
            table=CALCULATIONS,
            subjects=[made.pk],
            ordering_keys=[f"specimen:{count.specimen_id}"],
            priority=count.specimen.priority,
        )


def _is_outlived(before: NaniteCalculation, result: Result) -> bool:
    """Whether the red-cell result of a calculation does not stand beside this newer one."""
    old = before.red_cell_result
    if old is None or old.pk == result.pk:
        return False
    return result.corrects_id == old.pk or old.status in _DEAD


def _record(one: Computed, *, by: Principal, at: datetime) -> int:
    """Record the value of one calculation, in place of the one it corrects; returns the recording."""
    calculation, held = one.calculation, catalogue.current()
    count = calculation.count
    code = RATIO if calculation.red_cell_result_id is None else LOAD
    assay = next(
        found
        for found in held.by_code[code]
        if found.specimen_type_id == count.specimen.specimen_type_id
    )
    entry = Entry(
        specimen=count.specimen.accession,
        assay_id=assay.assay_id,
        value=replace(one.value, unit=assay.unit),
        observed_at=count.observed_at,
        run=f"nanites-{calculation.pk}",
        as_sent={"calculation": calculation.pk, "red_cell_result": calculation.red_cell_result_id},
    )
    known = filing_queries.lock([entry], catalogue=held, instrument_id=None)
    corrected = queries.to_correct(calculation)
    if corrected is not None and corrected.status != ResultStatus.SUPERSEDED:
        reason = _("Calculated anew from corrected counts.")
        results.supersede(result=corrected, by=by, at=at, reason=reason)
        known = filing_queries.lock([entry], catalogue=held, instrument_id=None)
    decided = filing_queries.decide([entry], known, at=at)
    if not isinstance(decided[0], Recorded):
        why = decided[0].reason if isinstance(decided[0], Held) else "it is recorded already"
        raise NotPlaced(_("The calculated value cannot be recorded: %(why)s") % {"why": why})
    drawn = filing.draw(decided, [entry], known)
    source = Source(Recording.Door.CALCULATION, by, count.counted_by_id)
    filed = [Filed(entry, decided[0], corrects_id=corrected and corrected.pk)]
    filing.record(filed, known, drawn, source=source, at=at)
    (recording,) = drawn.recordings.values()
    return recording
