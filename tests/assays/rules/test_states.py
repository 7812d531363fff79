"""Every (old, new) pair of every life cycle: what is not written here is not allowed."""

from __future__ import annotations

from itertools import product

import pytest

from assays.rules.states import (
    AUTOVERIFICATION_MOVE,
    ITEM,
    MESSAGE,
    ORDER,
    ORDER_ITEM,
    REPORT,
    RESULT,
    SPECIMEN,
    TABLES,
    ItemStatus,
    OrderStatus,
    ReportStatus,
    ResultStatus,
    SpecimenStatus,
)
from labsys.lib.states import mermaid

ALLOWED = {
    "version": """
        DRAFT: APPROVED DISCARDED
        APPROVED: ACTIVE DISCARDED
        ACTIVE: RETIRED
        RETIRED:
        DISCARDED:
    """,
    "specimen": """
        EXPECTED: COLLECTED ENTERED_IN_ERROR
        COLLECTED: RECEIVED UNSATISFACTORY LOST ENTERED_IN_ERROR
        RECEIVED: AVAILABLE DISPOSED UNSATISFACTORY LOST ENTERED_IN_ERROR
        AVAILABLE: DISPOSED UNSATISFACTORY LOST ENTERED_IN_ERROR
        DISPOSED: ENTERED_IN_ERROR
        UNSATISFACTORY: DISPOSED ENTERED_IN_ERROR
        LOST: ENTERED_IN_ERROR
        ENTERED_IN_ERROR:
    """,
    "order": """
        DRAFT: ACTIVE REVOKED ENTERED_IN_ERROR
        ACTIVE: ON_HOLD COMPLETED REVOKED ENTERED_IN_ERROR
        ON_HOLD: ACTIVE REVOKED ENTERED_IN_ERROR
        COMPLETED: ACTIVE ENTERED_IN_ERROR
        REVOKED: ENTERED_IN_ERROR
        ENTERED_IN_ERROR:
    """,
    "order item": """
        ORDERED: IN_PROCESS HELD CANCELLED
        IN_PROCESS: ORDERED COMPLETED HELD CANCELLED
        COMPLETED: IN_PROCESS
        HELD: ORDERED IN_PROCESS CANCELLED
        CANCELLED:
    """,
    "result": """
        RESULTED: TECHNICALLY_VERIFIED RELEASED CANCELLED SUPERSEDED ENTERED_IN_ERROR
        TECHNICALLY_VERIFIED: RELEASED CANCELLED SUPERSEDED ENTERED_IN_ERROR
        RELEASED: SUPERSEDED ENTERED_IN_ERROR
        CANCELLED:
        SUPERSEDED:
        ENTERED_IN_ERROR:
    """,
    "report": """
        REGISTERED: PARTIAL PRELIMINARY FINAL CANCELLED ENTERED_IN_ERROR
        PARTIAL: PRELIMINARY FINAL CANCELLED ENTERED_IN_ERROR
        PRELIMINARY: PARTIAL FINAL CANCELLED ENTERED_IN_ERROR
        FINAL: AMENDED CORRECTED APPENDED ENTERED_IN_ERROR
        AMENDED: FINAL AMENDED CORRECTED APPENDED ENTERED_IN_ERROR
        CORRECTED: FINAL AMENDED CORRECTED APPENDED ENTERED_IN_ERROR
        APPENDED: FINAL AMENDED CORRECTED APPENDED ENTERED_IN_ERROR
        CANCELLED: ENTERED_IN_ERROR
        ENTERED_IN_ERROR:
    """,
    "message": """
        RECEIVED: FILED PARTLY_HELD HELD DUPLICATE REJECTED INCOMPLETE
        FILED: PARTLY_HELD HELD
        PARTLY_HELD: FILED HELD DUPLICATE REJECTED
        HELD: FILED PARTLY_HELD DUPLICATE REJECTED
        DUPLICATE:
        REJECTED:
        INCOMPLETE: REJECTED
    """,
    "message item": """
        RECORDED:
        HELD: RECORDED DUPLICATE QC NOT_A_RESULT REJECTED
        DUPLICATE:
        QC:
        NOT_A_RESULT: HELD
        REJECTED:
    """,
    "dispatch": """
        QUEUED: SENDING DEAD WITHDRAWN
        SENDING: ACCEPTED REFUSED QUEUED DEAD
        ACCEPTED:
        REFUSED: QUEUED WITHDRAWN
        DEAD: QUEUED WITHDRAWN
        WITHDRAWN:
    """,
    "work order": """
        TOLD: TAKEN REFUSED CANCELLING DONE
        TAKEN: REFUSED CANCELLING DONE
        REFUSED:
        CANCELLING: CANCELLED KEPT
        CANCELLED:
        KEPT:
        DONE:
    """,
    "nonconformity": """
        OPEN: INVESTIGATING CORRECTED ENTERED_IN_ERROR
        INVESTIGATING: CORRECTED ENTERED_IN_ERROR
        CORRECTED: CLOSED INVESTIGATING
        CLOSED: INVESTIGATING
        ENTERED_IN_ERROR:
    """,
    "shipment": """
        DRAFT: SENT CANCELLED
        SENT: RECEIVED
        RECEIVED: RETURNED
        RETURNED: CLOSED
        CLOSED:
        CANCELLED:
    """,
    "shipment line": """
        PACKED: SENT UNPACKED
        UNPACKED:
        SENT: ARRIVED MISSING
        ARRIVED: BACK KEPT MISSING
        MISSING: ARRIVED BACK WRITTEN_OFF
        BACK:
        KEPT:
        WRITTEN_OFF:
    """,
    "analysis run": """
        QUEUED: RUNNING CANCELLED
        RUNNING: DONE FAILED CANCELLED
        DONE:
        FAILED:
        CANCELLED:
    """,
    "disposal": """
        PROPOSED: CONFIRMED WITHDRAWN
        CONFIRMED:
        WITHDRAWN:
    """,
    "critical call": """
        OPEN: CONFIRMED ACKNOWLEDGED WITHDRAWN
        CONFIRMED:
        ACKNOWLEDGED:
        WITHDRAWN:
    """,
    "request for another attempt": """
        OPEN: DONE WITHDRAWN
        DONE:
        WITHDRAWN:
    """,
    "inbox entry": """
        OPEN: ACKNOWLEDGED WITHDRAWN RELEASED
        ACKNOWLEDGED:
        WITHDRAWN:
        RELEASED:
    """,
    "correction notice": """
        OPEN: ACKNOWLEDGED TOLD REPLACED CLOSED
        ACKNOWLEDGED:
        TOLD:
        REPLACED:
        CLOSED:
    """,
}
BIRTHS = {
    "version": {"DRAFT"},
    "specimen": {"EXPECTED", "AVAILABLE"},
    "order": {"DRAFT", "ACTIVE"},
    "order item": {"ORDERED"},
    "result": {"RESULTED"},
    "report": {"REGISTERED"},
    "message": {"RECEIVED", "FILED", "PARTLY_HELD", "HELD", "DUPLICATE", "REJECTED", "INCOMPLETE"},
    "message item": {"RECORDED", "HELD", "DUPLICATE", "QC", "NOT_A_RESULT", "REJECTED"},
    "dispatch": {"QUEUED"},
    "work order": {"TOLD"},
    "nonconformity": {"OPEN"},
    "shipment": {"DRAFT"},
    "shipment line": {"PACKED"},
    "analysis run": {"QUEUED"},
    "disposal": {"PROPOSED"},
    "critical call": {"OPEN"},
    "request for another attempt": {"OPEN"},
    "inbox entry": {"OPEN"},
    "correction notice": {"OPEN"},
}


def read(text: str) -> set[tuple[str, str]]:
    rows = (line.strip().split(":") for line in text.strip().splitlines())
    return {(old, new) for old, targets in rows for new in targets.split()}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_exactly_the_written_moves_are_allowed(table) -> None:
    moves = {
        (old.value, new.value)
        for old, new in product(table.states, repeat=2)
        if table.can_move(old, new)
    }

    assert moves == read(ALLOWED[table.name])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_are_born_only_where_written(table) -> None:
    assert {state.value for state in table.initial} == BIRTHS[table.name]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_drawing_has_one_line_for_every_birth_move_and_end(table) -> None:
    arrows = mermaid(table).splitlines()[1:]

    moves = sum(len(targets) for targets in table.moves.values())
    assert len(arrows) == len(set(arrows)) == len(table.initial) + moves + len(table.final)


def test_pending_is_never_a_stored_result() -> None:
    assert "PENDING" not in ResultStatus.__members__


def test_only_autoverification_may_release_without_technical_verification() -> None:
    into_release = {old for old in ResultStatus if RESULT.can_move(old, ResultStatus.RELEASED)}

    assert into_release == {ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED}
    assert AUTOVERIFICATION_MOVE == (ResultStatus.RESULTED, ResultStatus.RELEASED)


def test_a_released_result_is_corrected_or_disowned_but_never_taken_back() -> None:
    after = {new for new in ResultStatus if RESULT.can_move(ResultStatus.RELEASED, new)}

    assert after == {ResultStatus.SUPERSEDED, ResultStatus.ENTERED_IN_ERROR}


@pytest.mark.parametrize(
    ("table", "error"),
    [
        (SPECIMEN, SpecimenStatus.ENTERED_IN_ERROR),
        (ORDER, OrderStatus.ENTERED_IN_ERROR),
        (REPORT, ReportStatus.ENTERED_IN_ERROR),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_anything_may_turn_out_to_be_entered_in_error(table, error) -> None:
    assert {old for old in table.states if table.can_move(old, error)} == set(table.states) - {
        error
    }


def test_a_held_item_is_always_open_to_a_decision() -> None:
    assert ItemStatus.HELD not in ITEM.final
    assert {table.name for table in TABLES} == set(ALLOWED)
    assert {MESSAGE.name, ORDER_ITEM.name} <= set(ALLOWED)
