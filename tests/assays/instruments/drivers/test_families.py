"""What each family does otherwise than the book, on messages written for the test."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.readings import Sort
from labsys.lib.quantities import Absent, Coded, Comparator, Quantity, Text
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
