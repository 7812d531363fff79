"""Passes: issued to who is cleared, scanned live, and checked without a network."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import offline
from consent.actions import passes, scans
from consent.actions.postings import NotCleared
from consent.documents.symbols import qr
from consent.models import GatePass, GateScan
from consent.queries import passes as queries
from consent.rules.gates import GateStatus
from consent.rules.passes import read, read_list, verify
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed, NotFound
from tests.clients import client_of
from tests.consent.programme import FAILED, World, hours
from tests.consent.refused import CANARY
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db
PASSES = "/api/v1/gate/passes"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def gate():
    return principal(Role.GATE_OFFICER)


def issue(world: World, person, **more) -> GatePass:
    given = {"by": world.officer, "at": database_now(), **more}
    return passes.issue(person=person, programme=world.programme, **given)


def scan(gate, made: GatePass):
    return scans.scan(asked=queries.text_of(made), programme=None, by=gate, at=database_now())


def planted(world: World, person, *, ago: timedelta) -> GatePass:
    """Make a pass as it was issued some time ago."""
    then = (database_now() - ago).replace(microsecond=0)
    with acting(by=seed(), at=then, action="tests.plant"):
        return GatePass.objects.create(
            uid=uuid.uuid4(),
            person=person,
            programme=world.programme,
            issued_at=then,
            expires_at=then + timedelta(minutes=15),
            key_id="t2",
            recorded_at=then,
            recorded_by=seed(),
        )


def test_a_pass_lasts_a_quarter_of_an_hour_and_says_who_and_until_when(world) -> None:
    person = world.cleared()

    made = issue(world, person)

    said = read(queries.text_of(made), keys=queries.keys())
    assert (said.who, said.programme, said.id) == (person.mrn, world.programme.code, made.uid.hex)
    assert made.expires_at - made.issued_at == timedelta(minutes=15)
    assert (said.issued_at, said.expires_at) == (made.issued_at, made.expires_at)


def test_a_pass_never_outlives_the_clearance(world) -> None:
    person = world.person()
    world.enrol(person)
    world.sign(person)
    world.medical(person, performed_at=database_now() - hours(167.9))
    world.psychological(person)

    made = issue(world, person)

    lapses = person.checks.get(kind="MEDICAL").performed_at + hours(168)
    assert lapses - timedelta(seconds=1) < made.expires_at <= lapses


def test_who_is_not_cleared_gets_none_and_nobody_gets_anothers(world) -> None:
    person, other = world.cleared(), world.cleared()
    participant = world.participant(person)
    assert issue(world, person, by=participant).person == person
    world.medical(person, FAILED)

    with pytest.raises(NotCleared):
        issue(world, person)
    with pytest.raises(NotFound):
        issue(world, other, by=participant)
    with pytest.raises(NotAllowed):
        issue(world, other, by=principal(Role.NURSE))
    assert GatePass.objects.count() == 1


def test_a_scan_of_a_pass_is_decided_now(world, gate) -> None:
    person = world.cleared()
    made = issue(world, person)

    before = scan(gate, made)
    world.medical(person, FAILED)
    after = scan(gate, made)

    assert [before.view.status, after.view.status] == [GateStatus.CLEARED, GateStatus.REVOKED]
    assert [one.gate_pass for one in GateScan.objects.all()] == [made, made]


def test_a_pass_that_ran_out_or_was_never_issued_clears_nobody(world, gate) -> None:
    person = world.cleared()
    old = planted(world, person, ago=timedelta(minutes=15))
    never = GatePass(
        uid=uuid.uuid4(),
        person=person,
        programme=world.programme,
        issued_at=database_now().replace(microsecond=0),
        expires_at=database_now().replace(microsecond=0) + timedelta(minutes=5),
        key_id="t2",
    )

    assert scan(gate, old).view.status is GateStatus.EXPIRED
    assert scan(gate, never).view.status is GateStatus.INVALID


def test_a_pass_of_the_key_before_still_verifies(world, gate, settings) -> None:
    made = issue(world, world.cleared())
    newest = {"t3": b"c" * 32}

    settings.LABSYS_FIELD_KEYS = {**newest, **settings.LABSYS_FIELD_KEYS}

    assert scan(gate, made).view.status is GateStatus.CLEARED
    assert queries.signing()[0] == "t3"
    settings.LABSYS_FIELD_KEYS = newest
    text = read_list(queries.revocations(database_now()), keys=queries.keys())
    assert text.kid == "t3"


def test_the_list_names_the_running_passes_of_who_is_not_cleared_now(world) -> None:
    well, ill = world.cleared(), world.cleared()
    good, bad = issue(world, well), issue(world, ill)
    old = planted(world, ill, ago=timedelta(minutes=16))
    world.medical(ill, FAILED)

    listed = read_list(queries.revocations(database_now()), keys=queries.keys())

    assert listed.ids == {bad.uid.hex}
    assert good.uid.hex not in listed.ids
    assert old.uid.hex not in listed.ids


def test_the_list_asks_as_many_questions_however_many_passes_run(world) -> None:
    asked = []
    for more in (2, 6):
        for _each in range(more):
            issue(world, world.cleared())
        with CaptureQueriesContext(connection) as captured:
            queries.revocations(database_now())
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_a_symbol_is_read_back_by_a_scanner(world) -> None:
    import numpy

    made = issue(world, world.cleared())
    text = queries.text_of(made)
    picture = str(qr(text, name="pass", title="Pass", description="Pass"))
    side = int(re.search(r'viewBox="0 0 (\d+) ', picture).group(1))
    image = numpy.full((side, side), 255, dtype="uint8")
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture):
        image[int(y), int(x)] = 0

    (found,) = zxingcpp.read_barcodes(numpy.kron(image, numpy.ones((4, 4), dtype="uint8")))

    assert found.text == text
    assert "style" not in picture


def test_participants_show_their_own_pass(world) -> None:
    person = world.cleared()
    client = client_of(world.participant(person))

    own = client.get(reverse("own-clearance")).content.decode()
    shown = client.post(reverse("own-pass"), {"programme": world.programme.code})

    assert "Show my pass" in own
    assert shown.status_code == 200
    assert queries.text_of(GatePass.objects.get()) in shown.content.decode()
    assert client.post(reverse("own-pass"), {"programme": "no\x00such"}).status_code == 422
    assert client.get(reverse("own-pass")).status_code == 405
    world.withdraw(person)
    refused = client.post(reverse("own-pass"), {"programme": world.programme.code}, follow=True)
    assert "The clearance for this programme is revoked." in refused.content.decode()
    assert "Show my pass" not in refused.content.decode()


def test_the_desk_issues_a_pass(world) -> None:
    person = world.cleared()
    address = reverse("pass", args=[person.uid, world.programme.code])

    assert client_of(world.officer).post(address).status_code == 200
    assert client_of(world.examiner).post(address).status_code == 403
    assert GatePass.objects.count() == 1


def test_over_http_a_pass_is_issued_scanned_and_listed(world, gate) -> None:
    person = world.cleared()
    body = {"person": str(person.uid), "programme": world.programme.code}
    client = client_of(gate)

    made = client.post(PASSES, json.dumps(body), content_type="application/json")
    text = made.json()["text"]
    answer = client.post(
        "/api/v1/gate/scans", json.dumps({"asked": text}), content_type="application/json"
    )
    keys = client.get("/api/v1/gate/keys").json()
    listed = client.get("/api/v1/gate/revocations").json()

    assert (made.status_code, answer.status_code) == (201, 201)
    assert answer.json()["status"] == "CLEARED"
    assert set(made.json()) == {"id", "programme", "issued_at", "expires_at", "text"}
    assert set(keys["keys"]) == {"t2", "t1"}
    assert read_list(listed["revocations"], keys=queries.keys()).ids == frozenset()
    assert client.get("/api/v1/gate/keys", {"x": "1"}).status_code == 422
    world.withdraw(person)
    refused = client.post(PASSES, json.dumps(body), content_type="application/json")
    assert refused.status_code == 409
    for body in ({}, {"person": "x"}, {"programme": 7}, {"person": str(person.uid), "why": ""}):
        wrong = client.post(PASSES, json.dumps(body), content_type="application/json")
        assert wrong.status_code in (404, 422)


def test_what_the_gate_saves_checks_passes_and_says_nothing_of_anybody(
    world, gate, tmp_path, capsys
) -> None:
    well, ill = world.cleared(), world.cleared(family="CANNY")
    good, bad = issue(world, well), issue(world, ill)
    world.medical(ill, FAILED, comment=CANARY)

    saved = client_of(gate).get(reverse("gate-offline-file"))
    page = client_of(gate).get(reverse("gate-offline")).content.decode()
    fresh = client_of(gate).get(reverse("gate-offline-fresh"))
    path = tmp_path / "gate.json"
    path.write_bytes(saved.content)

    assert offline.main([str(path), queries.text_of(good)]) == 0
    assert offline.main([str(path), queries.text_of(bad)]) == 4
    said = capsys.readouterr().out
    assert said.count("not live") == 2
    assert set(fresh.json()) == {"keys", "revocations"}
    for text in (page, saved.content.decode(), said, queries.text_of(bad)):
        for word in (CANARY, "CANNY", "medical", "FAILED", str(ill.uid)):
            assert word not in text
    assert ill.mrn not in page + saved.content.decode()
    assert (
        verify(
            queries.text_of(bad), keys=queries.keys(), revoked={bad.uid.hex}, at=database_now()
        ).status
        is GateStatus.REVOKED
    )
    for role in (Role.PARTICIPANT, Role.NURSE, Role.EXAMINING_PHYSICIAN):
        assert client_of(principal(role)).get(reverse("gate-offline")).status_code == 403
