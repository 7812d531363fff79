"""The page of the instruments: who was heard, what waits, whether anybody listens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.models import Instrument
from assays.queries import connections
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import heartbeats
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import text_of
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

    assert "10.20.0.0/16" in text
    assert "values held" in text
    assert f"/held/?instrument={analyser.pk}" in text
    assert f"/transmissions/?instrument={analyser.pk}" in text


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

    with django_assert_max_num_queries(16):
        answer = client.get(PAGE)

    assert answer.status_code == 200


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.AUDITOR, Role.GATE_OFFICER])
def test_others_do_not_see_it(role) -> None:
    assert client_of(role).get(PAGE).status_code == 403
