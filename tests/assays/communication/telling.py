"""A patient on a ward, whose critical values are told and corrected, for the tests of both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assays.actions import criticals
from assays.actions.criticals import Contact, Outcome, Said
from assays.models import ContactAttempt, CriticalCall, InboxEntry, Result
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.reports.making import Bench
from tests.patients import people


class Ward(Bench):
    """An order of HGB and WBC by a doctor for a patient on a ward; another doctor and a nurse work there."""

    def __init__(self, *codes: str, **more: Any) -> None:
        self.ward = people.ward()
        self.requester: Principal = more.pop("requester", None) or factories.principal(
            Role.EXAMINING_PHYSICIAN
        )
        patient = people.person()
        given = {"of": patient, "requester": self.requester, **more}
        super().__init__(*(codes or ("HGB", "WBC")), **given)
        people.admitted(patient, self.ward)
        self.patient = patient
        self.doctor: Principal = people.doctor_of(self.ward)
        self.nurse: Principal = people.doctor_of(self.ward, Role.NURSE)
        self.stranger: Principal = people.doctor_of(people.ward())

    def critical(self, value: str = "6.1") -> CriticalCall:
        """Record a critical value and have it evaluated; returns the call about it."""
        found: CriticalCall = CriticalCall.objects.get(result=self.record("HGB", value))
        return found

    def entry(self, result: Result, stage: str = "RELEASED") -> InboxEntry:
        found: InboxEntry = InboxEntry.objects.get(result=result, stage=stage)
        return found


def attempt(
    call: CriticalCall,
    *,
    by: Principal,
    read_back: str = "",
    outcome: Outcome = Outcome.CONFIRMED,
    name: str = "Dr Night",
    expected: int | None = None,
    made_at: datetime | None = None,
    **more: Any,
) -> ContactAttempt:
    """Write down an attempt, as whoever sees those before it does."""
    return criticals.record_attempt(
        call=call,
        contact=Contact(name, "doctor on duty", "ext. 4411"),
        said=Said(outcome, read_back, **more),
        made_at=made_at or database_now(),
        expected_attempts=call.attempts.count() if expected is None else expected,
        by=by,
        at=database_now(),
    )


def fresh(row: Any) -> Any:
    """Return the row as it is now."""
    return type(row).objects.get(pk=row.pk)


def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page takes once it is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def later(minutes: int, *, than: datetime) -> datetime:
    return than + timedelta(minutes=minutes)
