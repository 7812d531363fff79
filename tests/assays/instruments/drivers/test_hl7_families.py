"""What each family of HL7 senders does otherwise than the book, on messages written for the test."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assays.instruments import Of, drivers, interpret
from assays.instruments.hl7.replies import judge, reply
from assays.instruments.readings import Sort
from labsys.lib.quantities import Quantity, Text
from tests.assays.instruments.drivers.messages import MSH, ORU, OUL, hl7, holds, obx, only, read

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

# Mindray BS: the maker before the model, and MSH-16 for what it is.
BS = r"MSH|^~\&|Mindray|BS-999|||20260105100000||ORU^R01|1|P|2.3.1||||%d||ASCII|||"
BS_ORDER = "OBR|1|ACC-1|17|Mindray^BS-999|N||20260105095000||||||||serum"
BS_RESULT = "OBX|1|NM|12|Glucose|5.400000|mmol/L|3.9-6.1|N|||F"
BS_CONTROL = (
    "OBR|1|12|Glucose|Mindray^BS-999||20260105081500|||||||LEVEL-A|L-77|20270101||H|"
    "5.000000|0.200000|5.100000|mmol/L||||||"
)


def test_mindray_bs_names_the_bar_code_and_the_number_of_the_test() -> None:
    (reading,) = read(hl7(BS % 0, "PID|1|9", BS_ORDER, BS_RESULT), "mindray-bs").readings

    assert (reading.specimen, reading.code, reading.run) == ("ACC-1", "12", "")
    assert reading.value == Quantity(Decimal("5.4"), "mmol/L")
    assert reading.as_sent["name"] == "Glucose"
    assert reading.observed_at == datetime(2026, 1, 5, 9, 50, tzinfo=UTC)
    assert (reading.sort, holds(reading)) == (Sort.VALUE, [])


def test_mindray_bs_has_no_specimen_in_its_place_inside_the_analyser() -> None:
    reading = only(hl7(BS % 0, BS_ORDER.replace("ACC-1", ""), BS_RESULT), "mindray-bs")

    assert (reading.specimen, holds(reading)) == ("", ["NO_SPECIMEN"])


def test_mindray_bs_writes_a_control_into_its_order() -> None:
    (reading,) = read(hl7(BS % 2, BS_CONTROL), "mindray-bs").readings

    assert (reading.sort, reading.control, reading.code) == (Sort.CONTROL, "LEVEL-A", "12")
    assert reading.value == Quantity(Decimal("5.1"), "mmol/L")
    assert reading.observed_at == datetime(2026, 1, 5, 8, 15, tzinfo=UTC)
    assert {name: reading.as_sent[name] for name in ("lot", "level", "target")} == {
        "lot": "L-77",
        "level": "H",
        "target": "5.000000",
    }
    assert (reading.patient, holds(reading)) == (None, [])


@pytest.mark.parametrize("kind", [1, 2])
def test_mindray_bs_calibrations_and_controls_are_never_a_patients(kind: int) -> None:
    reading = only(hl7(BS % kind, BS_ORDER, BS_RESULT), "mindray-bs")

    assert reading.sort is Sort.CONTROL


def test_an_order_of_mindray_bs_with_nothing_in_it_is_held() -> None:
    patient, calibration = (read(hl7(BS % kind, BS_ORDER), "mindray-bs") for kind in (0, 1))

    assert [found.doubt and found.doubt.hold for found in (patient, calibration)] == ["EMPTY"] * 2


def test_a_control_of_mindray_read_by_the_book_is_held_and_never_lost() -> None:
    (found,) = interpret(hl7(BS % 2, BS_CONTROL), "hl7-oru-oul")

    assert (found.of, [one.code for one in found.held]) == (Of.UNREAD, ["EMPTY"])


def test_mindray_bs_is_answered_in_the_original_mode() -> None:
    (answer,) = reply(judge(hl7(BS % 0, BS_ORDER, BS_RESULT)), sent_at=NOW)

    assert b"\rMSA|AA|1" in answer
    assert b"|NE|NE" not in answer


# Mindray BC: the model before the maker, everything a count has in one message.
BC = r"MSH|^~\&|BC-9999|Mindray|||20260105100000||ORU^R01|1|%s|2.3.1||||||UNICODE"
BC_ORDER = "OBR|1||ACC-1|00001^Automated Count^99MRC||20260105090000|20260105095000"


def count(*segments: str, processing: str = "P") -> list[tuple[str, str, object]]:
    found = read(hl7(BC % processing, "PID|1||R-77", BC_ORDER, *segments), "mindray-bc")
    return [(one.code, one.sort.value, one.value) for one in found.readings]


def test_mindray_bc_sends_counts_among_what_is_no_result() -> None:
    assert count(
        "OBX|1|IS|08001^Take Mode^99MRC||O||||||F",
        "OBX|2|NM|30525-0^Age^LN||44|yr|||||F",
        "OBX|3|NM|6690-2^WBC^LN||9.81|10*9/L|4.00-10.00|H~A|||F",
        "OBX|4|NM|704-7^BAS#^LN|||10*9/L|||||F",
        "OBX|5|NM|15001^WBC Histogram. Left Line^99MRC||7||||||F",
        "OBX|6|ED|15008^WBC Histogram. BMP^99MRC||^Image^BMP^Base64^QUJD||||||F",
        "OBX|7|IS|12014^Anemia^99MRC||T||||||F",
    ) == [
        ("08001", "SUPPLEMENT", Text("O")),
        ("30525-0", "SUPPLEMENT", Text("44")),
        ("6690-2", "VALUE", Quantity(Decimal("9.81"), "10*9/L")),
        ("704-7", "SUPPLEMENT", None),
        ("15001", "SUPPLEMENT", Text("7")),
        ("15008", "SUPPLEMENT", Text("^Image^BMP^Base64^QUJD")),
        ("12014", "SUPPLEMENT", Text("T")),
    ]


def test_mindray_bc_gives_its_moment_in_the_order_and_letters_in_utf_8() -> None:
    wbc = "OBX|1|NM|6690-2^WBC^LN||9.81|10*9/L||H~A|||F"

    reading = only(hl7(BC % "P", "PID|1||R-77||Ærdal^Bera", BC_ORDER, wbc), "mindray-bc")

    assert (reading.specimen, reading.flags) == ("ACC-1", "H A")
    assert reading.observed_at == datetime(2026, 1, 5, 9, 50, tzinfo=UTC)
    assert reading.patient is not None
    assert reading.patient.family == "Ærdal"


def test_mindray_bc_controls_are_messages_of_their_own() -> None:
    wbc = "OBX|1|NM|6690-2^WBC^LN||9.81|10*9/L|||||F"

    assert [sort for _code, sort, _value in count(wbc, processing="Q")] == ["CONTROL"]


@pytest.mark.parametrize("kind", ["00003^LJ QCR^99MRC", "00008^XR QCR Mean^99MRC"])
def test_mindray_bc_controls_are_orders_of_a_kind_whatever_the_message_is(kind: str) -> None:
    order = BC_ORDER.replace("ACC-1", "6").replace("00001^Automated Count^99MRC", kind)
    wbc = "OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L|||||F"

    reading = only(hl7(BC % "P", "PID|1||LOT-9^^^^MR", order, wbc), "mindray-bc")

    assert (reading.sort, reading.control, reading.patient) == (Sort.CONTROL, "LOT-9", None)


def test_messages_numbered_alike_after_power_on_are_two() -> None:
    patient = interpret(hl7(BS % 0, BS_ORDER, BS_RESULT), "mindray-bs")
    control = interpret(hl7(BS % 2, BS_CONTROL), "mindray-bs")

    assert [(one.control_id, one.of) for one in (*patient, *control)] == [
        ("1", Of.PATIENT),
        ("1", Of.QC),
    ]


# BioSystems

BA = MSH.replace("ANALYSER|LAB|", "BA400|Biosystems|").replace("2.5.1|||", "2.5.1|||ER|AL")
BA_OUL = BA % "OUL^R22^OUL_R22"


def biosystems(value: str, flags: str, *, role: str = "P") -> list[str]:
    result = obx("CHOL^CHOL^A400", value, "mg/dL^mg/dL^A400", flags=flags)
    content = hl7(BA_OUL, f"SPM|1|ACC 1||SER|||||||{role}", 'OBR||""||CHOL', "ORC|OK", result)
    reading = only(content, "biosystems-ba")
    return [
        reading.sort.value,
        reading.specimen,
        str(reading.value),
        reading.flags,
        *holds(reading),
    ]


def test_biosystems_writes_alarms_as_flags_and_none_in_words() -> None:
    assert biosystems("180.25", "002~029") == ["VALUE", "ACC 1", "180.25 mg/dL", "002 029"]
    assert biosystems("180.25", "NONE") == ["VALUE", "ACC 1", "180.25 mg/dL", ""]
    assert biosystems("180.25", "NONE", role="Q")[0] == "CONTROL"


def test_a_concentration_below_zero_is_read_and_questionable() -> None:
    assert biosystems("-0.02", "002") == ["VALUE", "ACC 1", "-0.02 mg/dL", "002", "QUESTIONABLE"]


# Ortho VISION and character sets

NAMED = ("PID|1||R-77||Ardal^Bérà", "OBR|1||ACC-1|ABO", obx("ABO", "AB", "", kind="ST"))


@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("", "cp1252"),
        ("WINDOWS-1252", "cp1252"),
        ("8859/1", "latin-1"),
        ("UNICODE UTF-8", "utf-8"),
        ("UNICODE", "utf-8"),
    ],
)
def test_one_message_is_the_same_in_every_character_set(declared: str, charset: str) -> None:
    head = ORU.replace("ANALYSER", "VISION").replace("UNICODE UTF-8", declared)

    reading = only(hl7(head, *NAMED, charset=charset), "ortho-vision")

    assert reading.patient is not None
    assert (reading.patient.given, reading.value) == ("Bérà", Text("AB"))
    assert holds(reading) == ["OUT_OF_SCOPE"]


def test_letters_without_a_named_character_set_are_utf_8_or_held() -> None:
    head = ORU.replace("UNICODE UTF-8", "")

    (utf8,) = interpret(hl7(head, *NAMED), "hl7-oru-oul")
    (other,) = interpret(hl7(head, *NAMED, charset="cp1252"), "hl7-oru-oul")

    assert (utf8.specimen_id, utf8.of) == ("ACC-1", Of.PATIENT)
    assert [one.code for one in other.held] == ["UNDECODABLE"]


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        ("ASCII", "Bérà".encode()),
        ("UNICODE UTF-8", "Bérà".encode("cp1252")),
        ("UNICODE UTF-8", "B\ufffdr\ufffd".encode()),
        ("8859/1", "Bérà".encode()),
        ("WINDOWS-1252", "Bérà".encode()),
        ("8859/1", b"B\x82r"),
        ("KOI8-X", b"Bera"),
    ],
    ids=[
        *("not ASCII", "not UTF-8", "letters lost before", "UTF-8 called Latin"),
        *("UTF-8 called Windows", "Windows called Latin", "unknown"),
    ],
)
def test_letters_that_cannot_be_read_hold_the_message(declared: str, content: bytes) -> None:
    head = ORU.replace("UNICODE UTF-8", declared)
    text = hl7(head, *NAMED).replace("Bérà".encode(), content)

    (found,) = interpret(text, "hl7-oru-oul")

    assert (found.of, [one.code for one in found.held]) == (Of.UNREAD, ["UNDECODABLE"])


# SS-MIX2

JAPANESE = "検査^花子"


@pytest.mark.parametrize("declared", ["~ISO IR87", "ASCII~ISO IR87", "ISO IR87", ""])
def test_ss_mix2_switches_to_japanese_by_escape_sequences(declared: str) -> None:
    profile = f"{declared}||ISO 2022-1994|SS-MIX2_1.20^SS-MIX2^1.2.3^ISO"
    head = OUL.replace("UNICODE UTF-8", profile).replace("|LAB|LIS", "|病院|LIS")
    content = hl7(
        *(head, f"PID|1||R-77||{JAPANESE}", "SPM|1|ACC-1||023^血清^JC10", "OBR|1|7|8|E001"),
        obx("3A010000002327101^総蛋白^JC10", "7.2", "g/dl^g/dl^99X", at="201112191500"),
        charset="iso2022_jp",
    )

    reading = only(content, "ss-mix2")

    assert (reading.specimen, reading.code) == ("ACC-1", "3A010000002327101")
    assert reading.value == Quantity(Decimal("7.2"), "g/dL")
    assert reading.patient is not None
    assert (reading.patient.family, reading.patient.given) == ("検査", "花子")
    assert holds(reading) == []


# Recognising them


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hl7(BS % 0, BS_ORDER, BS_RESULT), "mindray-bs"),
        (hl7((BS % 2).replace("Mindray|BS-999", "Maker|Model"), BS_CONTROL), "mindray-bs"),
        (hl7(BC % "P", BC_ORDER), "mindray-bc"),
        (hl7(BA_OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx()), "biosystems-ba"),
        (hl7(ORU.replace("ANALYSER", "VISION"), *NAMED), "ortho-vision"),
        (hl7(ORU.replace("UTF-8", "UTF-8|||SS-MIX2_1.20^SS-MIX2"), *NAMED), "ss-mix2"),
        (hl7(ORU, *NAMED), None),
        (hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx()), None),
    ],
)
def test_a_sender_of_hl7_is_recognised(content: bytes, name: str | None) -> None:
    assert drivers.suggest(content) == name
