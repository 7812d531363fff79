"""The gateway of specimens: every birth and every move, each with its event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import Specimen, SpecimenEvent
from assays.rules.states import SPECIMEN, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.lib.errors import Conflict

WORDS = {
    SpecimenStatus.EXPECTED: "not collected yet",
    SpecimenStatus.COLLECTED: "collected, but not in the laboratory yet",
    SpecimenStatus.RECEIVED: "in the laboratory",
    SpecimenStatus.AVAILABLE: "available",
    SpecimenStatus.DISPOSED: "disposed of",
    SpecimenStatus.UNSATISFACTORY: "unsatisfactory",
    SpecimenStatus.LOST: "lost",
    SpecimenStatus.ENTERED_IN_ERROR: "entered in error",
}


class SpecimenMoved(Conflict):
    """The specimen is not in the state from which this move starts."""

    kind = "specimen-moved"


def record_births(specimens: Sequence[Specimen], *, by: Principal, at: datetime) -> None:
    """Append the first event of new specimens."""
    SpecimenEvent.objects.bulk_create(
        SpecimenEvent(
            specimen=specimen,
            new=specimen.status,
            happened_at=at,
            recorded_by=by,
            recorded_at=at,
        )
        for specimen in specimens
    )


def move(
    specimen: Specimen,
    *,
    to: SpecimenStatus,
    by: Principal,
    at: datetime,
    happened_at: datetime | None = None,
    reason_code: str = "",
    reason: str = "",
    identifiers: Iterable[str] = (),
    **changes: Any,
) -> None:
    """Move a specimen from the state its row was read in; the only place that sets the status.

    The filter on that state is the lock: of two racing callers one updates no row.
    """
    old = SpecimenStatus(specimen.status)
    if not SPECIMEN.can_move(old, to):
        raise SpecimenMoved(
            _("Specimen %(accession)s is %(old)s; it cannot become %(new)s.")
            % {"accession": specimen, "old": _(WORDS[old]), "new": _(WORDS[to])}
        )
    rows = Specimen.objects.filter(pk=specimen.pk, status=old)
    if not rows.update(status=to, **changes):
        raise SpecimenMoved(
            _("Specimen %(accession)s is no longer %(old)s; look at it again.")
            % {"accession": specimen, "old": _(WORDS[old])}
        )
    for name, value in {"status": to, **changes}.items():
        setattr(specimen, name, value)
    SpecimenEvent.objects.create(
        specimen=specimen,
        old=old,
        new=to,
        reason_code=reason_code,
        reason=reason,
        identifiers_checked=sorted(identifiers),
        happened_at=happened_at or at,
        recorded_by=by,
        recorded_at=at,
    )
