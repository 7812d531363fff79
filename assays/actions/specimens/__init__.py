"""Specimens: asked for, collected, received, refused, lost, divided, disposed of."""

from assays.actions.specimens.collecting import collect, collect_on_paper
from assays.actions.specimens.custody import (
    dispose,
    make_available,
    receive,
    receive_batch,
    refuse_scan,
)
from assays.actions.specimens.deciding import keep_aliquot, refuse_aliquot
from assays.actions.specimens.failing import drop_expected, lose, mark_entered_in_error, reject
from assays.actions.specimens.identifying import identify
from assays.actions.specimens.making import divide, expect
from assays.actions.specimens.moves import SpecimenMoved

__all__ = [
    "SpecimenMoved",
    "collect",
    "collect_on_paper",
    "dispose",
    "divide",
    "drop_expected",
    "expect",
    "identify",
    "keep_aliquot",
    "lose",
    "make_available",
    "mark_entered_in_error",
    "receive",
    "receive_batch",
    "refuse_aliquot",
    "refuse_scan",
    "reject",
]
