"""The inbox: what comes into it, who acknowledges, what an acknowledgement covers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import inbox
from assays.actions.inbox import InboxMoved
from assays.models import Escalation, InboxEntry, ResultAcknowledgement
from assays.queries import inbox as queries
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed, NotFound, Refusal
from tests import factories
from tests.assays.communication.telling import Ward, attempt, fresh
from tests.laboratory import system

pytestmark = pytest.mark.django_db


def acknowledge(*entries: InboxEntry, by: Principal, **more: str) -> list[ResultAcknowledgement]:
    return inbox.acknowledge(
        entry_ids=[one.pk for one in entries], by=by, at=database_now(), **more
    )


def shown(principal: Principal, **more: object) -> list[int]:
    page = queries.page(principal, at=database_now(), **more)
    return [entry.result_id for group in page.groups for entry in group.entries]


def test_a_released_value_comes_to_its_requester_and_its_ward(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")

    entry = ward.entry(value)
    assert (entry.state, entry.severity, entry.requester) == ("OPEN", 2, ward.requester)
    assert shown(ward.requester) == shown(ward.doctor) == [value.pk]
    assert shown(ward.stranger) == []


def test_a_verified_value_that_is_not_released_comes_to_nobody(ward: Ward) -> None:
    ward.verify(ward.record("HGB", "13.0"))

    assert not InboxEntry.objects.exists()


def test_critical_and_abnormal_values_come_first(ward: Ward) -> None:
    doctor = ward.requester
    normal = ward.reported("HGB", "13.0")
    low = Ward("LOW", requester=doctor).reported("LOW", "11.0")
    critical = Ward("CRIT", requester=doctor).reported("CRIT", "6.1")

    rank = {one.result_id: one.severity for one in InboxEntry.objects.filter(stage="RELEASED")}
    assert [rank[one.pk] for one in (critical, low, normal)] == [0, 1, 2]
    assert shown(doctor) == [critical.pk, low.pk, normal.pk]


def test_in_one_order_the_serious_values_stand_above(ward: Ward) -> None:
    normal = ward.reported("WBC", "13.0")
    critical = ward.reported("HGB", "6.1")

    assert shown(ward.doctor) == [critical.pk, normal.pk]


def test_whoever_answers_acknowledges_in_their_own_name(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")

    (made,) = acknowledge(ward.entry(value), by=ward.requester, note="seen", plan="none")

    assert (made.by, made.note, made.plan, made.stage) == (
        ward.requester,
        "seen",
        "none",
        "RELEASED",
    )
    assert made.report_version == ward.newest
    assert ward.entry(value).state == "ACKNOWLEDGED"
    assert shown(ward.doctor) == []


@pytest.mark.parametrize("who", ["nurse", "technologist", "pathologist", "stranger"])
def test_nobody_else_does(ward: Ward, who: str) -> None:
    entry = ward.entry(ward.reported("HGB", "13.0"))

    with pytest.raises(Refusal) as refused:
        acknowledge(entry, by=getattr(ward, who))

    assert isinstance(refused.value, NotAllowed | NotFound)
    assert not ResultAcknowledgement.objects.exists()


def test_a_physician_who_may_see_everybody_acknowledges_their_own_orders_alone(ward: Ward) -> None:
    entry = ward.entry(ward.reported("HGB", "13.0"))

    with pytest.raises(NotAllowed, match="Only the requester"):
        acknowledge(entry, by=factories.principal(Role.EXAMINING_PHYSICIAN))


def test_what_somebody_acknowledged_is_not_acknowledged_again(ward: Ward) -> None:
    entry = ward.entry(ward.reported("HGB", "13.0"))
    acknowledge(entry, by=ward.doctor)

    with pytest.raises(InboxMoved, match="acknowledged meanwhile by"):
        acknowledge(entry, by=ward.requester)


def test_an_acknowledgement_does_not_cover_a_later_correction(ward: Ward) -> None:
    old = ward.reported("HGB", "13.0")
    acknowledge(ward.entry(old), by=ward.doctor)

    new = ward.correct(old, "14.0")
    ward.release(new)

    assert shown(ward.doctor) == [new.pk]
    assert ward.entry(old).state == "ACKNOWLEDGED"


def test_a_value_corrected_since_the_page_was_shown_is_not_acknowledged(ward: Ward) -> None:
    old, other = ward.reported("HGB", "13.0"), ward.reported("WBC", "13.0")
    ward.correct(old, "14.0")

    with pytest.raises(InboxMoved, match="corrected or withdrawn meanwhile"):
        acknowledge(ward.entry(old), ward.entry(other), by=ward.doctor)

    assert not ResultAcknowledgement.objects.exists()  # all of them or none
    assert ward.entry(other).state == "OPEN"


def test_a_preliminary_value_released_meanwhile_is_acknowledged_as_released(ward: Ward) -> None:
    call = ward.critical()
    entry = ward.entry(call.result, "PRELIMINARY")
    ward.release(fresh(call.result))

    with pytest.raises(InboxMoved, match="released meanwhile"):
        acknowledge(entry, by=ward.doctor)
    acknowledge(ward.entry(call.result), by=ward.doctor)

    assert fresh(call).state == "ACKNOWLEDGED"


def test_an_acknowledged_preliminary_value_comes_again_when_it_is_released(ward: Ward) -> None:
    call = ward.critical()
    acknowledge(ward.entry(call.result, "PRELIMINARY"), by=ward.doctor)

    ward.release(fresh(call.result))

    assert shown(ward.doctor) == [call.result_id]


def test_a_value_read_back_by_telephone_still_waits_for_its_doctor(ward: Ward) -> None:
    call = ward.critical()
    attempt(call, by=ward.verifier, read_back="6.1")

    assert shown(ward.doctor) == [call.result_id]


@pytest.mark.parametrize("ids", [[], [10**12], [-1]])
def test_what_is_not_there_is_not_acknowledged(ward: Ward, ids: list[int]) -> None:
    with pytest.raises((InvalidInput, InboxMoved)):
        inbox.acknowledge(entry_ids=ids, by=ward.doctor, at=database_now())


def test_a_nurse_sees_critical_values_at_once_and_others_when_they_are_overdue(ward: Ward) -> None:
    call = ward.critical()
    normal = ward.reported("WBC", "13.0")
    due = ward.entry(normal).due_at

    now = queries.page(ward.nurse, at=database_now())
    after = queries.page(ward.nurse, at=due)

    assert [e.result_id for g in now.groups for e in g.entries] == [call.result_id]
    assert {e.result_id for g in after.groups for e in g.entries} == {call.result_id, normal.pk}


def test_what_nobody_acknowledged_in_time_goes_further_once(ward: Ward) -> None:
    entry = ward.entry(ward.reported("HGB", "6.1"))
    assert entry.due_at - entry.recorded_at == timedelta(minutes=60)

    early = inbox.escalate_due(by=system("sweep"), at=entry.due_at - timedelta(seconds=1))
    late = inbox.escalate_due(by=system("sweep"), at=entry.due_at)
    again = inbox.escalate_due(by=system("sweep"), at=entry.due_at)

    assert (early, late, again) == (0, 1, 0)
    assert Escalation.objects.get().entry == entry


def test_the_laboratory_sees_it_whether_or_not_a_job_ran(ward: Ward) -> None:
    entry = ward.entry(ward.reported("HGB", "6.1"))

    before = queries.overdue(ward.verifier, at=entry.due_at - timedelta(seconds=1))
    after = queries.overdue(ward.verifier, at=entry.due_at)

    assert (before, after) == ([], [entry])
    assert not Escalation.objects.exists()


def test_a_patient_who_left_the_ward_leaves_its_inbox_and_not_the_requesters(ward: Ward) -> None:
    from patients.actions import encounters

    value = ward.reported("HGB", "13.0")
    at = database_now()
    encounters.discharge(
        encounter=ward.patient.encounters.get(),
        ended_at=at,
        disposition="DISCHARGED",
        by=ward.doctor,
        at=at,
    )

    assert shown(ward.doctor) == []
    assert shown(ward.requester) == [value.pk]


def test_further_pages_hold_every_order_once(ward: Ward) -> None:
    doctor = ward.requester
    values = [ward.reported("HGB", "13.0")]
    for number, value in enumerate(("6.0", "14.0", "11.0", "6.0")):
        values.append(Ward(f"A{number}", requester=doctor).reported(f"A{number}", value))

    seen: list[int] = []
    after = None
    for _page in range(5):
        page = queries.page(doctor, at=database_now(), after=after, limit=2)
        seen += [entry.result_id for group in page.groups for entry in group.entries]
        after = queries.Cursor.read(str(page.after)) if page.after else None
        if after is None:
            break

    order = [values[1], values[4], values[3], values[0], values[2]]
    assert seen == [one.pk for one in order]
