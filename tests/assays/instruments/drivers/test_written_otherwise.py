"""What instruments nobody knows write otherwise than the book, and what is read of it all the same."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assays.instruments.readings import Sort
from labsys.lib.quantities import Absent, Coded, Quantity
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

OF_CONTROL = ("Q", r"A\Q", r"Q\A")
MATERIALS = ("CTRL", "Control^Level 1", "QC", "calibrator", "CONTROLS")
OF_PATIENTS = ("SER^Serum", "Controlled diet", "CALC", "QCX", "Plasma, control visit")


def order(*, action: str = "", material: str = "", report: str = "") -> str:
    fields = ["O", "1", "ACC-1", "", "^^^GLU", *[""] * 6, action, "", "", "", material]
    return "|".join([*fields, *[""] * 9, report])


def spm(*, kind: str = "SER", role: str = "P") -> str:
    return f"SPM|1|ACC-1||{kind}|||||||{role}"


@pytest.mark.parametrize("action", OF_CONTROL)
def test_an_order_of_control_material_is_told_by_any_of_its_actions(action: str) -> None:
    assert only(astm(H, P, order(action=action), result())).sort is Sort.CONTROL


@pytest.mark.parametrize("material", MATERIALS)
def test_material_whose_type_says_control_is_never_a_patients(material: str) -> None:
    readings = [
        only(astm(H, P, order(material=material), result())),
        only(hl7(OUL, spm(kind=material), "OBR|1|||T", obx())),
        only(hl7(ORU, f"OBR|1||ACC-1|T{'|' * 11}{material}", obx())),
    ]

    assert [(one.sort, one.control) for one in readings] == [(Sort.CONTROL, "ACC-1")] * 3


@pytest.mark.parametrize("material", OF_PATIENTS)
def test_other_material_is_a_patients(material: str) -> None:
    assert only(astm(H, P, order(material=material), result())).sort is Sort.VALUE
    assert only(hl7(OUL, spm(kind=material), "OBR|1|||T", obx())).sort is Sort.VALUE


@pytest.mark.parametrize("role", ["Q", "Q~P", "QC", "^Control specimen^HL70369"])
def test_the_role_of_a_specimen_is_told_by_its_code_or_in_words(role: str) -> None:
    assert only(hl7(OUL, spm(role=role), "OBR|1|||T", obx())).sort is Sort.CONTROL


@pytest.mark.parametrize("declared", [r"\^", r"\^&", r"\^&~"])
def test_a_header_may_declare_no_escape_character_or_more(declared: str) -> None:
    found = only(astm(H.replace(r"\^&", declared), P, "O|1|A&B^7||^^^GLU", result()))

    assert (found.specimen, found.code, found.doubts) == ("A&B", "GLU", ())


@pytest.mark.parametrize("declared", ["", "\\", r"^^", r"\^|"[:1]])
def test_a_header_that_declares_less_or_one_twice_is_not_read(declared: str) -> None:
    found = read(astm(H.replace(r"\^&", declared), P, ORDER, result()))

    assert found.doubt is not None


def test_records_that_are_set_in_are_records() -> None:
    found = only(astm(H, f"   {P}", f"\t{ORDER}", f"  {result()}"))

    assert (found.specimen, found.code, found.doubts) == ("ACC-1", "GLU", ())


@pytest.mark.parametrize("behind", ["", "^S", "^operator^2"])
def test_what_stands_behind_a_moment_is_no_part_of_it(behind: str) -> None:
    readings = [
        only(astm(H, P, ORDER, result(ended=f"20260105095500{behind}"))),
        only(hl7(ORU, "OBR|1||ACC-1|T", obx(at=f"20260105095500{behind}"))),
    ]

    at = datetime(2026, 1, 5, 9, 55, tzinfo=UTC)
    assert [(one.observed_at, one.doubts) for one in readings] == [(at, ())] * 2


def test_a_number_behind_an_empty_first_part_may_be_an_interpretation() -> None:
    number, word = (only(astm(H, P, ORDER, result(value=value))) for value in ("^13", "13^"))

    assert holds(number) == ["UNREADABLE"]
    assert "R.4.1 is empty" in number.doubts[0].params["detail"]
    assert (word.value, word.doubts) == (Quantity(Decimal(13), "mmol/L"), ())


def test_a_word_behind_an_empty_first_part_is_that_word() -> None:
    found = only(astm(H, P, ORDER, result(value="^NEG")), words={"NEG": "NOT_DETECTED"})

    assert (found.value, found.doubts) == (Coded("NOT_DETECTED", ""), ())


@pytest.mark.parametrize("written", ["5.4", "5.4^5.4", "5.4^^L"])
@pytest.mark.parametrize("kind", ["CE", "CWE"])
def test_a_number_with_a_unit_is_one_though_its_type_says_code(kind: str, written: str) -> None:
    found = only(hl7(ORU, "OBR|1||ACC-1|T", obx(kind=kind, value=written)))

    assert (found.value, found.doubts) == (Quantity(Decimal("5.4"), "mmol/L"), ())


@pytest.mark.parametrize(("written", "unit"), [("3^Trace", "mg/dL"), ("3", ""), ("P3", "mg/dL")])
def test_a_code_stays_a_code(written: str, unit: str) -> None:
    found = only(hl7(ORU, "OBR|1||ACC-1|T", obx(kind="CE", value=written, unit=unit)))

    assert found.value == Coded(written.split("^")[0], "")


def test_a_comment_of_blanks_and_delimiters_says_nothing() -> None:
    blank, said = "C|1|I|   ^   ^|G", "C|2|I|12^clot|G"
    found = read(astm(H, P, ORDER, blank, result("A"), blank, said, result("B"), blank))

    assert [one.comment for one in found.readings] == ["12^clot", ""]


@pytest.mark.parametrize(
    ("report", "expected"),
    [("X", ["QUESTIONABLE"]), (r"F\X", ["QUESTIONABLE"]), ("c", ["CORRECTION"]), (r"F\Q", [])],
)
def test_an_order_says_in_any_of_its_statuses_that_it_is_corrected_or_was_not_done(
    report: str, expected: list[str]
) -> None:
    assert holds(only(astm(H, P, order(report=report), result()))) == expected


@pytest.mark.parametrize("role", ["Q", "C", "E", "V", "Q&Control&HL70369"])
def test_a_source_with_the_role_of_control_material_is_told(role: str) -> None:
    of_control = only(hl7(ORU, f"OBR|1||QC-7|T{'|' * 11}^^^^^^{role}", obx()))
    of_patient = only(hl7(ORU, f"OBR|1||ACC-1|T{'|' * 11}BLDA^^^^^^P", obx()))

    assert (of_control.sort, of_control.control) == (Sort.CONTROL, "QC-7")
    assert of_patient.sort is Sort.VALUE


@pytest.mark.parametrize("name", ["SYSTEM", "AY1234", "op^1"])
def test_a_name_where_a_moment_would_stand_is_none_beside_one(name: str) -> None:
    with_moment = only(astm(H, P, ORDER, result(started="20260105095000", ended=name)))
    alone = only(astm(H, P, ORDER, result(ended=name)))
    has_digit = any(map(str.isdigit, name.split("^")[0]))

    assert (with_moment.observed_at, holds(with_moment)) == (
        datetime(2026, 1, 5, 9, 50, tzinfo=UTC),
        [],
    )
    assert (alone.observed_at, holds(alone)) == (None, ["TIME_UNCLEAR"] if has_digit else [])


def test_a_moment_that_cannot_be_read_is_not_replaced_by_another() -> None:
    found = only(astm(H, P, ORDER, result(started="20260105095000", ended="05/01/2026 09:55")))

    assert holds(found) == ["TIME_UNCLEAR"]


@pytest.mark.parametrize("limits", ["3.8 to 11.8", "3.8-11.8", "-2.0 to 3.0", "0,35 - 4,94"])
def test_limits_among_the_flags_are_no_flag(limits: str) -> None:
    assert only(astm(H, P, ORDER, result(flags=limits))).flags == ""
    assert only(hl7(ORU, "OBR|1||ACC-1|T", obx(flags=limits))).flags == ""


@pytest.mark.parametrize(
    ("late", "held"), [("P", ["NOT_FINAL"]), ("X", []), ("F", []), ("20260101", [])]
)
def test_a_status_a_field_late_counts_where_its_own_place_is_empty(
    late: str, held: list[str]
) -> None:
    record = f"R|1|^^^GLU|5.4|mmol/L|||||{late}|||20260105095500|"

    found = only(astm(H, P, ORDER, record))

    assert holds(found) == held
    assert isinstance(found.value, Absent if late == "X" else Quantity)


def test_a_status_in_its_own_place_goes_before_one_a_field_late() -> None:
    record = "R|1|^^^GLU|5.4|mmol/L||||F|P||20260105095500|"

    assert holds(only(astm(H, P, ORDER, record))) == []


def test_a_container_of_another_number_than_the_specimen_is_not_chosen_between() -> None:
    alike = only(hl7(OUL, "SPM|1|A-1001||SER|||||||P", "SAC|||A-1001", "OBR|1|||T", obx()))
    other = only(hl7(OUL, "SPM|1|41||SER|||||||P", "SAC|||A-1001", "OBR|1|||T", obx()))
    both_sides = only(hl7(OUL, "SPM|1|A-1001^F-7||SER|||||||P", "OBR|1|||T", obx()))

    assert (alike.specimen, holds(alike)) == ("A-1001", [])
    assert holds(other) == ["UNREADABLE"]
    assert "SAC-3.1 names A-1001" in other.doubts[0].params["detail"]
    assert (both_sides.specimen, holds(both_sides)) == ("A-1001", [])


@pytest.mark.parametrize("unit", ["/100WBC", "/100 WBC"])
def test_cells_are_counted_per_hundred_of_others(unit: str) -> None:
    value = only(astm(H, P, ORDER, result(value="0.3", unit=unit))).value

    assert value == Quantity(Decimal("0.3"), "/100{WBC}")


def test_the_numbers_of_an_order_need_not_be_alike() -> None:
    found = only(hl7(ORU, "OBR|1|PLACER-1|ACC-1|T", obx()))

    assert (found.specimen, holds(found)) == ("ACC-1", [])
