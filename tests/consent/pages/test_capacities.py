"""Recording capacity, and what the signing page then says."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from consent.actions import capacities
from consent.models import CapacityAssessment, WaiverSignature
from consent.rules.capacities import Capacity
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.pages.test_pages import page
from tests.consent.programme import DRAWN, World, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed(world: World, person, **more: str):
    given = {"identity_checked": "passport", "has_signed": "on", "text_sha256": world.text.sha256}
    given |= {"drawing": json.dumps(DRAWN)}
    client = client_of(world.officer)
    return client.post(page("waiver-sign", person, world), {**given, **more})


def test_a_clinician_records_it_and_the_waiver_says_so(world) -> None:
    person, client = world.person(), client_of(world.examiner)
    check = world.psychological(person)
    address = page("capacity", person, world)

    assert "presumed to be able" in client.get(address).content.decode()
    answer = client.post(address, {"outcome": "LACKS", "of_check": str(check.pk)})
    refused = signed(world, person)

    assert answer.status_code == 302, answer.context["form"].errors
    row = CapacityAssessment.objects.get(person=person)
    assert (row.outcome, row.of_check, row.recorded_by) == ("LACKS", check, world.examiner)
    assert refused.status_code == 422
    assert "cannot decide about taking part" in refused.content.decode()
    assert not WaiverSignature.objects.exists()


def test_a_doubt_is_told_before_signing(world) -> None:
    person = world.person()
    client_of(world.psychologist).post(page("capacity", person, world), {"outcome": "DOUBTED"})

    shown = client_of(world.officer).get(page("waiver-sign", person, world)).content.decode()

    assert "was in doubt" in shown
    assert signed(world, person).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", ""),
        ("outcome", "MAYBE"),
        ("assessed_at", "never"),
        ("assessed_at", "2999-01-01T00:00"),
        ("of_check", "0"),
        ("of_check", "x"),
    ],
)
def test_what_cannot_be_meant_is_an_error_of_its_field(world, field, value) -> None:
    answer = client_of(world.examiner).post(
        page("capacity", world.person(), world), {"outcome": "HAS", field: value}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CapacityAssessment.objects.exists()


def test_the_page_asks_as_many_questions_however_often_it_was_assessed(world) -> None:
    person, client = world.person(), client_of(world.examiner)
    address, asked = page("capacity", person, world), []
    client.get(address)
    for more in (1, 5):
        for _each in range(more):
            world.psychological(person)
            at = database_now()
            capacities.assess(
                person=person, outcome=Capacity.HAS, assessed_at=at, by=world.examiner, at=at
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def local(moment) -> str:
    return localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")


def test_when_somebody_was_informed_is_kept_and_never_after_signing(world) -> None:
    person, now = world.person(), database_now()

    late = signed(world, person, informed_at=local(now), signed_at=local(now - hours(0.001)))
    done = signed(world, person, informed_at=local(now - hours(30)))

    assert late.status_code == 422
    assert "informed_at" in late.context["form"].errors
    assert done.status_code == 302, done.context["form"].errors
    kept = WaiverSignature.objects.get(person=person).informed_at
    assert abs(now - hours(30) - kept) < hours(0.01)


def test_the_assessment_behind_a_lost_clearance_is_named_to_clinicians_alone(world) -> None:
    person = world.cleared()
    given = {"outcome": Capacity.LACKS, "assessed_at": database_now(), "by": world.psychologist}
    made = capacities.assess(person=person, at=database_now(), **given)
    shown, address = f"capacity {made.pk}", page("clearance", person, world)
    one, many = f"/api/v1/clearances/{person.uid}", "/api/v1/clearances"
    code = world.programme.code

    for who, may in ((world.officer, False), (world.examiner, True), (world.psychologist, True)):
        client = client_of(who)
        body = {"programme": code, "people": [str(person.uid)]}
        listed = client.post(many, json.dumps(body), content_type="application/json").json()
        alone = client.get(one, {"programme": code}).json()

        assert (shown in client.get(address).content.decode()) is may, who
        for answer in (alone, *listed["clearances"]):
            facts = [{"kind": "capacity", "id": str(made.pk)}] if may else []
            assert answer["reasons"] == [{"reason": "NO_WAIVER", "facts": facts}], who
    for name in ("revocations", "recalls"):
        assert shown not in client_of(world.officer).get(reverse(name)).content.decode()
