"""What the book leaves open is doubted, and read where it can be read in one way only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.instruments.hl7.replies import judge
from assays.instruments.readings import Sort
from labsys.lib.quantities import Absent, Coded, Quantity
from tests.assays.instruments.drivers.messages import (
    MSH,
    ORDER,
    ORU,
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


def test_results_that_only_another_part_of_their_test_tells_apart_are_doubted() -> None:
    content = astm(
        *(H, P, ORDER, result("70^Anti-X^F", "0.21", "{index}"), result("70^Anti-X^P", "1812", "")),
        result("71^Anti-Y^F", "4.4", "{index}"),
    )

    final, signal, other = read(content).readings

    assert (final.value, signal.value) == (
        Quantity(Decimal("0.21"), "{index}"),
        Quantity(Decimal(1812), ""),
    )
    assert [holds(one) for one in (final, signal, other)] == [["UNREADABLE"], ["UNREADABLE"], []]
    assert "^^^70^Anti-X^P" in signal.doubts[0].params["detail"]


def test_a_panel_named_in_place_of_its_tests_is_doubted() -> None:
    content = astm(H, P, ORDER, result("ISE^NA", "139"), result("ISE^K", "4.2"))

    assert [holds(one) for one in read(content).readings] == [["UNREADABLE"]] * 2


def test_the_same_test_of_two_specimens_or_twice_alike_is_told_apart() -> None:
    two = astm(H, P, ORDER, result("70^A"), "O|2|ACC-2||^^^GLU", result("70^B"))
    twice = astm(H, P, ORDER, result("70^A"), result("70^A", "5.5"))

    assert [holds(one) for one in read(two).readings] == [[], []]
    assert [holds(one) for one in read(twice).readings] == [[], []]


@pytest.mark.parametrize(
    ("status", "held"),
    [
        ("F\\R", []),
        ("R\\F", []),
        ("F\\P", ["NOT_FINAL"]),
        ("P\\W", ["QUESTIONABLE"]),
        ("F\\C", ["CORRECTION"]),
        ("F\\Z", ["UNKNOWN_STATUS"]),
        ("F\\", []),
    ],
)
def test_of_several_statuses_the_gravest_counts(status: str, held: list[str]) -> None:
    assert holds(only(astm(H, P, ORDER, result(status=status)))) == held


def test_a_result_that_failed_beside_another_status_has_no_value() -> None:
    assert only(astm(H, P, ORDER, result(status="F\\X"))).value == Absent("error")


def test_flags_that_are_parted_as_components_are_all_kept() -> None:
    assert only(astm(H, P, ORDER, result(flags="EXP^HIGH"))).flags == "EXP HIGH"
    assert only(hl7(ORU, "OBR|1||ACC-1|T", obx(flags="H^High"))).flags == "H"


def test_a_version_a_field_too_early_is_no_processing_id() -> None:
    header = r"H|\^&||PSWD|ANALYSER|||||Lis|P|E1394-97|20260105"

    assert only(astm(header, P, ORDER, result())).value == Quantity(Decimal("5.4"), "mmol/L")
    assert read(astm(header.replace("E1394-97", "T"), P, ORDER, result())).doubt is not None


@pytest.mark.parametrize("kind", ["ED", "RP", "NA", "MA"])
def test_pictures_documents_and_rows_of_numbers_are_no_results(kind: str) -> None:
    picture = obx("HISTO", "^Image^PNG^Base64^AAAA", "", kind=kind)

    value, reading = read(hl7(ORU, "OBR|1||ACC-1|T", obx(), picture)).readings

    assert (value.sort, reading.sort, reading.position) == (Sort.VALUE, Sort.SUPPLEMENT, 2)


@pytest.mark.parametrize("value", ["POS^Positive", "^^^POS^Positive^L", '""^x^^POS^Positive^L'])
def test_a_coded_answer_is_the_first_code_there_is(value: str) -> None:
    reading = only(hl7(ORU, "OBR|1||ACC-1|T", obx(value=value, unit="", kind="CWE")))

    assert (reading.value, holds(reading)) == (Coded("POS", ""), [])


@pytest.mark.parametrize(
    ("kind", "segments"),
    [
        ("ESU^U01^ESU_U01", ("EQU|1^Analyser^Maker|20260105100000|OP",)),
        ("INU^U05^INU_U05", ("EQU|1^Analyser|20260105100000", "INV|R-7^Reagent|OK^Fine|RC")),
        ("SSU^U03^SSU_U03", ("EQU|1^Analyser|20260105100000", "SAC|||ACC-1")),
        ("ACK^R01^ACK", ("MSA|AA|C-0",)),
    ],
)
def test_a_message_of_no_results_is_no_fault(kind: str, segments: tuple[str, ...]) -> None:
    found = read(hl7(MSH % kind, *segments))

    assert (found.readings, found.doubt) == ((), None)


def test_an_order_oriented_message_names_its_specimen_before_its_results() -> None:
    content = hl7(
        MSH % "OUL^R24^OUL_R24",
        *("OBR|1||1|T", "SPM|1|ACC-1||SER", "SAC|||ACC-1", obx("GLU"), "NTE|1||of the first"),
        *("OBR|2||2|T", "SPM|1|ACC-2||SER", obx("K", "4.1")),
    )

    one, two = read(content).readings

    assert (one.specimen, one.code, one.comment, holds(one)) == ("ACC-1", "GLU", "of the first", [])
    assert (two.specimen, two.code, holds(two)) == ("ACC-2", "K", [])


def test_an_alert_is_read_as_any_result() -> None:
    found = only(hl7(MSH % "ORU^R40^ORU_R40", "OBR|1||ACC-1|T", obx()))

    assert (found.specimen, holds(found)) == ("ACC-1", [])


@pytest.mark.parametrize(
    ("kind", "segment"),
    [
        ("ESU^U01^ESU_U01", "EQU|1^A|20260105100000"),
        ("INU^U05^INU_U05", "EQU|1^A|20260105100000"),
        ("SSU^U03^SSU_U03", "EQU|1^A|20260105100000"),
        ("ORU^R40^ORU_R40", "OBR|1||ACC-1|T"),
    ],
)
def test_what_brings_no_results_is_taken_all_the_same(kind: str, segment: str) -> None:
    assert judge(hl7(MSH % kind, segment)).is_accepted


@pytest.mark.parametrize(
    ("said", "sort"), [("0", Sort.VALUE), ("1", Sort.CONTROL), ("2", Sort.CONTROL)]
)
def test_what_calls_itself_a_calibration_or_a_control_is_never_a_patients(
    said: str, sort: Sort
) -> None:
    header = rf"MSH|^~\&|Maker|X-9|||20260105100000||ORU^R01|1|P|2.3.1||||{said}||ASCII"

    assert only(hl7(header, "OBR|1|4|ACC-1", obx())).sort is sort


def test_a_test_that_is_named_beside_its_place_alone_is_named_by_that() -> None:
    named = only(hl7(ORU, "OBR|1||ACC-1|T", obx("", sub="MAU")))

    assert (named.code, holds(named)) == ("MAU", [])
    assert only(hl7(ORU, "OBR|1||ACC-1|T", obx("GLU", sub="2"))).code == "GLU"


def test_results_that_only_words_in_the_sub_identifier_tell_apart_are_doubted() -> None:
    content = hl7(ORU, "OBR|1||ACC-1|T", obx("0", sub="pH"), obx("0", sub="pO2"), obx("1", sub="A"))

    found = read(content).readings

    assert [holds(one) for one in found] == [["UNREADABLE"], ["UNREADABLE"], []]
    assert "pO2" in found[1].doubts[0].params["detail"]


@pytest.mark.parametrize("runs", [("1", "2"), ("1.1", "1/2"), ("", "2")])
def test_runs_of_one_test_are_counted_and_not_doubted(runs: tuple[str, str]) -> None:
    content = hl7(ORU, "OBR|1||ACC-1|T", *(obx("GLU", sub=run) for run in runs))

    assert [holds(one) for one in read(content).readings] == [[], []]
