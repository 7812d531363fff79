"""The work of reading: done once whoever does it, in order, and never stopped by one bad message."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from assays.actions import interpretations
from assays.models import Result, TransmissionItem, TransmissionMessage
from assays.queries import ledger, messages
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.actions import decisions as work
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading, send

pytestmark = pytest.mark.django_db


def record(stored) -> None:
    reads = messages.read([one.pk for one in stored])
    by = Principal.objects.system("interpret")
    interpretations.record(reads=reads, by=by, at=database_now())


def due() -> None:
    """Let what waits for another attempt be due now."""
    WorkItem.objects.filter(state="PENDING").update(available_at=Now())


def test_reading_costs_the_same_statements_however_many_messages_there_are(lab) -> None:
    def some(count: int) -> list[TransmissionMessage]:
        specimens = [laboratory.specimen(list(lab.assays.values())) for _number in range(count)]
        texts = [message(reading(one), reading(one, "XYZ")) for one in specimens]
        return send(lab.instrument, *texts)

    record(some(1))  # loads the catalogue
    cost = []
    for stored in (some(1), some(12)):
        with CaptureQueriesContext(
            connection,
        ) as found:
            record(stored)
        cost.append(len(found))

    assert cost[0] == cost[1]
    assert Result.objects.count() == 14
    work_off()


def test_reading_a_message_twice_files_it_once(lab, specimen) -> None:
    stored = send(lab.instrument, message(reading(specimen)))

    record(stored)
    record(stored)
    work_off()

    assert Result.objects.count() == TransmissionItem.objects.count() == 1


def test_work_that_is_delivered_again_changes_nothing(lab, specimen) -> None:
    (stored,) = read(lab.instrument, message(reading(specimen), reading(specimen, "XYZ")))
    WorkItem.objects.filter(kind="interpret").update(state="PENDING")

    work_off()

    assert ends(stored) == ["RECORDED", "UNMAPPED_CODE"]
    assert Result.objects.count() == 1


def test_a_reading_whose_filing_fails_leaves_no_trace_of_itself(lab, specimen, monkeypatch) -> None:
    stored = send(lab.instrument, message(reading(specimen)))

    def fail(*_given, **_more):
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr(interpretations.filing, "record", fail)
        work_off()

    assert not TransmissionItem.objects.exists()
    assert {one.status for one in TransmissionMessage.objects.all()} == {"RECEIVED"}
    due()
    work_off()
    assert ends(stored[0]) == ["RECORDED"]


def test_a_poisoned_message_stays_visible_and_the_next_ones_are_read(lab, specimen) -> None:
    before, poison, after = send(
        lab.instrument,
        message(reading(specimen, run="1")),
        message(reading(specimen, run="2"), crash="always"),
        message(reading(specimen, run="3")),
    )

    for _attempt in range(8):
        work_off()
        due()

    for one in (before, poison, after):
        one.refresh_from_db()
    assert [before.status, poison.status, after.status] == ["FILED", "RECEIVED", "FILED"]
    work_item = WorkItem.objects.get(kind="interpret", subject_id=poison.pk)
    assert (work_item.state, work_item.attempts) == ("PARKED", 5)
    (parked,) = [one for one in ledger.take().parked if one.kind == "interpret"]
    assert "the driver cannot read this" in parked.error


def parked(lab, specimen) -> TransmissionMessage:
    (poison,) = send(lab.instrument, message(reading(specimen), crash="always"))
    for _attempt in range(5):
        work_off()
        due()
    return poison


def test_a_parked_message_is_read_after_a_retry(lab, specimen) -> None:
    poison = parked(lab, specimen)
    plain.reset(lab.instrument, is_mended=True)

    work.retry(
        item=WorkItem.objects.get(kind="interpret"),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        reason="the driver is mended",
    )
    work_off()

    poison.refresh_from_db()
    assert (poison.status, ends(poison)) == ("FILED", ["RECORDED"])


def test_the_same_bytes_that_were_read_meanwhile_make_the_parked_one_the_repetition(
    lab, specimen
) -> None:
    poison = parked(lab, specimen)
    plain.reset(lab.instrument, is_mended=True)

    (again,) = read(lab.instrument, bytes(poison.content))
    work.retry(
        item=WorkItem.objects.get(kind="interpret", state="PARKED"),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        reason="the driver is mended",
    )
    work_off()

    poison.refresh_from_db()
    assert (again.status, poison.status, poison.duplicate_of) == ("FILED", "DUPLICATE", again)
    assert Result.objects.count() == 1


def test_a_message_that_a_person_gives_up_is_still_counted(lab, specimen) -> None:
    parked(lab, specimen)

    work.reject(
        item=WorkItem.objects.get(kind="interpret"),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        reason="a test of the maker's",
    )

    (level,) = [one for one in ledger.take().levels if one.key == "message"]
    assert {bucket.key: bucket.count for bucket in level.buckets} == {"UNREAD REJECTED": 1}


def test_messages_of_a_connection_are_read_in_the_order_they_came(lab, specimen) -> None:
    sent = [message(reading(specimen, value=f"1{n}.0", run="1", control=str(n))) for n in range(3)]
    unmapped = message(reading(specimen, "XYZ"))

    read(lab.instrument, *sent[:2], unmapped, sent[2])

    values = Result.objects.order_by("pk").values_list("value", flat=True)
    assert [str(value) for value in values] == ["10.0", "11.0", "12.0"]
    ids = TransmissionItem.objects.order_by("pk").values_list("message_id", flat=True)
    assert list(ids) == sorted(ids)
