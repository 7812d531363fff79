"""Messages as they are in the body of a request: stored before the answer, filed once, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assays.actions import raw_messages
from assays.models import Result, TransmissionItem, TransmissionMessage
from assays.queries import transmissions
from labsys.accounts.roles import Role
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.instruments.astm_texts import MSH, H
from tests.assays.interpreting import plain
from tests.clients import client_of

pytestmark = pytest.mark.django_db

PAGE = "/api/v1/messages"
HL7 = "application/hl7-v2"


@pytest.fixture
def assays() -> dict[str, Any]:
    return laboratory.assays(HGB={"low": "12.0", "high": "15.5"})


@pytest.fixture
def specimen(assays) -> Any:
    return laboratory.specimen(list(assays.values()))


class Sender:
    def __init__(self, assays: dict[str, Any], protocol: str, driver: str, **more: Any) -> None:
        self.instrument = laboratory.instrument(
            {"HB": assays["HGB"]}, protocol=protocol, driver=driver, **more
        )
        self.key = laboratory.key_of(self.instrument)

    def post(self, body: bytes, kind: str = HL7, **headers: Any) -> Any:
        headers = {"HTTP_AUTHORIZATION": f"Instrument {self.key}", **headers}
        return Client().post(PAGE, body, content_type=kind, **headers)


@pytest.fixture
def hl7(assays) -> Sender:
    return Sender(assays, "HL7", "hl7-oru-oul", peer_networks=["10.9.8.7/32"])


@pytest.fixture
def astm(assays) -> Sender:
    return Sender(assays, "ASTM", "lis2a2", peer_networks=["10.9.8.7/32"])


def oru(accession: str, control_id: bytes = b"C-1") -> bytes:
    result = b"OBX|1|NM|HB||13.2|g/dL|||||F\r"
    return MSH.replace(b"C-1", control_id) + b"OBR|1||" + accession.encode() + b"\r" + result


def records(accession: str) -> bytes:
    order = b"P|1\rO|1|" + accession.encode() + b"||^^^HB\r"
    return H + order + b"R|1|^^^HB|13.2|g/dL||N||F\rL|1|N\r"


def test_hl7_is_stored_then_acknowledged_then_filed(hl7, specimen) -> None:
    answer = hl7.post(oru(specimen.accession))

    assert (answer.status_code, answer["Content-Type"]) == (200, HL7)
    assert answer.content.startswith(b"MSH|")
    assert b"MSA|AA|C-1" in answer.content
    stored = TransmissionMessage.objects.get()
    assert (stored.instrument, stored.status) == (hl7.instrument, "RECEIVED")
    assert not Result.objects.exists()

    work_off()

    assert str(Result.objects.get().value) == "13.2"
    plain.check_balanced()


def test_astm_is_answered_by_a_receipt(astm, specimen) -> None:
    answer = astm.post(records(specimen.accession), kind="text/plain")

    assert answer.status_code == 201
    (said,) = answer.json()["messages"]
    assert (said["dialect"], said["status"]) == ("ASTM", "RECEIVED")
    work_off()
    assert str(Result.objects.get().value) == "13.2"


def test_the_same_body_again_is_filed_once(hl7, specimen) -> None:
    first = hl7.post(oru(specimen.accession))
    again = hl7.post(oru(specimen.accession))
    work_off()

    assert b"MSA|AA|C-1" in again.content
    assert first.status_code == again.status_code == 200
    assert Result.objects.count() == 1
    statuses = TransmissionMessage.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["FILED", "DUPLICATE"]
    plain.check_balanced()


def test_several_messages_of_one_body_are_each_answered_and_filed(hl7, assays) -> None:
    one, other = (laboratory.specimen(list(assays.values())) for _n in range(2))

    answer = hl7.post(oru(one.accession, b"C-1") + oru(other.accession, b"C-2"))
    work_off()

    assert answer.content.count(b"MSA|AA") == 2
    assert Result.objects.count() == 2
    plain.check_balanced()


def test_an_unknown_specimen_is_acknowledged_and_held(hl7, assays) -> None:
    answer = hl7.post(oru("9999999999"))
    work_off()

    assert b"MSA|AA" in answer.content
    assert TransmissionItem.objects.get().hold_code == "UNKNOWN_SPECIMEN"


def test_a_message_for_training_is_refused_as_on_a_wire(hl7, specimen) -> None:
    answer = hl7.post(oru(specimen.accession).replace(b"|P|2.5", b"|T|2.5"))

    assert b"MSA|AR" in answer.content
    assert TransmissionMessage.objects.get().status == "REJECTED"
    work_off()
    assert not Result.objects.exists()


def test_a_message_without_its_end_is_kept_and_never_filed(astm, specimen) -> None:
    body = records(specimen.accession).removesuffix(b"L|1|N\r")

    answer = astm.post(body, kind="text/plain")
    work_off()

    (said,) = answer.json()["messages"]
    assert said["status"] == "INCOMPLETE"
    assert said["reason"]
    stored = TransmissionMessage.objects.get()
    assert bytes(stored.content) == body.rstrip()
    (frame,) = transmissions.frames(stored, limit=9)
    assert bytes(frame.content) == body  # every byte that came
    assert not Result.objects.exists()
    plain.check_balanced()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", HL7, 415),
        (b"\r\n", HL7, 422),
        (b"{}", "application/json", 415),
        (b"x" * (16 * 1024 * 1024 + 1), "text/plain", 413),
        ((H + b"L|1|N\r") * 1001, "text/plain", 422),
    ],
    ids=["empty", "blank", "JSON", "too large", "too many"],
)
def test_what_is_no_message_is_refused_and_nothing_is_stored(astm, body, kind, status) -> None:
    answer = astm.post(body, kind=kind)

    assert answer.status_code == status, answer.content[:300]
    assert not TransmissionMessage.objects.exists()


def test_a_body_of_another_type_is_told_which_types_are_taken(astm) -> None:
    answer = astm.post(H + b"L|1|N\r", kind="application/x-www-form-urlencoded")

    assert answer.status_code == 415
    said = answer.json()["detail"]
    assert "sent as application/x-www-form-urlencoded" in said
    assert "application/hl7-v2" in said
    assert "text/plain" in said


def test_what_has_no_header_is_kept_as_it_came(astm) -> None:
    answer = astm.post(b"what is this", kind="text/plain")

    assert answer.json()["messages"][0]["status"] == "INCOMPLETE"
    assert bytes(TransmissionMessage.objects.get().content) == b"what is this"


def test_without_a_driver_nothing_is_taken(assays) -> None:
    sender = Sender(assays, "HTTP", "")

    answer = sender.post(oru("2600000018"))

    assert answer.status_code == 403
    assert "/api/v1/results" in answer.json()["detail"]
    assert not TransmissionMessage.objects.exists()


def test_only_instruments_may_send(hl7, specimen) -> None:
    body = oru(specimen.accession)

    assert Client().post(PAGE, body, content_type=HL7).status_code == 401
    assert client_of(Role.TECHNOLOGIST).post(PAGE, body, content_type=HL7).status_code == 403
    assert not TransmissionMessage.objects.exists()


def test_where_it_cannot_be_stored_nothing_is_acknowledged(hl7, specimen, monkeypatch) -> None:
    def fail(**_given: Any) -> Any:
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(raw_messages.intake, "store", fail)
    client = Client(raise_request_exception=False)

    answer = client.post(
        PAGE,
        oru(specimen.accession),
        content_type=HL7,
        HTTP_AUTHORIZATION=f"Instrument {hl7.key}",
    )

    assert answer.status_code == 500
    assert b"MSA|AA" not in answer.content


def test_a_body_is_taken_apart_as_its_family_frames(assays) -> None:
    """What is no ASTM at all would be broken off by the frames of the standard."""
    sender = Sender(assays, "ASTM", "arkray-spotchem-el", peer_networks=["10.9.8.7/32"])
    line = b"\x0225/11/29 13:08 ID# NORTH-7  [Serum] Na       139  mmol/L \x03"

    answer = sender.post(line, "text/plain")
    work_off()

    (stored,) = TransmissionMessage.objects.all()
    assert answer.status_code == 201
    assert (stored.status, plain.ends(stored)) == ("HELD", ["UNKNOWN_SPECIMEN"])


def test_a_body_is_kept_where_no_driver_of_that_name_is_in_force(assays, specimen) -> None:
    sender = Sender(assays, "ASTM", "gone", peer_networks=["10.9.8.7/32"])

    answer = sender.post(records(specimen.accession), "text/plain")
    work_off()

    (stored,) = TransmissionMessage.objects.all()
    assert answer.status_code == 201
    assert (stored.status, plain.ends(stored)) == ("HELD", ["UNREADABLE"])
