"""From the bytes of a connection, by link layer, intake and driver, to the page of their message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assays.instruments.astm.link import Link
from assays.models import Instrument, Result, TransmissionMessage
from assays.rules.filing import Held
from assays.rules.sources import Source
from labsys.accounts.roles import Role
from tests.assays import laboratory
from tests.assays.console.transmitted import page_of, without_tags
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> tuple[Instrument, str]:
    """An analyser that speaks ASTM by the book, and a specimen it has a value of."""
    assays = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})
    fields = {"protocol": "ASTM", "driver": "lis2a2", "peer_networks": list(wires.LOOPBACK)}
    analyser = laboratory.instrument({"HB": assays["HGB"]}, **fields)
    return analyser, laboratory.specimen([assays["HGB"]]).accession


def records(accession: str) -> list[bytes]:
    observed = laboratory.moment().strftime("%Y%m%d%H%M%S")
    return [
        f"H|\\^&|7||Analyser^1|||||||P|LIS2-A2|{observed}".encode(),
        b"P|1||||Invented^Ida",
        f"O|1|{accession}||^^^HB|R||||||||||||||||||||F".encode(),
        f"R|1|^^^HB|13,2|g/dL||N||F||||{observed}".encode(),
        b"C|1|I|na\xefve|G",
        f"R|2|^^^NEW|8,8|g/dL||N||F||||{observed}".encode(),
        b"L|1|N",
    ]


def understand(analyser: Instrument) -> None:
    """Set how this analyser writes its letters and numbers."""
    with laboratory.setting_up():
        settings = {"decimal_comma": True, "charset": "8859/1"}
        Instrument.objects.filter(pk=analyser.pk).update(settings=settings)


def frame(number: int, text: bytes, *, is_damaged: bool = False) -> bytes:
    body = b"%d%s\r\x03" % (number % 8, text)
    return b"\x02%s%02X\r\n" % (body, (sum(body) + is_damaged) % 256)


def send(accession: str, source: Source | Held) -> TransmissionMessage:
    """Send a message frame by frame, the second one damaged at first, each stored as it comes."""
    link, wire = Link(), b"\x05"
    for number, record in enumerate(records(accession), start=1):
        if number == 2:
            wire += frame(number, record, is_damaged=True)
        wire += frame(number, record)
    link.feed(wire + b"\x04")
    arrival = replace(wires.whole(b"", source), frames=(), messages=())
    while (event := link.next(0.0)) is not None:
        messages = tuple(
            wires.message(one.text, source, number=one.number, control_id="7")
            for one in event.messages
        )
        stored = replace(arrival, frames=event.frames, messages=messages, ends=event.ends)
        (standing,) = wires.store(stored)
        arrival = replace(arrival, standing=standing)
        link.settle(is_stored=True)
    return TransmissionMessage.objects.get()


def test_a_page_shows_the_frames_what_they_say_and_the_result(lab) -> None:
    analyser, accession = lab
    understand(analyser)
    made = send(accession, wires.source_of(analyser))
    work_off()

    page = page_of(made)

    text = without_tags(page)
    result = Result.objects.get()
    assert (made.dialect, str(result.value)) == ("ASTM", "13.2")
    assert text.count("from the instrument") == 9  # the bid, seven frames, one of them twice
    assert text.count("checksum does not fit") == 1
    assert text.count("answer &lt;NAK&gt;") == 1
    assert "na\\xEFve" in text  # as it crossed the wire
    assert "R.4 Value 13,2" in " ".join(text.split())
    assert "naïve" in text  # what it says
    assert "read as 13.2 g/dL" in text
    assert f'href="/results/{result.pk}/"' in page
    assert "has no approved mapping" in text


def test_a_message_of_nobody_known_is_given_to_its_instrument_and_read(lab) -> None:
    analyser, accession = lab
    understand(analyser)
    made = send(accession, wires.unknown())
    assert "No instrument is registered for 127.0.0.1" in page_of(made)

    client_of(Role.TECHNOLOGIST).post(
        f"/transmissions/{made.pk}/source/", {"instrument": analyser.pk, "reason": "new address"}
    )
    work_off()

    text = without_tags(page_of(made))
    assert "Which instrument sent it?" not in text
    assert "No longer held: its values stand below." in text
    assert Result.objects.get().transmission_item.message == made


def test_bytes_that_are_no_text_hold_the_message_and_say_so(lab) -> None:
    analyser, accession = lab
    made = send(accession, wires.source_of(analyser))
    work_off()

    text = without_tags(page_of(made))

    assert "not text in its character set" in text
    assert "Set the instrument&#x27;s character set right" in text
    assert "na\\xEFve" in text
