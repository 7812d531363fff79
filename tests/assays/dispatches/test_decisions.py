"""What a person decides about messages that did not arrive, and what the incidents about them say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from assays.actions import deliveries, dispatches, nonconformities, undelivered
from assays.actions.dispatch_moves import EVENTS, DispatchMoved
from assays.instruments.delivery import Delivery, Fate
from assays.models import (
    Dispatch,
    DispatchEvent,
    Instrument,
    Nonconformity,
    TransmissionSession,
)
from assays.queries import connections, outbox
from assays.queries.outbox import Chosen
from assays.rules.connections import Alarm
from assays.rules.dispatching import MOST_ATTEMPTS, DispatchKind, DispatchStatus
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.console.transmitted import text_of
from tests.assays.dispatches.receiving import attempted, begun, enqueue, queue_of
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db
S = DispatchStatus
SILENT = Delivery(Fate.AGAIN, "There was no answer in time.")
NO = Delivery(Fate.REFUSED, "It was answered AR: unknown specimen", b"MSA|AR")
YES = Delivery(Fate.ACCEPTED, answer=b"MSA|AA")


@pytest.fixture
def reader() -> Instrument:
    return wires.instrument("HL7", code="reader")


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def sweep() -> dict[str, object]:
    return {"by": Principal.objects.system("sweep"), "at": database_now()}


def dead(instrument: Instrument, number: int = 1) -> Dispatch:
    made = enqueue(instrument, number)
    for _attempt in range(MOST_ATTEMPTS):
        attempted(made, SILENT)
    return made


def test_after_ten_attempts_a_message_is_given_up_and_says_why(reader: Instrument) -> None:
    made = dead(reader)

    assert made.status == S.DEAD
    assert made.reason == (
        "It was sent 10 times and never accepted; the last time: There was no answer in time."
    )


def test_what_is_of_no_use_any_more_is_given_up_unsent(reader: Instrument) -> None:
    until = database_now() + timedelta(seconds=60)
    made = enqueue(reader, kind=DispatchKind.QUERY_ANSWER, until=until)

    deliveries.give_up(by=Principal.objects.system("sweep"), at=until)

    made.refresh_from_db()
    assert (made.status, made.attempts) == (S.DEAD, 0)


def test_an_end_is_recorded_once_and_for_its_own_attempt(reader: Instrument) -> None:
    made = attempted(enqueue(reader), SILENT)
    begun(made)

    given = {"chance": 0.0, "by": Principal.objects.system("interpret"), "at": database_now()}
    deliveries.end(dispatch_id=made.pk, attempt=1, delivery=YES, **given)
    made.refresh_from_db()
    assert made.status == S.SENDING
    for _time in range(2):
        deliveries.end(dispatch_id=made.pk, attempt=2, delivery=YES, **given)

    made.refresh_from_db()
    assert made.status == S.ACCEPTED
    assert DispatchEvent.objects.filter(dispatch=made, new=S.ACCEPTED).count() == 1


def test_what_is_sent_again_is_the_same_under_the_same_id(
    reader: Instrument, technologist: Principal
) -> None:
    made = dead(reader)
    before = bytes(made.content), made.control_id

    dispatches.retry(dispatch=made, reason="cable", by=technologist, at=database_now())

    made.refresh_from_db()
    assert (bytes(made.content), made.control_id) == before
    assert (made.status, made.attempts, made.reason) == (S.QUEUED, 0, "cable")
    assert outbox.due([reader.pk])[0].dispatch_id == made.pk


def test_what_is_on_the_line_is_not_withdrawn(reader: Instrument, technologist: Principal) -> None:
    made = begun(enqueue(reader))

    with pytest.raises(DispatchMoved):
        dispatches.withdraw(dispatch=made, reason="no", by=technologist, at=database_now())


def test_a_withdrawn_message_lets_the_next_go(reader: Instrument, technologist: Principal) -> None:
    first, second = queue_of(reader, 2)
    attempted(first, SILENT)
    assert outbox.due([reader.pk]) == []

    dispatches.withdraw(dispatch=first, reason="cancelled", by=technologist, at=database_now())

    assert [one.dispatch_id for one in outbox.due([reader.pk])] == [second.pk]


def test_a_decision_needs_a_reason_and_the_right_to_decide(
    reader: Instrument, technologist: Principal
) -> None:
    made = dead(reader)

    with pytest.raises(InvalidInput):
        dispatches.retry(dispatch=made, reason=" ", by=technologist, at=database_now())
    nurse = factories.principal(Role.NURSE)
    for act in (dispatches.retry, dispatches.withdraw):
        with pytest.raises(NotAllowed):
            act(dispatch=made, reason="cable", by=nurse, at=database_now())


def test_whoever_follows_up_is_told_of_every_end(
    reader: Instrument, technologist: Principal
) -> None:
    made = enqueue(reader, follow_up="interpret")
    attempted(made, SILENT)
    assert not WorkItem.objects.filter(subject_table=EVENTS).exists()
    attempted(made, NO)
    dispatches.retry(dispatch=made, reason="cable", by=technologist, at=database_now())

    attempted(made, YES)

    events = DispatchEvent.objects.filter(pk__in=WorkItem.objects.values("subject_id"))
    assert [one.new for one in events.order_by("pk")] == [S.REFUSED, S.ACCEPTED]


def test_of_everything_left_at_an_instrument_there_is_one_incident(reader: Instrument) -> None:
    for number in range(1, 4):
        attempted(enqueue(reader, number), NO)

    undelivered.follow(**sweep())
    undelivered.follow(**sweep())

    incident = Nonconformity.objects.get()
    assert incident.instrument == reader
    assert "3 messages to Reader" in incident.summary


def test_the_incident_is_settled_when_nothing_is_left(
    reader: Instrument, technologist: Principal
) -> None:
    made = attempted(enqueue(reader), NO)
    undelivered.follow(**sweep())

    dispatches.withdraw(
        dispatch=made, reason="told by telephone", by=technologist, at=database_now()
    )
    undelivered.follow(**sweep())

    incident = Nonconformity.objects.get()
    assert (incident.status, incident.corrected_by) == ("CLOSED", technologist)
    attempted(enqueue(reader, 2), NO)
    undelivered.follow(**sweep())
    assert Nonconformity.objects.count() == 2


def test_an_incident_entered_in_error_speaks_for_nothing_that_is_left_later(
    reader: Instrument,
) -> None:
    attempted(enqueue(reader), NO)
    undelivered.follow(**sweep())
    incident = Nonconformity.objects.get()
    nonconformities.mark_entered_in_error(
        nonconformity=incident,
        seen=incident.events.latest("pk").pk,
        reason="a trial",
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )
    undelivered.follow(**sweep())
    assert Nonconformity.objects.count() == 1

    attempted(enqueue(reader, 2), NO)
    undelivered.follow(**sweep())

    assert Nonconformity.objects.count() == 2


def test_the_page_of_an_incident_leads_to_the_message(reader: Instrument) -> None:
    made = attempted(enqueue(reader), NO)
    undelivered.follow(**sweep())

    page = text_of(
        client_of(Role.TECHNOLOGIST), f"/nonconformities/{Nonconformity.objects.get().pk}/"
    )

    assert f'href="/outbox/{made.pk}/"' in page


def test_messages_are_found_by_control_id_number_and_accession(reader: Instrument) -> None:
    assay = laboratory.assays(HB={"low": "1", "high": "2"})["HB"]
    specimen = laboratory.specimen([assay])
    about = enqueue(reader, 1, specimen=specimen)
    of_order = enqueue(reader, 2, order=specimen.order)
    enqueue(reader, 3)

    found = {
        text: [one.pk for one in outbox.page(Chosen(text=text)).rows]
        for text in (about.control_id, about.control_id.lower(), str(about.pk), specimen.accession)
    }

    assert found == {
        about.control_id: [about.pk],
        about.control_id.lower(): [about.pk],
        str(about.pk): [about.pk],
        specimen.accession: [of_order.pk, about.pk],
    }


def test_the_page_shows_what_waits_and_what_is_left(reader: Instrument) -> None:
    attempted(enqueue(reader, 1), NO)
    attempted(enqueue(reader, 2), SILENT)
    client = client_of(Role.TECHNOLOGIST)

    page, left = text_of(client, "/outbox/"), text_of(client, "/outbox/", status="LEFT")

    assert "It was answered AR: unknown specimen" in page
    assert page.count('<th scope="row" class="code">') == 2
    assert left.count('<th scope="row" class="code">') == 1


def test_ticked_messages_are_sent_again_together(reader: Instrument) -> None:
    made = [attempted(enqueue(reader, number), NO) for number in (1, 2)]
    client = client_of(Role.TECHNOLOGIST)

    given = {"dispatch": [one.pk for one in made], "move": "retry", "reason": "cable"}
    answer = client.post("/outbox/", given)

    assert answer.status_code == 302
    assert {one.status for one in Dispatch.objects.all()} == {S.QUEUED}


def test_a_decision_without_a_reason_is_said_beside_it_and_nothing_ticked_is_lost(
    reader: Instrument,
) -> None:
    made = [attempted(enqueue(reader, number), NO) for number in (1, 2)]
    client = client_of(Role.TECHNOLOGIST)

    many = client.post("/outbox/", {"dispatch": [made[1].pk], "move": "retry", "reason": " "})
    one = client.post(f"/outbox/{made[0].pk}/", {"move": "withdraw"})

    for answer in (many, one):
        assert answer.status_code == 422
        assert answer.content.decode().count("Say why, in a few words") == 1
    assert f'value="{made[1].pk}" checked' in many.content.decode()
    assert f'value="{made[0].pk}" checked' not in many.content.decode()
    assert {one.status for one in Dispatch.objects.all()} == {S.REFUSED}


def test_a_message_shows_its_course_and_the_read_is_on_record(reader: Instrument) -> None:
    assay = laboratory.assays(HB={"low": "1", "high": "2"})["HB"]
    specimen = laboratory.specimen([assay])
    made = attempted(enqueue(reader, specimen=specimen), NO)
    client = client_of(Role.TECHNOLOGIST)

    page = text_of(client, f"/outbox/{made.pk}/")

    assert specimen.accession in page
    assert "OML^O33" in page
    assert (
        client.post(f"/outbox/{made.pk}/", {"move": "withdraw", "reason": "no"}).status_code == 302
    )
    assert Dispatch.objects.get().status == S.WITHDRAWN
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM read_event WHERE purpose = 'dispatch'")
        assert cursor.fetchall() == [(specimen.person_id,)]


def test_bidding_in_vain_is_no_sign_of_life_and_raises_an_alarm(reader: Instrument) -> None:
    made = dead(reader)
    ids = made.events.exclude(session=None).values("session")
    with acting(by=factories.seed(), at=database_now(), action="tests.lost"):
        TransmissionSession.objects.filter(pk__in=ids).update(state="LOST")

    (line,) = connections.overview(at=database_now()).lines

    assert line.last_at is None
    assert Alarm.UNDELIVERED in line.alarms


def test_only_who_decides_may_decide(reader: Instrument) -> None:
    made = attempted(enqueue(reader), NO)
    client = client_of(Role.QUALITY_MANAGER)

    assert client.get(f"/outbox/{made.pk}/").status_code == 200
    answer = client.post(f"/outbox/{made.pk}/", {"move": "retry", "reason": "cable"})
    assert answer.status_code == 403


def test_the_list_costs_the_same_however_long_it_is(
    reader: Instrument, django_assert_max_num_queries
) -> None:
    queue_of(reader, 30)
    client = client_of(Role.TECHNOLOGIST)
    client.get("/outbox/")

    with django_assert_max_num_queries(20):
        client.get("/outbox/")


def test_what_is_about_an_order_names_and_leads_to_it(reader: Instrument) -> None:
    order = laboratory.specimen([laboratory.assays(HB={})["HB"]]).order
    made = enqueue(reader, order=order)
    client = client_of(Role.TECHNOLOGIST)

    assert f"order {order.pk}" in text_of(client, "/outbox/")
    assert f'href="/orders/{order.pk}/"' in text_of(client, f"/outbox/{made.pk}/")
