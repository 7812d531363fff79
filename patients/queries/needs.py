"""What persons need, and who belongs to them, for a banner, a board or a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import CanonicalPerson, CareNeed, RelatedPerson


def needs_at(person_ids: Collection[int], at: datetime) -> Mapping[int, tuple[CareNeed, ...]]:
    """Return what each of many persons needs at a moment, by the entry asked about; two queries.

    Needs recorded under any entry of a person count for all of them. Nobody's reach is asked: a
    banner or a board shows it beside a name that its reader may see.
    """
    heads = dict(
        CanonicalPerson.objects.filter(
            canonical__in=CanonicalPerson.objects.filter(person_id__in=list(person_ids)).values(
                "canonical_id"
            )
        ).values_list("person_id", "canonical_id")
    )
    rows = CareNeed.objects.standing().filter(in_force(at), person_id__in=heads)
    found: dict[int, list[CareNeed]] = {}
    for row in rows.order_by("kind", "id"):
        found.setdefault(heads[row.person_id], []).append(row)
    return {
        person_id: tuple(found[heads[person_id]])
        for person_id in person_ids
        if heads.get(person_id) in found
    }


def in_force(at: datetime) -> Q:
    """What holds at a moment: from its beginning up to, not including, its end."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def needs_of(person_ids: Collection[int], *, by: Principal) -> list[CareNeed]:
    """Return every need of a person (all entries) that stands, those that last first."""
    rows = CareNeed.objects.standing().filter(person__in=person_ids)
    found = policy.scope(by, rows).select_related("recorded_by__user").order_by("-since", "-id")
    return sorted(found, key=lambda one: one.until is not None)


def related_to(person_ids: Collection[int], *, by: Principal) -> list[RelatedPerson]:
    """Return who belongs to a person (all entries), as far as it stands: who is called first, first."""
    rows = RelatedPerson.objects.standing().filter(person__in=person_ids)
    found = (
        policy.scope(by, rows)
        .select_related("other", "recorded_by__user")
        .order_by("-since", "-id")
    )
    return sorted(found, key=lambda one: (one.until is not None, not one.is_contact))
