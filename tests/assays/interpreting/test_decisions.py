"""What people decide about values that came too late, and what waits for them after a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import held_decisions, held_items, results, specimens
from assays.actions.held_decisions import NotDecidable
from assays.actions.result_checks import OwnEntry
from assays.models import (
    CorrectionNotice,
    ItemEvent,
    Report,
    Result,
    Signature,
    SignedResult,
    TransmissionItem,
)
from assays.rules.signatures import Meaning
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.actions import links
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.patients import people
from tests.signing import correcting, signing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward() -> Ward:
    """A patient whose haemoglobin of an instrument is released, and was looked at."""
    made = Ward("HGB")
    made.instrument = plain.instrument({"HB": made.assays["HGB"]})
    read(made.instrument, message(reading(made.specimen)))
    made.release(Result.objects.get())
    client_of(made.doctor).get(f"/results/{Result.objects.get().pk}/")
    return made


@pytest.fixture
def rerun(ward) -> TransmissionItem:
    """Another value of it that came after the release."""
    (sent,) = read(ward.instrument, message(reading(ward.specimen, value="13.9", run="2")))
    assert ends(sent) == ["ALREADY_VERIFIED"]
    return sent.items.get()


def take(item: TransmissionItem, by: Principal, **more) -> Result:
    given = {"reason": "the first was clotted", "signing": correcting(by), **more}
    return held_decisions.take_as_correction(item=item, by=by, at=database_now(), **given)


def add(item: TransmissionItem, by: Principal) -> None:
    pen = signing(by, Meaning.APPENDED)
    held_decisions.add_to_report(
        item=item,
        by=by,
        at=database_now(),
        reason="asked for by the ward",
        signing=pen,
    )


def test_a_rerun_taken_as_correction_replaces_the_released_value(ward, rerun) -> None:
    new = take(rerun, ward.corrector)
    work_off()

    old = Result.objects.get(status="SUPERSEDED")
    rerun.refresh_from_db()
    assert (new.corrects, new.status, str(new.value)) == (old, "RESULTED", "13.9")
    assert (rerun.status, rerun.message.status) == ("RECORDED", "FILED")
    assert (new.recorded_by, new.entered_by) == (ward.corrector, ward.instrument.principal)
    assert old.events.get(new="SUPERSEDED").reason == "the first was clotted"
    signed = Signature.objects.get(meaning="CORRECTED")
    covered = SignedResult.objects.filter(signature=signed)
    assert set(covered.values_list("result_id", flat=True)) == {old.pk, new.pk}
    assert CorrectionNotice.objects.filter(withdrawn=old, reader=ward.doctor).exists()
    ward.release(new)
    assert Report.objects.get().status == "CORRECTED"


def test_whoever_took_it_does_not_verify_it(ward, rerun) -> None:
    new = take(rerun, ward.corrector)
    work_off()

    with pytest.raises(OwnEntry):
        results.verify(result=new, by=ward.corrector, at=database_now())


def test_a_late_value_is_added_to_the_report_beside_the_released_one(ward, rerun) -> None:
    add(rerun, ward.corrector)

    result = Result.objects.get()
    rerun.refresh_from_db()
    assert (result.status, rerun.status, rerun.message.status) == (
        "RELEASED",
        "NOT_A_RESULT",
        "FILED",
    )
    (comment,) = result.comments.all()
    assert "Measured besides: 13.9 g/dL" in comment.text
    assert Report.objects.get().status == "APPENDED"
    assert CorrectionNotice.objects.filter(withdrawn=result, reader=ward.doctor).exists()


def test_what_was_decided_is_not_decided_again(ward, rerun) -> None:
    take(rerun, ward.corrector)

    with pytest.raises((NotDecidable, held_items.ItemMoved)):
        take(rerun, ward.corrector)
    with pytest.raises((NotDecidable, held_items.ItemMoved)):
        add(rerun, ward.corrector)
    assert Result.objects.count() == 2


def test_only_who_may_correct_takes_it_as_a_correction(ward, rerun) -> None:
    with pytest.raises(NotAllowed):
        take(rerun, factories.principal(Role.TECHNOLOGIST))

    rerun.refresh_from_db()
    assert rerun.status == "HELD"


def test_a_value_of_nobody_is_not_decided_so(ward) -> None:
    (sent,) = read(ward.instrument, message(reading("NOBODY 1")))

    with pytest.raises(NotDecidable):
        take(sent.items.get(), ward.corrector)


def test_a_withdrawal_is_never_taken_as_a_value(ward) -> None:
    plain.reset(ward.instrument, corrections="hold")
    said = {**reading(ward.specimen), "doubts": [["CORRECTION", {"status": "D"}]]}
    (sent,) = read(ward.instrument, message(said))
    assert ends(sent) == ["CORRECTION"]

    with pytest.raises(NotDecidable, match="takes a value back"):
        take(sent.items.get(), ward.corrector)


def test_both_are_signed_on_the_page_of_held_items(ward, rerun) -> None:
    client = client_of(ward.corrector)
    said = {"item": [rerun.pk], "reason": "the first was clotted", "move": "correct"}

    unsigned = client.post("/held/", {**said, "password": "wrong"})
    assert unsigned.status_code == 422
    assert Result.objects.count() == 1

    client.post("/held/", {**said, "password": PASSWORD})

    assert str(Result.objects.get(status="RESULTED").value) == "13.9"


def test_who_may_not_correct_is_not_offered_it(ward, rerun) -> None:
    assert "Take as correction" in client_of(ward.corrector).get("/held/").content.decode()
    assert "Take as correction" not in client_of(Role.TECHNOLOGIST).get("/held/").content.decode()


def register(specimen, value: str, *, days: float) -> None:
    """Register an identifier so many days from now, and read what waits for it."""
    at = database_now() + timedelta(days=days)
    specimens.identify(
        specimen=specimen,
        system="urn:north",
        value=value,
        by=factories.principal(Role.TECHNOLOGIST),
        at=at,
    )
    plain.interpret_at(at)


@pytest.mark.parametrize(
    ("settings", "days", "expected"),
    [
        ({}, 13, "RECORDED"),
        ({}, 15, "WAITED_TOO_LONG"),
        ({"waits_days": 2}, 3, "WAITED_TOO_LONG"),
        ({"waits_days": 30}, 20, "RECORDED"),
    ],
)
def test_a_value_of_an_unknown_specimen_waits_for_so_long(
    lab, specimen, settings, days, expected
) -> None:
    plain.reset(lab.instrument, **settings)
    (sent,) = read(lab.instrument, message(reading("NORTH 7")))

    register(specimen, "NORTH 7", days=days)

    assert ends(sent) == [expected]


def test_what_waited_too_long_says_so_and_is_read_by_a_person(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading("NORTH 7")))
    register(specimen, "NORTH 7", days=15)
    item = sent.items.get()
    assert "within 14 days" in item.hold_reason
    assert [one.hold_code for one in ItemEvent.objects.all()] == ["UNKNOWN_SPECIMEN"]

    held_items.ask_again(
        item=item,
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="it is theirs",
    )
    work_off()

    assert ends(sent) == ["RECORDED"]


@pytest.fixture
def named(lab):
    """A value that names the number of another entry than its specimen's, and that entry."""
    mine, theirs = people.person(), people.person()
    specimen = laboratory.specimen([lab.assays["HGB"]], of=mine)
    said = reading(specimen, patient={"record_number": theirs.mrn})
    (sent,) = read(lab.instrument, message(said))
    assert ends(sent) == ["IDENTITY_CONFLICT"]
    return sent, mine, theirs


def join(mine, theirs):
    return links.link(
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        duplicate=theirs,
        survivor=mine,
        reason="registered twice",
    )


def test_a_value_that_names_another_entry_is_filed_once_they_are_one_person(named) -> None:
    sent, mine, theirs = named

    join(mine, theirs)
    work_off()

    assert ends(sent) == ["RECORDED"]
    assert Result.objects.get().person == mine


def test_entries_that_have_nothing_to_do_with_it_let_nothing_go(named) -> None:
    sent, _mine, _theirs = named

    join(people.person(), people.person())
    work_off()

    assert ends(sent) == ["IDENTITY_CONFLICT"]


def test_entries_parted_again_hold_what_names_the_other(lab, named) -> None:
    sent, mine, theirs = named
    link = join(mine, theirs)
    work_off()
    links.unlink(
        by=factories.principal(Role.PATHOLOGIST), at=database_now(), link=link, reason="two persons"
    )

    specimen = laboratory.specimen([lab.assays["HGB"]], of=mine)
    said = reading(specimen, patient={"record_number": theirs.mrn})
    (later,) = read(lab.instrument, message(said))

    assert (ends(sent), ends(later)) == (["RECORDED"], ["IDENTITY_CONFLICT"])
