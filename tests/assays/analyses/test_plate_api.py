"""Plates over the interface: sent once under a key, read, recorded once; what is wrong is named."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from assays.models import AnalysisRun, Assay, Instrument, PlateRecording, Result
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.analyses import plating
from tests.assays.analyses.plating import written
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PLATES = "/api/v1/plates"


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST)


@pytest.fixture
def assay() -> Assay:
    return plating.lh()


@pytest.fixture
def reader() -> Instrument:
    return laboratory.instrument(code="reader-1")


def sent(client: Any, *files: tuple[bytes, bytes], key: str = "k1", **more: Any) -> Any:
    body = {
        "assay": "lh",
        "instrument": "reader-1",
        "measured_at": "2026-01-02T08:00:00Z",
        "theta": 1,
        "plates": [
            {"name": f"P{n}", "signals": one[0].decode(), "layout": one[1].decode()}
            for n, one in enumerate(files, start=1)
        ],
        **more,
    }
    return client.post(
        PLATES, body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_a_plate_is_sent_once_read_and_recorded_once(client, assay, reader) -> None:
    specimen = laboratory.specimen([assay])
    files = written([(specimen.accession, 30, 1)])
    now = {"measured_at": database_now().isoformat()}
    first, again = sent(client, files, **now), sent(client, files, **now)
    work_off()
    (plate,) = first.json()["plates"]
    read = client.get(f"{PLATES}/{plate}").json()
    address = f"{PLATES}/{plate}/recordings"
    made = client.post(address, {}, content_type="application/json")
    twice = client.post(address, {}, content_type="application/json")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert AnalysisRun.objects.count() == 1
    assert read["outcome"]["acceptance"]["is_accepted"]
    assert {one["content"] for one in read["outcome"]["wells"]} == {"standard", "unknown"}
    assert read["recording"] is None
    assert ReadEvent.objects.filter(purpose="plate", person_id=specimen.person_id).exists()
    assert (made.status_code, made.json()["id"]) == (201, twice.json()["id"])
    assert made.json()["specimens"][0]["result"] == Result.objects.get().pk
    assert PlateRecording.objects.count() == 1


def test_bytes_are_taken_in_the_encoding_that_is_named(client, assay, reader) -> None:
    signals, layout = (base64.b64encode(one).decode() for one in written())
    plate = {"name": "P", "signals_base64": signals, "layout_base64": layout, "encoding": "cp1252"}
    answer = sent(client, plates=[plate])
    work_off()

    read = client.get(f"{PLATES}/{answer.json()['plates'][0]}").json()
    assert read["given"]["signals"]["encoding"] == "cp1252"
    assert read["outcome"]["acceptance"]["is_accepted"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"assay": "nobody"}, "assay"),
        ({"instrument": "nobody"}, "instrument"),
        ({"measured_at": "yesterday"}, "measured_at"),
        ({"measured_at": "2026-01-02T08:00:00"}, "measured_at"),
        ({"plates": []}, "plates"),
        ({"plates": [{"name": "P", "signals": "a"}]}, "layout"),
        ({"plates": [{"name": "P", "signals_base64": "%", "layout": "a"}]}, "signals"),
        ({"theta": "much"}, "theta"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(client, assay, reader, more: dict[str, Any], field: str) -> None:
    answer = sent(client, written(), **more)

    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not AnalysisRun.objects.exists()


def test_others_neither_send_nor_read(client, assay, reader) -> None:
    (plate,) = sent(client, written()).json()["plates"]
    other = client_of(Role.INFECTION_CONTROL)

    assert sent(other, written()).status_code == 403
    assert other.get(f"{PLATES}/{plate}").status_code == 403
    answer = other.post(f"{PLATES}/{plate}/recordings", {}, content_type="application/json")
    assert answer.status_code == 403
