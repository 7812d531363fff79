"""What the segments of an HL7 message say of a result: its moment, status, code, unit, sort and notes."""

from __future__ import annotations

import pytest

from assays.instruments.readings import Doubt, Reading, Sort
from assays.rules.filing import Hold
from labsys.lib.quantities import Absent, Quantity, Text
from tests.assays.instruments.drivers.messages import MSH, ORU, OUL, hl7, holds, obx, only, read


def test_a_result_without_a_moment_has_that_of_its_order_and_never_anothers() -> None:
    timed = "OBR|%d||ACC-%d|T|||2026010509%s00"
    readings = read(
        hl7(ORU, timed % (1, 1, "10"), obx(at=""), "OBR|2||ACC-2|T", obx(at=""), obx("CREA"))
    ).readings

    moments = [reading.observed_at for reading in readings]
    assert [moment and (moment.hour, moment.minute) for moment in moments] == [
        (9, 10),
        None,
        (9, 55),
    ]
    assert [holds(reading) for reading in readings] == [[], [], []]


def test_a_result_that_says_nothing_of_its_status_has_that_of_its_order() -> None:
    order = "OBR|1||ACC-1|T" + "|" * 21

    final = only(hl7(ORU, order + "F", obx(status="")))
    partial = only(hl7(ORU, order + "P", obx(status="")))
    unsaid = only(hl7(ORU, order, obx(status="")))

    assert [holds(one) for one in (final, partial, unsaid)] == [
        [],
        ["NOT_FINAL"],
        ["UNKNOWN_STATUS"],
    ]


@pytest.mark.parametrize(
    ("code", "read_as"),
    [("GLU^Glucose^L", "GLU"), ("^^^GLU", "GLU"), ("^pH^M", "pH"), ("^^^^WBC^1", "WBC")],
)
def test_a_code_stands_in_the_first_component_that_has_one(code: str, read_as: str) -> None:
    assert only(hl7(ORU, "OBR|1||ACC-1|T", obx(code))).code == read_as


@pytest.mark.parametrize(
    ("unit", "meant", "doubted"),
    [
        ("10*9/L", "10*9/L", []),
        ("10^9/L", "10*9/L", []),
        ("10*3/uL^thousand per microlitre^UCUM", "10*3/uL", []),
        ("^mmol/L", "mmol/L", []),
        ("x10^3/uL", "10*3/uL", []),
        ("10^something^L", "10", ["UNIT"]),
    ],
)
def test_a_power_of_ten_is_a_part_of_its_unit(unit: str, meant: str, doubted: list[str]) -> None:
    reading = only(hl7(ORU, "OBR|1||ACC-1|T", obx(unit=unit)))

    assert isinstance(reading.value, Quantity)
    assert (reading.value.unit, holds(reading)) == (meant, doubted)


@pytest.mark.parametrize("role", ["Q", "C", "E", "R", "V"])
def test_controls_and_calibrators_are_never_a_patients(role: str) -> None:
    reading = only(hl7(OUL, f"SPM|1|LEVEL-1||SER|||||||{role}", "OBR|1||1|T", obx()))

    assert reading.sort is Sort.CONTROL


@pytest.mark.parametrize(
    ("segments", "sort"),
    [
        ((OUL, "SPM|1|LOT-1", "INV|LOT-1|OK|CO^Control", "OBR|1||1|T", obx()), Sort.CONTROL),
        ((OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx(), "INV|LOT-1|OK|CO^Control"), Sort.VALUE),
        ((OUL, "OBR|1||1|T", obx(), "INV|LOT-1|OK|CO^Control", "SPM|1|ACC-1"), Sort.VALUE),
    ],
    ids=["of the specimen", "used for the result", "used, specimen behind"],
)
def test_a_control_is_named_by_the_inventory_of_its_own_specimen(segments, sort: Sort) -> None:
    assert only(hl7(*segments)).sort is sort


@pytest.mark.parametrize("order", ["1002^ LJ QC", "00003^LJ QCR^99X", "1004^X-B QC", "9^L-J QC"])
def test_an_order_that_is_called_a_control_chart_is_of_control_material(order: str) -> None:
    assert only(hl7(ORU, f"OBR|1||7|{order}", obx())).sort is Sort.CONTROL


def test_a_date_is_no_number() -> None:
    reading = only(hl7(ORU, "OBR|1||ACC-1|T", obx(value="20260105", kind="DT", unit="")))

    assert reading.value == Text("20260105")


@pytest.mark.parametrize(
    "segments",
    [
        (ORU, "PID|1||R-77"),
        (ORU, "PID|1||R-77", "OBR|1||ACC-1|T", "NTE|1||nothing else"),
        (OUL, "SPM|1|ACC-1", "OBR|1||1|T", "OBR|2||2|T"),
        (MSH % "OUL^R21^OUL_R21", "SAC|||TUBE-1", "OBR|1||1|T"),
    ],
    ids=["a patient alone", "an order", "orders of a specimen", "a container"],
)
def test_a_result_message_of_which_nothing_is_read_is_held(segments) -> None:
    found = read(hl7(*segments))

    assert (found.readings, found.control_id) == ((), "C-1")
    assert found.doubt == Doubt(Hold.EMPTY)


@pytest.mark.parametrize("place", ["SPM", "MSH"])
def test_control_material_is_told_by_its_role_or_by_the_whole_message(place: str) -> None:
    role = "Q" if place == "SPM" else "P"
    head = OUL.replace("|P|2.5.1", "|Q|2.5.1") if place == "MSH" else OUL

    reading = only(hl7(head, f"SPM|1|LEVEL-1||SER|||||||{role}^x", "OBR|1||1|T", obx()))

    assert (reading.sort, reading.control, reading.patient) == (Sort.CONTROL, "LEVEL-1", None)


def test_lots_named_behind_a_result_say_nothing_about_the_specimen() -> None:
    lot = "INV|CONTROL LOT^^99|OK|CO^Control^HL70384"
    content = hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|T", obx("GLU"), lot, obx("CREA"))

    readings = read(content, "roche-cobas-x800").readings

    assert [reading.sort for reading in readings] == [Sort.VALUE, Sort.VALUE]


def test_a_cancelled_order_fails_and_results_in_one_are_questioned() -> None:
    order = "OBR|1||1|T^Test" + "|" * 21 + "X"

    failed = only(hl7(OUL, "SPM|1|ACC-1", order, "NTE|1||Clotted"))
    with_result = only(hl7(OUL, "SPM|1|ACC-1", order, obx()))

    assert (failed.specimen, failed.code, failed.value) == ("ACC-1", "T", Absent("error"))
    assert failed.comment == "Clotted"
    assert holds(with_result) == ["QUESTIONABLE"]


def test_a_note_belongs_to_the_segment_before_it() -> None:
    readings = read(
        hl7(
            OUL,
            *("SPM|1|ACC-1", "OBR|1||1|T", "NTE|1||of the order"),
            *(obx("GLU"), "NTE|1||first~and more", "NTE|2||second", obx("CREA")),
        )
    ).readings

    assert [reading.comment for reading in readings] == ["first and more\nsecond", ""]


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("ADT^A01", "ADT^A01 brings no results"),
        ("OUL^R99^OUL_R99", "OUL^R99^OUL_R99 brings no results"),
        ("", "a message without type brings no results"),
    ],
)
def test_a_message_of_another_kind_is_held_as_a_whole(kind: str, detail: str) -> None:
    found = read(hl7(MSH % kind, "PID|1"))

    assert found.doubt is not None
    assert found.doubt.params == {"detail": detail}
    assert (found.readings, found.control_id) == ((), "C-1")


def test_a_header_alone_is_held() -> None:
    found = read(hl7(OUL))

    assert found.doubt is not None
    assert found.doubt.params == {"detail": "it has no segment but MSH"}


def query(*segments: str, kind: str = "QBP^Q11^QBP_Q11") -> tuple[Reading, ...]:
    return read(hl7(MSH % kind, *segments)).readings


def test_a_query_names_the_specimens_it_asks_for() -> None:
    (one,) = query("QPD|WOS^Work^IHELAW|TAG-1|ACC-1", "RCP|I")
    several = query("QPD|WOS|TAG-1|ACC-1^x~ACC-2")
    (everything,) = query("QPD|WOS_ALL|TAG-1")

    assert (one.sort, one.specimen, one.code) == (Sort.QUERY, "ACC-1", "WOS")
    assert one.as_sent["tag"] == "TAG-1"
    assert [(reading.position, reading.specimen) for reading in several] == [
        (1, "ACC-1"),
        (2, "ACC-2"),
    ]
    assert (everything.specimen, everything.doubts) == ("", ())


def test_a_query_taken_back_asks_for_nothing() -> None:
    found = read(hl7(MSH % "QCN^J01", "QID|TAG-1|N"))

    assert (found.readings, found.doubt) == ((), None)
