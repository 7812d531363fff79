"""Held items and parked work in the admin: seen by the laboratory, decided with a reason."""

from __future__ import annotations

import pytest

from assays.models import ItemEvent, TransmissionItem, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.work import queue
from labsys.work.models import WorkDecision, WorkItem
from tests.assays.senders import item
from tests.clients import client_of

pytestmark = pytest.mark.django_db
BACKEND = "labsys.accounts.backends.PrincipalBackend"
ITEMS = "/admin/assays/transmissionitem/"
WORK = "/admin/work/workitem/"


@pytest.fixture
def held(sender, specimen) -> TransmissionItem:
    sender.send(item("2600000000", comment="<script>alert(1)</script>"))
    return TransmissionItem.objects.get()


@pytest.fixture
def parked(sender, specimen) -> WorkItem:
    sender.send(item(specimen))
    (claim,) = queue.claim(kinds=[("evaluate", 1)], worker="w")
    WorkItem.objects.update(attempts=queue.MAX_ATTEMPTS)
    queue.fail(claim, "ZeroDivisionError: <b>the reason</b>")
    return WorkItem.objects.get()


def test_held_items_are_listed_with_their_reason(held) -> None:
    page = client_of(Role.TECHNOLOGIST).get(ITEMS, {"status__exact": "HELD"})

    assert page.status_code == 200
    assert "No specimen is registered under “2600000000”." in page.content.decode()


def test_the_list_costs_the_same_queries_whatever_its_length(
    sender, held, django_assert_max_num_queries
) -> None:
    client = client_of(Role.TECHNOLOGIST)
    for number in range(10):
        sender.send(item(f"27{number:08d}"))

    with django_assert_max_num_queries(12):
        answer = client.get(ITEMS)

    assert answer.status_code == 200


def test_an_item_is_shown_with_what_was_sent_and_escaped(held) -> None:
    text = client_of(Role.TECHNOLOGIST).get(f"{ITEMS}{held.pk}/change/").content.decode()

    assert "Read again" in text
    assert "Reject" in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


def test_a_message_is_shown_as_it_was_sent(held) -> None:
    address = f"/admin/assays/transmissionmessage/{held.message_id}/change/"

    text = client_of(Role.TECHNOLOGIST).get(address).content.decode()

    assert "2600000000" in text
    assert "<script>alert" not in text


def test_messages_are_listed_without_their_bytes(held, django_assert_max_num_queries) -> None:
    client = client_of(Role.QUALITY_MANAGER)

    with django_assert_max_num_queries(12):
        page = client.get("/admin/assays/transmissionmessage/")

    assert page.status_code == 200


def test_a_button_has_the_item_read_again(held) -> None:
    answer = client_of(Role.TECHNOLOGIST).post(
        f"{ITEMS}{held.pk}/move/again/", {"reason": "registered now"}
    )

    assert answer.status_code == 302
    assert ItemEvent.objects.get().reason == "registered now"


def test_a_button_rejects_with_a_reason(held) -> None:
    client = client_of(Role.TECHNOLOGIST)

    assert client.post(f"{ITEMS}{held.pk}/move/reject/", {"reason": ""}).status_code == 422
    client.post(f"{ITEMS}{held.pk}/move/reject/", {"reason": "another site"})

    assert TransmissionMessage.objects.get().status == "REJECTED"


def test_a_quality_manager_sees_but_does_not_decide(held) -> None:
    client = client_of(Role.QUALITY_MANAGER)

    assert client.get(f"{ITEMS}{held.pk}/change/").status_code == 200
    assert client.post(f"{ITEMS}{held.pk}/move/reject/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.ADMINISTRATOR])
def test_others_do_not_see_what_instruments_sent(held, role) -> None:
    client = client_of(role)

    assert client.get(ITEMS).status_code == 403
    assert client.get(f"{ITEMS}{held.pk}/change/").status_code == 403


def test_parked_work_shows_its_error_and_is_tried_again(parked) -> None:
    client = client_of(Role.PATHOLOGIST)
    text = client.get(f"{WORK}{parked.pk}/change/").content.decode()

    answer = client.post(f"{WORK}{parked.pk}/move/retry/", {"reason": "the limit is set now"})

    assert "ZeroDivisionError: &lt;b&gt;" in text
    assert answer.status_code == 302
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == ("PENDING", 0)
    assert WorkDecision.objects.get().error.startswith("ZeroDivisionError")


def test_parked_work_is_rejected_with_a_reason(parked) -> None:
    client = client_of(Role.QUALITY_MANAGER)

    client.post(f"{WORK}{parked.pk}/move/reject/", {"reason": "recorded by hand"})

    parked.refresh_from_db()
    assert parked.state == "REJECTED"


def test_an_administrator_sees_the_queue_but_does_not_decide(parked) -> None:
    client = client_of(Role.ADMINISTRATOR)

    assert client.get(WORK).status_code == 200
    assert client.post(f"{WORK}{parked.pk}/move/retry/", {"reason": "x"}).status_code == 403


def test_the_home_page_counts_what_waits(held, parked) -> None:
    text = client_of(Role.PATHOLOGIST).get("/").content.decode()

    assert "Held items" in text
    assert "Parked work" in text
