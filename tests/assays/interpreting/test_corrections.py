"""Corrections that instruments send: new versions of their own values, and values taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assays.actions import results
from assays.models import (
    CorrectionNotice,
    InboxEntry,
    Nonconformity,
    Recording,
    Report,
    Result,
    TransmissionMessage,
)
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.communication.telling import Ward
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.assays.reports.making import Bench
from tests.clients import client_of
from tests.signing import signing

pytestmark = pytest.mark.django_db


def minutes(ago: float) -> str:
    return laboratory.moment(ago=timedelta(minutes=ago)).isoformat()


@pytest.fixture
def first(specimen) -> dict[str, Any]:
    """The value that is corrected, as it was sent."""
    return reading(specimen, observed_at=minutes(30))


def changed(sent: dict[str, Any], status: str = "C", **more: Any) -> dict[str, Any]:
    """The same reading once more, with a status that changes what was sent before."""
    return {**sent, **more, "doubts": [["CORRECTION", {"status": status}]]}


def standing() -> list[tuple[str, str]]:
    return [(str(one.value), one.status) for one in Result.objects.order_by("pk")]


def release(result: Result) -> None:
    technologist, doctor = (
        factories.principal(Role.TECHNOLOGIST),
        factories.principal(Role.PATHOLOGIST),
    )
    results.verify(result=result, by=technologist, at=database_now())
    results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())


def test_a_correction_is_a_new_version_that_waits_for_verification(lab, first) -> None:
    read(lab.instrument, message(first))
    (sent,) = read(lab.instrument, message(changed(first, value="13.9")))

    old, new = Result.objects.order_by("pk")
    assert ends(sent) == ["RECORDED"]
    assert (old.status, new.status, new.corrects) == ("SUPERSEDED", "RESULTED", old)
    assert new.entered_by == lab.instrument.principal
    event = old.events.get(new="SUPERSEDED")
    assert event.reason == f"Corrected by its sender in message {sent.pk}, position 1."
    assert event.recorded_by.name == "system:interpret"


def test_the_correction_of_a_released_value_reopens_its_report_and_chases_its_readers() -> None:
    bench = Bench("HGB")
    instrument = plain.instrument({"HB": bench.assays["HGB"]})
    sent = reading(bench.specimen, observed_at=minutes(30))
    read(instrument, message(sent))
    result = Result.objects.get()
    bench.release(result)
    assert Report.objects.get().status == "FINAL"
    InboxEntry.objects.get(result=result)

    read(instrument, message(changed(sent, value="13.9")))

    old, new = Result.objects.order_by("pk")
    assert (old.status, new.status) == ("SUPERSEDED", "RESULTED")
    said = bench.versions
    assert len(said) == 2
    assert "13.9" not in str(said[-1].content)  # nothing prints before it is verified
    assert new.order_item.status == "IN_PROCESS"
    bench.release(new)
    assert Report.objects.get().status == "CORRECTED"
    assert "13.9" in str(bench.versions[-1].content)


def test_whoever_opened_a_page_with_the_value_is_told() -> None:
    ward = Ward()
    instrument = plain.instrument({"HB": ward.assays["HGB"]})
    sent = reading(ward.specimen, observed_at=minutes(30))
    read(instrument, message(sent))
    result = Result.objects.get()
    ward.release(result)
    assert client_of(ward.doctor).get(f"/results/{result.pk}/").status_code == 200

    read(instrument, message(changed(sent, value="13.9")))

    notice = CorrectionNotice.objects.get(reader=ward.doctor, withdrawn=result)
    assert (notice.state, notice.reason.split(" in ")[0]) == ("OPEN", "Corrected by its sender")


def test_the_same_correction_twice_is_one(lab, first) -> None:
    once, again = message(changed(first, value="13.9")), changed(first, value="13.9")
    read(lab.instrument, message(first), once)

    (same,) = read(lab.instrument, once)
    (renumbered,) = read(lab.instrument, message(again, control_id="77"))

    assert (ends(same), ends(renumbered)) == (["DUPLICATE"], ["DUPLICATE"])
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED")]
    assert Recording.objects.count() == 1  # both came in one batch


def test_a_value_and_its_corrections_of_one_batch_are_filed_in_their_order(lab, first) -> None:
    texts = [
        message(first),
        message(changed(first, value="13.9")),
        message(changed(first, value="14.1")),
    ]
    sent = plain.send(lab.instrument, *texts)
    work_off()

    assert [ends(one) for one in sent] == [["RECORDED"]] * 3
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "SUPERSEDED"), ("14.1", "RESULTED")]


def test_a_value_and_its_correction_in_one_message(lab, first) -> None:
    (sent,) = read(lab.instrument, message(first, changed(first, value="13.9")))

    assert ends(sent) == ["RECORDED", "RECORDED"]
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED")]


@pytest.mark.parametrize("status", ["D", "W"])
def test_a_value_taken_back_is_entered_in_error(lab, first, status) -> None:
    read(lab.instrument, message(first))
    release(Result.objects.get())

    (sent,) = read(lab.instrument, message(changed(first, status, value="")))

    result = Result.objects.get()
    assert (ends(sent), result.status) == (["NOT_A_RESULT"], "ENTERED_IN_ERROR")
    assert f"message {sent.pk}" in result.events.get(new="ENTERED_IN_ERROR").reason
    assert result.order_item.status == "IN_PROCESS"
    versions = Report.objects.get().versions.order_by("number")
    assert [one.result_ids for one in versions] == [[result.pk], []]
    assert Nonconformity.objects.filter(kind="IDENTIFICATION", result=result).exists() == (
        status == "W"
    )


def test_a_value_taken_back_twice_is_gone_once_and_may_be_sent_anew(lab, first) -> None:
    read(lab.instrument, message(first), message(changed(first, "D")))
    (again,) = read(lab.instrument, message(changed(first, "D"), control_id="2"))
    (new,) = read(lab.instrument, message({**first, "value": "13.5"}))

    assert (ends(again), ends(new)) == (["DUPLICATE"], ["RECORDED"])
    assert standing() == [("13.2", "ENTERED_IN_ERROR"), ("13.5", "RESULTED")]


@pytest.mark.parametrize("status", ["C", "D", "W"])
@pytest.mark.parametrize("moment", ["its own", "none"])
@pytest.mark.parametrize("together", [False, True])
def test_what_is_said_of_a_held_rerun_never_touches_the_released_value(
    lab, first, status, moment, together
) -> None:
    said = {**first, "observed_at": None} if moment == "none" else first
    read(lab.instrument, message(said))
    release(Result.objects.get())
    rerun = {**said, "value": "13.9"} | ({"observed_at": minutes(5)} if moment != "none" else {})
    about_it = message(changed(rerun, status, value="14.1"))

    if together:
        again, change = read(lab.instrument, message(rerun), about_it)
    else:
        (again,), (change,) = read(lab.instrument, message(rerun)), read(lab.instrument, about_it)

    assert (ends(again), ends(change)) == (["ALREADY_VERIFIED"], ["CORRECTION"])
    assert standing() == [("13.2", "RELEASED")]
    assert Report.objects.get().versions.count() == 1


@pytest.mark.parametrize("status", ["C", "A", "D", "W"])
def test_a_correction_of_nothing_waits(lab, first, status) -> None:
    (sent,) = read(lab.instrument, message(changed(first, status)))

    assert ends(sent) == ["CORRECTION_UNKNOWN"]
    assert not Result.objects.exists()


def test_a_correction_before_its_value_is_filed_once_that_is_here(lab, first) -> None:
    (early,) = read(lab.instrument, message(changed(first, value="13.9")))
    read(lab.instrument, message(first))

    assert plain.sweep() == 1
    work_off()

    assert ends(early) == ["RECORDED"]
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED")]


def test_an_older_correction_that_comes_late_is_kept_and_changes_nothing(lab, first) -> None:
    newer = changed(first, value="13.9", observed_at=minutes(10))
    older = changed(first, value="13.5", observed_at=minutes(20))

    read(lab.instrument, message(first), message(newer))
    (late,) = read(lab.instrument, message(older))

    assert ends(late) == ["RECORDED"]
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED"), ("13.5", "CANCELLED")]
    assert "newer value stands" in Result.objects.latest("pk").events.get().reason


def test_of_two_corrections_of_one_moment_the_later_message_counts(lab, first) -> None:
    read(lab.instrument, message(first))
    later = message(changed(first, value="13.9"), sent_at=minutes(5))
    earlier = message(changed(first, value="13.5"), sent_at=minutes(15))

    read(lab.instrument, later, earlier)

    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED"), ("13.5", "CANCELLED")]


def test_another_instruments_value_is_never_corrected(lab, first) -> None:
    other = plain.instrument({"HB": lab.assays["HGB"]})
    read(lab.instrument, message(first))

    (sent,) = read(other, message(changed(first, value="13.9")))

    assert ends(sent) == ["CORRECTION_UNKNOWN"]
    assert standing() == [("13.2", "RESULTED")]


def test_a_connection_may_have_all_its_corrections_decided_by_a_person(lab, first) -> None:
    plain.reset(lab.instrument, corrections="hold")

    (sent,) = read(lab.instrument, message(first), message(changed(first, value="13.9")))[1:]

    assert ends(sent) == ["CORRECTION"]
    assert standing() == [("13.2", "RESULTED")]


def test_a_correction_in_another_unit_without_a_row_is_held(lab, first) -> None:
    read(lab.instrument, message(first))

    (sent,) = read(lab.instrument, message(changed(first, value="139", unit="mmol/L")))

    assert ends(sent) == ["UNIT"]
    assert standing() == [("13.2", "RESULTED")]


def test_a_correction_names_the_person_like_any_value(lab, first) -> None:
    read(lab.instrument, message(first))
    wrong = changed(first, value="13.9", patient={"birth_date": "1990-05-05"})

    (sent,) = read(lab.instrument, message(wrong))

    assert ends(sent) == ["IDENTITY_CONFLICT"]
    assert standing() == [("13.2", "RESULTED")]


def test_a_correction_leaves_the_other_values_of_its_message_alone(lab, specimen, first) -> None:
    other = reading(specimen, "WBC", "5.5", unit="10*3/uL", observed_at=minutes(30))
    read(lab.instrument, message(first))

    (sent,) = read(lab.instrument, message(other, changed(first, value="13.9")))

    assert ends(sent) == ["RECORDED", "RECORDED"]
    assert standing() == [("13.2", "SUPERSEDED"), ("5.5", "RESULTED"), ("13.9", "RESULTED")]
    assert TransmissionMessage.objects.filter(status="FILED").count() == 2


def test_a_late_correction_to_the_very_value_that_was_replaced_repeats_that(lab, first) -> None:
    read(lab.instrument, message(first, sent_at=minutes(29)))
    read(lab.instrument, message(changed(first, value="13.9"), sent_at=minutes(10)))

    (late,) = read(lab.instrument, message(changed(first), sent_at=minutes(20), control_id="9"))

    assert ends(late) == ["DUPLICATE"]
    assert standing() == [("13.2", "SUPERSEDED"), ("13.9", "RESULTED")]
