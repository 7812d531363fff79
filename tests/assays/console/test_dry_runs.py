"""What filing would do with kept bytes, asked from the command line: nothing is stored by asking."""

from __future__ import annotations

import json
from datetime import UTC
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assays.models import Result, TransmissionItem, TransmissionMessage
from labsys.audit.models import AuditEvent
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.instruments.astm_texts import H
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db

H_SENDER = "ANALYSER"


@pytest.fixture
def assays() -> dict[str, Any]:
    return laboratory.assays(
        HGB={"low": "12.0", "high": "15.5"},
        WBC={"low": "4.0", "high": "11.0", "unit": "10*3/uL"},
    )


@pytest.fixture
def specimen(assays) -> Any:
    return laboratory.specimen(list(assays.values()))


@pytest.fixture
def analyser(assays) -> Any:
    """An analyser that writes LIS2-A2 by the book and names itself."""
    return laboratory.instrument(
        {"HB": assays["HGB"], "WBC": assays["WBC"]},
        protocol="ASTM",
        driver="lis2a2",
        settings={"sender": H_SENDER},
        peer_networks=["127.0.0.1/32"],
    )


def text(specimen: str, *results: bytes) -> bytes:
    order = b"P|1\rO|1|" + specimen.encode() + b"||^^^HB\r"
    return H + order + b"".join(one + b"\r" for one in results) + b"L|1|N\r"


def asked(path: Any, raw: bytes, *args: str) -> dict[str, Any]:
    (path / "message").write_bytes(raw)
    out = StringIO()
    call_command("interpret", str(path / "message"), "--json", *args, stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


def test_each_value_is_given_with_what_filing_would_do(analyser, specimen, tmp_path) -> None:
    raw = text(
        specimen.accession,
        b"R|1|^^^HB|13.2|g/dL||N||F",
        b"R|2|^^^WBC|high|10*3/uL||N||F",
        b"R|3|^^^XYZ|1|g/L||N||F",
    )
    events = AuditEvent.objects.count()

    said = asked(tmp_path, raw)

    (message,) = said["messages"]
    assert (message["instrument"], message["driver"]) == (analyser.code, "lis2a2")
    assert [one["filing"]["status"] for one in said["results"]] == ["RECORDED", "HELD", "HELD"]
    first, second, third = said["results"]
    assert first["value"] == "13.2"
    assert first["filing"] == {
        "status": "RECORDED",
        "specimen": specimen.accession,
        "assay": "hgb",
    }
    assert (second["filing"]["hold"], third["filing"]["hold"]) == ("NOT_A_NUMBER", "UNMAPPED_CODE")
    assert "XYZ" in third["filing"]["reason"]
    stored = (Result, TransmissionMessage, TransmissionItem)
    assert [one.objects.count() for one in stored] == [0, 0, 0]
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(("status", "ends"), [("F", "DUPLICATE"), ("C", "RECORDED"), ("W", "HELD")])
def test_what_it_would_do_to_an_earlier_value_is_said(
    analyser, specimen, tmp_path, status, ends
) -> None:
    moment = f"{laboratory.moment().astimezone(UTC):%Y%m%d%H%M%S}".encode()
    sent = text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F||||" + moment)
    wires.store(wires.whole(sent, wires.source_of(analyser)))
    work_off()
    (first,) = Result.objects.all()

    value = b"13.2" if status == "F" else b"13.9"
    changed = b"R|1|^^^HB|%b|g/dL||N||%b||||%b" % (value, status.encode(), moment)
    said = asked(tmp_path, text(specimen.accession, changed, b"R|2|^^^WBC|5.5|10*3/uL||N||F"))

    filing = said["results"][0]["filing"]
    assert (filing["status"], filing.get("result")) == (ends, None if ends == "HELD" else first.pk)
    assert list(Result.objects.values_list("pk", "status")) == [(first.pk, "RESULTED")]


def test_a_message_of_no_registered_instrument_would_be_held_for_that(specimen, tmp_path) -> None:
    raw = text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F").replace(b"ANALYSER", b"OTHER")

    said = asked(tmp_path, raw)

    (value,) = said["results"]
    assert (value["value"], value["filing"]["hold"]) == ("13.2", "UNKNOWN_SOURCE")
    assert said["messages"][0]["instrument"] is None


def test_the_connection_may_be_named(analyser, specimen, tmp_path) -> None:
    raw = text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F").replace(b"ANALYSER", b"OTHER")

    (value,) = asked(tmp_path, raw, "--instrument", analyser.code)["results"]

    assert value["filing"]["status"] == "RECORDED"


def test_what_is_cut_off_would_never_be_filed(analyser, specimen, tmp_path) -> None:
    raw = b"\x05\x021" + text(specimen.accession, b"R|1|^^^HB|13.2|g/dL||N||F")

    (value,) = asked(tmp_path, raw)["results"]

    assert (value["of"], value["filing"]["status"]) == ("UNREAD", "INCOMPLETE")


def test_people_read_one_line_for_each_value(analyser, specimen, tmp_path) -> None:
    (tmp_path / "message").write_bytes(
        text(specimen.accession, b"R|1|^^^HB|<13.2|g/dL||N||F", b"R|2|^^^XYZ|1|g/L||N||F")
    )
    out = StringIO()

    call_command("interpret", str(tmp_path / "message"), stdout=out)

    lines = out.getvalue().splitlines()
    assert any("<13.2 g/dL" in line and specimen.accession in line for line in lines)
    assert any("XYZ" in line and "HELD" in line for line in lines)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["/no/such/file"], "No such file"),
        (["/"], "Is a directory"),
        (["a\x00b"], "null byte"),
        (["/dev/zero"], "is larger than 16 MiB"),
        (["-", "--driver", "acme-7"], "no driver “acme-7”; there are lis2a2"),
        (["-", "--driver", "version:x"], "version"),
        (["-", "--instrument", "NOBODY"], "no instrument NOBODY"),
    ],
)
def test_what_is_not_there_is_said(args, said, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": StringIO("")})())

    with pytest.raises(CommandError, match=said):
        call_command("interpret", *args)


def test_a_capture_is_taken_apart_as_its_family_writes_it(specimen, tmp_path) -> None:
    line = f"25/11/29 13:08 ID# {specimen.accession} [Serum] Na   139  mmol/L  K   4.1  mmol/L  "

    said = asked(tmp_path, b"\x02" + line.encode() + b"\x03")

    assert [(value["code"], value["value"]) for value in said["results"]] == [
        ("Na", "139"),
        ("K", "4.1"),
    ]
    assert {value["driver"] for value in said["results"]} == {"arkray-spotchem-el"}
