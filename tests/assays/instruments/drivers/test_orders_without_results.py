"""An order that brings no result beside others that do is never passed over in silence."""

from __future__ import annotations

import pytest

from assays.instruments import interpret
from assays.instruments.readings import Doubt, Sort
from assays.rules.filing import Hold
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
    read,
    result,
)

C = "C|1|I|Error 5011: clot in the probe|I"


def ordered(specimen: str, code: str, status: str = "F") -> str:
    """Write an O record with its report type (O.26)."""
    return f"O|1|{specimen}||^^^{code}" + "|" * 21 + status


@pytest.mark.parametrize("status", ["F", "", "C", "Y", "Z"])
def test_an_order_that_ended_without_a_result_is_held_with_its_comment(status: str) -> None:
    content = astm(H, P, ordered("ACC-1", "CREA", status), C, "O|2|ACC-2||^^^GLU", result())

    value, failed = read(content).readings

    assert (value.specimen, value.position, holds(value)) == ("ACC-2", 1, [])
    assert (failed.specimen, failed.code, failed.position) == ("ACC-1", "CREA", 2)
    assert (failed.sort, failed.value) == (Sort.VALUE, None)
    assert failed.comment == "Error 5011: clot in the probe"
    assert failed.doubts == (Doubt(Hold.NO_RESULT, {"status": status}),)


def test_each_test_of_such_an_order_is_held() -> None:
    content = astm(H, P, r"O|1|ACC-1||^^^CREA\^^^UREA", C, ORDER, result())

    _value, *failed = read(content).readings

    assert [one.code for one in failed] == ["CREA", "UREA"]
    assert [holds(one) for one in failed] == [["NO_RESULT"]] * 2


@pytest.mark.parametrize("status", ["O", "P", "I", "Q"])
def test_an_order_that_is_under_way_is_none_of_a_person(status: str) -> None:
    content = astm(H, P, ordered("ACC-1", "CREA", status), ORDER, result())

    assert [one.code for one in read(content).readings] == ["GLU"]


def test_orders_that_are_listed_before_their_results_are_answered() -> None:
    listed = astm(H, P, ordered("ACC-1", "CREA"), ORDER, result(), result("CREA", "80", "umol/L"))
    of_another = astm(H, P, ordered("ACC-2", "GLU"), ORDER, result())

    assert [(one.code, holds(one)) for one in read(listed).readings] == [("GLU", []), ("CREA", [])]
    assert [(one.specimen, holds(one)) for one in read(of_another).readings] == [
        ("ACC-1", []),
        ("ACC-2", ["NO_RESULT"]),
    ]


def test_an_order_without_a_code_is_held_beside_a_record_that_is_none() -> None:
    content = astm(H, P, "O|1|", "Z|1|x|y", "O|2|ACC-1||^^^GLU", result())

    assert [holds(one) for one in read(content).readings] == [
        *(["UNREADABLE"], ["UNREADABLE"]),  # the record, and what it may have said whose it is
        ["NO_SPECIMEN", "NO_RESULT"],
    ]


def test_a_control_that_failed_is_a_control() -> None:
    control = "O|1|QC-1||^^^GLU|||||||Q" + "|" * 14 + "F"

    (failed,) = [one for one in read(astm(H, P, control, ORDER, result())).readings if one.doubts]

    assert (failed.sort, failed.control, holds(failed)) == (Sort.CONTROL, "QC-1", ["NO_RESULT"])


def test_of_an_order_that_failed_as_a_whole_the_failure_is_still_the_result() -> None:
    content = astm(H, P, ordered("ACC-1", "CREA", "X"), C, ORDER, result())

    failed, value = read(content).readings

    assert (failed.code, holds(failed), holds(value)) == ("CREA", [], [])


def test_a_question_that_names_orders_brings_no_results() -> None:
    content = astm(H, "Q|1|^ACC-1||ALL||||||||O", P, ordered("ACC-1", "GLU", ""))

    assert [one.sort for one in read(content).readings] == [Sort.QUERY]


@pytest.mark.parametrize("status", ["F", "", "C"])
def test_an_obr_without_obx_beside_others_is_held_with_its_comment(status: str) -> None:
    failed = f"OBR|1||ACC-1|CREA{'|' * 21}{status}"
    note = "NTE|1||Error 5011"

    value, left = read(hl7(ORU, failed, note, "OBR|2||ACC-2|GLU", obx())).readings

    assert (value.specimen, holds(value)) == ("ACC-2", [])
    assert (left.specimen, left.code, left.comment) == ("ACC-1", "CREA", "Error 5011")
    assert left.doubts == (Doubt(Hold.NO_RESULT, {"status": status}),)


@pytest.mark.parametrize("status", ["O", "I", "S", "P"])
def test_an_obr_that_is_under_way_is_none_of_a_person(status: str) -> None:
    waits = f"OBR|1||F-1|CREA{'|' * 21}{status}"

    readings = read(hl7(OUL, "SPM|1|ACC-1", waits, "OBR|2||F-2|GLU", obx())).readings

    assert [(one.code, holds(one)) for one in readings] == [("GLU", [])]


def test_in_an_oul_it_is_of_its_own_specimen() -> None:
    content = hl7(OUL, "SPM|1|ACC-1", "OBR|1||1|CREA", "SPM|2|ACC-2", "OBR|1||1|GLU", obx())

    readings = read(content).readings

    assert [(one.specimen, one.code, holds(one)) for one in readings] == [
        ("ACC-2", "GLU", []),
        ("ACC-1", "CREA", ["NO_RESULT"]),
    ]


def test_whoever_asks_what_a_message_says_is_told_of_it() -> None:
    content = astm(H, P, ordered("ACC-1", "CREA"), C, "O|2|ACC-2||^^^GLU", result())

    _value, failed = interpret(content, "lis2a2")

    assert (failed.specimen_id, failed.code, failed.status) == ("ACC-1", "CREA", "F")
    assert failed.comments == ("Error 5011: clot in the probe",)
    assert "no result of it (status “F”)" in failed.held[0].sentence
