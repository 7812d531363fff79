"""One incident per instrument that sent a frame again under its number with another text.

The listener refuses such a frame and stores it with its conversation; that is all that an
acknowledgement waits for. The incident follows from what is stored.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from assays.actions import nonconformities
from assays.models import Instrument, TransmissionSession
from assays.queries import changed_frames as queries
from assays.rules.nonconformities import Kind
from labsys.accounts.models import Principal
from labsys.audit.context import acting

LOCK = 7_303


def follow(*, by: Principal, at: datetime) -> None:
    """Open an incident where none is open; `by` is the sweep. A person looks into it and settles it.

    Of two that do so at once the second sees what the first did.
    """
    if not queries.new():
        return
    with acting(by=by, at=at, action="assays.transmission.follow_changed_frames"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
        found = queries.new()
        instruments = Instrument.objects.in_bulk([one.instrument_id for one in found])
        sessions = TransmissionSession.objects.in_bulk([one.session_id for one in found])
        for one in found:
            instrument = instruments.get(one.instrument_id)
            nonconformities.report(
                kind=Kind.INSTRUMENT,
                summary=_(
                    "%(sender)s sent a frame again under the number of the last one, with another "
                    "text. It was refused, and its message is kept as broken off and not filed: look "
                    "whether all of its results came."
                )
                % {"sender": instrument or one.peer},
                instrument=instrument,
                source=sessions[one.session_id],
                by=by,
                at=at,
            )
