"""What is told to others is found among millions: by indexes, and by what is asked for as it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Dispatch, Instrument, Specimen
from assays.queries import outbox
from tests.assays import laboratory
from tests.assays.api.connected import Laboratory, made, one_more
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Laboratory:
    return made()


def rows_of(client: Any, address: str) -> int:
    """How many rows a list of the admin has, found without folding what stands in every row."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    assert not [one for one in captured.captured_queries if "UPPER(" in one["sql"]]
    found: int = answer.context["cl"].result_count
    return found


def test_what_waits_and_what_is_left_is_read_from_its_indexes(lab: Laboratory) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {outbox._LINES}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "assays_dispatch_open" in plan
    assert "assays_dispatch_left" in plan
    (line,) = outbox.lines()
    assert (line.instrument_id, line.queued, line.left) == (lab.analyser.pk, 1, 0)


def test_an_instrument_that_was_told_nothing_is_not_offered(lab: Laboratory) -> None:
    laboratory.instrument({})

    assert list(outbox.receivers()) == [lab.analyser]


def test_a_message_is_found_by_each_of_its_names(lab: Laboratory) -> None:
    one_more(lab, "dispatches")
    wanted = Dispatch.objects.get(specimen=lab.specimen)

    for text in (wanted.control_id.lower(), str(wanted.pk), lab.specimen.accession):
        assert outbox.page(outbox.Chosen(text=text)).rows == [wanted], text
    assert outbox.page(outbox.Chosen(text="9" * 30)).rows == []


def test_the_admin_finds_a_message_and_a_specimen_by_whole_names_in_either_case(
    lab: Laboratory,
) -> None:
    one_more(lab, "dispatches")
    dispatch = Dispatch.objects.get(specimen=lab.specimen)
    client, accession = client_of(lab.reader), lab.specimen.accession
    mrn = Specimen.objects.get(accession=accession).person.mrn

    for text in (dispatch.control_id, dispatch.control_id.lower(), accession):
        assert rows_of(client, f"/admin/assays/dispatch/?q={text}") == 1, text
    for text in (accession, mrn.lower(), f"{accession} {mrn}"):
        assert rows_of(client, f"/admin/assays/specimen/?q={text}") == 1, text
    for text in (accession[:-1], f"{accession} nothing", "%", "9" * 30):
        assert rows_of(client, f"/admin/assays/specimen/?q={text}") == 0, text


def test_a_list_of_one_instrument_holds_what_it_was_told_alone(lab: Laboratory) -> None:
    client = client_of(lab.reader)
    silent = laboratory.instrument({})

    def told(code: str) -> list[str]:
        answer = client.get("/api/v1/dispatches", {"instrument": code})
        return [one["instrument"] for one in answer.json()["dispatches"]]

    assert told(lab.analyser.code) == [lab.analyser.code]
    assert told(silent.code) == []
    assert not Instrument.objects.filter(code="nobody").exists()
    assert told("nobody") == []
