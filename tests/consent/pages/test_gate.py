"""The gate is told a word and an end, the same bytes for every reason; every scan is on record."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import GateScan, Posting, PostingReturn, WaiverWithdrawal
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from consent.rules.gates import GateStatus, gate_view
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.consent.refused import CANARY, refused
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db
SCANS = "/api/v1/gate/scans"
TONED = re.compile(r'pill pill-(critical|held|good)">[\w ]+<')


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def gate():
    return principal(Role.GATE_OFFICER)


def ask(who, asked: str, code: str = ""):
    return client_of(who).post(reverse("gate"), {"asked": asked, "programme": code})


def ask_machine(who, asked: str, code: str | None = None):
    body = json.dumps({"asked": asked, "programme": code})
    return client_of(who).post(SCANS, body, content_type="application/json")


def press(who, scan, move: str, **more: str):
    given = {"scan": str(scan.uid), "move": move, **more}
    return client_of(who).post(reverse("gate"), given)


def planted(person, *, programme, at, by) -> GateScan:
    """Write down a scan of another time, as if it had been made then."""
    with acting(by=seed(), at=at, action="tests.plant"):
        made: GateScan = GateScan.objects.create(
            uid=uuid.uuid4(),
            person=person,
            programme=programme,
            status="CLEARED",
            scanned_at=at,
            recorded_at=at,
            recorded_by=by,
        )
    return made


def plain(said: str, world: World, person, scan) -> str:
    """Return an answer without the word, and without what only says who and when it was asked."""
    assert len(TONED.findall(said)) == 1
    said = re.sub(r"<option .*</option>", "", TONED.sub("pill WORD<", said))
    for one in (world.programme.name, world.programme.code, str(scan.uid), person.mrn):
        said = said.replace(one, "X")
    said = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)
    return re.sub(r"\d\d? \w{3} \d{4} \d\d:\d\d(:\d\d)?", "MOMENT", said)


def shown(reason: Reason | None, gate) -> tuple[str, str, str]:
    """Return the page, the machine's answer and the word for somebody refused for one reason."""
    world, person = World(), None
    if reason is None:
        person = world.cleared(family="QUILL", given="Ada")
    else:
        world, person = refused(reason, family="QUILL", given="Ada")
    now = database_now()
    answer = clearance_of(person, world.programme, at=now)
    assert answer.reasons == (() if reason is None else (reason,))

    page = ask(gate, person.mrn, world.programme.code).content.decode()
    machine = ask_machine(gate, person.mrn, world.programme.code)
    scan = GateScan.objects.filter(person=person).earliest("id")
    assert scan.status == gate_view(answer).status
    listed = [one for one in machine.json() if one not in ("scan", "at")]
    said = json.dumps({name: machine.json()[name] for name in listed if name != "status"})
    assert CANARY not in page + machine.content.decode()
    return plain(page, world, person, scan), said, scan.status


def test_every_reason_is_told_in_the_same_bytes_but_the_word(gate) -> None:
    first_page, first_machine, _word = shown(Reason.MEDICAL_FAILED, gate)

    words = set()
    for reason in Reason:
        page, machine, word = shown(reason, gate)
        assert page == first_page, reason
        assert machine == first_machine, reason
        words.add(word)

    assert words == {"NOT_CLEARED", "EXPIRED", "REVOKED"}
    assert '"valid_until": null' in first_machine


def test_who_is_cleared_is_told_with_an_end_and_may_leave(world, gate) -> None:
    person = world.cleared()
    until = clearance_of(person, world.programme, at=database_now()).valid_until

    page = ask(gate, person.mrn, world.programme.code).content.decode()
    machine = ask_machine(gate, person.mrn, world.programme.code).json()
    scan = GateScan.objects.earliest("id")
    left = press(gate, scan, "leave")

    assert "Cleared" in page
    assert "Leaves now" in page
    assert machine["status"] == "CLEARED"
    assert machine["valid_until"] == until.isoformat().replace("+00:00", "Z")
    assert left.status_code == 302
    assert Posting.objects.away().get().recorded_by == gate


def test_pressing_what_was_offered_is_decided_anew(world, gate) -> None:
    person = world.cleared()
    ask(gate, person.mrn, world.programme.code)
    world.medical(person, FAILED)

    answer = press(gate, GateScan.objects.get(), "leave")

    assert answer.status_code == 409
    assert "is revoked" in answer.content.decode()
    assert not Posting.objects.exists()


def test_who_is_away_comes_back_by_the_gate(world, gate) -> None:
    person = world.cleared()
    posting = world.post(person)

    page = ask(gate, person.mrn, world.programme.code).content.decode()
    back = press(gate, GateScan.objects.get(), "return")
    again = press(gate, GateScan.objects.get(), "return")

    assert "Came back" in page
    assert "Leaves now" not in page
    assert (back.status_code, again.status_code) == (302, 409)
    assert PostingReturn.objects.get().posting == posting


@pytest.mark.parametrize("scope", ["one", "every"])
def test_who_says_so_at_the_gate_withdraws_in_one_step(world, gate, scope) -> None:
    person = world.person()  # whatever their state
    ask(gate, person.mrn, world.programme.code)

    answer = press(gate, GateScan.objects.get(), "withdraw", scope=scope)

    assert answer.status_code == 302
    row = WaiverWithdrawal.objects.get(person=person)
    assert row.programme == (world.programme if scope == "one" else None)
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


@pytest.mark.parametrize("how", ["stale", "by a colleague", "without a programme"])
def test_who_withdraws_at_the_gate_need_not_be_there_to_be_scanned_again(world, gate, how) -> None:
    person = world.cleared()
    scan = planted(
        person,
        programme=None if how == "without a programme" else world.programme,
        at=database_now() - timedelta(hours=9 if how == "stale" else 0),
        by=principal(Role.GATE_OFFICER) if how == "by a colleague" else gate,
    )

    answer = press(gate, scan, "withdraw", scope="one")

    assert answer.status_code == 302
    assert WaiverWithdrawal.objects.get(person=person).recorded_by == gate
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_number_asked_without_a_programme_offers_to_withdraw_from_every_one(world, gate) -> None:
    person = world.cleared()

    page = ask(gate, person.mrn).content.decode()

    assert "Withdraw from every programme" in page
    assert "Withdraw from </button>" not in page
    assert press(gate, GateScan.objects.get(), "withdraw", scope="every").status_code == 302
    assert WaiverWithdrawal.objects.get(person=person).programme is None


def test_a_withdrawal_beside_no_person_says_what_to_do(gate) -> None:
    ask(gate, "00000000")

    for scan in (GateScan.objects.get(), GateScan(uid=uuid.uuid4())):
        answer = press(gate, scan, "withdraw", scope="every")
        assert answer.status_code == 422
        assert "type the record number" in answer.content.decode()


def test_a_button_is_for_whoever_scanned_a_moment_ago(world, gate) -> None:
    person = world.cleared()
    ask(gate, person.mrn, world.programme.code)
    scan = GateScan.objects.get()
    other = principal(Role.GATE_OFFICER)
    old = database_now() - timedelta(minutes=6)
    stale = planted(person, programme=world.programme, at=old, by=gate)

    answers = [press(other, scan, "leave"), press(gate, stale, "leave"), press(gate, scan, "fly")]
    answers.append(client_of(gate).post(reverse("gate"), {"scan": "x", "move": "leave"}))

    assert [one.status_code for one in answers] == [422] * 4
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    "asked",
    ["", "   ", "' OR 1=1 --", "\x00", "9" * 5000, "<script>", "Ünïcode", "LP1.e30.x", "LP1.."]
    + ["٣" * 8, "12345678", "\ud800"],
)
def test_the_gate_answers_any_input_with_a_word_and_a_row(world, gate, asked) -> None:
    answer = client_of(gate).post(
        reverse("gate"),
        {"asked": asked.encode("utf-8", "replace").decode(), "programme": world.programme.code},
    )

    assert answer.status_code == 200
    assert "Invalid" in answer.content.decode()
    assert "<script>" not in answer.content.decode()
    row = GateScan.objects.get()
    assert (row.status, row.person, row.recorded_by) == ("INVALID", None, gate)


def test_an_unknown_programme_is_answered_invalid(world, gate) -> None:
    assert "Invalid" in ask(gate, world.cleared().mrn, "no-such").content.decode()
    assert ask_machine(gate, "00000015", "no-such").status_code == 422


@pytest.mark.parametrize(
    "body", ["{}", "[]", '{"asked": ""}', '{"asked": 7}', '{"asked": "x", "y": 1}']
)
def test_a_scan_that_cannot_be_read_is_a_problem_document(world, gate, body) -> None:
    answer = client_of(gate).post(SCANS, body, content_type="application/json")

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        422,
        "application/problem+json",
    )
    assert not GateScan.objects.exists()


def test_looking_at_the_gate_asks_nothing_and_others_are_shut_out(world, gate) -> None:
    person = world.cleared()

    looked = client_of(gate).get(reverse("gate"), {"asked": person.mrn, "mrn": person.mrn})

    assert looked.status_code == 200
    assert not GateScan.objects.exists()
    for role in (Role.PARTICIPANT, Role.NURSE, Role.EXAMINING_PHYSICIAN, Role.AUDITOR):
        assert client_of(principal(role)).get(reverse("gate")).status_code == 403
        assert ask_machine(principal(role), person.mrn, world.programme.code).status_code == 403


def test_the_log_of_the_gate_is_the_screening_offices(world, gate) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    asked = []
    for more in (2, 6):
        for _each in range(more):
            ask(gate, person.mrn, world.programme.code)
            ask(gate, "99999999", world.programme.code)
        officer.get(reverse("admin:consent_gatescan_changelist"))
        with CaptureQueriesContext(connection) as queries:
            listed = officer.get(reverse("admin:consent_gatescan_changelist")).content.decode()
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert person.mrn in listed
    assert "99999999" in listed
    assert GateStatus.INVALID in GateScan.objects.values_list("status", flat=True)
