"""What the registry knows of a person that a laboratory value has to be read with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from patients.rules.births import Birth, BirthSpan
from patients.rules.pregnancies import Estimate, Pregnancy, pregnancy_at


@dataclass(frozen=True, slots=True)
class PersonContext:
    """A person at one moment, in plain values.

    ``sex`` is HL7's F, M, O or U. The birth span is cut at ``on``, the calendar day of the
    hospital, so that an age can be counted from either end; ``is_before_birth`` says that the
    moment lies before every possible birth, which is for the caller to refuse.
    """

    person_id: int
    canonical_id: int
    species: str
    sex: str
    earliest_birth: date | None
    latest_birth: date | None
    on: date
    is_before_birth: bool
    pregnancy: Pregnancy


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """All that a context is made of, fetched once for a person however many moments are asked."""

    person_id: int
    canonical_id: int
    species: str
    sex: str
    birth: Birth
    estimates: tuple[Estimate, ...] = ()

    def at(self, moment: datetime, *, zone: tzinfo) -> PersonContext:
        """Return the person as they were at a moment in the world."""
        on = moment.astimezone(zone).date()
        span: BirthSpan = self.birth.span
        return PersonContext(
            person_id=self.person_id,
            canonical_id=self.canonical_id,
            species=self.species,
            sex=self.sex,
            earliest_birth=None if span.earliest is None else min(span.earliest, on),
            latest_birth=None if span.latest is None else min(span.latest, on),
            on=on,
            is_before_birth=span.earliest is not None and span.earliest > on,
            pregnancy=pregnancy_at(self.estimates, moment, zone=zone),
        )
