"""Work on a message that failed for good raises an alarm at its instrument, and ends with it."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now

from assays.actions import nonconformities, parked
from assays.models import Nonconformity, TransmissionMessage
from assays.queries import connections
from assays.queries import parked as queries
from assays.rules.connections import Alarm
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import periodic, queue
from labsys.work.actions import decisions
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, reading, send
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def fail_for_good(instrument, *texts: bytes) -> list[TransmissionMessage]:
    """Send messages whose reading fails as often as it is tried."""
    sent = send(instrument, *texts)
    for _attempt in range(queue.MAX_ATTEMPTS * (len(sent) + 1)):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=Now())
    return sent


def poison(specimen, run: str = "1") -> bytes:
    return message(reading(specimen, run=run), crash="always")


def follow() -> list[Nonconformity]:
    """Let the sweep run; returns the incidents there are."""
    parked.follow(by=Principal.objects.system("sweep"), at=database_now())
    return list(Nonconformity.objects.order_by("pk"))


def decide(act, *items: WorkItem) -> Principal:
    by = factories.principal(Role.PATHOLOGIST)
    for item in items:
        act(item=item, by=by, at=database_now(), reason="the driver is mended")
    return by


def alarms_of(instrument) -> tuple[Alarm, ...]:
    lines = connections.overview(at=database_now()).lines
    return next(line.alarms for line in lines if line.instrument == instrument)


def test_a_sweep_of_every_minute_at_least_raises_it(lab, specimen) -> None:
    fail_for_good(lab.instrument, poison(specimen))
    periodic.load()
    job = periodic._jobs["parked work"]

    job.run()

    assert job.every_seconds <= 60
    assert Nonconformity.objects.get().instrument == lab.instrument


def test_the_instrument_shows_it_and_one_incident_is_about_all_of_a_kind(lab, specimen) -> None:
    other = plain.instrument({})
    good = message(reading(specimen, run="9"))
    stored = fail_for_good(lab.instrument, poison(specimen), poison(specimen, "2"), good)

    (incident,) = follow()
    assert follow() == [incident]

    assert (incident.instrument, incident.severity) == (lab.instrument, "MAJOR")
    assert "“interpret”" in incident.summary
    assert "(2)" in incident.summary
    assert ends(stored[2]) == ["RECORDED"]
    assert Alarm.PARKED in alarms_of(lab.instrument)
    assert Alarm.PARKED not in alarms_of(other)
    client = client_of(Role.TECHNOLOGIST)
    assert "work failed" in text_of(client, "/instruments/")
    page = text_of(client, f"/instruments/{lab.instrument.pk}/")
    assert f'href="/transmissions/{stored[0].pk}/"' in page
    assert f"NC {incident.pk}" in page
    item = WorkItem.objects.get(subject_id=stored[0].pk, kind="interpret")
    assert f"/admin/work/workitem/{item.pk}/change/" in page
    assert f"/admin/work/workitem/{item.pk}/change/" in text_of(
        client, f"/nonconformities/{incident.pk}/"
    )


@pytest.mark.parametrize("act", [decisions.retry, decisions.reject])
def test_it_ends_by_itself_with_the_decision_about_the_last_of_it(lab, specimen, act) -> None:
    fail_for_good(lab.instrument, poison(specimen), poison(specimen, "2"))
    first, last = WorkItem.objects.filter(state="PARKED").order_by("pk")
    (incident,) = follow()
    by = decide(act, first)
    assert [one.status for one in follow()] == ["OPEN"]
    assert Alarm.PARKED in alarms_of(lab.instrument)

    decide(act, last)

    assert Alarm.PARKED not in alarms_of(lab.instrument)
    (incident,) = follow()
    assert (incident.status, incident.corrected_by) == ("CLOSED", by)
    assert f"NC {incident.pk}" not in text_of(
        client_of(Role.TECHNOLOGIST), f"/instruments/{lab.instrument.pk}/"
    )
    assert {one.status for one in TransmissionMessage.objects.all()} == {"RECEIVED"}


def test_what_fails_again_raises_another(lab, specimen) -> None:
    fail_for_good(lab.instrument, poison(specimen))
    follow()
    decide(decisions.retry, WorkItem.objects.get(state="PARKED"))
    assert [one.status for one in follow()] == ["CLOSED"]

    fail_for_good(lab.instrument)
    work_off()
    for _attempt in range(queue.MAX_ATTEMPTS):
        WorkItem.objects.filter(state="PENDING").update(available_at=Now())
        work_off()

    assert WorkItem.objects.filter(state="PARKED").count() == 1
    assert [one.status for one in follow()] == ["CLOSED", "OPEN"]


def test_an_incident_closed_by_hand_is_not_opened_again_about_the_same(lab, specimen) -> None:
    fail_for_good(lab.instrument, poison(specimen))
    WorkItem.objects.filter(state="PARKED").update(available_at=Now())
    (incident,) = follow()
    nonconformities.mark_entered_in_error(
        nonconformity=incident,
        seen=incident.events.latest("pk").pk,
        reason="known",
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )

    assert [one.status for one in follow()] == ["ENTERED_IN_ERROR"]
    assert Alarm.PARKED in alarms_of(lab.instrument)


def test_work_of_no_instrument_has_an_incident_of_its_kind(lab) -> None:
    WorkItem.objects.create(
        kind="deliver",
        subject_table="consent_delivery",
        subject_id=7,
        state="PARKED",
        available_at=database_now(),
        created_at=database_now(),
    )

    (incident,) = follow()

    assert incident.instrument is None
    assert "“deliver”" in incident.summary
    assert Alarm.PARKED not in alarms_of(lab.instrument)


def test_work_on_a_held_value_is_of_its_instrument(lab, specimen) -> None:
    (held,) = plain.read(lab.instrument, message(reading(specimen, "NEW")))
    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])
    plain.sweep()
    asked = WorkItem.objects.filter(subject_table="assays_itemevent")
    assert asked.update(state="PARKED") == 1

    (found,) = queries.of(lab.instrument.pk)

    assert found.message_id == held.pk
    assert queries.by_instrument() == {lab.instrument.pk: 1}
    asked.update(state="PENDING")
    work_off()
    assert ends(held) == ["RECORDED"]


def once_more(stored: TransmissionMessage) -> None:
    """Have it tried once more without anybody's decision."""
    by = Principal.objects.system("sweep")
    asked = {"kind": "interpret", "subjects": [stored.pk], "by": by, "at": database_now()}
    assert decisions.try_once_more(**asked) == 1


def test_what_is_only_tried_once_more_stays_open_and_what_got_done_so_is_corrected(
    lab, specimen
) -> None:
    (stored,) = fail_for_good(lab.instrument, poison(specimen))
    follow()

    once_more(stored)
    assert [one.status for one in follow()] == ["OPEN"]

    plain.reset(lab.instrument, is_mended=True)
    work_off()
    (incident,) = follow()
    assert (incident.status, incident.corrected_by.name) == ("CORRECTED", "system:sweep")


def test_a_decision_before_it_was_parked_again_settles_nothing(lab, specimen) -> None:
    (stored,) = fail_for_good(lab.instrument, poison(specimen))
    follow()
    decide(decisions.retry, WorkItem.objects.get(state="PARKED"))
    for _attempt in range(queue.MAX_ATTEMPTS):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=Now())
    assert [one.status for one in follow()] == ["OPEN"]

    once_more(stored)

    assert [one.status for one in follow()] == ["OPEN"]
