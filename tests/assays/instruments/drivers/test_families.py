"""What each family does otherwise than the book, on messages written for the test."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.interpreting import MOST_READINGS
from assays.instruments.readings import Sort
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, Text
from tests.architecture.source import ROOT
from tests.assays.instruments.drivers.messages import (
    MSH,
    ORDER,
    OUL,
    H,
    P,
    astm,
    hl7,
    holds,
    obx,
    only,
    read,
    result,
)

COPIES = "{copies}/mL"
NOT_DETECTED = Coded("NOT_DETECTED", "")


def test_a_driver_is_found_by_its_name_and_no_other() -> None:
    assert drivers.find("abbott-m2000").label == "Abbott m2000"
    with pytest.raises(drivers.UnknownDriver, match="no driver “Abbott-M2000”; there are lis2a2"):
        drivers.find("Abbott-M2000")


def test_drivers_are_listed_by_what_they_speak() -> None:
    astm_only, both = drivers.names(Dialect.ASTM), drivers.names()

    assert "cepheid-genexpert" in set(astm_only) & set(drivers.names(Dialect.HL7))
    assert "abbott-alinity-m" not in astm_only
    assert set(both) == set(astm_only) | set(drivers.names(Dialect.HL7))
    assert drivers.names(Dialect.HTTP) == []


def test_a_dialect_that_a_driver_does_not_speak_is_a_doubt() -> None:
    found = read(hl7(OUL, "SPM|1|ACC-1"), "abbott-m2000")

    assert found.doubt is not None
    assert found.doubt.params == {"detail": "Abbott m2000 does not send HL7"}


def test_settings_that_cannot_be_read_are_a_doubt_of_the_message() -> None:
    found = read(astm(H, P, ORDER, result()), colour="red")

    assert found.doubt is not None
    assert "“colour” is not a setting" in found.doubt.params["detail"]


# By the book, and set


@pytest.mark.parametrize("processing", ["T", "D", "PR"])
def test_a_message_for_training_is_read_only_where_that_is_set(processing: str) -> None:
    content = astm(H.replace("||P|", f"||{processing}|"), P, ORDER, result())

    held = read(content)

    assert (held.doubt and held.doubt.hold, held.readings) == ("OUT_OF_SCOPE", ())
    assert only(content, processing_ids=["P", processing]).specimen == "ACC-1"


@pytest.mark.parametrize("place", ["O.12", "H.12", "set"])
def test_control_material_is_told_by_the_order_the_header_or_its_name(place: str) -> None:
    header = H.replace("||P|", "||Q|") if place == "H.12" else H
    order = "O|1|LYPHO-1||^^^GLU|||||||" + ("Q" if place == "O.12" else "")
    settings = {"controls": ["LYPHO*"]} if place == "set" else {}

    reading = only(astm(header, P, order, result()), **settings)

    assert (reading.sort, reading.control, reading.patient) == (Sort.CONTROL, "LYPHO-1", None)


def test_an_identifier_is_taken_as_it_stands_wherever_it_is_set_to_stand() -> None:
    padded = astm(H, P, "O|1| ACC-1 ^LAB||^^^GLU", result())

    assert only(padded).specimen == "ACC-1"
    assert only(padded, "abbott-m2000").specimen == " ACC-1 ^LAB"
    assert only(padded, "abbott-m2000", specimen="O.3.1").specimen == " ACC-1 "


def test_a_result_without_a_specimen_is_held_and_a_control_is_not() -> None:
    nameless = astm(H, P, "O|1|||^^^GLU", result())
    control = astm(H, P, "O|1|||^^^GLU|||||||Q", result())

    assert holds(only(nameless)) == ["NO_SPECIMEN"]
    assert (only(control).sort, holds(only(control))) == (Sort.CONTROL, [])


def test_a_moment_is_of_the_instruments_zone_and_none_is_none() -> None:
    twice = only(astm(H, P, ORDER, result(ended="20251026023000")), zone="Europe/Paris")
    none = only(astm(H, P, ORDER, result(ended="")))
    began = only(astm(H, P, ORDER, result(ended="", started="20260105090000")))

    assert (twice.observed_at, holds(twice)) == (None, ["TIME_UNCLEAR"])
    assert (none.observed_at, holds(none)) == (None, [])
    assert began.as_sent["observed_at"] == "20260105090000"


def test_two_patients_for_one_specimen_are_a_conflict_and_for_two_are_none() -> None:
    other = P.replace("Ardal^Bera", "Corvin^Dala")

    same = read(astm(H, P, ORDER, result(), other, ORDER, result())).readings
    two = read(astm(H, P, ORDER, result(), other, "O|1|ACC-2", result())).readings
    less = read(astm(H, P, ORDER, result(), "P|2|R-77", ORDER, result())).readings

    assert [holds(reading) for reading in same] == [["IDENTITY_CONFLICT"]] * 2
    assert [holds(reading) for reading in two] == [[], []]
    assert [holds(reading) for reading in less] == [[], []]


@pytest.mark.parametrize(
    ("status", "expected"), [("F", []), ("P", []), ("C", ["CORRECTION"]), ("X", ["QUESTIONABLE"])]
)
def test_an_order_that_is_corrected_or_cancelled_casts_doubt_on_its_results(
    status: str, expected: list[str]
) -> None:
    order = "O|1|ACC-1||^^^GLU" + "|" * 21 + status

    assert holds(only(astm(H, P, order, result()))) == expected


def test_more_results_than_any_instrument_sends_are_held_as_a_whole() -> None:
    found = read(astm(H, P, ORDER, *[result()] * (MOST_READINGS + 1)))

    assert found.readings == ()
    assert found.doubt is not None
    assert found.doubt.params == {"detail": "it holds more than 5000 results"}


def test_a_query_asks_for_specimens_bare_or_behind_a_patient() -> None:
    found = read(astm(H, r"Q|1|R-77^ACC-1\^ACC-2||ALL", "Q|2|ACC-3")).readings

    assert [(r.sort, r.position, r.specimen) for r in found] == [
        (Sort.QUERY, 1, "ACC-1"),
        (Sort.QUERY, 2, "ACC-2"),
        (Sort.QUERY, 3, "ACC-3"),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        ("SN", "<^0.5", Quantity(Decimal("0.5"), "mmol/L", Comparator.LESS)),
        ("SN", "=^5", Quantity(Decimal(5), "mmol/L")),
        ("SN", "^5", Quantity(Decimal(5), "mmol/L")),
        ("SN", "^1^:^128", None),
        ("ST", "5.4", Quantity(Decimal("5.4"), "mmol/L")),
        ("NM", "***", None),
        ("NM", '""', None),
        ("CWE", "T4^Type four^99LAB", Coded("T4", "")),
        ("CE", "^Type four", None),
    ],
)
def test_an_hl7_value_is_read_by_what_stands_there(
    kind: str, value: str, meant: Quantity | Coded | None
) -> None:
    reading = only(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(value=value, kind=kind)))

    assert reading.value == meant
    assert holds(reading) == ([] if meant else ["NOT_A_NUMBER"])


def test_flags_are_kept_once_each_and_their_words_are_a_comment() -> None:
    flags = "H^High^HL70078~H^High^HL70078~A1^Bubble^99"

    reading = only(hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(flags=flags)))

    assert (reading.flags, reading.comment) == ("H A1", "High\nBubble")


# Abbott


def test_m2000_reports_three_things_of_which_one_is_the_result() -> None:
    content = astm(
        *(H, P, ORDER, result("V^V^1^2^^F", "< 40", "Copies / mL")),
        *(result("V^V^1^2^^I", "Detected", ""), result("V^V^1^2^^P", "28.9", "cycle number")),
    )

    readings = read(content, "abbott-m2000").readings

    assert [reading.sort for reading in readings] == [Sort.VALUE, *[Sort.SUPPLEMENT] * 2]
    assert readings[0].value == Quantity(Decimal(40), COPIES, Comparator.LESS)
    assert readings[0].patient is None


@pytest.mark.parametrize("name", ["HIV_NEG", "HIV_LOPOS", "HIV_HIPOS"])
def test_m2000_controls_are_told_by_their_names(name: str) -> None:
    content = astm(H, P, f"O|1|{name}", result("V^V^1^2^^F", "Not detected", "Copies / mL"))

    reading = only(content, "abbott-m2000")

    assert (reading.sort, reading.control, reading.value) == (Sort.CONTROL, name, NOT_DETECTED)


def test_alinity_names_the_tube_and_sets_off_thousands() -> None:
    content = hl7(
        *(OUL, "SPM|1|OTHER", "SAC|||TUBE-1", 'OBR||""||V', obx("V", "161,152", "^Copies/mL")),
        *(obx("V.I", "Detected", ""), obx("V.R^V^99^S_OTHER", "18.6", "^CN")),
    )

    readings = read(content, "abbott-alinity-m").readings

    assert [reading.specimen for reading in readings] == ["TUBE-1"] * 3
    assert [reading.sort for reading in readings] == [Sort.VALUE, *[Sort.SUPPLEMENT] * 2]
    assert readings[0].value == Quantity(Decimal(161152), COPIES)


def test_alinity_that_writes_decimal_commas_is_set_so() -> None:
    content = hl7(OUL, "SAC|||TUBE-1", "OBR||||V", obx("V", "161,152", "^Copies/mL"))

    reading = only(content, "abbott-alinity-m", decimal_comma=True)

    assert reading.value == Quantity(Decimal("161.152"), COPIES)


# Cepheid

GENEXPERT = (r"H|@^\|GX-1||X^GeneXpert|||||LIS||P|1394-97|20260105100000", "P|1|||typed by hand")


def genexpert(*records: str, **settings: object) -> list[tuple[str, str, object]]:
    content = astm(*GENEXPERT, "O|1|ACC-1", *records)
    return [
        (reading.code, reading.sort.value, reading.value)
        for reading in read(content, "cepheid-genexpert", **settings).readings
    ]


def test_genexpert_names_the_assay_in_its_results_only() -> None:
    assert genexpert(
        result("VL^Viral Load^1^^", "^1234.56", "copies/mL", flags="A"),
        result("VL^Viral Load^1^^LOG", "^3.09", "copies/mL"),
        "R|3|^^^VL^^^HIV^|POS^|||",
        "R|4|^^^VL^^^HIV^Ct|^26.4|||",
    ) == [
        ("VL", "VALUE", Quantity(Decimal("1234.56"), COPIES)),
        ("VL", "SUPPLEMENT", Text("3.09")),
        ("VL^HIV", "SUPPLEMENT", Text("POS")),
        ("VL^HIV", "SUPPLEMENT", Text("26.4")),
    ]


def test_genexpert_tells_the_targets_of_one_cartridge_apart() -> None:
    first = "R|1|^PANEL^^^Assay^1^TARGET A^|DETECTED^|||||F"
    second = "R|2|^PANEL^^^Assay^1^TARGET B^|NOT DETECTED^|||||F"
    own = "R|3|^PANEL^^^Assay^1^QC^|^|||||F"

    assert genexpert(first, second, own) == [
        ("PANEL^TARGET A", "VALUE", Coded("DETECTED", "")),
        ("PANEL^TARGET B", "VALUE", NOT_DETECTED),
        ("PANEL^QC", "SUPPLEMENT", None),
    ]


def test_genexpert_writes_commas_where_its_language_does() -> None:
    french = result("VL^Viral Load^1^^", "^60,96", "copies/mL")

    assert genexpert(french, decimal_comma=True)[0][2] == Quantity(Decimal("60.96"), COPIES)
    assert genexpert(french)[0][2] == Quantity(Decimal("60.96"), COPIES)
    assert genexpert(french.replace("60,96", "60,961"))[0][2] is None


def test_genexpert_says_beside_another_record_why_a_run_failed() -> None:
    content = astm(
        *(*GENEXPERT, "O|1|ACC-1", result("VL^Viral Load^1^^", "ERREUR^", "copies/mL")),
        *(result("VL^Viral Load^1^^LOG", "^", ""), "C|1|I|Error^2096^stopped|N"),
    )

    reading = read(content, "cepheid-genexpert").readings[0]

    assert (reading.value, reading.comment) == (Absent("error"), "Error^2096^stopped")
    assert reading.patient is None


def test_a_word_and_a_number_at_once_are_doubted() -> None:
    content = astm(*GENEXPERT, "O|1|ACC-1", result("VL^Viral Load^1^^", "DETECTED^12", ""))

    reading = only(content, "cepheid-genexpert")

    assert (reading.value, holds(reading)) == (None, ["NOT_A_NUMBER"])


def test_genexpert_speaks_hl7_too_and_in_astm_frames() -> None:
    content = hl7(
        *(MSH.replace("UNICODE UTF-8", "") % "ORU^R32^ORU_R30", "PID|1|typed", "OBR|1|||P"),
        *("TQ1|||||||20260105090000|20260105095500", "OBX|1|ST|P&A&Assay&1|A|DÉTECTÉ^||||||F"),
        *("OBX|2|ST|P&A|A1&Ct|^31.1||", "SPM|1|ACC-1^||ORH"),
    )

    found = drivers.find("cepheid-genexpert").interpret(
        content, dialect=Dialect.ASTM, settings={}, zone="UTC"
    )

    main, cycle = found.readings
    assert (main.specimen, main.code, main.value) == ("ACC-1", "A", Coded("DETECTED", ""))
    assert main.observed_at is not None
    assert main.observed_at.isoformat() == "2026-01-05T09:55:00+00:00"
    assert (main.patient, cycle.sort) == (None, Sort.SUPPLEMENT)


# EUROIMMUN


def test_euroimmun_names_the_specimen_as_a_patient() -> None:
    plate = astm(
        r"H|\^&|||",
        *("P|1||WELL-1", "O|1|||^^^IGG", "R|1|^^^IGG|>8|Ratio|"),
        *("P|2||WELL-2  57 ", "O|1|||^^^IGG", "R|1|^^^IGG|7,41|Ratio|"),
    )

    found = read(plate, "euroimmun-analyzer")

    assert [(r.specimen, r.value, r.doubts) for r in found.readings] == [
        ("WELL-1", Quantity(Decimal(8), "{ratio}", Comparator.GREATER), ()),
        ("WELL-2  57 ", Quantity(Decimal("7.41"), "{ratio}"), ()),
    ]
    assert not found.can_be_told_apart


# Roche


def cobas(driver: str, *segments: str, specimen: str = "ACC-1&ROCHE", **more: str) -> list[str]:
    tube = more.get("tube", "ACC-1")
    role = more.get("role", "P")
    content = hl7(
        *(OUL, f"SPM|1|{specimen}||SER|||||||{role}", f"SAC|||{tube}"),
        *(segments if segments[0].startswith("INV") else ("OBR|1||||", *segments)),
    )
    return [
        f"{reading.sort} {reading.specimen} {reading.value} {' '.join(holds(reading))}".rstrip()
        for reading in read(content, driver).readings
    ]


@pytest.mark.parametrize("driver", ["roche-cobas-4800", "roche-cobas-x800", "roche-cobas-pro"])
def test_cobas_says_behind_an_identifier_who_gave_it(driver: str) -> None:
    mark = "&BARCODE" if driver == "roche-cobas-pro" else "&ROCHE"
    reported = obx("V", "5", "g/L")

    assert cobas(driver, reported, specimen=f"ACC-1{mark}") == ["VALUE ACC-1 5 g/L"]
    assert cobas(driver, reported, specimen="ACC-1&OTHER", tube="") == ["VALUE ACC-1&OTHER 5 g/L"]


def test_cobas_that_names_two_specimens_for_one_is_held() -> None:
    assert cobas("roche-cobas-x800", obx("V", "5", "g/L"), tube="ACC-2") == [
        "VALUE ACC-1 5 g/L UNREADABLE"
    ]


def test_cobas_4800_marks_controls_by_their_own_inventory_alone() -> None:
    number = obx("V", "3.26E+05 cp/mL", "1/mL^^UCUM", kind="ST")

    assert cobas("roche-cobas-4800", number, role="Q") == ["VALUE ACC-1 326000 {copies}/mL"]
    assert cobas("roche-cobas-4800", "INV|HPos^^99|OK|CO^^X", "OBR|1", number, role="Q") == [
        "CONTROL ACC-1 326000 {copies}/mL"
    ]


def test_cobas_x800_trusts_the_role_of_a_specimen() -> None:
    assert cobas("roche-cobas-x800", obx("V", "5", "g/L"), role="Q") == ["CONTROL ACC-1 5 g/L"]


@pytest.mark.parametrize(
    ("value", "unit", "flags", "meant"),
    [
        ("763", "10*-1.{Copies}/mL^^UCUM", "", "763 10*-1.{copies}/mL"),
        ("ValueNotSet", "", "ND", str(NOT_DETECTED)),
        ("ValueNotSet", "", "BT", str(Coded("DETECTED_BELOW_LIMIT", ""))),
        ("ValueNotSet", "", "RR", "None NOT_A_NUMBER"),
        ("Invalid", "", "", str(Absent("error"))),
    ],
)
def test_cobas_x800_keeps_powers_of_ten_and_says_in_flags_what_it_found(
    value: str, unit: str, flags: str, meant: str
) -> None:
    reported = obx("V^V^99ROC", value, unit, kind="ST", flags=flags)
    target = obx("70241-5^V^LN", "Titer", "", kind="ST")

    assert cobas("roche-cobas-x800", reported, target) == [
        f"VALUE ACC-1 {meant}",
        f"SUPPLEMENT ACC-1 {Text('Titer')}",
    ]


def test_cobas_pro_numbers_have_an_empty_twin() -> None:
    number = obx("20490", "32.2", "mg/L^^99ROC", sub="1")
    twin = obx("20490", "^^99ROC", "", kind="CE", sub="1")
    raw = obx("20490_EFS^x^99ROC^S_RAW", "42399.2", "COUNT^^99ROC", sub="1")

    assert cobas("roche-cobas-pro", number, twin, raw, specimen="ACC-1&BARCODE") == [
        "VALUE ACC-1 32.2 mg/L",
        f"SUPPLEMENT ACC-1 {Text('^^99ROC')}",
        f"SUPPLEMENT ACC-1 {Text('42399.2')}",
    ]


# Blood groups


@pytest.mark.parametrize("driver", ["immucor", "biorad-ih1000"])
def test_blood_groups_are_kept_as_text_and_never_filed(driver: str) -> None:
    content = astm(H, P, ORDER, result("Anti-A", "3+^3+^45", "", status="R"))

    reading = only(content, driver)

    assert (reading.value, holds(reading)) == (Text("3+^3+^45"), ["OUT_OF_SCOPE"])
    assert reading.patient is not None


# The page about them


def test_every_family_stands_in_the_table_of_the_documents() -> None:
    page = (ROOT / "docs" / "drivers.md").read_text()

    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([A-Z0-7, ]+?) \|", page, re.MULTILINE))
    spoken = {
        driver.name: ", ".join(
            dialect for dialect in (Dialect.ASTM, Dialect.HL7) if driver.speaks(dialect)
        )
        for driver in drivers.ALL
    }
    assert rows == spoken
