"""Room for quarantine: how many people a place takes, from a moment on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.actions.gateway import insert
from patients.models import Location, QuarantineCapacity

CAPACITY = "patients.quarantine.capacity"
MOST_PLACES = 10_000


def state(
    *,
    by: Principal,
    at: datetime,
    location: Location,
    places: int,
    from_at: datetime,
    note: str = "",
) -> QuarantineCapacity:
    """State how many people a place takes from a moment on, which may lie ahead; none closes it."""
    policy.check(by, CAPACITY)
    if from_at.tzinfo is None:
        raise InvalidInput(_("The moment has no time zone."), field="from_at")
    if not 0 <= places <= MOST_PLACES:
        raise InvalidInput(
            _("This lies between %(least)d and %(most)d.") % {"least": 0, "most": MOST_PLACES},
            field="places",
        )
    if not location.is_active:
        raise InvalidInput(_("This place is closed."), field="location")
    with acting(by=by, at=at, action="patients.quarantine.capacity"):
        return insert(
            QuarantineCapacity(
                location=location,
                places=places,
                from_at=from_at,
                note=note.strip(),
                recorded_at=at,
                recorded_by=by,
            )
        )
