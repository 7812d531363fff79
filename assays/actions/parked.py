"""One incident per instrument and kind of work that failed for good, settled with the last of it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from assays.actions import nonconformities
from assays.models import Instrument
from assays.queries import parked as queries
from assays.queries.parked import Failed
from assays.rules.nonconformities import Kind, Severity
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.work.models import WorkItem

LOCK = 7_304


def follow(*, by: Principal, at: datetime) -> None:
    """Open an incident about work that was parked, and settle those of which none is; `by` is the
    sweep.

    Of two that do so at once the second sees what the first did.
    """
    if not (queries.new() or queries.settled(sweep=by.pk)):
        return
    with acting(by=by, at=at, action="work.item.follow_parked"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
        found = queries.new()
        instruments = Instrument.objects.in_bulk([one.instrument_id for one in found])
        items = WorkItem.objects.in_bulk([one.item_id for one in found])
        for one in found:
            instrument = instruments.get(one.instrument_id)
            nonconformities.report(
                kind=Kind.INFORMATION_SYSTEM,
                severity=Severity.MAJOR,  # what was received is not filed, or not told
                summary=_summary(one, instrument),
                instrument=instrument,
                source=items[one.item_id],
                by=by,
                at=at,
            )
        nonconformities.settle(
            deciders=queries.settled(sweep=by.pk),
            corrective_action=_("The work was tried again, or rejected."),
            effectiveness=_("None of it is parked any more."),
            by=by,
            at=at,
        )


def _summary(one: Failed, instrument: Instrument | None) -> str:
    if instrument is None:
        return _(
            "Work of the kind “%(kind)s” failed five times and is parked (%(count)d); somebody has to "
            "have it tried again or reject it."
        ) % {"kind": one.kind, "count": one.count}
    return _(
        "Work of the kind “%(kind)s” of %(instrument)s failed five times and is parked (%(count)d); "
        "somebody has to have it tried again or reject it."
    ) % {"kind": one.kind, "instrument": instrument, "count": one.count}
