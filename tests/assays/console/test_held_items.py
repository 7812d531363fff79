"""Held items as a page: found by reason, decided one by one or together, each with its reason."""

from __future__ import annotations

import pytest

from assays.models import Instrument, ItemEvent, TransmissionItem
from labsys.accounts.roles import Role
from labsys.work.models import WorkItem
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import text_of
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE = "/held/"


@pytest.fixture
def analyser() -> Instrument:
    return laboratory.instrument()


def held(analyser: Instrument | None, **more: object) -> TransmissionItem:
    return transmitted.item(transmitted.message(analyser, status="HELD"), **more)


def decide(client, *items: TransmissionItem, move: str = "reject", reason: str = "x", **more):
    ticked = [item.pk for item in items]
    return client.post(PAGE, {"item": ticked, "move": move, "reason": reason, **more}, follow=True)


def statuses(*items: TransmissionItem) -> list[str]:
    for item in items:
        item.refresh_from_db()
    return [item.status for item in items]


def test_items_are_listed_with_reason_release_and_age(analyser) -> None:
    held(analyser)
    held(analyser, hold_code="ALREADY_VERIFIED", hold_reason="HB has a verified result.")

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE)

    assert "unknown specimen" in text
    assert "passes by itself" in text
    assert "Register this identifier for its specimen." in text
    assert "HB has a verified result." in text
    assert "Take it as a correction, add it to the report, or reject it." in text
    assert text.count('name="item"') == 2


def test_a_code_that_nobody_mapped_leads_whoever_drafts_to_its_mapping(analyser) -> None:
    held(analyser, hold_code="UNMAPPED_CODE", hold_reason="No mapping.", code_text="H B&1")
    link = f"/admin/assays/codemapping/add/?instrument={analyser.pk}&amp;code=H%20B%261"

    assert link in text_of(client_of(Role.QUALITY_MANAGER), PAGE)
    assert link not in text_of(client_of(Role.TECHNOLOGIST), PAGE)


def test_they_are_filtered_by_reason_instrument_and_message(analyser) -> None:
    other = laboratory.instrument()
    one = held(analyser)
    two = held(other, hold_code="UNMAPPED_CODE", hold_reason="No mapping.")
    client = client_of(Role.TECHNOLOGIST)

    def found(**query: object) -> list[bool]:
        text = text_of(client, PAGE, **query)
        return [f'value="{item.pk}"' in text.split("<table")[-1] for item in (one, two)]

    assert found() == [True, True]
    assert found(hold="UNMAPPED_CODE") == [False, True]
    assert found(instrument=analyser.pk) == [True, False]
    assert found(message=two.message_id) == [False, True]


def test_several_are_rejected_at_once_with_one_reason(analyser) -> None:
    items = [held(analyser) for _n in range(3)]

    answer = decide(client_of(Role.TECHNOLOGIST), *items[:2], reason="from another site")

    assert "2 items rejected." in answer.content.decode()
    assert statuses(*items) == ["REJECTED", "REJECTED", "HELD"]
    assert [event.reason for event in ItemEvent.objects.order_by("pk")] == ["from another site"] * 2


def test_several_are_read_again(analyser) -> None:
    items = [held(analyser) for _n in range(2)]

    answer = decide(client_of(Role.TECHNOLOGIST), *items, move="again", reason="mapped now")

    assert "2 items will be read again" in answer.content.decode()
    assert WorkItem.objects.filter(kind="interpret").count() == 2


@pytest.mark.parametrize("move", ["reject", "again"])
def test_nothing_is_decided_without_a_reason(analyser, move) -> None:
    item = held(analyser)

    answer = decide(client_of(Role.TECHNOLOGIST), item, move=move, reason="  ")

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why, in a few words" in text
    assert "checked" in text  # what was ticked stays ticked
    assert statuses(item) == ["HELD"]
    assert not ItemEvent.objects.exists()


@pytest.mark.parametrize("given", [{"move": "reject"}, {"move": "explode", "item": [1]}, {}])
def test_nothing_ticked_or_an_unknown_move_decides_nothing(analyser, given) -> None:
    held(analyser)

    answer = client_of(Role.TECHNOLOGIST).post(PAGE, {"reason": "why", **given})

    assert answer.status_code == 422
    assert "Tick the items first" in answer.content.decode()
    assert not ItemEvent.objects.exists()


def test_an_item_that_moved_meanwhile_is_named_and_stops_no_other(analyser) -> None:
    moved, other = held(analyser), held(analyser)
    client = client_of(Role.TECHNOLOGIST)
    decide(client_of(Role.PATHOLOGIST), moved, reason="first")

    answer = decide(client, moved, other, reason="second")

    text = answer.content.decode()
    assert "not held any more" in text
    assert f"Message {moved.message_id}, position 1" in text
    assert "1 item rejected." in text
    assert ItemEvent.objects.get(item=moved).reason == "first"


def test_a_message_of_nobody_known_is_not_read_again_but_can_be_rejected() -> None:
    item = held(None, hold_code="UNKNOWN_SOURCE", hold_reason="No instrument is registered.")
    client = client_of(Role.TECHNOLOGIST)

    answer = decide(client, item, move="again")
    assert "which instrument sent it" in answer.content.decode()
    assert statuses(item) == ["HELD"]

    decide(client, item, reason="a neighbour's analyser")
    assert statuses(item) == ["REJECTED"]


def test_the_page_returns_to_what_was_chosen(analyser) -> None:
    item = held(analyser)

    answer = decide(client_of(Role.TECHNOLOGIST), item, hold="UNKNOWN_SPECIMEN")

    assert answer.redirect_chain == [(f"{PAGE}?hold=UNKNOWN_SPECIMEN", 302)]


def test_all_on_the_page_can_be_ticked_without_a_script(analyser) -> None:
    for _n in range(3):
        held(analyser)

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE, tick="all")

    assert text.count(" checked") == 3


def test_many_come_in_pages_the_oldest_first(analyser) -> None:
    made = transmitted.message(analyser, status="HELD")
    items = [transmitted.item(made, position) for position in range(1, 53)]
    client = client_of(Role.TECHNOLOGIST)

    first = text_of(client, PAGE)
    second = text_of(client, PAGE, after=items[49].pk)

    assert first.count('name="item"') == 50
    assert f"after={items[49].pk}" in first
    assert second.count('name="item"') == 2


def test_it_costs_the_same_queries_whatever_its_length(analyser, django_assert_max_num_queries):
    for _n in range(30):
        held(analyser)
    client = client_of(Role.TECHNOLOGIST)

    with django_assert_max_num_queries(12):
        answer = client.get(PAGE)

    assert answer.status_code == 200


def test_a_quality_manager_sees_but_does_not_decide(analyser) -> None:
    item = held(analyser)
    client = client_of(Role.QUALITY_MANAGER)

    assert 'name="item"' not in text_of(client, PAGE)
    assert decide(client, item).status_code == 403
    assert statuses(item) == ["HELD"]


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.ADMINISTRATOR, Role.AUDITOR])
def test_others_do_not_see_it(role) -> None:
    assert client_of(role).get(PAGE).status_code == 403


def test_the_form_is_refused_without_its_proof_of_origin(analyser) -> None:
    from django.test import Client

    item = held(analyser)
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(Role.TECHNOLOGIST).cookies

    assert decide(client, item).status_code == 403
    assert statuses(item) == ["HELD"]


def test_what_instruments_wrote_is_escaped_and_visible(analyser) -> None:
    hostile = "\u202e<script>alert(1)</script>\u0001\"'"
    content = {"value": hostile, "unit": hostile}
    held(analyser, specimen_text=hostile, code_text=hostile, hold_reason=hostile, content=content)

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE)

    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "\u0001" not in text
    assert "&lt;U+202E&gt;" in text


def test_the_home_page_leads_here(analyser) -> None:
    held(analyser)

    text = text_of(client_of(Role.PATHOLOGIST), "/")

    assert 'href="/held/"' in text
    assert "Messages to look at" in text
