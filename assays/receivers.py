"""What follows inside the laboratory when something is announced: held items, waiting loads, inboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assays import signals
from assays.actions import (
    calculations,
    controls,
    corrections_chased,
    criticals,
    held_items,
    inbox,
    nanites,
)
from assays.actions.analyses import kinetics
from assays.actions.hospital import again as hospital
from assays.actions.hospital import results as hospital_results
from assays.models import (
    InboxEntry,
    OrderNumber,
    ReportVersion,
    Result,
    ResultComment,
    ResultHold,
    ResultHoldClear,
    Specimen,
    SpecimenIdentifier,
)
from assays.models.versioned import Versioned
from assays.queries.filing import Known
from assays.rules.filing import Foreign
from assays.rules.nanites import RED_CELLS
from assays.signals import NewResult
from labsys.accounts.models import Principal
from patients import signals as patients_signals
from patients.models import Intervention, Location


def specimen_identified(
    *, identifier: SpecimenIdentifier, by: Principal, at: datetime, **more: Any
) -> None:
    """Items that named a specimen by this identifier have one now."""
    _reconsider(by, at, _written(identifier.system, identifier.value))


def specimen_collected(*, specimen: Specimen, by: Principal, at: datetime, **more: Any) -> None:
    """Results that came before their specimen was recorded as collected can be filed."""
    names = specimen.identifiers.values_list("system", "value")
    _reconsider(by, at, [specimen.accession, *(one for name in names for one in _written(*name))])


def identity_changed(*, persons: Sequence[int], by: Principal, at: datetime, **more: Any) -> None:
    """Values that named another person than their specimen is from may name this one now."""
    sweep = Principal.objects.system("sweep")
    held_items.reconsider_people(person_ids=persons, by=sweep, at=at, on_behalf_of=by)
    hospital.persons_changed(person_ids=persons, by=by, at=at)


def persons_identified(*, persons: Sequence[int], by: Principal, at: datetime, **more: Any) -> None:
    """What a hospital told of somebody unknown can be done; a number named may be theirs now."""
    sweep = Principal.objects.system("sweep")
    held_items.reconsider_people(person_ids=persons, by=sweep, at=at, on_behalf_of=by)
    hospital.persons_changed(person_ids=persons, by=by, at=at)


def stays_changed(*, persons: Sequence[int], by: Principal, at: datetime, **more: Any) -> None:
    """What a hospital told of a stay that was not here, or in the way of another, can be done."""
    hospital.stays_changed(person_ids=persons, by=by, at=at)


def place_opened(*, location: Location, by: Principal, at: datetime, **more: Any) -> None:
    """Whom a hospital told to be in a ward that was unknown can be there."""
    hospital.place_opened(location=location, by=by, at=at)


def order_numbered(*, number: OrderNumber, by: Principal, at: datetime, **more: Any) -> None:
    """What was to be cancelled or changed before it was placed can be."""
    hospital.order_placed(number=number, by=by, at=at)


def version_activated(*, version: Versioned, by: Principal, at: datetime, **more: Any) -> None:
    """A code, a unit or an assay means something now that it did not before."""
    _reconsider(by, at, None)
    hospital.version_activated(version=version, by=by, at=at)
    controls.reconsider(by=Principal.objects.system("sweep"), at=at)


def results_recorded(
    *, new: Sequence[NewResult], known: Known, by: Principal, at: datetime, **more: Any
) -> None:
    """What is calculated from these values follows; a red-cell result lets a load be calculated."""
    calculations.follow(new=new, known=known, by=by, at=at)
    ids = [one.result_id for one in new if one.analyte == RED_CELLS]
    if ids:
        found = Result.objects.filter(pk__in=ids).order_by("pk")
        nanites.follow_red_cells(results=found, by=by, at=at)


def result_released(*, result: Result, by: Principal, at: datetime, **more: Any) -> None:
    """A released value goes into inboxes; whoever saw what it corrects hears what holds now."""
    stage = InboxEntry.Stage.RELEASED
    inbox.deliver(result_ids=[result.pk], stage=stage, by=by, at=at)
    if result.corrects_id is not None:
        corrections_chased.follow_release(result=result, by=by, at=at)
    kinetics.load_released(result)


def intervention_recorded(
    *, intervention: Intervention, by: Principal, at: datetime, **more: Any
) -> None:
    """The course of a load is read anew with what was done."""
    kinetics.intervened(intervention)


def report_made(*, version: ReportVersion, by: Principal, at: datetime, **more: Any) -> None:
    """Hospitals are told what a report says now: a worker is going to, once the version is there."""
    hospital_results.ask(version=version, by=by, at=at)


def result_withdrawn(*, result: Result, by: Principal, at: datetime, **more: Any) -> None:
    """A value that no longer stands leaves inboxes and calls, and takes along what rests on it."""
    inbox.withdraw(result=result, by=by, at=at)
    criticals.withdraw(result=result, by=by, at=at)
    corrections_chased.follow_withdrawal(result=result, by=by, at=at)
    calculations.withdraw(result=result, by=by, at=at)


def result_held(*, hold: ResultHold, by: Principal, at: datetime, **more: Any) -> None:
    """Whoever was told a value before its release hears that it is being checked."""
    corrections_chased.follow_hold(hold=hold, by=by, at=at)


def result_hold_cleared(
    *, cleared: ResultHoldClear, by: Principal, at: datetime, **more: Any
) -> None:
    """Whoever heard that a value is being checked hears that it stands."""
    corrections_chased.follow_clearing(cleared=cleared, by=by, at=at)


def result_amended(*, comment: ResultComment, by: Principal, at: datetime, **more: Any) -> None:
    """Whoever saw a released value hears what was amended or added beside it."""
    corrections_chased.follow_amendment(comment=comment, by=by, at=at)


def _written(system: str, value: str) -> list[str]:
    """How items name a specimen by an identifier: structured ones with its system, wires without."""
    return [str(Foreign(system, value)), value]


def _reconsider(by: Principal, at: datetime, specimens: list[str] | None) -> None:
    sweep = Principal.objects.system("sweep")
    held_items.reconsider(by=sweep, at=at, specimens=specimens, on_behalf_of=by)


def connect() -> None:
    """Listen; called once when the app is ready."""
    signals.specimen_identified.connect(specimen_identified)
    signals.specimen_collected.connect(specimen_collected)
    patients_signals.identity_changed.connect(identity_changed)
    patients_signals.persons_identified.connect(persons_identified)
    patients_signals.stays_changed.connect(stays_changed)
    patients_signals.place_opened.connect(place_opened)
    patients_signals.intervention_recorded.connect(intervention_recorded)
    signals.order_numbered.connect(order_numbered)
    signals.version_activated.connect(version_activated)
    signals.results_recorded.connect(results_recorded)
    signals.result_released.connect(result_released)
    signals.report_made.connect(report_made)
    signals.result_withdrawn.connect(result_withdrawn)
    signals.result_held.connect(result_held)
    signals.result_hold_cleared.connect(result_hold_cleared)
    signals.result_amended.connect(result_amended)
