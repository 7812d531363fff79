"""Who is chased about a value that was withdrawn, and what is told to them."""

from __future__ import annotations

from assays.actions import corrections_chased
from assays.actions.criticals import Contact, Said
from assays.models import (
    ContactAttempt,
    CorrectionNotice,
    Result,
)
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now


def readers_chased(value: Result, replacement: Result | None = None) -> set[Principal]:
    found = CorrectionNotice.objects.filter(withdrawn=value, replacement=replacement)
    return {one.reader for one in found}


def notice_of(reader: Principal, value: Result, **more: object) -> CorrectionNotice:
    found: CorrectionNotice = CorrectionNotice.objects.get(reader=reader, withdrawn=value, **more)
    return found


def tell(notice: CorrectionNotice, *, by: Principal, said: Said) -> ContactAttempt:
    return corrections_chased.record_attempt(
        notice=notice,
        contact=Contact("Dr Night"),
        said=said,
        made_at=database_now(),
        expected_attempts=notice.attempts.count(),
        by=by,
        at=database_now(),
    )
