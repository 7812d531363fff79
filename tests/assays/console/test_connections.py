"""The page of the instruments: who was heard, what waits, whether anybody listens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import messages
from assays.models import Dispatch, EndpointState, Instrument
from assays.queries import connections
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import heartbeats
from tests import factories
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import text_of, without_tags
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE = "/instruments/"


@pytest.fixture
def analyser() -> Instrument:
    made = laboratory.instrument(code="north-astm")
    with laboratory.setting_up():
        Instrument.objects.filter(pk=made.pk).update(peer_networks=["10.20.0.0/16"])
    return made


def line_of(instrument: Instrument) -> connections.Line:
    found = connections.overview(at=database_now())
    return next(line for line in found.lines if line.instrument == instrument)


def test_todays_messages_are_counted_by_what_became_of_them(analyser) -> None:
    for status in ("FILED", "FILED", "DUPLICATE", "HELD", "PARTLY_HELD", "REJECTED", "INCOMPLETE"):
        transmitted.message(analyser, status=status)
    transmitted.message(analyser, status="RECEIVED")

    line = line_of(analyser)

    assert (line.messages, line.filed, line.held) == (8, 3, 2)
    assert (line.rejected, line.incomplete, line.waiting) == (1, 1, 1)


def test_yesterdays_messages_are_not_counted_but_heard(analyser) -> None:
    yesterday = database_now() - timedelta(days=2)
    transmitted.message(analyser, received_at=yesterday)

    line = line_of(analyser)

    assert line.messages == 0
    assert line.last_at == yesterday
    assert [alarm.value for alarm in line.alarms] == ["SILENT"]


@pytest.mark.parametrize("old", [0, 1, 5, 40])
@pytest.mark.parametrize("new", [0, 1, 7])
def test_the_first_message_of_the_day_is_found_among_any_number(analyser, old, new) -> None:
    yesterday = database_now() - timedelta(days=2)
    for _n in range(old):
        transmitted.message(analyser, received_at=yesterday)
    for _n in range(new):
        transmitted.message(analyser)

    assert line_of(analyser).messages == new


def test_an_open_connection_counts_as_heard(analyser) -> None:
    opened = transmitted.session(analyser)

    line = line_of(analyser)

    assert line.last_at == opened.opened_at
    assert line.session_state == "OPEN"


def test_the_page_names_protocol_networks_and_what_waits(analyser) -> None:
    transmitted.item(transmitted.message(analyser, status="HELD"))

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE)

    assert f"{PAGE}{analyser.pk}/" in text
    assert "values held" in text
    assert f"/held/?instrument={analyser.pk}" in text
    assert f"/transmissions/?instrument={analyser.pk}" in text
    assert "10.20.0.0/16" in text_of(client_of(Role.TECHNOLOGIST), f"{PAGE}{analyser.pk}/")


def test_an_administrator_sees_connections_without_what_they_carried(analyser) -> None:
    transmitted.item(transmitted.message(analyser, status="HELD"))

    text = text_of(client_of(Role.ADMINISTRATOR), PAGE)

    assert f"/admin/assays/instrument/{analyser.pk}/change/" in text
    assert "/transmissions/?" not in text
    assert "/held/" not in text


def test_only_who_may_manage_instruments_is_led_to_their_form(analyser) -> None:
    text = text_of(client_of(Role.QUALITY_MANAGER), PAGE)

    assert f"/admin/assays/instrument/{analyser.pk}/change/" not in text


def test_a_missing_listener_is_said_where_an_instrument_needs_one(analyser) -> None:
    client = client_of(Role.TECHNOLOGIST)
    assert "Nobody listens" not in text_of(client, PAGE)

    astm = transmitted.astm("astm-1")

    assert "Nobody listens" in text_of(client, PAGE)
    assert "NO_LISTENER" in line_of(astm).alarms


def test_a_listener_that_lives_is_said_to_and_raises_no_alarm(analyser) -> None:
    astm = transmitted.astm("astm-1")
    heartbeats.beat("instruments")

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE)

    assert "takes what instruments send" in text
    assert line_of(astm).alarms == ()


def test_messages_of_nobody_known_are_pointed_out(analyser) -> None:
    made = transmitted.message(None, status="HELD")
    transmitted.item(made, 0, hold_code="UNKNOWN_SOURCE")

    text = text_of(client_of(Role.TECHNOLOGIST), PAGE)

    assert "belong to no known instrument" in text
    assert "/held/?instrument=unknown" in text


def test_the_page_costs_the_same_queries_whatever_there_is(analyser, django_assert_max_num_queries):
    client = client_of(Role.TECHNOLOGIST)
    for _n in range(8):
        transmitted.item(transmitted.message(laboratory.instrument(), status="HELD"))

    with django_assert_max_num_queries(20):
        answer = client.get(PAGE)

    assert answer.status_code == 200


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.AUDITOR, Role.GATE_OFFICER])
def test_others_do_not_see_it(role) -> None:
    assert client_of(role).get(PAGE).status_code == 403


def state(instrument: Instrument, **changes: Any) -> EndpointState:
    """How the listener says that an instrument's line on the shared ports stands."""
    at = database_now()
    given = {"state": "CONNECTED", "since": at, "reported_at": at, **changes}
    return EndpointState.objects.create(instrument=instrument, **given)


def queued(instrument: Instrument, number: int, **changes: Any) -> Dispatch:
    at, seed = database_now(), factories.seed()
    given = {
        "kind": "WORK_ORDER",
        "subject_table": "assays_specimen",
        "subject_id": number,
        "control_id": f"L{number}",
        "content": b"H",
        "status": "QUEUED",
        "queued_at": at,
        "available_at": at,
        "expires_at": at + timedelta(hours=1),
        "recorded_by": seed,
        "recorded_at": at,
        **changes,
    }
    with laboratory.setting_up():
        return Dispatch.objects.create(instrument=instrument, **given)


def test_the_list_asks_for_itself_anew_as_a_part_of_its_page(analyser) -> None:
    client = client_of(Role.TECHNOLOGIST)

    page, part = text_of(client, PAGE), text_of(client, f"{PAGE}table/")

    assert f'data-refresh="{PAGE}table/"' in page
    assert part.strip() in page
    assert "<html" not in part


def test_a_line_says_how_it_stands_and_what_came_in_the_last_hour(analyser) -> None:
    state(analyser)
    transmitted.message(analyser, received_at=database_now() - timedelta(hours=2))
    transmitted.message(analyser)

    line = line_of(analyser)

    assert [one.state for one in line.states] == ["CONNECTED"]
    assert line.last_hour == 1
    assert "connected" in text_of(client_of(Role.TECHNOLOGIST), PAGE)


def test_what_is_to_be_sent_is_counted_and_what_was_given_up_is_an_alarm(analyser) -> None:
    queued(analyser, 1)
    queued(analyser, 2)
    queued(analyser, 3, status="DEAD", reason="nobody answered")

    line = line_of(analyser)

    assert (line.queued, line.unsent) == (2, 1)
    assert [alarm.value for alarm in line.alarms] == ["UNDELIVERED"]
    assert "1 given up" in text_of(client_of(Role.TECHNOLOGIST), PAGE)


def test_what_was_dismissed_is_no_alarm_any_more(analyser) -> None:
    sent = [transmitted.message(analyser, status=one) for one in ("REJECTED", "INCOMPLETE")]
    by = factories.principal(Role.TECHNOLOGIST)
    assert len(line_of(analyser).alarms) == 2

    for one in sent:
        messages.dismiss(message=one, by=by, at=database_now(), reason="sent again")

    assert line_of(analyser).alarms == ()


def test_a_connection_has_a_page_of_its_own(analyser) -> None:
    error = {"last_error": "no route to host", "last_error_at": database_now(), "errors": 3}
    state(analyser, **error)
    broken = transmitted.message(analyser, status="INCOMPLETE", reason="It broke off.")
    transmitted.item(transmitted.message(analyser, status="HELD"))
    queued(analyser, 1, status="DEAD", reason="nobody answered")

    page = text_of(client_of(Role.TECHNOLOGIST), f"{PAGE}{analyser.pk}/")

    for said in ("no route to host", "It broke off.", "nobody answered", "unknown specimen", "L1"):
        assert said in page
    assert f"/transmissions/{broken.pk}/" in page
    assert f"/transmissions/again/?instrument={analyser.pk}" in page
    assert f"/instruments/try/?instrument={analyser.pk}" in page


@pytest.mark.parametrize(
    ("driver", "said"), [("lis2a2", "LIS2-A2 by the book lis2a2"), ("gone-since", "gone-since")]
)
def test_a_driver_is_shown_by_its_label_as_well(analyser, driver: str, said: str) -> None:
    Instrument.objects.filter(pk=analyser.pk).update(driver=driver)

    page = text_of(client_of(Role.TECHNOLOGIST), f"{PAGE}{analyser.pk}/")

    assert said in " ".join(without_tags(page).split())


def test_the_page_of_a_connection_costs_the_same_queries_whatever_there_is(analyser) -> None:
    client, counts = client_of(Role.TECHNOLOGIST), []
    for number in range(1, 4):
        transmitted.item(transmitted.message(analyser, status="HELD"))
        transmitted.message(analyser, status="REJECTED")
        queued(analyser, number, status="DEAD", reason="nobody answered")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{PAGE}{analyser.pk}/").status_code == 200
        counts.append(len(asked))

    assert counts[1] == counts[2]


def test_whoever_does_not_see_messages_is_not_led_to_the_page_of_a_connection(analyser) -> None:
    client = client_of(Role.ADMINISTRATOR)

    assert f'href="{PAGE}{analyser.pk}/"' not in text_of(client, PAGE)
    assert client.get(f"{PAGE}{analyser.pk}/").status_code == 403
