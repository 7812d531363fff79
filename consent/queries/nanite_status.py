"""What a programme asks of somebody's nanites, and whether each of it is satisfied."""

from __future__ import annotations

from datetime import datetime

from consent.models import Programme
from consent.queries.clearances import gathered
from consent.rules.answers import Judgement
from consent.rules.grounds.nanites import nanites
from consent.rules.programmes import NaniteRequirement
from consent.rules.views import View
from patients.models import Person


def judged(
    person: Person, programme: Programme, *, at: datetime
) -> list[tuple[NaniteRequirement, Judgement]]:
    """Return each quantity that is asked at a moment with how it is judged, as known then."""
    rules, facts = gathered([person.pk], programme, known_at=at)
    version = rules.version_at(at, known_at=at)
    if version is None:
        return []
    view = View(facts=facts[person.pk], programme=rules, version=version, at=at, known_at=at)
    return [(need, nanites(view, need)) for need in version.nanites]
