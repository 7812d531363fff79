"""The times of communication: drafted by one, approved by another, in force from then on."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assays.actions import communication_times, criticals, versions
from assays.actions.versions import SamePerson
from assays.models import CommunicationTimes
from assays.queries import communication
from assays.rules.escalation import CommunicationPolicy
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories
from tests.assays.communication.telling import Ward, later
from tests.clients import client_of
from tests.laboratory import system

pytestmark = pytest.mark.django_db


def draft(**minutes: int) -> CommunicationTimes:
    return communication_times.draft(
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
        note="night shift",
        minutes=minutes,
    )


def in_force(**minutes: int) -> CommunicationTimes:
    made = draft(**minutes)
    other = factories.principal(Role.PATHOLOGIST)
    versions.approve(version=made, by=other, at=database_now())
    versions.activate(version=made, by=other, at=database_now())
    return made


def test_what_ships_is_in_force_until_somebody_approves_another() -> None:
    draft(critical_requester=5)

    assert communication.policy_in_force() == CommunicationPolicy()


def test_a_version_in_force_decides_when_calls_go_further() -> None:
    ward = Ward()
    in_force(critical_requester=5, critical_ward=10, critical_laboratory=20)
    call = ward.critical()

    criticals.escalate_due(by=system("sweep"), at=later(10, than=call.started_at))

    assert sorted(call.escalations.values_list("step", flat=True)) == ["REQUESTER", "WARD"]


def test_a_version_is_approved_by_another() -> None:
    made = draft()

    with pytest.raises(SamePerson):
        versions.approve(version=made, by=made.drafted_by, at=database_now())


def test_the_next_version_starts_from_the_one_in_force() -> None:
    in_force(critical_requester=5)

    made = draft(critical_ward=40)

    assert (made.number, made.critical_requester, made.critical_ward) == (2, 5, 40)


@pytest.mark.parametrize(
    "minutes",
    [
        {"critical_requester": 0},
        {"critical_requester": -5},
        {"critical_ward": 10},
        {"critical_target": 10**7},
        {"routine_abnormal": 30},
    ],
)
def test_times_that_cannot_be_kept_to_are_refused(minutes: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        draft(**minutes)

    assert not CommunicationTimes.objects.exists()


def test_the_database_refuses_them_as_well() -> None:
    by, at = factories.principal(Role.QUALITY_MANAGER), database_now()
    given: dict[str, Any] = {"number": 9, "status": "DRAFT", "drafted_by": by, "drafted_at": at}

    for wrong in ({"critical_ward": 1}, {"critical_target": 0}):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            acting(by=by, at=at, action="tests.forge"),
        ):
            CommunicationTimes.objects.create(**given, **wrong)


def test_care_staff_draft_none() -> None:
    with pytest.raises(NotAllowed):
        communication_times.draft(
            by=factories.principal(Role.WARD_DOCTOR), at=database_now(), note="x", minutes={}
        )


def test_a_draft_is_made_in_the_admin() -> None:
    quality = factories.principal(Role.QUALITY_MANAGER)
    client = client_of(quality)
    shipped = CommunicationTimes()
    from assays.models.communication import MINUTES

    values = {name: getattr(shipped, name) for name in MINUTES} | {"critical_requester": 10}
    page = client.post("/admin/assays/communicationtimes/add/", {**values, "note": "faster"})
    wrong = client.post(
        "/admin/assays/communicationtimes/add/", {**values, "critical_ward": 5, "note": "faster"}
    )

    assert page.status_code == 302
    assert CommunicationTimes.objects.get().critical_requester == 10
    assert "A later step" in wrong.content.decode()
