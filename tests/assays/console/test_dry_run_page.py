"""A pasted message tried on a page: what it says and would become, and nothing stored by asking."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.instruments import visible
from assays.models import Result, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests.assays.console.test_dry_runs import analyser, assays, specimen, text
from tests.clients import client_of

__all__ = ["analyser", "assays", "specimen"]

pytestmark = pytest.mark.django_db
PAGE = "/instruments/try/"


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST)


def test_a_pasted_message_says_what_would_become_of_each_value(client, analyser, specimen) -> None:
    raw = text(specimen.accession, b"R|1|^^^HB|<13.2|g/dL||N||F", b"R|2|^^^XYZ|1|g/L||N||F")

    answer = client.post(PAGE, {"text": raw.decode()})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "&lt;13.2" in page
    assert specimen.accession in page
    assert page.count("row-held") == 1
    assert not Result.objects.exists()
    assert not TransmissionMessage.objects.exists()
    look = ReadEvent.objects.get(purpose="message-tried")
    assert (look.model, look.pk_of) == ("patients.person", specimen.person_id)


def test_control_characters_may_be_pasted_by_name(client, analyser, specimen) -> None:
    """What the page of a transmission shows can be copied from there and tried."""
    raw = b"\x05" + text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F")
    shown = "".join(piece.text for piece in visible.pieces(raw))

    page = client.post(PAGE, {"text": shown}).content.decode()

    assert visible.typed(shown) == raw
    assert "13.2" in page


def test_a_file_is_tried_byte_for_byte(client, analyser, specimen) -> None:
    raw = text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F||\xe9")

    page = client.post(PAGE, {"file": SimpleUploadedFile("message.bin", raw)}).content.decode()

    assert "<em>unknown</em>" not in page
    assert "HELD" in page.upper()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "one of the two"),
        ({"text": "H|x", "file": SimpleUploadedFile("m", b"x")}, "one of the two"),
        ({"file": SimpleUploadedFile("m", b"x" * (1024 * 1024 + 1))}, "larger than 1 MiB"),
        ({"text": "H|x", "driver": "no-such"}, "no-such"),
        ({"text": "H|x", "instrument": "999999"}, "Select a valid choice"),
        (
            {"text": "MSH|^~\\&|A||||20260105||ORU^R01|1|P|2.5||||||8859/1<CR>PID|1||ж"},
            "not in the character set",
        ),
    ],
)
def test_what_cannot_be_tried_is_said_beside_the_form(client, given, said) -> None:
    answer = client.post(PAGE, given)

    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("sent", ["\x00", "<NUL><NUL>", "what is this", "H|\\^&", "MSH|", "<STX>"])
def test_whatever_is_pasted_is_answered(client, sent) -> None:
    assert client.post(PAGE, {"text": sent}).status_code in (200, 422)


def test_more_text_than_is_taken_at_once_is_refused_in_a_sentence(client) -> None:
    answer = client.post("/instruments/try/", {"text": "x" * (1024 * 1024 + 1)})

    assert answer.status_code == 400
    assert "hand it in as a file" in answer.content.decode()


def test_many_values_cost_the_same_queries(client, analyser, specimen) -> None:
    def queries(count: int) -> int:
        lines = [b"R|%d|^^^HB|13.%d|g/dL||N||F" % (n, n) for n in range(1, count + 1)]
        with CaptureQueriesContext(connection) as captured:
            client.post(PAGE, {"text": text(specimen.accession, *lines).decode()})
        return len(captured)

    queries(1)
    assert queries(9) == queries(1)


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.PHLEBOTOMIST])
def test_those_who_do_not_see_messages_cannot_try_any(role) -> None:
    assert client_of(role).get(PAGE).status_code == 403
    assert client_of(role).post(PAGE, {"text": "H|x"}).status_code == 403


def test_a_value_that_names_another_person_is_a_look_at_the_specimens_own(
    client, analyser, specimen
) -> None:
    """That a birth date differs says something of whoever the specimen is from."""
    raw = text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F")
    raw = raw.replace(b"P|1\r", b"P|1||||Somebody^Else||19010101|M\r")

    page = client.post(PAGE, {"text": raw.decode()}).content.decode()

    assert "names another person" in page
    look = ReadEvent.objects.get(purpose="message-tried")
    assert look.pk_of == specimen.person_id


def test_the_letters_of_a_header_inside_a_text_declare_no_character_set(client, analyser) -> None:
    raw = text("MSHAW|^~\\&|||||||||||||||8859/1|ж", b"R|1|^^^HB|13.2|g/dL||N||F")

    answer = client.post(PAGE, {"text": raw.decode()})

    assert answer.status_code == 200
