"""Who a page is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from labsys.lib.clock import hospital_day
from patients.models import Person, Species
from patients.models.persons import CurrentName
from patients.queries.identities import heads_of
from patients.rules.births import AgeSpan, Birth, Precision, age_in_days, age_in_years

# Needs as `CareNeed.objects.standing()` and `needs.in_force` have them.
SHOWN = f"""
    SELECT p.*, s.code AS species_code, s.name AS species_name,
           {CurrentName.template % {"expressions": "p.id"}} AS current_name,
           ARRAY(SELECT ARRAY[c.kind, c.detail]::text[] FROM patients_careneed c
                 WHERE c.person_id = ANY (%(entries)s) AND NOT c.is_retraction
                   AND c.since <= %(at)s AND (c.until IS NULL OR c.until > %(at)s)
                   AND NOT EXISTS (SELECT FROM patients_careneed k WHERE k.corrects_id = c.id)
                 ORDER BY c.kind, c.id) AS needs_now,
           ARRAY(SELECT o.mrn FROM patients_person o
                 WHERE o.id = ANY (%(entries)s) AND o.id <> p.id ORDER BY o.mrn) AS other_mrns,
           coalesce((SELECT i.status FROM patients_identityevent i
                     WHERE i.person_id = ANY (%(entries)s)
                     ORDER BY i.happened_at DESC, i.id DESC LIMIT 1), '') AS identity
    FROM patients_person p JOIN patients_species s ON s.id = p.species_id WHERE p.id = %(head)s
"""  # noqa: S608


@dataclass(frozen=True)
class Banner:
    """What stands above everything that is shown about a person."""

    person: Person
    name: str
    years: AgeSpan
    days: AgeSpan
    is_linked: bool
    other_mrns: tuple[str, ...]
    identity: str
    needs: tuple[tuple[str, str], ...] = ()  # kind and detail of each that lasts

    @property
    def is_unnamed(self) -> bool:
        """Whether only a placeholder tells this person apart."""
        return getattr(self.person, "current_name", None) is None


def banner(person: Person, *, at: datetime) -> Banner:
    """Return who this is, as shown above everything about them; the entry read is the survivor."""
    heads = heads_of([person.pk])
    (shown,) = Person.objects.raw(
        SHOWN, {"head": heads[person.pk], "entries": list(heads), "at": at}
    )
    shown.species = Species(id=shown.species_id, code=shown.species_code, name=shown.species_name)
    birth = Birth(shown.birth_date, Precision(shown.birth_precision), shown.birth_uncertainty_days)
    on = _last_day(shown, hospital_day(at))
    return Banner(
        person=shown,
        name=shown.display_name,
        years=age_in_years(birth.span, on=on),
        days=age_in_days(birth.span, on=on),
        is_linked=shown.pk != person.pk,
        other_mrns=tuple(shown.other_mrns),
        identity=shown.identity,
        needs=tuple((kind, detail) for kind, detail in shown.needs_now),
    )


def _last_day(person: Person, today: date) -> date:
    """Return the last day to which somebody's age counts: at the latest that of their death."""
    latest = person.death.span.latest if person.death is not None else None
    return today if latest is None else min(latest, today)
