"""One incident per instrument whose messages are refused or given up, settled with the last of them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import deliveries, nonconformities
from assays.models import Dispatch, Instrument
from assays.queries import undelivered as queries
from assays.rules.nonconformities import Kind, Severity
from labsys.accounts.models import Principal
from labsys.audit.context import acting


def follow(*, by: Principal, at: datetime) -> None:
    """Open an incident about what was left, and settle those with nothing left; `by` is the sweep.

    What died listeners had on the line is queued again first, and what is of no use any more given
    up: so do the listeners that live, but there may be none. Of two that do so at once the second
    sees what the first did.
    """
    deliveries.recover(by=by, at=at)
    deliveries.give_up(by=by, at=at)
    if queries.new() or queries.settled():
        with acting(by=by, at=at, action="assays.dispatch.follow_left"):
            _open(by=by, at=at)
            nonconformities.settle(
                deciders=queries.settled(),
                corrective_action=_("Each was sent again or withdrawn."),
                effectiveness=_("Nothing to this instrument is left undecided."),
                by=by,
                at=at,
            )


def _open(*, by: Principal, at: datetime) -> None:
    ids = {one.instrument_id for one in queries.new()}
    rows = Instrument.objects.select_for_update(no_key=True).filter(pk__in=ids)
    locked = {one.pk: one for one in rows.order_by("pk")}
    found = [one for one in queries.new() if one.instrument_id in locked]
    firsts = Dispatch.objects.in_bulk([one.dispatch_id for one in found])
    for one in found:
        nonconformities.report(
            kind=Kind.INFORMATION_SYSTEM,
            severity=Severity.MAJOR,  # an order not measured, a result not known
            summary=_(
                "%(count)d messages to %(instrument)s were refused or given up; somebody has to send "
                "them again or withdraw them."
            )
            % {"count": one.count, "instrument": locked[one.instrument_id]},
            instrument=locked[one.instrument_id],
            source=firsts[one.dispatch_id],
            by=by,
            at=at,
        )
