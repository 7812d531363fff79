"""The same page sent by many hands at once, and two typists at one box: one value each time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from assays.actions import downtime, recordings
from assays.actions.recordings import Typed
from assays.models import DowntimeTyping, RecordingForm, Result
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from tests import factories
from tests.assays import laboratory
from tests.assays.recording.gridded import identity

CALLERS = 8


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Run the calls in threads that start together; return what they returned or raised."""
    barrier, found = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            found.append(call())
        except Exception as error:  # noqa: BLE001
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def hgb(fresh_database):
    return laboratory.assays(HGB={})["HGB"]


def row(specimen, assay, value, *, by, token, seen=0):
    return recordings.record_row(
        specimen=specimen,
        values=[Typed(assay.pk, Quantity(value, "g/dL"), field="v", text=str(value), seen=seen)],
        observed_at=laboratory.moment(),
        identity=identity(specimen),
        token=token,
        by=by,
        at=database_now(),
    )


def test_one_page_sent_many_times_at_once_records_once(hgb) -> None:
    specimen, by, token = (
        laboratory.specimen([hgb]),
        factories.principal(Role.TECHNOLOGIST),
        uuid4(),
    )

    found = at_once([lambda: row(specimen, hgb, Decimal("13.2"), by=by, token=token)] * CALLERS)

    assert Result.objects.count() == RecordingForm.objects.count() == 1
    assert {outcomes[0].result for outcomes in found} == {Result.objects.get()}


def test_many_pages_of_one_specimen_at_once_record_one_value(hgb) -> None:
    specimen, by = laboratory.specimen([hgb]), factories.principal(Role.TECHNOLOGIST)

    found = at_once(
        [
            lambda n=n: row(specimen, hgb, Decimal(f"13.{n}"), by=by, token=uuid4())
            for n in range(CALLERS)
        ]
    )

    assert Result.objects.count() == 1
    said = [outcomes[0].said for outcomes in found]
    assert sorted("was recorded since" in one for one in said) == [False] + [True] * (CALLERS - 1)


def test_two_people_typing_one_box_at_once_record_one_result(hgb) -> None:
    specimen = laboratory.specimen([hgb])
    people = [factories.principal(Role.TECHNOLOGIST) for _number in range(2)]
    form = downtime.prepare(section="CBC", by=people[0], at=database_now())
    observed_at = laboratory.moment()

    def typed(by):
        return lambda: downtime.type_row(
            form=form,
            specimen=specimen,
            values=[Typed(hgb.pk, Quantity(Decimal("13.2"), "g/dL"), field="v", text="13.2")],
            observed_at=observed_at,
            identity=identity(specimen),
            by=by,
            at=database_now(),
        )

    at_once([typed(one) for one in people])

    result = Result.objects.get()
    assert {result.entered_by, result.recorded_by} == set(people)
    assert DowntimeTyping.objects.count() == 2
