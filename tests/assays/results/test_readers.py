"""Who may read a value: whoever verifies reads all, everybody else what somebody verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assays import policy as rooms
from assays.actions import attempt_requests, recordings, result_comments, results
from assays.actions.recordings import Typed
from assays.models import (
    Attempt,
    AttemptRequest,
    Evaluation,
    Recording,
    Result,
    ResultComment,
    ResultEvent,
    ResultHold,
)
from assays.queries import history
from assays.rules.attempts import AttemptKind
from assays.rules.result_comments import CommentKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import MACHINES, Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from patients.actions import care
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward, fresh
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db

LABORATORY = {Role.TECHNOLOGIST, Role.PATHOLOGIST}
# They see values of the patient, once somebody looked at them.
CARE = {
    Role.WARD_DOCTOR,
    Role.NURSE,
    Role.EXAMINING_PHYSICIAN,
    Role.INFECTION_CONTROL,
    Role.VISITING_CLINICIAN,
}
EVERYBODY = sorted(set(Role) - MACHINES)
PLAIN, CRITICAL = "13.2", "6.1"


@pytest.fixture
def ward() -> Ward:
    return Ward()


def on_the_ward(ward: Ward, role: Role) -> Principal:
    """Somebody of this role in whose reach the patient is, as far as the role has one."""
    if role in (Role.WARD_DOCTOR, Role.NURSE):
        return people.doctor_of(ward.ward, role)
    reader = factories.principal(role)
    if role is Role.VISITING_CLINICIAN:
        at = database_now()
        care.grant(
            by=ward.pathologist,
            at=at,
            principal=reader,
            person=ward.patient,
            since=at - timedelta(hours=1),
            until=at + timedelta(days=1),
            reason="asked for a second opinion",
        )
    return reader


def address(result: Result) -> str:
    return reverse("result", args=[result.pk])


def made(ward: Ward, how: str) -> Result:
    """A value of the patient in one of its states."""
    if how == "critical":
        return ward.critical(CRITICAL).result
    result = ward.record("HGB", PLAIN)
    steps: dict[str, Callable[[], Any]] = {
        "recorded": lambda: None,
        "verified": lambda: ward.verify(result),
        "released": lambda: ward.release(result),
        "rejected": lambda: results.reject(
            result=result, by=ward.verifier, at=database_now(), reason="clot"
        ),
        "withdrawn": lambda: (ward.release(result), ward.withdraw(result)),
    }
    steps[how]()
    return fresh(result)


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize(
    ("how", "cares_may"),
    [
        ("recorded", False),
        ("rejected", False),
        ("verified", True),
        ("critical", True),
        ("released", True),
        ("withdrawn", True),
    ],
)
def test_a_value_opens_by_its_number_to_whom_it_may(
    ward: Ward, role: Role, how: str, cares_may: bool
) -> None:
    result = made(ward, how)
    reader = on_the_ward(ward, role)

    answer = client_of(reader).get(address(result))

    may = role in LABORATORY or role in CARE and cares_may
    # In reach and not to be read looks like a number that there is not.
    assert answer.status_code == (200 if may else 404 if role in CARE else 403)
    assert policy.can(reader, rooms.RESULT, result) == may
    assert policy.scope(reader, Result.objects.filter(pk=result.pk)).exists() == may


@pytest.mark.parametrize("role", sorted(CARE))
def test_what_hangs_on_an_unread_value_is_not_read_either(ward: Ward, role: Role) -> None:
    result = made(ward, "recorded")
    results.hold(result=result, by=ward.verifier, at=database_now(), reason="13.2 is doubted")
    attempt_requests.ask(
        result=result,
        kind=AttemptKind.REPEAT,
        by=ward.verifier,
        at=database_now(),
        reason="13.2 is doubted",
    )
    ward.record("HGB", "14.0")
    reader = on_the_ward(ward, role)

    for rows in (
        Evaluation.objects.filter(result=result),
        ResultHold.objects.filter(result=result),
        ResultEvent.objects.filter(result=result),
        AttemptRequest.objects.all(),
        Attempt.objects.all(),
    ):
        assert not policy.scope(reader, rows).exists(), rows.model
        seen = policy.scope(ward.verifier, rows)
        assert seen.count() == rows.count(), rows.model


@pytest.mark.parametrize("role", sorted(CARE))
def test_the_admin_shows_a_recording_without_the_values_nobody_verified(
    ward: Ward, role: Role
) -> None:
    result = made(ward, "recorded")
    page = reverse("admin:assays_recording_change", args=[result.recording_id])
    reader = on_the_ward(ward, role)

    before = client_of(reader).get(page)
    ward.verify(result)
    after = client_of(reader).get(page)

    assert before.status_code == after.status_code == 200
    assert PLAIN not in before.content.decode()
    assert PLAIN in after.content.decode()


def test_a_value_that_is_shown_before_its_verification_says_so(ward: Ward) -> None:
    critical = made(ward, "critical")

    shown = client_of(ward.doctor).get(address(critical)).content.decode()
    bench = client_of(ward.verifier).get(address(critical)).content.decode()

    assert CRITICAL in shown
    assert "PRELIMINARY, UNVERIFIED" in shown
    assert "PRELIMINARY" not in bench


def test_a_critical_value_of_another_ward_stays_out_of_reach(ward: Ward) -> None:
    assert client_of(ward.stranger).get(address(made(ward, "critical"))).status_code == 404


def test_who_entered_a_value_reads_it(ward: Ward) -> None:
    (own,) = recordings.record_typed(
        specimen=ward.specimen,
        values=[Typed(ward.assays["HGB"].pk, parse_quantity(PLAIN, unit="g/dL"), field="v")],
        observed_at=laboratory.moment(),
        by=ward.doctor,
        at=database_now(),
    )

    assert client_of(ward.doctor).get(address(own)).status_code == 200
    assert client_of(people.doctor_of(ward.ward)).get(address(own)).status_code == 404


def test_a_pending_correction_is_not_shown_beside_what_it_corrects(ward: Ward) -> None:
    old = ward.reported("HGB", PLAIN)
    new = ward.correct(old, "14.9")

    shown = client_of(ward.doctor).get(address(old)).content.decode()
    bench = client_of(ward.verifier).get(address(old)).content.decode()

    assert "14.9" not in shown
    assert "a value that nobody verified yet" in shown
    assert "14.9" in bench
    assert client_of(ward.doctor).get(address(new)).status_code == 404


def test_earlier_values_and_other_attempts_are_shown_once_somebody_verified_them(
    ward: Ward,
) -> None:
    """The page of a critical value, which is shown early, tells nothing else early."""
    yesterday = laboratory.specimen(
        [ward.assays["HGB"]], of=ward.patient, collected_ago=timedelta(days=1)
    )
    recordings.record_typed(
        specimen=yesterday,
        values=[Typed(ward.assays["HGB"].pk, parse_quantity("12.7", unit="g/dL"), field="v")],
        observed_at=laboratory.moment(ago=timedelta(hours=23)),
        by=ward.technologist,
        at=database_now(),
    )
    critical = made(ward, "critical")
    attempt_requests.ask(
        result=critical,
        kind=AttemptKind.REPEAT,
        by=ward.verifier,
        at=database_now(),
        reason="doubted",
    )
    ward.record("HGB", "11.3")

    shown = client_of(ward.doctor).get(address(critical)).content.decode()
    bench = client_of(ward.verifier).get(address(critical)).content.decode()

    for value in ("12.7", "11.3"):
        assert value not in shown
        assert value in bench


def test_notes_never_leave_the_laboratory(ward: Ward) -> None:
    result = ward.record("HGB", PLAIN)
    result_comments.write(
        result=result,
        kind=CommentKind.NOTE,
        text="ring the bench first",
        by=ward.verifier,
        at=database_now(),
    )
    ward.release(result)

    shown = client_of(ward.doctor).get(address(result)).content.decode()

    assert "ring the bench first" not in shown
    assert "ring the bench first" in client_of(ward.verifier).get(address(result)).content.decode()
    assert not policy.scope(ward.doctor, ResultComment.objects.all()).exists()
    assert ResultComment.objects.get().kind == CommentKind.NOTE


def test_the_entry_grid_tells_a_ward_that_there_is_a_value_and_not_which(ward: Ward) -> None:
    made(ward, "recorded")
    scan = {"scan": ward.specimen.accession}

    shown = client_of(ward.doctor).get("/entry/", scan).content.decode()
    bench = client_of(ward.verifier).get("/entry/", scan).content.decode()

    assert PLAIN not in shown
    assert "not verified yet" in shown
    assert f'name="v-{ward.specimen.pk}-{ward.assays["HGB"].pk}"' not in shown
    assert PLAIN in bench


def test_the_history_and_a_result_s_page_agree(ward: Ward) -> None:
    unread = made(ward, "recorded")
    before = history.series_of([ward.patient.pk], ward.doctor)
    ward.verify(unread)

    (course,) = history.series_of([ward.patient.pk], ward.doctor)

    assert before == []
    assert [row.result.pk for row in course.rows] == [unread.pk]
    assert client_of(ward.doctor).get(address(unread)).status_code == 200


def test_a_recording_shows_nobody_its_values_by_its_own_permission(ward: Ward) -> None:
    """What shows values is registered with what may be read of them."""
    shown = {
        model
        for model in policy.registered_models()
        if any(
            field.related_model is Result and field.name in ("result", "corrects")
            for field in model._meta.fields
        )
        and policy.registered_models()[model][0] == rooms.RESULT
    }

    assert Recording not in shown
    assert shown <= set(rooms.NARROWED)


@pytest.mark.parametrize("number", ["0", "999999999"])
def test_a_number_that_there_is_not_looks_the_same(ward: Ward, number: str) -> None:
    unread = made(ward, "recorded")
    client: Client = client_of(ward.doctor)

    missing, closed = client.get(f"/results/{number}/"), client.get(address(unread))

    assert missing.status_code == closed.status_code == 404
    assert _without_numbers(missing.content) == _without_numbers(closed.content)


def _without_numbers(page: bytes) -> str:
    text = re.sub(r"/results/\d+/", "/results/", page.decode())
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
