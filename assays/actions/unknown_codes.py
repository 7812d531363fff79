"""One incident per instrument and code that means nothing here, settled when it is mapped."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import nonconformities
from assays.models import Instrument, TransmissionItem
from assays.queries import unknown_codes as queries
from assays.rules.nonconformities import Kind
from labsys.accounts.models import Principal
from labsys.audit.context import acting


def follow(*, by: Principal, at: datetime) -> None:
    """Open an incident about each new code, and settle those whose code is mapped; `by` is the sweep.

    Of two that do so at once the second sees what the first did.
    """
    if queries.new() or queries.mapped():
        with acting(by=by, at=at, action="assays.transmission.follow_codes"):
            _open(by=by, at=at)
            nonconformities.settle(
                deciders=queries.mapped(),  # whoever approved the mapping
                corrective_action=_("The code was mapped."),
                effectiveness=_(
                    "Values under this code are filed; those that waited are read again."
                ),
                by=by,
                at=at,
            )


def _open(*, by: Principal, at: datetime) -> None:
    ids = {one.instrument_id for one in queries.new()}
    rows = Instrument.objects.select_for_update(no_key=True).filter(pk__in=ids)
    locked = {one.pk: one for one in rows.order_by("pk")}
    found = queries.new()
    items = TransmissionItem.objects.in_bulk([one.item_id for one in found])
    for one in found:
        if one.instrument_id not in locked:
            continue  # new since the instruments were locked: the next sweep finds it
        nonconformities.report(
            kind=Kind.INFORMATION_SYSTEM,
            summary=_(
                "%(instrument)s sends the code “%(code)s”, which has no approved mapping; its values "
                "are held."
            )
            % {"instrument": locked[one.instrument_id], "code": one.code},
            instrument=locked[one.instrument_id],
            source=items[one.item_id],
            by=by,
            at=at,
        )
