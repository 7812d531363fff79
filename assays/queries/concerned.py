"""Whom the rows of messages and hand-overs tell of, where no one path leads to a person."""

from __future__ import annotations

from assays.models import (
    Dispatch,
    HandOverItem,
    HandOverItemEnd,
    TransmissionItem,
    TransmissionMessage,
    WorkOrder,
)
from assays.queries import transmissions
from labsys.lib import looks


def told_of(row: Dispatch | WorkOrder) -> int | None:
    """Return whom a row is about; what is about no specimen and no order names nobody."""
    about = row.specimen or (row.order if isinstance(row, Dispatch) else None)
    return about.person_id if about is not None else None


def _told(row: Dispatch | WorkOrder) -> list[int]:
    found = told_of(row)
    return [] if found is None else [found]


def _of_item(row: TransmissionItem) -> list[int]:
    return transmissions.persons(row.message, item=row.pk)


def _of_hand_over_item(row: HandOverItem) -> list[int]:
    return [] if row.person_id is None else [row.person_id]


def _of_item_s_end(row: HandOverItemEnd) -> list[int]:
    return _of_hand_over_item(row.item)


def register() -> None:
    """Let whoever opens such a row be on record for the persons in it."""
    looks.tells_of(Dispatch, _told)
    looks.tells_of(WorkOrder, _told)
    looks.tells_of(TransmissionMessage, transmissions.persons)
    looks.tells_of(TransmissionItem, _of_item)
    looks.tells_of(HandOverItem, _of_hand_over_item)
    looks.tells_of(HandOverItemEnd, _of_item_s_end)
