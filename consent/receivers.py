"""What follows for clearances when something is announced by the registry or the laboratory.

Nothing is worked out here: a worker is told whom to look at, in the transaction of what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assays import signals
from assays.models import Result, ResultHold, ResultHoldClear
from assays.signals import NewResult
from consent.actions import quarantine_releases, transitions
from consent.queries.nanites import NANITE_SECTION
from consent.queries.transitions import enrolled_among
from labsys.accounts.models import Principal
from patients import signals as patients_signals
from patients.models import QuarantineLift

NANITES = "NANITE-"


def persons_changed(*, persons: Sequence[int], by: Principal, at: datetime, **more: Any) -> None:
    """Who somebody is, or whether they stay apart, decides on their clearance."""
    _look_at(persons, by=by, at=at)


def results_recorded(*, new: Sequence[NewResult], by: Principal, at: datetime, **more: Any) -> None:
    """A nanite result refuses or clears in the instant it is recorded, if it is critical or held."""
    ids = [one.result_id for one in new if one.analyte.startswith(NANITES)]
    if ids:
        rows = Result.objects.filter(pk__in=ids)
        _look_at(list(rows.values_list("person_id", flat=True)), by=by, at=at)


def results_held(*, result_ids: Sequence[int], by: Principal, at: datetime, **more: Any) -> None:
    """An evaluation held results; a nanite result that is held refuses."""
    rows = Result.objects.filter(pk__in=result_ids, section=NANITE_SECTION)
    _look_at(list(rows.values_list("person_id", flat=True)), by=by, at=at)


def result_moved(*, result: Result, by: Principal, at: datetime, **more: Any) -> None:
    """A nanite result was released, corrected or withdrawn."""
    if result.section == NANITE_SECTION:
        _look_at([result.person_id], by=by, at=at)


def result_held(*, hold: ResultHold, by: Principal, at: datetime, **more: Any) -> None:
    """A nanite result that is held refuses."""
    result_moved(result=hold.result, by=by, at=at)


def result_hold_cleared(
    *, cleared: ResultHoldClear, by: Principal, at: datetime, **more: Any
) -> None:
    """A nanite result that was held does not refuse any more."""
    result_moved(result=cleared.hold.result, by=by, at=at)


def quarantine_lifted(*, lift: QuarantineLift, by: Principal, at: datetime, **more: Any) -> None:
    """A lift is refused unless its criteria are met or a second person agreed to it."""
    quarantine_releases.judge(lift=lift, by=by, at=at)


def _look_at(persons: Sequence[int], *, by: Principal, at: datetime) -> None:
    if persons:
        transitions.touch(person_ids=enrolled_among(persons, at=at), by=by, at=at)


def connect() -> None:
    """Listen; called once when the app is ready."""
    patients_signals.identity_changed.connect(persons_changed)
    patients_signals.person_facts_changed.connect(persons_changed)
    patients_signals.quarantine_lifted.connect(quarantine_lifted)
    signals.results_recorded.connect(results_recorded)
    signals.result_released.connect(result_moved)
    signals.result_withdrawn.connect(result_moved)
    signals.results_held.connect(results_held)
    signals.result_held.connect(result_held)
    signals.result_hold_cleared.connect(result_hold_cleared)
