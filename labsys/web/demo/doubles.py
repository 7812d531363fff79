"""One unnamed person of the demo was registered twice: found, and left to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from labsys.accounts.models import Principal
from patients.actions import persons, sightings
from patients.models import Location, Species
from patients.rules.births import UNKNOWN

# The pilot of the breach at dock 4 again, as another shift wrote them down.
SECOND = "burned flight suit, pilot, gate of dock 4"


def record(places: Mapping[str, Location], staff: Mapping[str, Principal], at: datetime) -> None:
    """Register the pilot once more, seen where the first entry was admitted."""
    by = staff["infection"]
    human = Species.objects.get(code="human")
    again = persons.register(by=by, at=at, species=human, birth=UNKNOWN, placeholder=SECOND)
    sightings.record(
        by=by,
        at=at,
        person=again,
        outcome="SEEN",
        location=places["isolation"],
        reported_by="night shift",
        seen_at=at - timedelta(hours=19),
    )
