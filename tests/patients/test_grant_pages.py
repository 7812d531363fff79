"""A grant opens one patient between two moments; who granted it, what was looked at, and its end."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.actions import care
from patients.models import CareGrant, Encounter, Injury, Person, TriageAssessment
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def granted(person: Person, **more: Any) -> CareGrant:
    at = database_now()
    stated: dict[str, Any] = {
        "principal": factories.principal(Role.VISITING_CLINICIAN),
        "since": at - HOUR,
        "until": at + DAY,
        "service": "Fleet medical service",
        "species": people.human(),
        **more,
    }
    by = factories.principal(Role.PATHOLOGIST)
    return care.grant(by=by, at=at, person=person, reason="opinion", **stated)


def test_a_grant_opens_one_person_and_nothing_of_the_wards() -> None:
    mine, other = people.person(), people.person()
    stays = [people.admitted(one) for one in (mine, other)]
    visitor = granted(mine).principal
    client = client_of(visitor)

    assert list(policy.scope(visitor, Encounter.objects.all())) == [stays[0]]
    assert list(policy.scope(visitor, Person.objects.all())) == [mine]
    assert client.get(reverse("person-stays", args=[mine.uid])).status_code == 200
    assert client.get(reverse("person-stays", args=[other.uid])).status_code == 404
    for model in (TriageAssessment, Injury):
        assert not policy.scope(visitor, model.objects.all()).exists()
    for name in ("wards", "census", "grants", "wards-board", "stay-admit"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("stay-transfer", "stay-discharge"):
        assert client.post(reverse(name, args=[stays[0].pk]), {}).status_code == 403


@pytest.mark.parametrize(("since", "until"), [(-2 * DAY, -DAY), (DAY, 2 * DAY)])
def test_a_grant_opens_nobody_before_and_after(since: Any, until: Any) -> None:
    mine, at = people.person(), database_now()
    visitor = factories.principal(Role.VISITING_CLINICIAN)
    care.grant(
        by=factories.principal(Role.PATHOLOGIST),
        at=at - 3 * DAY,
        principal=visitor,
        person=mine,
        reason="opinion",
        since=at + since,
        until=at + until,
    )

    assert client_of(visitor).get(reverse("person-stays", args=[mine.uid])).status_code == 404


def test_grants_are_listed_with_who_granted_them_and_for_whom_they_come() -> None:
    grant = granted(people.person())
    client = client_of(Role.PATHOLOGIST)

    shown = client.get(reverse("grants")).content.decode()

    for word in (grant.principal.name, "Fleet medical service", grant.recorded_by.name, "runs"):
        assert word in shown
    nurse = client_of(Role.NURSE)
    assert nurse.get(reverse("grants")).status_code == 403


def test_what_a_visitor_looked_at_is_shown_and_no_look_of_others() -> None:
    mine = people.person()
    grant, other = granted(mine), granted(mine)
    for visitor, purpose in ((grant.principal, "trend"), (other.principal, "report")):
        reads.record(by=visitor, purpose=purpose, objects=[mine], person_id=mine.pk)
    reads.record(by=grant.principal, purpose="search", objects=[mine], person_id=people.person().pk)

    shown = client_of(Role.PATHOLOGIST).get(reverse("grant", args=[grant.pk])).content.decode()

    looked = shown[shown.index('id="looks"') :]
    assert "<td>trend</td>" in looked
    assert "<td>report</td>" not in looked
    assert "<td>search</td>" not in looked


def test_a_grant_is_ended_early_and_closes_the_record_at_once() -> None:
    grant = granted(people.person())
    client, visitor = client_of(Role.PATHOLOGIST), client_of(grant.principal)
    record = reverse("person-stays", args=[grant.person.uid])
    assert visitor.get(record).status_code == 200

    without = client.post(reverse("grant", args=[grant.pk]), {"reason": " "})
    ended = client.post(reverse("grant", args=[grant.pk]), {"reason": "visit over"})

    assert (without.status_code, ended.status_code) == (422, 302)
    assert visitor.get(record).status_code == 404
    assert client.post(reverse("grant", args=[grant.pk]), {"reason": "x"}).status_code == 422


def test_a_ward_doctor_sees_the_grants_of_their_patients_alone() -> None:
    ward = people.ward()
    mine, other = people.person(), people.person()
    people.admitted(mine, ward)
    here, there = granted(mine), granted(other)
    doctor = client_of(people.doctor_of(ward))

    shown = doctor.get(reverse("grants")).content.decode()

    assert here.principal.name in shown
    assert there.principal.name not in shown
    assert doctor.get(reverse("grant", args=[there.pk])).status_code == 404
