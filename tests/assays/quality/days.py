"""Results whose moments are set by hand, and a day that is counted from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assays.actions import quality_figures, quality_targets, versions
from assays.models import QualityTargets, Result, Specimen
from assays.rules.indicators import Indicator
from assays.rules.turnaround import Target
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from tests import factories
from tests.assays.communication.telling import Ward
from tests.laboratory import system


def timed(result: Result, *, received_ago: int | None, took: int) -> None:
    """Let a released result's specimen have arrived so many minutes before it was recorded.

    It was released `took` minutes after it was recorded, which may lie ahead; just before midnight
    all of it lies so much earlier that the day is the same.
    """
    end = bounds_of_day(hospital_day(result.recorded_at))[1]
    ahead = result.recorded_at + timedelta(minutes=took, seconds=1) - end
    recorded = result.recorded_at - max(ahead, timedelta())
    received = None
    if received_ago is not None:
        received = recorded - timedelta(minutes=received_ago)
    with acting(by=factories.seed(), at=database_now(), action="tests.set_up"):
        if received is not None:
            Specimen.objects.filter(pk=result.specimen_id).update(
                received_at=received, collected_at=received - timedelta(minutes=20)
            )
        released = recorded + timedelta(minutes=took)
        Result.objects.filter(pk=result.pk).update(released_at=released)


def count(moment: datetime | None = None) -> date:
    """Count the day of a moment (today), as it will be after its end."""
    day = hospital_day(moment or database_now())
    quality_figures.count_day(
        day=day, by=system("sweep"), at=bounds_of_day(day)[1] + timedelta(hours=1)
    )
    return day


def ward(**more: object) -> Ward:
    """An order of one assay for a patient."""
    return Ward("HGB", **more)


def approved(*turnaround: Target, limits: dict[Indicator, object] | None = None) -> QualityTargets:
    """Bring targets into force by two people."""
    made = quality_targets.draft(
        turnaround=turnaround,
        limits=limits or {},
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
        source="agreed with the wards",
    )
    other = factories.principal(Role.PATHOLOGIST)
    versions.approve(version=made, by=other, at=database_now())
    versions.activate(version=made, by=other, at=database_now())
    return made
