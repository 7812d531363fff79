"""Who is recorded as whose guardian now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from consent.models import Guardianship
from labsys.accounts.models import Principal
from labsys.lib.clock import hospital_day

# From this age on nobody reads or withdraws for somebody by their own login; who signs, and until
# when, is what each programme says (`majority_years`).
OF_AGE_YEARS = 18


def guardianship(principal: Principal, entries: Collection[int]) -> Guardianship | None:
    """Return what a login is recorded to be to a person, under any of their entries."""
    rows = Guardianship.objects.filter(principal=principal, person__in=entries, ended_at=None)
    found: Guardianship | None = rows.order_by("pk").first()
    return found


def wards(principal: Principal, *, at: datetime) -> QuerySet[Guardianship]:
    """Return whose guardian a login is recorded to be, of those whom the registry shows to be minors."""
    rows: QuerySet[Guardianship] = Guardianship.objects.filter(
        principal=principal, ended_at=None, person__birth_date__gt=_born_after(hospital_day(at))
    )
    return rows.order_by("pk")


def _born_after(day: date) -> date:
    """Return the birthday of whoever comes of age on a day."""
    year = day.year - OF_AGE_YEARS
    try:
        return day.replace(year=year)
    except ValueError:  # born on 28 February or later in a year without a 29th
        return day.replace(year=year, day=28)
