"""Who a page is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from labsys.lib.clock import hospital_day
from patients.models import CareNeed, IdentityEvent, Person
from patients.queries.needs import in_force
from patients.rules.births import AgeSpan, Birth, Precision, age_in_days, age_in_years


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
    needs = CareNeed.objects.standing().filter(
        in_force(at), person__read_as__canonical=OuterRef("pk")
    )
    said = needs.order_by("kind", "id").values(said=JSONObject(kind="kind", detail="detail"))
    others = Person.objects.filter(read_as__canonical=OuterRef("pk")).exclude(pk=OuterRef("pk"))
    events = IdentityEvent.objects.filter(person__read_as__canonical=OuterRef("pk"))
    read = Person.objects.listed().annotate(
        needs_now=ArraySubquery(said),
        other_mrns=ArraySubquery(others.order_by("mrn").values("mrn")),
        identity=Subquery(events.order_by("-happened_at", "-id").values("status")[:1]),
    )
    shown = read.get(entries__person_id=person.pk)
    birth = Birth(shown.birth_date, Precision(shown.birth_precision), shown.birth_uncertainty_days)
    on = _last_day(shown, hospital_day(at))
    return Banner(
        person=shown,
        name=shown.display_name,
        years=age_in_years(birth.span, on=on),
        days=age_in_days(birth.span, on=on),
        is_linked=shown.pk != person.pk,
        other_mrns=tuple(shown.other_mrns),
        identity=shown.identity or "",
        needs=tuple((one["kind"], one["detail"]) for one in shown.needs_now),
    )


def _last_day(person: Person, today: date) -> date:
    """Return the last day to which somebody's age counts: at the latest that of their death."""
    latest = person.death.span.latest if person.death is not None else None
    return today if latest is None else min(latest, today)
