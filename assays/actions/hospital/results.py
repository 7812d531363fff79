"""Results told to hospitals: one message for each version of a report, queued with the version.

A version never changes; what is corrected is another version, and so another message: an edit is
always told. Only what is released is in it.
"""

from __future__ import annotations

from datetime import datetime

from assays.actions import dispatches
from assays.actions.hospital.answers import written
from assays.instruments.hl7 import hospital_results as writing
from assays.instruments.hl7.writing import Envelope
from assays.models import Instrument, ReportVersion
from assays.queries import hospital_results as queries
from assays.rules.dispatching import DispatchKind
from labsys.accounts.models import Principal


def tell(*, version: ReportVersion, by: Principal, at: datetime) -> None:
    """Queue what a version says for every hospital that is told of its order.

    Called in the transaction that makes the version: both are there or neither.
    """
    order = version.report.order
    for instrument in queries.receivers(order):
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
