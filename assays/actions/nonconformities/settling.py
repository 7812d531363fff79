"""Nonconformities that a sweep opened and that ended by what people did elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assays.actions.nonconformities.moves import step
from assays.models import Nonconformity
from assays.rules.nonconformities import NonconformityStatus
from labsys.accounts.models import Principal

_OPEN = (NonconformityStatus.OPEN, NonconformityStatus.INVESTIGATING)


def settle(
    *,
    deciders: Mapping[int, int],
    corrective_action: str,
    effectiveness: str,
    by: Principal,
    at: datetime,
) -> None:
    """Correct each in the name of whoever ended what it is about, and close it in that of the sweep.

    `deciders` names that principal by nonconformity; called inside the sweep's own act. What ended by
    itself is corrected in the sweep's name, and closed by a person: nobody closes their own.
    """
    people = Principal.objects.in_bulk(set(deciders.values()))
    rows = Nonconformity.objects.select_for_update(no_key=True).filter(pk__in=deciders)
    for row in rows.order_by("pk"):
        if row.status not in _OPEN:
            continue
        corrected = {
            "corrective_action": corrective_action,
            "corrected_by": people[deciders[row.pk]],
            "corrected_at": at,
        }
        step(row, to=NonconformityStatus.CORRECTED, by=by, at=at, changes=corrected)
        if deciders[row.pk] == by.pk:
            continue
        closed = {"effectiveness": effectiveness, "closed_by": by, "closed_at": at}
        step(row, to=NonconformityStatus.CLOSED, by=by, at=at, changes=closed)
