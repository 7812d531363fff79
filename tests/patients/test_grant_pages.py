"""A grant opens one patient between two moments; who granted it, what was looked at, and its end."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients.actions import care, links
from patients.models import CareGrant, Encounter, Injury, Person, TriageAssessment
from patients.queries import grants
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
PAGES = ("person-stays", "person", "person-trends")  # what a visitor comes for


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

    for word in (
        grant.principal.display_name,
        "Fleet medical service",
        grant.recorded_by.display_name,
        "runs",
    ):
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

    assert here.principal.display_name in shown
    assert there.principal.display_name not in shown
    assert doctor.get(reverse("grant", args=[there.pk])).status_code == 404


def test_a_grant_opens_every_entry_of_the_patient_and_one_that_ended_none() -> None:
    mine, double = people.person(), people.person()
    at, by = database_now(), people.infection_control()
    grant = granted(mine)
    links.link(by=by, at=at, duplicate=double, survivor=mine, reason="same")
    visitor = client_of(grant.principal)
    pages = [reverse(name, args=[one.uid]) for name in PAGES for one in (mine, double)]

    during = [visitor.get(where).status_code for where in pages]
    care.end_grant(by=grant.recorded_by, at=database_now(), grant=grant, reason="over")
    after = [visitor.get(where).status_code for where in pages]

    assert during == [200] * len(pages)
    assert after == [404] * len(pages)
    for model in (Person, Encounter, TriageAssessment, Injury):
        assert not policy.scope(grant.principal, model.objects.all()).exists()


def test_one_grant_that_ends_leaves_another_open() -> None:
    one, other = people.person(), people.person()
    first = granted(one)
    visitor = granted(other, principal=first.principal).principal

    care.end_grant(by=first.recorded_by, at=database_now(), grant=first, reason="over")

    assert list(policy.scope(visitor, Person.objects.all())) == [other]


def test_a_visitor_neither_grants_nor_ends_a_grant() -> None:
    grant = granted(people.person())
    visitor = client_of(grant.principal)

    shown = visitor.get(reverse("grant", args=[grant.pk]))
    ended = visitor.post(reverse("grant", args=[grant.pk]), {"reason": "longer"})
    made = visitor.post(reverse("admin:patients_caregrant_add"), {})

    assert [one.status_code for one in (shown, ended, made)] == [403, 403, 403]
    until = grant.until
    grant.refresh_from_db()
    assert grant.until == until


def test_grants_are_paged_and_take_the_same_queries_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grants, "PAGE", 6)
    client = client_of(Role.PATHOLOGIST)
    taken = []
    for count in (2, 6):
        made = [granted(people.person(), species=None) for _number in range(count)]
        client.get(reverse("grants"))
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(reverse("grants")).content.decode()
        taken.append(len(queries))

    first = CareGrant.objects.order_by("pk")[0]
    assert taken[0] == taken[1] <= 20
    assert first.principal.display_name not in shown
    older = client.get(reverse("grants"), {"before": str(made[0].pk)}).content.decode()
    assert first.principal.display_name in older
    for wrong in ("x", "-1", "9" * 30):
        assert client.get(reverse("grants"), {"before": wrong}).status_code == 200


def test_one_grant_takes_the_same_queries_however_much_was_looked_at() -> None:
    grant = granted(people.person())
    client, where = client_of(Role.PATHOLOGIST), reverse("grant", args=[grant.pk])
    taken = []
    for count in (2, 6):
        for _number in range(count):
            of = {"objects": [grant.person], "person_id": grant.person_id}
            reads.record(by=grant.principal, purpose="trend", **of)
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            client.get(where)
        taken.append(len(queries))

    assert taken[0] == taken[1] <= 25
