"""Nonconformities: reported by people and by acts, looked into, corrected, closed by another."""

from assays.actions.nonconformities.closing import (
    CLOSE,
    ClosedByCorrector,
    close,
    mark_entered_in_error,
    reopen,
)
from assays.actions.nonconformities.moves import NonconformityMoved
from assays.actions.nonconformities.reporting import REPORT, VIEW, report, submit
from assays.actions.nonconformities.settling import settle
from assays.actions.nonconformities.working import (
    ASSIGN,
    WORK,
    assign,
    correct,
    describe,
    investigate,
)

__all__ = [
    "ASSIGN",
    "CLOSE",
    "REPORT",
    "VIEW",
    "WORK",
    "ClosedByCorrector",
    "NonconformityMoved",
    "assign",
    "close",
    "correct",
    "describe",
    "investigate",
    "mark_entered_in_error",
    "reopen",
    "report",
    "settle",
    "submit",
]
