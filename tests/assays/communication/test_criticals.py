"""Critical values: the clock, who sees them before verification, attempts, read-back, escalation."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from assays.actions import criticals, inbox, recordings, results
from assays.actions.criticals import CallMoved, Outcome
from assays.actions.recordings import Typed
from assays.models import (
    ContactAttempt,
    CorrectionNotice,
    CriticalCall,
    Escalation,
    InboxEntry,
    Result,
)
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import parse_quantity
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward, attempt, fresh, later
from tests.assays.reports.making import work_off
from tests.laboratory import system

pytestmark = pytest.mark.django_db


def unevaluated(ward: Ward, value: str = "6.1") -> Result:
    (made,) = recordings.record_typed(
        specimen=ward.specimen,
        values=[
            Typed(
                assay_id=ward.assays["HGB"].pk, value=parse_quantity(value, unit="g/dL"), field="v"
            )
        ],
        observed_at=laboratory.moment(),
        by=ward.technologist,
        at=database_now(),
    )
    return made


def test_a_critical_value_opens_one_call_whose_clock_runs_since_its_recording(ward: Ward) -> None:
    call = ward.critical("6.1")

    assert call.started_at == call.result.recorded_at
    assert call.recorded_at >= call.started_at
    assert (call.state, call.ended_at) == ("OPEN", None)
    assert ward.entry(call.result, "PRELIMINARY").state == "OPEN"


def test_a_value_inside_its_critical_limits_opens_none(ward: Ward) -> None:
    ward.record("HGB", "7.0")  # equal to the limit

    assert not CriticalCall.objects.exists()
    assert not InboxEntry.objects.exists()


def test_evaluating_again_opens_no_second_call(ward: Ward) -> None:
    call = ward.critical()

    criticals.open_calls(result_ids=[call.result_id], by=system("evaluate"), at=database_now())

    assert CriticalCall.objects.count() == 1


def test_a_critical_value_that_no_worker_came_to_is_opened_by_its_frozen_limits(ward: Ward) -> None:
    late = unevaluated(ward)

    opened = criticals.open_late(by=system("sweep"), at=database_now())
    work_off()

    assert opened == 1
    call = CriticalCall.objects.get()
    assert (call.result, call.started_at) == (late, late.recorded_at)


def test_what_is_not_critical_is_not_opened_for_being_late(ward: Ward) -> None:
    unevaluated(ward, "13.0")

    assert criticals.open_late(by=system("sweep"), at=database_now()) == 0
    assert not CriticalCall.objects.exists()


def test_a_read_back_of_the_value_ends_the_call(ward: Ward) -> None:
    call = ward.critical("6.1")

    made = attempt(call, by=ward.verifier, read_back="6.10")

    call = fresh(call)
    assert (made.outcome, made.read_back_agrees) == ("CONFIRMED", True)
    assert (call.state, call.ended_at) == ("CONFIRMED", made.made_at)


@pytest.mark.parametrize("read_back", ["5.1", "61", "<6.1", "16.1"])
def test_another_value_read_back_confirms_nothing(ward: Ward, read_back: str) -> None:
    call = ward.critical("6.1")

    made = attempt(call, by=ward.verifier, read_back=read_back)

    assert (made.outcome, made.read_back_agrees) == ("REACHED_NO_READBACK", False)
    assert fresh(call).state == "OPEN"


@pytest.mark.parametrize("read_back", ["", "   ", "6,1", "six", "6.", "6.1 mmol/L"])
def test_what_cannot_be_read_is_asked_for_again(ward: Ward, read_back: str) -> None:
    call = ward.critical("6.1")

    with pytest.raises(InvalidInput) as refused:
        attempt(call, by=ward.verifier, read_back=read_back)

    assert refused.value.field == "read_back"
    assert not ContactAttempt.objects.exists()


def test_an_attempt_without_a_read_back_leaves_the_call_open(ward: Ward) -> None:
    call = ward.critical()

    attempt(call, by=ward.verifier, outcome=Outcome.UNABLE_TO_REACH)
    attempt(call, by=ward.verifier, outcome=Outcome.REACHED_NO_READBACK)

    assert fresh(call).state == "OPEN"
    assert call.attempts.count() == 2


def test_nobody_reads_back_who_was_not_reached(ward: Ward) -> None:
    call = ward.critical()

    with pytest.raises(InvalidInput, match="Nobody was reached"):
        attempt(call, by=ward.verifier, outcome=Outcome.UNABLE_TO_REACH, read_back="6.1")


def test_an_attempt_names_somebody(ward: Ward) -> None:
    call = ward.critical()

    with pytest.raises(InvalidInput, match="Give a name"):
        attempt(call, by=ward.verifier, name="  ", read_back="6.1")


@pytest.mark.parametrize("minutes", [-30, 5])
def test_a_call_is_made_after_the_recording_and_not_in_the_future(ward: Ward, minutes: int) -> None:
    call = ward.critical()

    with pytest.raises(InvalidInput) as refused:
        attempt(
            call,
            by=ward.verifier,
            read_back="6.1",
            made_at=later(minutes, than=call.started_at),
        )

    assert refused.value.field == "made_at"


def test_the_second_of_two_callers_hears_of_the_first_and_may_add_theirs(ward: Ward) -> None:
    call = ward.critical()
    attempt(call, by=ward.verifier, read_back="6.1", expected=0)

    with pytest.raises(CallMoved, match="wrote down an attempt meanwhile"):
        attempt(call, by=ward.pathologist, read_back="6.1", expected=0)
    attempt(call, by=ward.pathologist, read_back="6.1", expected=1)

    assert call.attempts.count() == 2
    assert fresh(call).ended_at == call.attempts.order_by("id")[0].made_at


def test_only_the_laboratory_writes_down_calls(ward: Ward) -> None:
    call = ward.critical()

    for somebody in (ward.doctor, ward.nurse, ward.requester, system("sweep")):
        with pytest.raises(NotAllowed):
            attempt(call, by=somebody, read_back="6.1")


def test_attempts_and_escalations_are_never_changed(ward: Ward) -> None:
    call = ward.critical()
    made = attempt(call, by=ward.verifier, outcome=Outcome.UNABLE_TO_REACH)
    criticals.escalate_due(by=system("sweep"), at=later(20, than=call.started_at))

    for row in (made, Escalation.objects.get()):
        with pytest.raises(AppendOnlyError):
            row.save()
        with pytest.raises(AppendOnlyError):
            row.delete()
        table = row._meta.db_table
        with (
            pytest.raises((IntegrityError, ProgrammingError)),
            transaction.atomic(),
            acting(by=ward.verifier, at=database_now(), action="tests.forge"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET recorded_at = recorded_at WHERE id = %s", [row.pk])
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row.pk])


def test_the_database_confirms_nothing_that_was_not_read_back(ward: Ward) -> None:
    call = ward.critical()
    forged: dict[str, Any] = {
        "call": call,
        "made_at": database_now(),
        "contact_name": "Dr Night",
        "recorded_by": ward.verifier,
        "recorded_at": database_now(),
    }

    for more in (
        {"outcome": "CONFIRMED", "read_back": "", "read_back_agrees": True},
        {"outcome": "CONFIRMED", "read_back": "5.1", "read_back_agrees": False},
        {"outcome": "CONFIRMED", "read_back": "5.1", "read_back_agrees": None},
        {"outcome": "UNABLE_TO_REACH", "read_back": "6.1"},
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            acting(by=ward.verifier, at=database_now(), action="tests.forge"),
        ):
            ContactAttempt.objects.create(**forged, **more)


@pytest.mark.parametrize(
    ("minutes", "steps"),
    [
        (14, []),
        (15, ["REQUESTER"]),
        (29, ["REQUESTER"]),
        (30, ["REQUESTER", "WARD"]),
        (45, ["REQUESTER", "WARD", "LABORATORY"]),
    ],
)
def test_a_call_goes_further_after_15_30_and_45_minutes(
    ward: Ward, minutes: int, steps: list[str]
) -> None:
    call = ward.critical()
    at = later(minutes, than=call.started_at)

    criticals.escalate_due(by=system("sweep"), at=at)
    criticals.escalate_due(by=system("sweep"), at=at)

    recorded = call.escalations.order_by("due_at")
    assert [one.step for one in recorded] == steps


def test_a_call_that_was_answered_goes_no_further(ward: Ward) -> None:
    call = ward.critical()
    attempt(call, by=ward.verifier, read_back="6.1")

    assert criticals.escalate_due(by=system("sweep"), at=later(60, than=call.started_at)) == 0


def test_a_ward_doctor_answers_a_call_by_acknowledging_in_their_own_name(ward: Ward) -> None:
    call = ward.critical()
    entry = ward.entry(call.result, "PRELIMINARY")
    at = database_now()

    (made,) = inbox.acknowledge(entry_ids=[entry.pk], by=ward.doctor, at=at, plan="transfuse")

    call = fresh(call)
    assert (call.state, call.ended_at) == ("ACKNOWLEDGED", at)
    assert (made.by, made.stage, made.plan) == (ward.doctor, "PRELIMINARY", "transfuse")


def test_rejecting_the_value_ends_its_open_call_and_chases_whoever_heard_it(ward: Ward) -> None:
    call = ward.critical()
    heard = attempt(call, by=ward.verifier, outcome=Outcome.REACHED_NO_READBACK)

    results.reject(result=fresh(call.result), by=ward.verifier, at=database_now(), reason="clotted")

    assert fresh(call).state == "WITHDRAWN"
    assert ward.entry(call.result, "PRELIMINARY").state == "WITHDRAWN"
    notice = CorrectionNotice.objects.get(told_in=heard)
    assert (notice.reason, notice.state) == ("clotted", "OPEN")
    with pytest.raises(CallMoved, match="no longer stands"):
        attempt(call, by=ward.verifier, read_back="6.1")


def test_rejecting_a_value_nobody_heard_chases_nobody(ward: Ward) -> None:
    call = ward.critical()
    attempt(call, by=ward.verifier, outcome=Outcome.UNABLE_TO_REACH)

    results.reject(result=fresh(call.result), by=ward.verifier, at=database_now(), reason="clotted")

    assert fresh(call).state == "WITHDRAWN"
    assert not CorrectionNotice.objects.exists()


def test_a_value_may_be_phoned_before_it_is_verified(ward: Ward) -> None:
    call = ward.critical()
    assert call.result.status == "RESULTED"

    attempt(call, by=ward.technologist, read_back="6.1")  # whoever entered it may phone it

    assert fresh(call).state == "CONFIRMED"


def test_a_call_cannot_be_started_for_a_value_inside_its_limits(ward: Ward) -> None:
    late = unevaluated(ward, "13.0")

    with pytest.raises(Conflict, match="not beyond"):
        criticals.start(result=late, by=ward.verifier, at=database_now())


def test_a_late_value_is_phoned_at_once(ward: Ward) -> None:
    late = unevaluated(ward)

    call = criticals.start(result=late, by=ward.verifier, at=database_now())
    attempt(call, by=ward.verifier, read_back="6.1")

    assert fresh(call).state == "CONFIRMED"
    with pytest.raises(NotAllowed):
        criticals.start(result=late, by=factories.principal(Role.NURSE), at=database_now())
