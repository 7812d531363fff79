"""A notice of a correction ends with whom it concerns: acknowledged, told, or given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import corrections_chased, inbox, result_comments, results
from assays.actions.corrections_chased import NoticeMoved
from assays.actions.criticals import Outcome, Said
from assays.actions.inbox import InboxMoved
from assays.models import (
    CorrectionNotice,
    Escalation,
    Result,
)
from assays.queries import corrections_chased as queries
from assays.rules.result_comments import CommentKind
from assays.rules.signatures import Meaning
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed, NotFound
from tests import factories
from tests.assays.communication.chasing import notice_of, readers_chased, tell
from tests.assays.communication.telling import Ward, attempt, fresh
from tests.clients import client_of
from tests.laboratory import system
from tests.patients import people
from tests.signing import signing

pytestmark = pytest.mark.django_db


def test_nobody_acknowledges_for_another(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    ward.withdraw(value)
    notice = notice_of(ward.doctor, value)

    for somebody in (ward.requester, ward.pathologist, ward.nurse):
        with pytest.raises(NotFound):
            corrections_chased.acknowledge(notice=notice, by=somebody, at=database_now())

    assert fresh(notice).state == "OPEN"


def test_a_notice_is_acknowledged_once(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    ward.withdraw(value)
    notice = notice_of(ward.doctor, value)
    corrections_chased.acknowledge(notice=notice, by=ward.doctor, at=database_now())

    with pytest.raises(NoticeMoved, match="acknowledged already"):
        corrections_chased.acknowledge(notice=notice, by=ward.doctor, at=database_now())


def test_whoever_heard_it_by_telephone_is_told_by_telephone(ward: Ward) -> None:
    call = ward.critical("6.1")
    heard = attempt(call, by=ward.verifier, read_back="6.1", name="Nurse Roe")
    ward.release(fresh(call.result))
    new = ward.correct(call.result, "13.0")
    ward.release(new)
    notice = CorrectionNotice.objects.get(told_in=heard, replacement=new)

    wrong = tell(notice, by=ward.verifier, said=Said(Outcome.CONFIRMED, "6.1"))
    assert (wrong.outcome, fresh(notice).state) == ("REACHED_NO_READBACK", "OPEN")
    tell(notice, by=ward.verifier, said=Said(Outcome.CONFIRMED, "13.0"))

    assert fresh(notice).state == "TOLD"


def test_two_calls_to_the_same_person_make_one_notice(ward: Ward) -> None:
    call = ward.critical("6.1")
    attempt(call, by=ward.verifier, outcome=Outcome.REACHED_NO_READBACK, name="Nurse Roe")
    last = attempt(call, by=ward.verifier, read_back="6.1", name="nurse roe")

    results.reject(result=fresh(call.result), by=ward.verifier, at=database_now(), reason="clot")

    assert CorrectionNotice.objects.get(reader=None).told_in == last


def test_a_reader_who_left_the_ward_is_chased_by_name_and_shown_no_value(ward: Ward) -> None:
    from patients.actions import care

    value = ward.reported("HGB", "13.7")
    client_of(ward.nurse).get(f"/results/{value.pk}/")
    assignment = ward.nurse.care_assignments.get()
    care.end_assignment(
        assignment=assignment, reason="left", by=people.administrator(), at=database_now()
    )
    new = ward.correct(value, "14.9", "tubes were swapped")
    ward.release(new)

    text = client_of(ward.nurse).get("/inbox/").content.decode()
    listed = client_of(ward.verifier).get("/corrections/").content.decode()

    assert "A value that you saw was corrected afterwards" in text
    for hidden in ("13.7", "14.9", ward.patient.mrn, "tubes were swapped", "Hgb"):
        assert hidden not in text
    assert ward.nurse.user.full_name in listed
    notice = notice_of(ward.nurse, value, replacement=new)
    assert not queries.may_be_told(notice)
    with pytest.raises(InvalidInput, match="say back"):
        tell(notice, by=ward.verifier, said=Said(Outcome.CONFIRMED, ""))
    tell(notice, by=ward.verifier, said=Said(Outcome.CONFIRMED, "does not stand"))
    assert fresh(notice).state == "TOLD"


def test_only_a_laboratory_doctor_gives_up_with_a_reason_and_never_their_own(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    for somebody in (ward.doctor, ward.pathologist):
        client_of(somebody).get(f"/results/{value.pk}/")
    ward.withdraw(value)
    notice, own = notice_of(ward.doctor, value), notice_of(ward.pathologist, value)

    def close(which: CorrectionNotice, by: Principal, reason: str = "left the hospital") -> None:
        corrections_chased.close(notice=which, by=by, at=database_now(), reason=reason)

    with pytest.raises(NotAllowed):
        close(notice, ward.verifier)
    with pytest.raises(InvalidInput):
        close(notice, ward.pathologist, " ")
    with pytest.raises(NotAllowed, match="your own"):
        close(own, ward.pathologist)
    close(notice, ward.pathologist)

    assert fresh(notice).state == "CLOSED"


def test_a_notice_nobody_acknowledged_in_time_goes_to_the_laboratory(ward: Ward) -> None:
    value = ward.reported("HGB", "6.1")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    ward.withdraw(value)
    notice = notice_of(ward.doctor, value)
    assert notice.due_at - notice.recorded_at == timedelta(minutes=60)

    early = corrections_chased.escalate_due(
        by=system("sweep"), at=notice.due_at - timedelta(seconds=1)
    )
    late = corrections_chased.escalate_due(by=system("sweep"), at=notice.due_at)

    assert (early, late) == (0, 1)
    assert Escalation.objects.get(notice=notice).step == "LABORATORY"
    page = queries.unacknowledged(ward.verifier, at=notice.due_at, is_overdue=True)
    assert [line.notice for line in page.lines] == [notice]


def test_chasing_somebody_is_no_reading_of_what_was_withdrawn(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    ward.withdraw(value)

    client_of(ward.verifier).get("/corrections/")
    corrections_chased.catch_up(by=system("sweep"), at=database_now())

    assert readers_chased(value) == {ward.doctor}


def test_technologists_do_not_chase_by_role_alone(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    ward.withdraw(value)
    notice = notice_of(ward.doctor, value)

    for somebody in (ward.nurse, ward.doctor, factories.principal(Role.QUALITY_MANAGER)):
        with pytest.raises(NotAllowed):
            tell(notice, by=somebody, said=Said(Outcome.UNABLE_TO_REACH))


def amended(ward: Ward, value: Result, text: str = "haemolysed") -> None:
    signed = signing(ward.corrector, Meaning.AMENDED)  # before the moment of the act
    result_comments.amend(
        result=fresh(value),
        kind=CommentKind.COMMENT,
        text=text,
        by=ward.corrector,
        at=database_now(),
        reason="seen afterwards",
        signing=signed,
    )


def test_whoever_saw_a_value_hears_what_is_amended_beside_it(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")

    amended(ward, value)

    notice = notice_of(ward.doctor, value)
    assert (notice.comment.text, notice.state) == ("haemolysed", "OPEN")
    text = client_of(ward.doctor).get("/inbox/").content.decode()
    assert "haemolysed" in text
    assert "stands; what is said beside it was amended" in text


def test_a_second_amendment_is_a_notice_of_its_own_and_a_withdrawal_ends_both(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    amended(ward, value)
    amended(ward, value, "haemolysed, repeated")

    ward.withdraw(value)

    notices = CorrectionNotice.objects.filter(reader=ward.doctor).order_by("id")
    assert [one.state for one in notices] == ["REPLACED", "REPLACED", "OPEN"]


def test_what_was_amended_since_the_page_was_shown_is_looked_at_again(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    seen_at = database_now()
    amended(ward, value)
    entry = ward.entry(value)

    with pytest.raises(InboxMoved, match="amended meanwhile"):
        inbox.acknowledge(entry_ids=[entry.pk], by=ward.doctor, at=database_now(), seen_at=seen_at)


def test_a_page_on_its_way_while_a_value_was_amended_is_caught_up_with(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    amended(ward, value)
    reads.record(by=ward.doctor, purpose="result", objects=[value], person_id=value.person_id)

    corrections_chased.catch_up(by=system("sweep"), at=database_now())
    corrections_chased.catch_up(by=system("sweep"), at=database_now())

    assert notice_of(ward.doctor, value).comment is not None
