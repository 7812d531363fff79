"""Telling others: rows in the act's own transaction, sent by a worker, without a name or a reason."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse

from consent.actions import alerts, deliveries, transitions
from consent.models import Delivery, NotificationTarget
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.webhooks import signature
from labsys.work.models import WorkItem
from tests.clients import client_of
from tests.consent.actions.test_alerts import called, raised
from tests.consent.actions.test_transitions import beat, work
from tests.consent.programme import FAILED, World, hours
from tests.factories import principal
from tests.lib.test_webhooks import receiver

pytestmark = pytest.mark.django_db
SECRET = "a secret that both of them know."


@pytest.fixture
def world() -> World:
    return World()


def target(**more) -> NotificationTarget:
    given = {"channel": "EMAIL", "address": "duty@hospital.example", "what": "REVOCATION", **more}
    by = principal(Role.SCREENING_OFFICER)
    given.setdefault("programme", None)
    return deliveries.add_target(by=by, at=database_now(), **given)


def webhook(server, **more) -> NotificationTarget:
    address = f"http://127.0.0.1:{server.server_port}/told"
    return target(channel="WEBHOOK", address=address, secret=SECRET, **more)


def test_a_lost_clearance_is_told_by_mail_without_a_name(world) -> None:
    target()
    person = world.cleared()
    world.medical(person, FAILED)

    assert [one.state for one in Delivery.objects.all()] == ["WAITING"]
    work()

    (sent,) = mail.outbox
    assert sent.to == ["duty@hospital.example"]
    assert "A clearance was lost" in sent.subject
    for said in (sent.subject, sent.body):
        for word in (person.mrn, person.display_name, "medical", "failed"):
            assert word not in said
    assert Delivery.objects.get().state == "SENT"


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_a_lost_clearance_is_told_by_a_signed_webhook(world) -> None:
    with receiver() as server:
        webhook(server)
        person = world.cleared()
        world.withdraw(person)
        work()

        ((_path, headers, body),) = server.got
    delivery = Delivery.objects.get()
    assert headers["X-Labsys-Signature"] == signature(body, SECRET.encode())
    said = json.loads(body)
    assert said == {
        "id": str(delivery.uid),
        "what": "REVOCATION",
        "programme": world.programme.code,
        "person": str(person.uid),
        "at": delivery.transition.changed_at.isoformat(),
    }


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_what_does_not_arrive_is_tried_again_and_parked_where_it_is_seen(world) -> None:
    with receiver(500) as server:
        webhook(server)
        world.withdraw(world.cleared())
        for _each in range(5):
            WorkItem.objects.filter(kind="deliver").update(available_at=database_now())
            work()

        assert len(server.got) == 5
    item = WorkItem.objects.get(kind="deliver")
    assert item.state == "PARKED"
    assert "answered 500" in item.last_error
    assert Delivery.objects.get().state == "WAITING"


def fail_five_times() -> None:
    for _each in range(5):
        WorkItem.objects.filter(kind="deliver", state="PENDING").update(available_at=database_now())
        work()


def try_again(at=None) -> int:
    sweep = Principal.objects.system("sweep")
    tried = deliveries.try_again(by=sweep, at=at or database_now())
    work()
    return tried


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_what_an_outage_kept_arrives_by_itself_once_the_address_answers(world) -> None:
    with receiver(500) as server:
        webhook(server)
        for _each in range(3):
            world.withdraw(world.cleared())
        fail_five_times()
        assert set(WorkItem.objects.filter(kind="deliver").values_list("state", flat=True)) == {
            "PARKED"
        }
        before = len(server.got)

        assert try_again() == 1  # one alone asks whether anybody is there
        assert len(server.got) == before + 1
        assert WorkItem.objects.filter(kind="deliver", state="PARKED").count() == 3

        server.answer = 204
        assert [try_again(), try_again(), try_again()] == [1, 2, 0]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"SENT"}
    assert len({json.loads(body)["id"] for _path, _headers, body in server.got}) == 3


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_addresses_that_are_gone_keep_no_other_from_being_asked(world) -> None:
    with receiver(500) as server:
        for number in range(deliveries.PROBES + 1):
            address = f"http://127.0.0.1:{server.server_port}/{number}"
            target(channel="WEBHOOK", address=address, secret=SECRET)
        world.withdraw(world.cleared())
        fail_five_times()
        # The pause after a failure is drawn; two minutes lie between two tries, and here none.
        WorkItem.objects.filter(kind="deliver").update(available_at=database_now() - hours(1))
        server.got.clear()

        assert try_again() + try_again() == 2 * deliveries.PROBES
        assert {path for path, _headers, _body in server.got} == {"/0", "/1", "/2", "/3"}


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_what_is_no_news_any_more_waits_for_a_person(world) -> None:
    with receiver(500) as server:
        webhook(server)
        world.withdraw(world.cleared())
        fail_five_times()

        assert try_again(database_now() + hours(24.1)) == 0
    assert WorkItem.objects.get(kind="deliver").state == "PARKED"


def test_whoever_is_cleared_again_before_it_was_noticed_is_told_of_to_nobody(
    world, monkeypatch
) -> None:
    target()
    person = world.cleared()
    monkeypatch.setattr(transitions, "after", lambda **given: None)
    failed = world.medical(person, FAILED)
    world.medical(person, lifts=[failed])
    monkeypatch.undo()

    sweep = Principal.objects.system("sweep")
    made = transitions.follow(person_ids=[person.pk], cause="TIME", by=sweep, at=database_now())

    assert [row.change for row in made] == ["REVOKED", "REGAINED"]
    assert not Delivery.objects.exists()


def test_a_lapse_is_told_of_by_the_beat(world) -> None:
    target()
    person = world.cleared()

    beat(person.checks.earliest("performed_at").performed_at + hours(169))

    assert Delivery.objects.get().transition.come == ["MEDICAL_LAPSED"]


def test_an_address_is_told_of_its_own_programme_and_until_it_is_ended(world) -> None:
    other = World()
    mine, others = (
        target(programme=world.programme),
        target(programme=other.programme, address="b@c.example"),
    )
    world.withdraw(world.cleared())
    assert [one.target for one in Delivery.objects.all()] == [mine]

    deliveries.end_target(target=mine, by=principal(Role.SCREENING_OFFICER), at=database_now())
    world.withdraw(world.cleared())
    work()

    assert [one.state for one in Delivery.objects.all()] == ["GIVEN_UP"]
    assert not mail.outbox
    with pytest.raises(Conflict, match="already"):
        deliveries.end_target(target=mine, by=principal(Role.SCREENING_OFFICER), at=database_now())
    assert others.ended_at is None


def test_an_alert_is_told_to_whoever_is_on_call_and_names_nobody(world) -> None:
    on, off = world.physician(), world.physician()
    for who, address in ((on, "on@hospital.example"), (off, "off@hospital.example")):
        type(who.user).objects.filter(pk=who.user.pk).update(email=address)
    called(world, on)
    alert = raised(world)
    work()

    assert [message.to for message in mail.outbox] == [["on@hospital.example"]]
    assert alert.person.mrn not in mail.outbox[0].subject + mail.outbox[0].body
    alerts.escalate_due(by=Principal.objects.system("sweep"), at=alert.recorded_at + hours(0.5))
    work()
    told = [message.to[0] for message in mail.outbox[1:]]
    assert sorted(told) == ["off@hospital.example", "on@hospital.example", "on@hospital.example"]


def test_the_office_is_listed_no_telling_before_an_alert_came_to_it(world) -> None:
    target(what="ALERT")
    early, late = raised(world), raised(world, at=database_now() - hours(1))
    alerts.escalate_due(by=Principal.objects.system("sweep"), at=database_now())
    asked = {"what": "ALERT"}
    office = client_of(world.officer)

    listed = office.get(reverse("api-deliveries"), asked).json()["deliveries"]
    page = office.get(reverse("admin:consent_delivery_changelist"))

    assert Delivery.objects.filter(escalation__alert=early).count() == 1
    (told,) = Delivery.objects.filter(escalation__alert=late, escalation__step="SCREENING")
    assert [one["id"] for one in listed] == [told.pk]
    assert list(page.context["cl"].result_list) == [told]


@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_a_webhook_about_an_alert_says_that_there_is_one_and_about_nobody(world) -> None:
    with receiver() as server:
        webhook(server, what="ALERT")
        raised(world)
        work()

        ((_path, _headers, body),) = server.got
    assert set(json.loads(body)) == {"id", "what", "programme", "at"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"address": "nobody"}, "name@host"),
        ({"address": "a@b.example\nBcc: x@y.example"}, "name@host"),
        ({"secret": SECRET}, "leave this empty"),
        ({"channel": "WEBHOOK", "address": "https://x.example/", "secret": SECRET}, "not among"),
        ({"channel": "WEBHOOK", "address": "http://127.0.0.1/", "secret": "short"}, "at least 32"),
    ],
)
@override_settings(LABSYS_WEBHOOK_HOSTS={"127.0.0.1"})
def test_an_address_that_cannot_be_told_is_refused(given, why) -> None:
    with pytest.raises(InvalidInput, match=why):
        target(**given)


def test_only_the_screening_office_manages_addresses(world) -> None:
    with pytest.raises(NotAllowed):
        deliveries.add_target(
            channel="EMAIL",
            address="a@b.example",
            what="ALERT",
            programme=None,
            by=principal(Role.ADMINISTRATOR),
            at=database_now(),
        )


@override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="", EMAIL_PORT=1
)
def test_without_a_mail_server_it_is_said_and_not_lost(world) -> None:
    target()
    world.withdraw(world.cleared())
    work()

    item = WorkItem.objects.get(kind="deliver")
    assert item.state == "PENDING"
    assert "LABSYS_SMTP_HOST" in item.last_error
