"""Scans of a gate without a network: kept there, and put on record once, with what was true."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import offline
from consent.models import GateScan
from consent.queries import passes as queries
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.pages.test_passes import issue
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/gate/scans/offline"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client():
    return client_of(principal(Role.GATE_OFFICER))


def said(text: str, status: str = "CLEARED", **more: str) -> dict[str, str]:
    now = database_now()
    return {
        "uid": str(uuid.uuid4()),
        "asked": text,
        "status": status,
        "scanned_at": now.isoformat(),
        "as_of": (now - timedelta(minutes=4)).isoformat(),
        **more,
    }


def send(client, *scans: object):
    return client.post(ADDRESS, json.dumps({"scans": scans}), content_type="application/json")


def test_what_was_answered_is_on_record_once_however_often_it_is_sent(world, client) -> None:
    person = world.cleared()
    one = said(queries.text_of(issue(world, person)))
    other = said("nothing of ours", "INVALID")

    first, again = send(client, one, other), send(client, one, other)

    assert (first.status_code, again.status_code) == (201, 201)
    assert [each["is_untrue"] for each in again.json()["scans"]] == [False, False]
    cleared, invalid = GateScan.objects.order_by("id")
    assert (cleared.person, cleared.status) == (person, "CLEARED")
    assert cleared.programme == world.programme
    assert cleared.scanned_at.isoformat() == one["scanned_at"]
    assert cleared.as_of.isoformat() == one["as_of"]
    assert (invalid.person, invalid.asked) == (None, "nothing of o")


def test_an_id_that_was_used_for_another_scan_is_a_conflict_and_nothing_is_applied(
    world, client
) -> None:
    one = said("first", "INVALID")
    send(client, one)

    refused = send(client, said("second", "INVALID"), {**one, "status": "EXPIRED"})

    assert refused.status_code == 409
    assert one["uid"] in refused.content.decode()
    assert GateScan.objects.count() == 1


def test_who_was_called_cleared_and_was_not_is_told(world, client) -> None:
    well, ill = world.cleared(), world.cleared()
    passes = [queries.text_of(issue(world, one)) for one in (well, ill)]
    world.withdraw(ill)

    told = send(client, *(said(one) for one in passes)).json()["scans"]

    assert [(each["who"], each["is_untrue"]) for each in told] == [
        (well.mrn, False),
        (ill.mrn, True),
    ]
    row = GateScan.objects.get(person=ill)
    assert (row.status, row.truth) == ("CLEARED", "REVOKED")
    for name in ("gate", "gate-offline"):
        shown = client.get(reverse(name)).content.decode()
        assert ill.mrn in shown
        assert well.mrn not in shown


def test_what_is_sent_again_keeps_the_truth_of_its_first_time(world, client) -> None:
    person = world.cleared()
    one = said(queries.text_of(issue(world, person)))
    send(client, one)
    world.withdraw(person)

    (again,) = send(client, one).json()["scans"]

    assert not again["is_untrue"]


def test_many_are_put_on_record_with_as_many_questions_as_few(world, client) -> None:
    people = [world.cleared() for _each in range(12)]
    texts, asked = [queries.text_of(issue(world, one)) for one in people], []
    for number in (3, 12):
        sent = [said(text) for text in texts[:number]]
        with CaptureQueriesContext(connection) as captured:
            told = send(client, *sent).json()["scans"]
        asked.append((len(told), len(captured)))

    assert [told for told, _number in asked] == [3, 12]
    assert asked[0][1] == asked[1][1]


def test_each_of_several_answers_about_one_pass_is_decided_for_its_own_moment(
    world, client
) -> None:
    person = world.cleared()
    text = queries.text_of(issue(world, person))
    before = said(text)
    world.withdraw(person)
    after = said(text)

    told = send(client, before, after, before).json()["scans"]

    assert [each["is_untrue"] for each in told] == [False, True, False]
    assert GateScan.objects.count() == 2


def test_two_answers_of_one_id_are_a_conflict_also_in_one_call(client) -> None:
    one = said("first", "INVALID")

    refused = send(client, one, {**one, "status": "EXPIRED"})

    assert refused.status_code == 409
    assert not GateScan.objects.exists()


def test_cleared_by_a_pass_that_nobody_knows_here_is_named_by_what_was_read(client) -> None:
    one = said("LP1.of.another-key")
    file = io.BytesIO(json.dumps(one).encode())
    file.name = "gate.log"

    shown = client.post(reverse("gate-offline"), {"log": file}, follow=True).content.decode()
    (told,) = send(client, one).json()["scans"]

    assert "not cleared at that moment: LP1.of.anoth." in shown
    assert (told["who"], told["is_untrue"]) == ("LP1.of.anoth", True)
    assert GateScan.objects.get().truth == "INVALID"


def test_a_pass_that_had_run_out_by_the_clock_of_the_gate_was_not_rightly_cleared(
    world, client
) -> None:
    person = world.cleared()
    text = queries.text_of(issue(world, person))
    late = (database_now() + timedelta(minutes=20)).isoformat()

    (told,) = send(client, said(text, scanned_at=late)).json()["scans"]

    assert told["is_untrue"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"status": "NOT_CLEARED"}, "scans/0/status"),
        ({"status": 7}, "scans/0/status"),
        ({"scanned_at": "yesterday"}, "scans/0/scanned_at"),
        ({"scanned_at": "2026-01-31T08:00:00"}, "scans/0/scanned_at"),
        ({"as_of": "0001-01-01T00:00:00Z"}, "scans/0/as_of"),
        ({"uid": "x"}, "scans/0/uid"),
        ({"asked": "x" * 1101}, "scans/0/asked"),
        ({"why": "x"}, "scans/0/why"),
    ],
)
def test_what_is_no_scan_is_refused_with_its_place(client, change, pointer) -> None:
    refused = send(client, {**said("x", "INVALID"), **change})

    assert refused.status_code == 422
    assert pointer in refused.content.decode()
    assert not GateScan.objects.exists()


@pytest.mark.parametrize("body", [{}, {"scans": []}, {"scans": "x"}, {"scans": [7]}])
def test_a_body_without_scans_is_refused(client, body) -> None:
    refused = client.post(ADDRESS, json.dumps(body), content_type="application/json")

    assert refused.status_code == 422


def test_only_the_gate_records_scans() -> None:
    assert send(client_of(principal(Role.EXAMINING_PHYSICIAN)), said("x")).status_code == 403


def test_the_log_of_a_computer_without_a_network_is_taken_by_the_page(
    world, client, tmp_path
) -> None:
    person, ill = world.cleared(), world.cleared()
    texts = [queries.text_of(issue(world, one)) for one in (person, ill)]
    saved, log = tmp_path / "gate.json", tmp_path / "gate.log"
    saved.write_bytes(client.get(reverse("gate-offline-file")).content)
    world.withdraw(ill)
    lines = io.StringIO("\n".join([*texts, "none of ours"]))
    offline.main([str(saved), "--log", str(log)], lines=lines, out=io.StringIO())

    def post():
        file = io.BytesIO(log.read_bytes())
        file.name = "gate.log"
        return client.post(reverse("gate-offline"), {"log": file}, follow=True).content.decode()

    shown, again = post(), post()

    assert "Scans on record: 3." in shown
    assert "Scans on record: 3." in again
    assert f"not cleared at that moment: {ill.mrn}." in shown
    rows = GateScan.objects.order_by("scanned_at").values_list("person", "status")
    assert list(rows) == [(person.pk, "CLEARED"), (ill.pk, "CLEARED"), (None, "INVALID")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "holds no answers"),
        (b"{}", "Line 1 is no answer"),
        (b"\xff\n", "Line 1 is no answer"),
        (b"x" * (2 * 2**20 + 1), "larger than 2 MiB"),
    ],
)
def test_a_file_that_is_no_log_is_refused_beside_its_field(client, content, why) -> None:
    file = io.BytesIO(content)
    file.name = "gate.log"

    refused = client.post(reverse("gate-offline"), {"log": file})

    assert refused.status_code == 422
    assert why in refused.content.decode()
    assert not GateScan.objects.exists()


def test_a_log_that_cannot_be_written_answers_nobody(client, tmp_path, capsys) -> None:
    saved = tmp_path / "gate.json"
    saved.write_bytes(client.get(reverse("gate-offline-file")).content)
    out = io.StringIO()

    code = offline.main([str(saved), "LP1.x.y", "--log", str(tmp_path / "no" / "log")], out=out)

    assert (code, out.getvalue()) == (offline.UNREADABLE, "")
    assert "cannot be written" in capsys.readouterr().err
