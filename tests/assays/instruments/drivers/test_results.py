"""What a result says: by the book in both dialects."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.extracting import LONGEST_IDENTIFIER
from assays.instruments.messages import MOST_FIELDS, MOST_RECORDS
from assays.instruments.readings import Patient, Sort
from labsys.lib.quantities import Absent, Comparator, Quantity
from tests.assays.instruments.drivers.messages import (
    ORDER,
    ORU,
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

PID = "PID|1||R-77^^^LAB^MR||Ardal^Bera||19810317|F"
ASTM = astm(H, P, ORDER, result())
R01 = hl7(ORU, PID, "ORC|RE", "OBR|1|||CHEM", obx(), "SPM|1|ACC-1")
R22 = hl7(OUL, PID, "SPM|1|ACC-1||SER|||||||P", "SAC|||ACC-1", "OBR|1||1|CHEM", "ORC|SC", obx())


@pytest.mark.parametrize("content", [ASTM, R01, R22], ids=["LIS2-A2", "ORU^R01", "OUL^R22"])
def test_a_result_by_the_book_is_a_value_of_its_specimen_and_patient(content: bytes) -> None:
    found = read(content)

    (reading,) = found.readings
    assert (reading.sort, reading.specimen, reading.code) == (Sort.VALUE, "ACC-1", "GLU")
    assert reading.value == Quantity(Decimal("5.4"), "mmol/L")
    assert reading.observed_at == datetime(2026, 1, 5, 9, 55, tzinfo=UTC)
    assert reading.patient == Patient("R-77", "Ardal", "Bera", date(1981, 3, 17), "F")
    assert (reading.doubts, found.doubt) == ((), None)
    assert found.sender.startswith("ANALYSER")
    assert found.sent_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_what_was_sent_is_kept_beside_what_was_understood() -> None:
    reading = only(astm(H, P, ORDER, result(value="<0.5", flags="L")))

    assert reading.value == Quantity(Decimal("0.5"), "mmol/L", Comparator.LESS)
    assert reading.as_sent == {
        "specimen": "ACC-1",
        "code": "^^^GLU",
        "ordered": "^^^GLU",
        "value": "<0.5",
        "unit": "mmol/L",
        "flags": "L",
        "status": "F",
        "observed_at": "20260105095500",
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("F", []),
        ("V", []),
        ("R", []),
        ("P", ["NOT_FINAL"]),
        ("I", ["NOT_FINAL"]),
        ("S", ["NOT_FINAL"]),
        ("C", ["CORRECTION"]),
        ("W", ["QUESTIONABLE"]),
        ("M", ["UNKNOWN_STATUS"]),
        ("f", []),
        ("w", ["QUESTIONABLE"]),
        ("", []),
    ],
)
def test_a_status_of_lis2a2_says_what_is_doubtful(status: str, expected: list[str]) -> None:
    assert holds(only(astm(H, P, ORDER, result(status=status)))) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((status, []) for status in "FUV"),
        *((status, ["NOT_FINAL"]) for status in "PIORS"),
        *((status, ["CORRECTION"]) for status in "CADW"),
        ("N", ["UNKNOWN_STATUS"]),
        ("", ["UNKNOWN_STATUS"]),
    ],
)
def test_a_status_of_hl7_says_what_is_doubtful(status: str, expected: list[str]) -> None:
    content = hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|CHEM", obx(status=status))

    assert holds(only(content)) == expected


def test_a_failed_result_has_no_value_whatever_stands_there() -> None:
    failed = astm(H, P, ORDER, result(value="5.4", status="X"), "C|1|I|No clot found|I")

    reading = only(failed)

    assert (reading.value, reading.comment) == (Absent("error"), "No clot found")
    assert holds(reading) == []


def test_an_order_that_failed_as_a_whole_fails_each_of_its_tests() -> None:
    order = r"O|1|ACC-1||^^^GLU\^^^CREA|||||||||||||||||||||X"

    readings = read(astm(H, P, order, "C|1|I|Too little sample|I")).readings

    assert [(r.position, r.code, r.value, r.comment) for r in readings] == [
        (1, "GLU", Absent("error"), "Too little sample"),
        (2, "CREA", Absent("error"), "Too little sample"),
    ]


def test_what_is_kept_of_a_record_does_not_depend_on_how_it_is_read() -> None:
    """A held item is read again after a setting or a driver was corrected: it is the same record."""
    record = result("V^V^1^2^^F", "^60,96", "Copies / mL")
    content = astm(H, P, "O|1|ACC-1^LAB||^^^V", record, "Q|1|^ACC-1")
    set_so = {"decimal_comma": True, "specimen": "O.3.1", "units": {"Copies / mL": "{copies}/mL"}}

    kept = [
        [(r.position, r.as_sent) for r in read(content, name, **given).readings]
        for name in drivers.names(Dialect.ASTM)
        for given in ({}, set_so)
    ]

    assert len(kept) == 2 * len(drivers.names(Dialect.ASTM))
    assert all(one == kept[0] for one in kept)
    assert kept[0][0][1]["value"] == "^60,96"


class TestAnInstrumentThatNoFamilyFits:
    """Read by the book, with the places where it writes otherwise set."""

    def test_specimen_and_code_are_read_where_it_writes_them(self) -> None:
        order = "O|1||TUBE-7^3^1&LAB|GLU^Glucose"
        content = astm(H, P, order, "R|1|GLU^Glucose^1|5.4|mmol/L||N||F||||20260105095500")

        reading = only(content, specimen="O.4.1", code="R.3.1")

        assert (reading.specimen, reading.code) == ("TUBE-7", "GLU")
        assert reading.doubts == ()

    def test_a_suffix_that_is_set_is_no_part_of_the_identifier(self) -> None:
        content = astm(H, P, "O|1|ACC-1/S||^^^GLU", result())

        assert only(content, suffixes=["/S"]).specimen == "ACC-1"
        assert only(content).specimen == "ACC-1/S"

    def test_a_record_that_says_so_is_of_control_material(self) -> None:
        content = astm(H, P, "O|1|ACC-1||^^^GLU|||||||||||AQ", result())

        assert only(content, controls_at={"O.16": "AQ"}).sort is Sort.CONTROL
        assert only(content).sort is Sort.VALUE

    def test_a_record_that_says_so_is_no_result(self) -> None:
        content = hl7(OUL, "SPM|1|ACC-1||SER", "OBR|1||1|CHEM", obx(code="GLU^^RAW"))

        assert only(content, no_results_at={"OBX-3.3": "RAW"}).sort is Sort.SUPPLEMENT
        assert only(content).sort is Sort.VALUE

    def test_thousands_are_told_by_a_comma_only_where_that_is_set(self) -> None:
        content = astm(H, P, ORDER, result(value="161,152"))

        assert only(content, thousands_comma=True).value == Quantity(Decimal(161152), "mmol/L")
        assert holds(only(content)) == ["NOT_A_NUMBER"]


def test_behind_a_record_of_no_known_type_nobody_knows_whose_a_result_is() -> None:
    content = astm(
        *(H, P, ORDER, result(), "o|2|ACC-2||^^^GLU", result(), "O|3|ACC-3", result()),
        *("P|2", "O|1|ACC-4", result()),
    )

    readings = read(content).readings

    assert [one.specimen for one in readings] == ["ACC-1", "", "", "", "ACC-4"]
    assert [holds(one) for one in readings] == [[], *[["UNREADABLE"]] * 3, []]


def test_a_value_without_a_name_is_doubted_too_where_two_are_named_for_its_specimen() -> None:
    bera, other = "P|1||||Ardal^Bera", "P|2||||Other^Name"
    content = astm(H, bera, ORDER, result(), other, ORDER, result(), "P|3", ORDER, result())

    assert [holds(one)[0] for one in read(content).readings] == ["IDENTITY_CONFLICT"] * 3


@pytest.mark.parametrize("value", ["0,123", "<0,500", "00,123", "000,123"])
def test_no_thousands_begin_with_zero(value: str) -> None:
    reading = only(astm(H, P, ORDER, result(value=value)), thousands_comma=True)

    assert (reading.value, holds(reading)) == (None, ["NOT_A_NUMBER"])


def test_the_comma_of_the_instrument_goes_before_that_of_its_family() -> None:
    order = "O|1|X||^^^GLU"
    comma = astm(H, "P|1||ACC-1", order, result(value="161,152"))
    assert only(comma, "euroimmun-analyzer").value == Quantity(Decimal("161.152"), "mmol/L")
    assert only(comma, "euroimmun-analyzer", thousands_comma=True).value == Quantity(
        Decimal(161152), "mmol/L"
    )
    alinity = hl7(OUL, "SPM|1|", "SAC|||ACC-1", "OBR|1||1|T", obx(value="161,152"))
    assert holds(only(alinity, "abbott-alinity-m", thousands_comma=False)) == ["NOT_A_NUMBER"]


class TestALargeMessage:
    """What one message says often, or at length, costs what it is long and not the square of it."""

    def test_an_identifier_that_is_none_is_held_and_cut(self) -> None:
        content = astm(H, "P|1||||" + "N" * 9000, "O|1|" + "9" * 9000, result())

        reading = only(content)

        assert holds(reading) == ["UNREADABLE"]
        assert len(reading.specimen) == len(reading.patient.family) == LONGEST_IDENTIFIER

    def test_a_patient_of_many_numbers_is_read_once(self) -> None:
        pid = "PID|1||" + "~".join(["1^2"] * 200_000)

        begun = time.process_time()
        readings = read(hl7(ORU, pid, "OBR|1||ACC-1|T", *[obx()] * 1000)).readings

        assert len(readings) == 1000
        assert time.process_time() - begun < 20  # it took minutes

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (astm(H, *["C"] * (MOST_RECORDS + 1)), "records"),
            (hl7(ORU, *["NTE"] * (MOST_RECORDS + 1)), "records"),
            (astm(H, "R" + "|" * (MOST_FIELDS + 1)), "fields"),
            (hl7(ORU, "OBX" + "|" * (MOST_FIELDS + 1)), "fields"),
        ],
        ids=["records", "segments", "fields", "fields of a segment"],
    )
    def test_more_than_any_instrument_sends_is_not_taken_apart(self, content, what) -> None:
        found = read(content)

        assert found.readings == ()
        assert what in found.doubt.params["detail"]


@pytest.mark.parametrize("flag", ["<", ">"])
def test_a_number_that_only_a_flag_calls_off_scale_is_held(flag: str) -> None:
    plain = astm(H, P, ORDER, result(value="0.5", flags=flag))
    signed = astm(H, P, ORDER, result(value=f"{flag}0.5", flags=flag))

    assert holds(only(plain)) == ["QUESTIONABLE"]
    assert holds(only(signed)) == []
