"""Who is dead: a death may be recorded under any entry of a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q

from labsys.lib.clock import bounds_of_day
from patients.models import DeathRecord, Person
from patients.queries.identities import heads_of
from patients.rules.births import Precision

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def dead_from(persons: Iterable[int]) -> dict[int, datetime]:
    """Return from when those who died are dead for certain, under the entry each is read as.

    From the beginning of the last day on which it may have been, or from when it was recorded,
    whichever is earlier. Who is not named is not known to be dead.
    """
    heads = heads_of(persons)
    stated = Q(deceased_on__isnull=False) | Q(deceased_precision=Precision.UNKNOWN.value)
    rows = Person.objects.filter(stated, pk__in=list(heads))
    dead = {one.pk: one.death for one in rows if one.death is not None}
    records = DeathRecord.objects.filter(person_id__in=list(dead)).order_by("id")
    recorded = dict(records.values_list("person_id", "recorded_at"))
    found: dict[int, datetime] = {}
    for entry, death in dead.items():
        latest = death.span.latest
        moments = [recorded[entry]] if entry in recorded else []
        moments += [bounds_of_day(latest)[0]] if latest is not None else []
        moment, head = min(moments, default=BEFORE_ALL), heads[entry]
        found[head] = min(moment, found.get(head, moment))
    return found
