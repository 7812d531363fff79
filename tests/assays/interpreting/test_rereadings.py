"""Stored messages are read anew, one or many: what is held goes on, what was filed stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import messages, rereadings
from assays.actions.messages import NotDismissable
from assays.instruments import drivers
from assays.models import (
    Instrument,
    ItemEvent,
    MessageEvent,
    MessageReading,
    ReadingRun,
    Result,
    TransmissionMessage,
)
from assays.queries import rereadings as queries
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.work.models import WorkItem
from labsys.work.queue import MAX_ATTEMPTS
from tests import factories
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading

pytestmark = pytest.mark.django_db


def again(*sent: TransmissionMessage, by: Principal | None = None) -> ReadingRun:
    """Ask for messages to be read again, and let a worker do so."""
    made = messages.read_again(
        message_ids=[one.pk for one in sent],
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="the driver was set right",
    )
    work_off()
    for one in sent:
        one.refresh_from_db()
    return made


def outcome(run: ReadingRun) -> dict[str, Any]:
    return run.readings.get().outcome


def progress(run: ReadingRun) -> queries.Progress:
    return queries.progress([run.pk])[run.pk]


def test_held_values_of_a_message_go_on_with_the_settings_of_now(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, unit="g per dl"), reading(specimen)))
    plain.reset(lab.instrument, units={"g per dl": "g/dL"})

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["DUPLICATE", "RECORDED"])
    assert (outcome(run)["filed"], outcome(run)["held"]) == (1, 0)
    plain.check_balanced()


def test_a_message_held_as_a_whole_is_read(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen), charset="8859/1"))
    plain.reset(lab.instrument, charset="8859/1")

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["NOT_A_RESULT", "RECORDED"])
    assert outcome(run)["filed"] == 2
    plain.check_balanced()


def test_what_was_filed_is_not_filed_a_second_time(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen)))

    runs = [again(sent), again(sent)]

    assert Result.objects.count() == 1
    assert [outcome(run) for run in runs] == [
        {"filed": 0, "held": 0, "differs": [], "left": ""}
    ] * 2
    plain.check_balanced()


def test_a_value_that_was_none_before_is_filed(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, sort="SUPPLEMENT")))
    assert (sent.status, ends(sent)) == ("FILED", ["NOT_A_RESULT"])
    plain.reset(lab.instrument, sort="VALUE")

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["RECORDED"])
    assert outcome(run)["filed"] == 1
    moves = ItemEvent.objects.order_by("pk").values_list("old", "new")
    assert list(moves) == [("NOT_A_RESULT", "HELD"), ("HELD", "RECORDED")]
    plain.check_balanced()


def test_a_value_that_was_none_before_may_be_held(lab) -> None:
    (sent,) = read(lab.instrument, message(reading("NORTH 7", sort="SUPPLEMENT")))
    plain.reset(lab.instrument, sort="VALUE")

    run = again(sent)

    assert (sent.status, ends(sent)) == ("HELD", ["UNKNOWN_SPECIMEN"])
    assert outcome(run)["held"] == 1
    plain.check_balanced()


def test_values_that_were_not_read_at_all_become_items(lab, specimen) -> None:
    plain.reset(lab.instrument, leaves_out=True)
    (sent,) = read(lab.instrument, message(reading(specimen), reading("NORTH 7", value="7")))
    assert (sent.status, ends(sent)) == ("FILED", [])
    plain.reset(lab.instrument)

    run = again(sent)

    assert (sent.status, ends(sent)) == ("PARTLY_HELD", ["RECORDED", "UNKNOWN_SPECIMEN"])
    assert sent.item_count == 2
    assert (outcome(run)["filed"], outcome(run)["held"]) == (1, 1)
    plain.check_balanced()


def test_a_filed_value_that_is_read_otherwise_stays_and_is_named(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, value="13.2")))
    plain.reset(lab.instrument, controls=["QC"])

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["RECORDED"])
    (differs,) = outcome(run)["differs"]
    assert (differs["position"], differs["read"]["sort"]) == (1, ["VALUE", "CONTROL"])
    assert Result.objects.get().status == "RESULTED"


def test_a_message_that_cannot_be_read_any_more_is_left_as_it_is(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen)))
    plain.reset(lab.instrument, charset="8859/1")

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["RECORDED"])
    assert "not text" in outcome(run)["left"]


def test_control_material_that_was_held_is_delivered_once(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, "NEW")))
    plain.reset(lab.instrument, controls=["QC"])

    again(sent)
    again(sent)

    assert ends(sent) == ["QC"]
    plain.check_balanced()


def test_a_record_that_another_driver_counts_otherwise_is_not_filed_twice(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, value="7"), reading(specimen)))
    plain.reset(lab.instrument, shifted=True)

    again(sent)

    assert Result.objects.count() == 2
    plain.check_balanced()


@pytest.mark.parametrize("status", ["INCOMPLETE", "REJECTED"])
def test_what_broke_off_or_was_rejected_is_not_read_again(lab, status) -> None:
    sent = transmitted.message(lab.instrument, message(), status=status)

    with pytest.raises(InvalidInput, match="None of these messages can be read again"):
        again(sent)


def test_what_repeats_is_not_read_again(lab, specimen) -> None:
    text = message(reading(specimen))
    _first, sent = read(lab.instrument, text, text)
    assert sent.status == "DUPLICATE"

    with pytest.raises(InvalidInput, match="None of these messages can be read again"):
        again(sent)


def test_a_message_that_a_worker_gave_up_is_read_once_its_driver_is_mended(lab, specimen) -> None:
    (sent,) = plain.send(lab.instrument, message(reading(specimen), crash=True))
    WorkItem.objects.filter(subject_id=sent.pk).update(state="PARKED")
    plain.reset(lab.instrument, is_mended=True)

    run = again(sent)

    assert (sent.status, ends(sent)) == ("FILED", ["RECORDED"])
    assert outcome(run)["filed"] == 1


def test_many_are_read_in_the_order_in_which_they_came(lab, specimen) -> None:
    sent = read(
        lab.instrument,
        *(message(reading(specimen, value=str(n), unit="x")) for n in (13, 14, 15)),
    )
    plain.reset(lab.instrument, units={"x": "g/dL"})

    run = again(*reversed(sent))

    values = Result.objects.order_by("pk").values_list("value", flat=True)
    assert [str(one) for one in values] == ["13", "14", "15"]
    assert progress(run) == queries.Progress(3, 3, 0, 3, 0, 0)
    plain.check_balanced()


def test_a_message_that_crashes_its_driver_fails_alone_and_is_tried_again(lab, specimen) -> None:
    bad, good = read(
        lab.instrument,
        message(reading(specimen, value="1", unit="x")),
        message(reading(specimen, value="2", unit="x")),
    )
    plain.reset(lab.instrument, units={"x": "g/dL"}, crashes_on="1")
    doctor = factories.principal(Role.PATHOLOGIST)
    run = messages.read_again(
        message_ids=[bad.pk, good.pk], by=doctor, at=database_now(), reason="set right"
    )
    WorkItem.objects.filter(kind="reread").update(attempts=MAX_ATTEMPTS - 1)
    work_off()
    assert (progress(run).done, progress(run).failed, ends(good)) == (1, 1, ["RECORDED"])
    (failed,) = queries.failed_messages(run)
    assert failed.message == bad

    plain.reset(lab.instrument, units={"x": "g/dL"})
    tried = messages.retry(run=run, by=doctor, at=database_now(), reason="mended")
    work_off()

    assert tried == 1
    assert progress(run) == queries.Progress(2, 2, 0, 2, 0, 0)


def test_a_worker_that_does_it_twice_does_it_once(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen, unit="x")))
    plain.reset(lab.instrument, units={"x": "g/dL"})
    run = again(sent)
    (line,) = run.readings.all()

    system = Principal.objects.system("interpret")
    rereadings.apply(reading_ids=[line.pk], reads={}, by=system, at=database_now())

    line.refresh_from_db()
    assert line.outcome["filed"] == 1
    assert Result.objects.count() == 1


def test_who_asked_and_why_is_on_record(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen)))
    person = factories.principal(Role.TECHNOLOGIST)

    run = again(sent, by=person)

    asked = AuditEvent.objects.get(
        action="assays.transmission.read_again", model="assays.readingrun"
    )
    done = AuditEvent.objects.filter(action="assays.transmission.reread")
    assert asked.actor == person.pk
    assert {one.on_behalf_of for one in done} == {lab.instrument.principal_id}
    assert run.reason == "the driver was set right"


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.ADMINISTRATOR, Role.WARD_DOCTOR])
def test_only_who_decides_about_messages_has_them_read(lab, role) -> None:
    with pytest.raises(NotAllowed):
        again(by=factories.principal(role))


def test_more_than_are_taken_at_once_are_refused(lab, monkeypatch) -> None:
    monkeypatch.setattr(queries, "MOST", 1)
    sent = [transmitted.message(lab.instrument, b"{}") for _n in range(2)]

    with pytest.raises(InvalidInput, match="More than 1 messages"):
        again(*sent)


def test_progress_is_one_question_however_many_messages(lab) -> None:
    sent = [transmitted.message(lab.instrument, message()) for _n in range(4)]
    runs = [again(sent[0]), again(*sent[1:])]

    with CaptureQueriesContext(connection) as asked:
        found = queries.progress([run.pk for run in runs])

    assert len(asked) == 1
    assert [found[run.pk].total for run in runs] == [1, 3]


def test_values_held_under_another_driver_are_filed_under_the_right_one(lab) -> None:
    """Set to the wrong family first, an analyser's messages go on once it is set right."""
    assays = laboratory.assays(LEUC={"low": "4", "high": "10"})
    specimen = laboratory.specimen([assays["LEUC"]])
    sender = laboratory.instrument(
        {"WBC": assays["LEUC"]},
        protocol="ASTM",
        driver="abbott-m2000",
        peer_networks=["127.0.0.0/8"],
    )
    observed = laboratory.moment().strftime("%Y%m%d%H%M%S")
    text = (
        f"H|\\^&|||XN-550^1|||||||P|1|{observed}\rP|1\rO|1||1^2^{specimen.accession}^B|^^^^WBC\r"
        f"R|1|^^^^WBC^1|5.31|g/dL||N||F||||{observed}\rL|1|N\r"
    ).encode()
    (sent,) = read(sender, text)
    assert ends(sent) == ["NO_SPECIMEN"]
    with laboratory.setting_up():
        Instrument.objects.filter(pk=sender.pk).update(driver="sysmex-xn")

    again(sent)

    assert drivers.find("sysmex-xn").speaks("ASTM")
    assert ends(sent) == ["RECORDED"]
    assert Result.objects.get().specimen == specimen


def dismiss(sent: TransmissionMessage, by: Principal | None = None) -> None:
    messages.dismiss(
        message=sent,
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="sent again since",
    )


@pytest.mark.parametrize("status", ["INCOMPLETE", "REJECTED"])
def test_what_broke_off_or_was_rejected_is_dismissed_with_a_reason(lab, status) -> None:
    sent = transmitted.message(lab.instrument, status=status)

    dismiss(sent)

    sent.refresh_from_db()
    said = MessageEvent.objects.get()
    assert sent.status == "REJECTED"
    assert (said.old, said.new, said.reason) == (status, "REJECTED", "sent again since")
    with pytest.raises(NotDismissable):
        dismiss(sent)


def test_nothing_else_is_dismissed(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(reading(specimen)))

    with pytest.raises(NotDismissable, match="Only what broke off"):
        dismiss(sent)

    assert not MessageReading.objects.exists()


def test_only_who_decides_about_messages_dismisses_them(lab) -> None:
    sent = transmitted.message(lab.instrument, status="INCOMPLETE")

    with pytest.raises(NotAllowed):
        dismiss(sent, by=factories.principal(Role.QUALITY_MANAGER))
