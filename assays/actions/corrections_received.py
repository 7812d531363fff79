"""Applying what instruments correct and take back, in the transaction that files their message.

The value before is superseded, or entered in error, at once, and whoever saw it is told; the value
in its place is verified and released like any other, never by itself. The results are locked by
`assays.queries.filing.lock`, before any order item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import nonconformities, results
from assays.models import Result, TransmissionItem
from assays.rules.entries import Change
from assays.rules.filing import Corrected, Filed, Outdated, Recorded, Withdrawn
from assays.rules.nonconformities import Kind
from labsys.accounts.models import Principal
from labsys.lib import bulk


def changes(filed: Sequence[Filed]) -> list[Filed]:
    """Return what does more than to record a value, in the order it came."""
    return [one for one in filed if isinstance(one.disposition, Corrected | Outdated | Withdrawn)]


def rows_of(
    found: Sequence[Filed], rows: Mapping[int, dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Return those of the result rows, by their keys, that are written one by one."""
    items = {one.item_id for one in found if isinstance(one.disposition, Recorded)}
    return {id_: row for id_, row in rows.items() if row["transmission_item_id"] in items}


def apply(
    found: Sequence[Filed],
    rows: Mapping[int, dict[str, Any]],
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Supersede, take back and write, in the order in which it was said; `rows` are as yet unwritten."""
    by_item = {row["transmission_item_id"]: row for row in rows.values()}
    for one in found:
        match one.disposition:
            case Withdrawn(of, change):
                _withdraw(of.result_id, change, one, by=by, at=at)
            case Corrected(of=of):
                old = Result.objects.get(pk=of.result_id)
                results.supersede(result=old, by=by, at=at, reason=_reason(one))
                bulk.insert(Result, [by_item[one.item_id]])
            case Outdated(by=newer):
                row = by_item[one.item_id]
                bulk.insert(Result, [row])
                said = _("A newer value stands (result %(result)s): %(reason)s")
                reason = said % {"result": newer.result_id, "reason": _reason(one)}
                late = Result.objects.get(pk=row["id"])
                results.keep_outdated(result=late, by=by, at=at, reason=reason)


def _withdraw(
    result_id: int | None, change: Change, one: Filed, *, by: Principal, at: datetime
) -> None:
    """Take a value back; one posted as another patient's is looked into, whatever it was."""
    result = Result.objects.select_related("specimen", "instrument").get(pk=result_id)
    reason = _reason(one)
    results.withdraw_received(result=result, by=by, at=at, reason=reason)
    if change is Change.WRONG_PATIENT:
        nonconformities.report(
            kind=Kind.IDENTIFICATION,
            summary=reason,
            specimen=result.specimen,
            result=result,
            instrument=result.instrument,
            by=by,
            at=at,
        )


def _reason(one: Filed) -> str:
    """Say in which message the correction came, and with which status."""
    entry = one.entry
    if entry.change is Change.TAKEN:
        return entry.comment
    item = TransmissionItem.objects.filter(pk=one.item_id).values_list("message_id", "position")
    message, position = item.get()
    said = {
        Change.CORRECTED: _(
            "Corrected by its sender in message %(message)s, position %(position)s."
        ),
        Change.WITHDRAWN: _("Deleted by its sender in message %(message)s, position %(position)s."),
        Change.WRONG_PATIENT: _(
            "Taken back by its sender as another patient's, in message %(message)s, position "
            "%(position)s."
        ),
    }[entry.change or Change.CORRECTED]
    return said % {"message": message, "position": position}
