"""What anybody may ask of the bytes of an instrument: what they say, and which family wrote them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assays.instruments import Of, drivers, interpret
from assays.instruments.astm.sending import frame
from tests.assays.instruments.astm_texts import MSH, OTHER, TEXT, records, wrong_sum
from tests.assays.instruments.drivers import recorded

ENQ, EOT = b"\x05", b"\x04"
FRAMED = ENQ + b"".join(records(TEXT)) + EOT
HL7 = MSH + b"OBR|1||ACC-1\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r"
BLOCK = b"\x0b" + HL7 + b"\x1c\r"


def test_one_value_is_given_with_everything_that_was_sent_of_it() -> None:
    text = TEXT.replace(b"|5.4|mmol/L||N||F", b"|<5.40|mmol/L|4.0 to 6.0|L||F||||20260105095900")

    (found,) = interpret(text, "lis2a2", zone="Africa/Kampala")

    assert (found.specimen_id, found.code, found.of) == ("ACC-1", "GLU", Of.PATIENT)
    assert (found.comparator, found.value, found.unit) == ("<", Decimal("5.40"), "mmol/L")
    assert (found.value_as_sent, found.flags, found.status) == ("<5.40", ("L",), "F")
    assert found.observed_at == datetime(2026, 1, 5, 6, 59, tzinfo=UTC)
    assert found.sent_at == datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
    assert (found.sender, found.held) == ("ANALYSER^1", ())


@pytest.mark.parametrize(
    "raw",
    [
        FRAMED,
        FRAMED.removeprefix(ENQ),
        ENQ + frame(1, TEXT, is_last=True) + EOT,
        ENQ + frame(1, TEXT[:40], is_last=False) + frame(2, TEXT[40:], is_last=True) + EOT,
        ENQ + b"\x02" + TEXT + b"\x03" + EOT,
        TEXT,
        TEXT.replace(b"\r", b"\n"),
        b"\r\n" + TEXT.replace(b"\r", b"\r\n"),
        b"\xef\xbb\xbf" + TEXT,
        ENQ + re.sub(rb"(\x03)..", rb"\1", b"".join(records(TEXT))) + EOT,
        b"\x01" + TEXT + EOT,
        b"".join(b"%d%s\r\n" % (n % 8, one) for n, one in enumerate(TEXT.split(b"\r")[:-1], 1)),
        b"".join(
            b" %d%s\nC%d\n" % (n % 8, one, n) for n, one in enumerate(TEXT.split(b"\r")[:-1], 1)
        ),
    ],
    ids=[
        *("frames", "without a bid", "one frame", "cut in two", "no number, no checksum"),
        *("bare", "line feeds", "blank before", "byte order mark"),
        *("frames without checksums", "SOH to EOT", "numbers of frames", "numbers and checksums"),
    ],
)
def test_the_same_is_said_whatever_a_message_is_wrapped_in(raw: bytes) -> None:
    (found,) = interpret(raw, "lis2a2")

    assert (found.specimen_id, found.value, found.held) == ("ACC-1", Decimal("5.4"), ())


@pytest.mark.parametrize(
    "raw",
    [
        BLOCK,
        HL7,
        HL7.replace(b"\r", b"\n"),
        b"FHS|^~\\&\rBHS|^~\\&\r" + HL7 + b"BTS|1\rFTS|1\r",
    ],
    ids=["block", "bare", "line feeds", "batch"],
)
def test_the_same_is_said_of_hl7_in_a_block_and_bare(raw: bytes) -> None:
    (found,) = interpret(raw, "hl7-oru-oul")

    assert (found.specimen_id, found.code, found.value) == ("ACC-1", "GLU", Decimal("5.4"))
    assert found.control_id == "C-1"


def test_messages_of_another_framing_behind_each_other_are_parted() -> None:
    found = interpret(b"\x01" + TEXT + EOT + b"\x01" + OTHER + EOT, "lis2a2")

    assert [(one.specimen_id, one.held) for one in found] == [("ACC-1", ()), ("ACC-2", ())]


def test_frames_with_a_wrong_checksum_are_never_read_as_without() -> None:
    damaged = wrong_sum(frame(1, TEXT, is_last=True)).rstrip()

    assert [one.of for one in interpret(ENQ + damaged, "lis2a2")] == [Of.UNREAD]


def test_bytes_that_are_no_message_are_one_entry_that_says_so() -> None:
    (found,) = interpret(bytes(range(256)), "lis2a2")

    assert "does not begin with an MSH segment" in found.held[0].sentence


def test_messages_behind_each_other_are_counted() -> None:
    found = interpret(TEXT + OTHER, "lis2a2")
    blocks = interpret(BLOCK + b"\x00" + BLOCK, "hl7-oru-oul")

    assert [(one.message, one.specimen_id) for one in found] == [(1, "ACC-1"), (2, "ACC-2")]
    assert [one.message for one in blocks] == [1, 2]


def test_control_material_is_never_a_patients() -> None:
    (found,) = interpret(TEXT.replace(b"||^^^GLU", b"||^^^GLU|R||||||Q"), "lis2a2")

    assert (found.of, found.is_qc, found.control) == (Of.QC, True, "ACC-1")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"what is this", "INCOMPLETE"),
        (FRAMED[:-12], "INCOMPLETE"),
        (ENQ + wrong_sum(frame(1, TEXT, is_last=True)) + EOT, "INCOMPLETE"),
        (TEXT.replace(b"\\^&", b"\\\\\\"), "UNREADABLE"),
        (TEXT.replace(b"ACC-1", b"ACC-\xe9"), "UNDECODABLE"),
        (TEXT.replace(b"|P|1|2026", b"|D|1|2026"), "OUT_OF_SCOPE"),
    ],
    ids=["no message", "cut off", "wrong sum", "no delimiters", "no UTF-8", "debugging"],
)
def test_what_cannot_be_read_is_an_entry_that_says_why(raw: bytes, code: str) -> None:
    (found,) = interpret(raw, "lis2a2")

    assert (found.of, [one.code for one in found.held]) == (Of.UNREAD, [code])
    assert found.held[0].sentence


def test_text_without_its_last_record_is_read_and_held() -> None:
    (found,) = interpret(TEXT.removesuffix(b"L|1|N\r"), "lis2a2")

    assert (found.value, [one.code for one in found.held]) == (Decimal("5.4"), ["INCOMPLETE"])


@pytest.mark.parametrize("raw", [b"", b"\r\n", ENQ + EOT, b"\x00\x00", b"\x0b\x1c\r"])
def test_nothing_says_nothing(raw: bytes) -> None:
    assert [one for one in interpret(raw, "lis2a2") if one.of is not Of.UNREAD] == []


def test_an_unknown_driver_is_refused_with_those_there_are() -> None:
    with pytest.raises(drivers.UnknownDriver, match="lis2a2"):
        interpret(TEXT, "no-such-driver")


def test_a_value_is_written_for_other_programs_exactly() -> None:
    (found,) = interpret(TEXT.replace(b"|5.4|", b"|5.400|"), "lis2a2")

    said = json.loads(json.dumps(found.as_json()))
    assert (said["value"], said["unit"], said["of"]) == ("5.400", "mmol/L", "PATIENT")
    assert set(said) == set(found.__dataclass_fields__)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (b"m2000^9.0^1", "abbott-m2000"),
        (b"Some Hospital^GeneXpert^6.4", "cepheid-genexpert"),
        (b"Bio-Rad", "biorad-ih1000"),
        (b"Bio-Rad D-10", "biorad-d10"),
        (b"ANALYSER", None),
    ],
)
def test_a_family_is_recognised_by_what_its_messages_call_their_sender(
    sender: bytes, name: str | None
) -> None:
    text = TEXT.replace(b"ANALYSER^1", sender)

    assert drivers.suggest(text) == name
    assert drivers.suggest(ENQ + frame(1, text, is_last=True) + EOT) == name


def test_every_family_but_those_by_the_book_can_be_recognised() -> None:
    silent = [one.name for one in drivers.ALL if not (one.senders or one.marks)]

    assert silent == ["lis2a2", "hl7-oru-oul"]


def test_recorded_sessions_are_recognised_as_their_family() -> None:
    families = [
        one
        for one in recorded.recordings()
        if not one.file.startswith(("malformed/", "synthetic/"))
        and recorded.FAMILIES[one.family][0] not in ("lis2a2", "hl7-oru-oul")
    ]
    if not families:
        pytest.skip(recorded.ABSENT)

    wrong = {
        one.file: drivers.suggest(one.content)
        for one in families
        if drivers.suggest(one.content) != recorded.FAMILIES[one.family][0]
    }
    assert wrong == {}


def test_recorded_sessions_say_the_same_to_whoever_asks_from_outside() -> None:
    """What the link and the driver make of a session is what `interpret` gives, value by value."""
    sessions = [one for one in recorded.recordings() if not one.file.startswith("malformed/")]
    if not sessions:
        pytest.skip(recorded.ABSENT)

    for one in sessions:
        name, settings = recorded.FAMILIES[one.family]
        found = interpret(one.content, name, settings=settings, zone="Africa/Kampala")
        readings = [reading for message in recorded.read(one) for reading in message.readings]
        said = [each for each in found if each.of is not Of.UNREAD]
        assert [(each.specimen_id, each.code) for each in said] == [
            (reading.specimen, reading.code) for reading in readings
        ], one.file
