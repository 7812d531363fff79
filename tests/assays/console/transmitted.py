"""Messages as listener and interpreter leave them, invented for these tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.test import Client

from assays.models import (
    Instrument,
    TransmissionItem,
    TransmissionMessage,
    TransmissionSession,
)
from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.clients import client_of

LIST = "/transmissions/"
HOSTILE = b"<script>alert(1)</script>\x00\xe2\x80\xae\xff'\"><img src=x>"
BACKEND = "labsys.accounts.backends.PrincipalBackend"
ASTM_TEXT = (
    b"H|\\^&|||Analyser^1\rP|1||||Invented^Ida\rO|1|%s||^^^HB\rR|1|^^^HB|13.2|g/dL||N||F\rL|1|N\r"
)
HL7_TEXT = (
    b"MSH|^~\\&|ANALYSER|LAB|||20261121060000||OUL^R22|77|P|2.5.1\r"
    b"PID|||||Invented^Ida\rOBX|1|NM|HB||13.2|g/dL|||||F\r"
)


def text_of(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def astm(code: str) -> Instrument:
    """Make an instrument that speaks ASTM."""
    with laboratory.setting_up() as stamp:
        sender = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT, name=code, created_at=database_now()
        )
        return Instrument.objects.create(
            principal=sender, code=code, name=code.title(), protocol="ASTM", **stamp
        )


def session(instrument: Instrument | None, *, dialect: str = "ASTM", **more: Any) -> Any:
    with laboratory.setting_up():
        return TransmissionSession.objects.create(
            instrument=instrument,
            dialect=dialect,
            peer="127.0.0.1",
            opened_at=database_now(),
            **more,
        )


def message(
    instrument: Instrument | None,
    content: bytes = ASTM_TEXT,
    *,
    status: str = "FILED",
    dialect: str = "ASTM",
    received_at: datetime | None = None,
    **more: Any,
) -> TransmissionMessage:
    with laboratory.setting_up():
        return TransmissionMessage.objects.create(
            instrument=instrument,
            dialect=dialect,
            content=content,
            sha256=hashlib.sha256(content).digest(),
            received_at=received_at or database_now(),
            status=status,
            **more,
        )


def item(
    of: TransmissionMessage, position: int = 1, *, status: str = "HELD", **more: Any
) -> TransmissionItem:
    if status == "HELD":
        more.setdefault("hold_code", "UNKNOWN_SPECIMEN")
        more.setdefault("hold_reason", "No specimen is registered under “S-1”.")
    more.setdefault("specimen_text", "S-1")
    more.setdefault("code_text", "HB")
    more.setdefault("content", {"value": "13.2", "unit": "g/dL"})
    with laboratory.setting_up():
        return TransmissionItem.objects.create(message=of, position=position, status=status, **more)


def frames(of: TransmissionMessage, *crossed: tuple[str, bytes, str], first: int = 1) -> None:
    """Store what crossed the wire for a message: (direction, bytes, verdict)."""
    nobodys = ("BID", "NOISE", "END")
    rows = [
        (of.session_id, None if verdict in nobodys else of.pk, n, direction, content, verdict)
        for n, (direction, content, verdict) in enumerate(crossed, start=first)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO transmission_frame "
            "(session_id, message_id, sequence, direction, content, verdict) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )


def reads_of(message: TransmissionMessage, purpose: str = "message") -> Sequence[int | None]:
    """The persons for whom reading this message is on record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM read_event WHERE purpose = %s AND pk = %s "
            "AND model = 'assays.transmissionmessage' ORDER BY id",
            [purpose, message.pk],
        )
        return [person for (person,) in cursor.fetchall()]


def page_of(message: TransmissionMessage, role: Role = Role.TECHNOLOGIST) -> str:
    return text_of(client_of(role), f"{LIST}{message.pk}/")


def numbers(text: str) -> list[int]:
    """The messages a list names, in its order."""
    return [
        int(part.split("/")[0])
        for part in text.split('href="/transmissions/')[1:]
        if part[0].isdigit()
    ]


def without_tags(text: str) -> str:
    return re.sub("<[^>]+>", "", text)
