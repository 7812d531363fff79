"""Results told to hospitals: one message for each version of a report, written by a worker.

That a version is to be told is queued with it, as work; the message is written after it is committed.
One that cannot be written parks its work, where a person sees it, and stops no release. A version
never changes; what is corrected is another version, and so another message: an edit is always told.
Only what is released is in it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from assays.actions import dispatches
from assays.actions.hospital.answers import written
from assays.instruments.hl7 import hospital_results as writing
from assays.instruments.hl7.writing import Envelope
from assays.models import Instrument, ReportVersion
from assays.queries import hospital_results as queries
from assays.rules.dispatching import DispatchKind
from labsys.accounts.models import Principal
from labsys.work import queue

TELL = "hospital_report"
VERSIONS = "assays_reportversion"


def ask(*, version: ReportVersion, by: Principal, at: datetime) -> None:
    """Have a version told to the hospitals of its order; in the transaction that makes it.

    The versions of one order are told in their order.
    """
    order = version.report.order
    if queries.is_of_hospitals(order):
        queue.enqueue(
            kind=TELL,
            table=VERSIONS,
            subjects=[version.pk],
            priority=order.priority,
            ordering_keys=[f"{TELL} {order.pk}"],
        )


def tell(*, version_ids: Collection[int], by: Principal, at: datetime) -> None:
    """Queue what these versions say for every hospital that is told of their orders.

    A version that is come to late, after a newer one was told, is not told any more: the newer one
    says all that holds.
    """
    versions = queries.versions(version_ids)
    told = [(one, to) for one in versions for to in queries.receivers(one.report.order)]
    dispatches.lock({to.pk for _version, to in told})
    for version, instrument in told:
        if not queries.is_overtaken(version, instrument):
            _tell(version, instrument, by=by, at=at)


def _tell(version: ReportVersion, instrument: Instrument, *, by: Principal, at: datetime) -> None:
    order = version.report.order
    lines = queries.lines(version, instrument)
    if not lines:
        return  # nothing is released yet, and nothing was told before
    whose = queries.whose(order, instrument)

    def content(to: Envelope) -> bytes:
        return writing.report(whose, lines, to, reported_at=version.made_at)

    dispatches.enqueue(
        instrument=instrument,
        kind=DispatchKind.RESULT_REPORT,
        subject=version,
        content=lambda control_id: written(instrument, control_id, at, content),
        by=by,
        at=at,
        order=order,
    )
