"""What families known from published sessions write, on messages made up for the test."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments import drivers
from assays.instruments.readings import Sort
from labsys.lib.quantities import Coded, Quantity, Text
from tests.assays.instruments.drivers.messages import P, astm, hl7, holds, only, read, result

ARCHITECT = r"H|\^&|||ARCHITECT^9.11^F11111^H1P1O1R1C1Q1L1|||||||P|1|20260105100000"
ALINITY = r"H|\^&|||Alinity ci-series^3.1^SCM11111|||||||P|LIS2-A2|20260105100000+0100"
PANTHER = r"H|\^&|||Panther|||||Host||P|1|"
IMMUNOCAP = r"H|\^&||| ImmunoCAP Data Manager^1.00^1.00|||||||P|1|20260105100000"
ABL = r"H|\^&|||ABL90 FLEX^111111||||||||1|20260105100000"
D10 = r"H|\^&|||Bio-Rad CDM System SN 11111^5.1|||||LIS||P|1|20260105100000"
UN = r"H|\^&|||U-WAM^00-11_Build001^A1111^^^^AU111111||||||||LIS2-A2|20260105100000"
COBAS = r"H|\^&|||cobas6000^1|||||host|RSUPL^BATCH|P|1"
AUTOLUMO = r"MSH|^~\&|A1000|Autolumo|||20260105100000||ORU^R01|1|P|2.3.1||||0||ASCII|||"
ELITE = r"MSH|^~\&|ELite 580|Erba|||20260105100000||ORU^R01|1|P|2.3.1||||||UNICODE"
HEADERS = {
    ARCHITECT: "abbott-architect",
    ALINITY: "abbott-architect",
    PANTHER: "hologic-panther",
    IMMUNOCAP: "phadia-immunocap",
    ABL: "radiometer-abl",
    D10: "biorad-d10",
    D10.replace("Bio-Rad CDM System SN 11111", "D-10"): "biorad-d10",
    UN: "sysmex-un",
    COBAS: "roche-cobas-6000",
    COBAS.replace("cobas6000", "VITROS^4600"): "ortho-vitros",
    COBAS.replace("cobas6000", "H7600"): "roche-cobas-6000",
    COBAS.replace("cobas6000", "cobas-c111"): "roche-cobas-c111",
    COBAS.replace("cobas6000", "DXI800"): "beckman-access",
    COBAS.replace("cobas6000", "ABXP400"): "horiba-pentra",
    COBAS.replace("cobas6000", "Sysmex^XN-1000"): "sysmex-xn",
    COBAS.replace("cobas6000", "SNIBE^MAGLUMI-X3"): "snibe-maglumi",
    COBAS.replace("cobas6000", "cobas 8000"): "roche-cobas-6000",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_family_is_recognised_by_its_header(header: str) -> None:
    assert drivers.suggest(astm(header, "P|1", "O|1|A-1001", result())) == HEADERS[header]


@pytest.mark.parametrize(
    ("header", "order", "final", "others"),
    [
        (
            ARCHITECT,
            "O|1|A-1001|A-1001^U111^1|^^^70^Anti-X^UNDILUTED^P|R||||||||||||||||||||F",
            "70^Anti-X^UNDILUTED^P^11111BE00^01111^^F",
            [
                "70^Anti-X^UNDILUTED^P^11111BE00^01111^^I",
                "70^Anti-X^UNDILUTED^P^11111BE00^01111^^P",
            ],
        ),
        (
            ALINITY,
            "O|1|A-1001|A-1001^M1111^4^1^17|^^^70^Anti-X^UNDILUTED|R||||||||||||||||||||F",
            "70^Anti-X^UNDILUTED^F",
            ["70^Anti-X^UNDILUTED^I", "70^Anti-X^UNDILUTED^P", "70^Anti-X^UNDILUTED^G"],
        ),
    ],
)
def test_of_the_results_of_one_test_abbott_calls_one_final(
    header: str, order: str, final: str, others: list[str]
) -> None:
    values = ["Nonreactive", "1277", "29cb-40e1"]
    beside = [result(one, value, "RLU") for one, value in zip(others, values, strict=False)]
    content = astm(header, "P|1", order, result(final, "0.15", "S/CO", status="R"), *beside)

    found, *rest = read(content, "abbott-architect").readings

    assert (found.specimen, found.code, found.sort) == ("A-1001", "70", Sort.VALUE)
    assert (found.value, holds(found)) == (Quantity(Decimal("0.15"), "S/CO"), [])
    assert [one.sort for one in rest] == [Sort.SUPPLEMENT] * len(others)
    assert rest[0].value == Text("Nonreactive")


def test_architect_flags_are_parts_of_one_field() -> None:
    content = astm(ARCHITECT, "P|1", "O|1|A-1", result("11^Na^STD^P^L^S^^F", flags="EXP^HIGH"))

    assert only(content, "abbott-architect").flags == "EXP HIGH"


def test_panther_tells_the_outcome_from_what_it_was_judged_by() -> None:
    content = astm(
        *(PANTHER, "P|1||||^^", "O|1|A-1001|cc72-d1^4711|^^^HPV^HPV^^1|R|20260105090000"),
        result("HPV^OverallInterpretation^^1", "POSITIVE", "", status="F\\R"),
        result("HPV^AnalyteRLU^^1", "2746489", "", status="F\\R"),
        result("HPV^ICInterpretation^^1", "Valid", "", status="F\\R"),
        *("P|2", "O|1|A-1002|cc72-d2^4712|^^^qHIV-1^HIV-1^^1"),
        result("qHIV-1^HIV-1^^1", "59", "copies/mL"),
        result("qHIV-1^HIV-1^^1", "Not Detected", "copies/mL"),
        result("qHIV-1^ICResult^^1", "15", ""),
    )

    found = read(content, "hologic-panther").readings

    assert [(one.specimen, one.code) for one in found if one.sort is Sort.VALUE] == [
        ("A-1001", "HPV^OverallInterpretation"),
        *[("A-1002", "qHIV-1^HIV-1")] * 2,
    ]
    assert [one.value for one in found if one.sort is Sort.VALUE] == [
        Coded("DETECTED", ""),
        Quantity(Decimal(59), "{copies}/mL"),
        Coded("NOT_DETECTED", ""),
    ]
    assert [holds(one) for one in found] == [[]] * 6


def test_immunocap_writes_a_concentration_and_its_class_into_one_value() -> None:
    order = "O|1|A-1001^N^01^5||^^^f1^sIgE^1|||20260105090000||||N"
    reading = only(
        astm(IMMUNOCAP, P, order, result("f1^sIgE^1", "17.500^2^Positive^0/1^1.300", "mg/L")),
        "phadia-immunocap",
    )

    assert (reading.specimen, reading.code) == ("A-1001", "f1^sIgE")
    assert (reading.value, holds(reading)) == (Quantity(Decimal("17.500"), "mg/L"), [])


def test_abl_writes_dots_for_what_it_did_not_measure_and_numbers_controls_itself() -> None:
    order = "O|1|A-1001|Sample #^259|||||||WARD|||||Arterial^||||||||||F"
    content = astm(ABL, "P|1", order, result("pH^M", ".....", ""), result("Na+^M", "132"))
    blank = astm(ABL, "P|1", order.replace("A-1001", ""), result("Na+^M", "132"))
    level = "O|1||QC #^34|||20260105090000||||WARD|||250279^02||QCLevel^C8002"
    control = only(astm(ABL, "P|1", level, result("Na+^M", "132")), "radiometer-abl")

    dots, sodium = read(content, "radiometer-abl").readings

    assert (dots.sort, sodium.sort) == (Sort.SUPPLEMENT, Sort.VALUE)
    assert (sodium.specimen, sodium.code, holds(sodium)) == ("A-1001", "Na+", [])
    assert holds(only(blank, "radiometer-abl")) == ["NO_SPECIMEN"]
    assert (control.sort, control.control, holds(control)) == (Sort.CONTROL, "C8002", [])


def test_vitros_writes_its_dilutions_around_the_code() -> None:
    content = astm(
        *(COBAS.replace("cobas6000", "VITROS^4600"), P, "O|1|A-1001^1^3||^^^1.0000+302+1.0"),
        *(result("1.0000+302+1.0", "5.1"), result("304", "4.2")),
    )

    diluted, plain = read(content, "ortho-vitros").readings

    assert (diluted.specimen, diluted.code, plain.code) == ("A-1001", "302", "304")
    assert diluted.as_sent["code"] == "^^^1.0000+302+1.0"


def test_d10_names_the_fraction_and_what_of_it_is_reported() -> None:
    content = astm(
        *(D10, P, "O|1|A-1001^002^01^0002||^^^4"),
        *(result("A1c^AREA", "5.2", "%"), result("A1c^TIME", "0.98", "min")),
    )

    found = read(content, "biorad-d10").readings

    assert {one.specimen for one in found} == {"A-1001"}
    assert [one.code for one in found] == ["A1c^AREA", "A1c^TIME"]
    assert [holds(one) for one in found] == [[], []]


def test_un_sends_each_value_as_measured_and_as_formatted() -> None:
    content = astm(
        *(UN, "P|1|||||||U", "O|1|A-1001||^^^C-CRE|R"),
        *(result("C-CRE^A^1^S^  0004^01", "10^RAW", "mg/dL"),),
        *(result("C-CRE^A^1^S^  0004^01", "0.1^MAINFORMAT", "g/L"),),
        *(result("C-PH^A^1^S^  0004^01", "^MAINFORMAT", ""),),
        *(result("HIST_SF^A^1^IF^  0004^01", "one.png^RAW", ""),),
    )

    raw, formatted, blank, picture = read(content, "sysmex-un").readings

    assert (raw.code, raw.value) == ("C-CRE^RAW", Quantity(Decimal(10), "mg/dL"))
    assert (formatted.code, formatted.value) == (
        "C-CRE^MAINFORMAT",
        Quantity(Decimal("0.1"), "g/L"),
    )
    assert {blank.sort, picture.sort} == {Sort.SUPPLEMENT}
    assert (raw.specimen, holds(raw), holds(formatted)) == ("A-1001", [], [])


def test_cobas_6000_names_the_specimen_alone_and_a_dilution_behind_the_code() -> None:
    order = "O|1|            A-1001|0^5004^2^^S1^SC|^^^250^1|R||20260105090000||||N||||1"
    control = order.replace("^S1^", "^QC^")
    value = "R|1|^^^250/1/not|5.41|mmol/l||N||F||      |||P1"

    reading = only(astm(COBAS, "P|1", order, value), "roche-cobas-6000")

    assert (reading.specimen, reading.code, holds(reading)) == ("A-1001", "250", [])
    assert only(astm(COBAS, "P|1", control, value), "roche-cobas-6000").sort is Sort.CONTROL


def test_autolumo_writes_the_code_beside_a_running_number_and_the_value_behind_the_signal() -> None:
    content = hl7(
        AUTOLUMO, "PID|1", "OBR|1|A-1001|7||", "OBX|1|NM|3^Some Test|206|5981666^390.9|pg/mL|||||F"
    )

    reading = only(content, "autobio-autolumo")

    assert drivers.suggest(content) == "autobio-autolumo"
    assert (reading.specimen, reading.code, reading.run) == ("A-1001", "206", "")
    assert (reading.value, holds(reading)) == (Quantity(Decimal("390.9"), "pg/mL"), [])
    assert reading.as_sent["value"] == "5981666^390.9"


def test_genrui_names_the_specimen_as_it_would_a_patient_and_the_test_in_the_second_part() -> None:
    header = r"MSH|^~\&|Genrui|KT-6610|||20260105100000||ORU^R01|12|P|2.3.1|||||CHA|UTF-8|||"
    content = hl7(
        *(header, "PID|1||A-1001||name", "OBR|1|||||20260105090000|20260105090500"),
        "OBX|1|NM|^WBC^||5.31|10^9/L|4.00-10.00|L|||F||||||||",
        "OBX|2|NM|^RBC^||4.09|10^12/L|3.50-5.50||||F||O||||||",
        "OBX|3|IS|^Test Mode^||CBC+DIFF||||||F||||||||",
        "OBX|4|ED|^DIFFScatter_BMP^||AAAA||||||F||||||||",
    )

    count, expired, mode, picture = read(content, "genrui-kt").readings

    assert drivers.suggest(content) == "genrui-kt"
    assert (count.specimen, count.code, count.patient) == ("A-1001", "WBC", None)
    assert (count.value, holds(count)) == (Quantity(Decimal("5.31"), "10*9/L"), [])
    assert holds(expired) == ["QUESTIONABLE"]
    assert {mode.sort, picture.sort} == {Sort.SUPPLEMENT}


@pytest.mark.parametrize("sender", ["ELite 580", "DH3x", "DP-H1x", "DF5x"])
def test_other_cell_counters_write_as_mindray_does(sender: str) -> None:
    content = hl7(
        ELITE.replace("ELite 580", sender),
        "OBR|1||A-1001|01001^Automated Count||20260105090000|20260105090500",
        "OBX|1|IS|02001^Take Mode||A||||||F",
        "OBX|2|NM|6690-2^WBC^LN||7.13|10*3/uL|4.00-10.00|~N|||F",
    )

    mode, count = read(content, "mindray-bc").readings

    assert drivers.suggest(content) == "mindray-bc"
    assert (mode.sort, count.sort) == (Sort.SUPPLEMENT, Sort.VALUE)
    assert (count.specimen, count.flags, holds(count)) == ("A-1001", "N", [])
