"""Analysers that ask what to measure, and what they are told."""

from __future__ import annotations

from typing import Any

from assays.instruments.astm import records
from assays.instruments.hl7 import tree
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment
from assays.models import Dispatch, Instrument, TransmissionMessage, WorkOrder
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires


def analyser(mapped: dict[str, Any], driver: str = "lis2a2", **settings: Any) -> Instrument:
    """Register an analyser in reach of the loopback address."""
    is_hl7 = driver in ("hl7-oru-oul", "mindray-bs", "roche-cobas-pro")
    return laboratory.instrument(
        mapped,
        protocol="HL7" if is_hl7 else "ASTM",
        driver=driver,
        settings=settings,
        peer_networks=list(wires.LOOPBACK),
    )


def astm(*specimens: str, status: str = "O") -> bytes:
    asked = "".join(
        f"Q|{n}|^{name}||ALL||||||||{status}\r" for n, name in enumerate(specimens, start=1)
    )
    return f"H|\\^&|||RVX^2|||||LIS||P|LIS2-A2|20260304122000\r{asked}L|1|N\r".encode()


def qbp(*specimens: str, control_id: str = "Q-9", kind: str = "WOS") -> bytes:
    named = "~".join(specimens)
    return (
        f"MSH|^~\\&|analyzer||LIS||20260304123000||QBP^Q11^QBP_Q11|{control_id}|P|2.5.1"
        "|||NE|AL||UNICODE UTF-8|||LAB-27^IHE\r"
        f"QPD|{kind}^Work Order Step^IHELAW|T-{control_id}|{named}\rRCP|I||R^^HL70394\r"
    ).encode()


def z03(specimen: str, control_id: str = "Z-5") -> bytes:
    return (
        f"MSH|^~\\&|LAB9^GeneXpert^1.0||LIS||20260304123000||QBP^Z03^QBP_Z03|{control_id}|P|2.5\r"
        f"QPD|Z03^HOST QUERY|T-{control_id}||{specimen}\rRCP|I\r"
    ).encode()


def qry(specimen: str, control_id: str = "31") -> bytes:
    return (
        f"MSH|^~\\&|||||20260304123000||QRY^Q02|{control_id}|P|2.3.1||||||ASCII\r"
        f"QRD|20260304123000|R|D|2|||RD|{specimen}|OTH|||T|\rQRF||||||RCT|COR|ALL||\r"
    ).encode()


def ask(instrument: Instrument, text: bytes) -> TransmissionMessage:
    """Store a question as the listener does, and let it be answered."""
    from assays.instruments.dialects import Dialect
    from assays.instruments.hl7 import replies

    dialect = Dialect(instrument.protocol)
    source = wires.source_of(instrument)
    more: dict[str, Any] = {"dialect": dialect}
    if dialect is Dialect.HL7:
        more["judgement"] = replies.judge(text, answers=source.answers)
    wires.store(wires.whole(text, source, **more))
    work_off()
    found: TransmissionMessage = TransmissionMessage.objects.order_by("-pk")[0]
    return found


def told(instrument: Instrument) -> list[Dispatch]:
    return list(Dispatch.objects.filter(instrument=instrument).order_by("pk"))


def parts(text: bytes, name: str) -> list[Segment]:
    text = bytes(text).strip(b"\x0b\x1c\r") + b"\r"
    if text.startswith(b"MSH"):
        found = tree.parse(text)
        assert not isinstance(found, Doubt)
        return [one for one in found.segments if one.name == name]
    split = records.split(text.decode())
    assert not isinstance(split, Doubt)
    return [one for one in split if one.name == name]


def lines(instrument: Instrument) -> list[tuple[str, str, int, str]]:
    rows = WorkOrder.objects.filter(instrument=instrument).order_by("pk")
    return [(one.specimen.accession, one.code, one.number, one.status) for one in rows]
