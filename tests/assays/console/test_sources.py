"""A message of nobody known: a person says which instrument sent it, and it is read as its own."""

from __future__ import annotations

import pytest

from assays.models import ItemEvent, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.work.models import WorkItem
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import text_of
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown() -> TransmissionMessage:
    made = transmitted.message(None, status="HELD")
    transmitted.item(
        made, 0, hold_code="UNKNOWN_SOURCE", specimen_text="", code_text="", content={}
    )
    return made


def assign(client, message: TransmissionMessage, **given: object):
    return client.post(f"/transmissions/{message.pk}/source/", given, follow=True)


def test_it_is_given_to_an_instrument_with_a_reason_and_read(unknown) -> None:
    analyser, other = transmitted.astm("north"), laboratory.instrument()
    client = client_of(Role.TECHNOLOGIST)
    asked = text_of(client, f"/transmissions/{unknown.pk}/")

    answer = assign(client, unknown, instrument=analyser.pk, reason="its cable was changed")

    assert analyser.name in asked
    assert f'value="{other.pk}">' not in asked  # speaks another protocol
    assert "The message will be read in a moment." in answer.content.decode()
    unknown.refresh_from_db()
    assert unknown.instrument == analyser
    assert ItemEvent.objects.get().reason == "its cable was changed"
    assert WorkItem.objects.get(kind="interpret").ordering_key == f"connection:{analyser.pk}"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": "why"}, "Choose the instrument"),
        ({"reason": "why", "instrument": "x"}, "Choose the instrument"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_nothing_is_assigned_without_an_instrument_and_a_reason(unknown, given, said) -> None:
    given.setdefault("instrument", transmitted.astm("north").pk if said == "Say why" else "")

    answer = assign(client_of(Role.TECHNOLOGIST), unknown, **given)

    assert said in answer.content.decode()
    unknown.refresh_from_db()
    assert unknown.instrument is None


def test_an_instrument_of_another_protocol_is_refused(unknown) -> None:
    answer = assign(
        client_of(Role.TECHNOLOGIST), unknown, instrument=laboratory.instrument().pk, reason="x"
    )

    assert "does not speak ASTM" in answer.content.decode()


def test_a_message_that_was_assigned_meanwhile_stays_where_it_is(unknown) -> None:
    first, second = transmitted.astm("first"), transmitted.astm("second")
    assign(client_of(Role.PATHOLOGIST), unknown, instrument=first.pk, reason="one")

    answer = assign(client_of(Role.TECHNOLOGIST), unknown, instrument=second.pk, reason="two")

    assert "does not wait for somebody" in answer.content.decode()
    unknown.refresh_from_db()
    assert unknown.instrument == first


def test_who_may_only_look_is_not_asked(unknown) -> None:
    client = client_of(Role.QUALITY_MANAGER)

    assert "Which instrument sent it?" not in text_of(client, f"/transmissions/{unknown.pk}/")
    assert assign(client, unknown, instrument=1, reason="x").status_code == 403


def test_a_message_of_a_known_instrument_is_not_asked_about() -> None:
    made = transmitted.message(transmitted.astm("north"), status="HELD")

    text = text_of(client_of(Role.TECHNOLOGIST), f"/transmissions/{made.pk}/")

    assert "Which instrument sent it?" not in text
