"""Work groups as pages and the interface show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from assays.models import GroupMember, GroupPatient, Shift, WorkGroup
from assays.queries import shifts
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import CanonicalPerson, Person


@dataclass(frozen=True)
class Listed:
    """A group with how many work in it and are looked after, and who is there now and next."""

    group: WorkGroup
    members: int
    patients: int
    on_duty: list[Shift]
    following: Shift | None
    is_mine: bool

    @property
    def lacking(self) -> int:
        """How many fewer than needed are on duty."""
        return max(0, self.group.needed - len({one.principal_id for one in self.on_duty}))


@dataclass(frozen=True)
class Looked:
    """A patient of a group, by the entry that is read."""

    row: GroupPatient
    person: Person


def listed(by: Principal, *, at: datetime) -> list[Listed]:
    """Return every group, those that work first, in a constant number of queries."""
    running = Q(members__since__lte=at) & (Q(members__until=None) | Q(members__until__gt=at))
    rows = WorkGroup.objects.order_by("-is_active", "code")
    groups = list(rows.annotate(member_count=Count("members", filter=running)))
    present: dict[int, list[Shift]] = defaultdict(list)
    for one in shifts.on_duty(groups, at):
        present[one.group_id].append(one)
    following = {one.group_id: one for one in shifts.following(groups, at)}
    mine = set(memberships(by, at=at).values_list("group_id", flat=True))
    patients = _patient_counts(at)
    return [
        Listed(
            group=one,
            members=one.member_count,
            patients=patients.get(one.pk, 0),
            on_duty=present[one.pk],
            following=following.get(one.pk),
            is_mine=one.pk in mine,
        )
        for one in groups
    ]


def memberships(by: Principal, *, at: datetime) -> QuerySet[GroupMember]:
    """Return the memberships of somebody that run now."""
    return shifts.now(GroupMember.objects.filter(principal_id=by.pk), at)


def is_member(by: Principal, group: WorkGroup, *, at: datetime) -> bool:
    """Say whether somebody works in a group now."""
    return memberships(by, at=at).filter(group=group).exists()


def members(group: WorkGroup, *, at: datetime) -> list[GroupMember]:
    """Return who works in a group, or will; its leads first."""
    rows = group.members.filter(Q(until=None) | Q(until__gt=at))
    return list(rows.select_related("principal__user").order_by("-is_lead", "since", "pk"))


def running_patients(group: WorkGroup, *, at: datetime) -> QuerySet[GroupPatient]:
    """Return the patients whom a group looks after at a moment."""
    rows = GroupPatient.objects.filter(group=group, since__lte=at)
    return rows.filter(Q(until=None) | Q(until__gt=at))


def patients(by: Principal, group: WorkGroup, *, at: datetime) -> list[Looked]:
    """Return the patients of a group within reach, each once whatever their entries."""
    rows = policy.scope(by, running_patients(group, at=at)).select_related("recorded_by__user")
    found = list(rows.order_by("since", "pk"))
    heads = heads_of({one.person_id for one in found})
    persons = Person.objects.listed().in_bulk(set(heads.values()))
    once: dict[int, GroupPatient] = {}
    for one in found:
        once.setdefault(heads[one.person_id], one)
    return [Looked(row, persons[head]) for head, row in once.items()]


def heads_of(persons: Collection[int]) -> dict[int, int]:
    """Return which entry each of these is read as."""
    rows = CanonicalPerson.objects.filter(person_id__in=list(persons))
    return dict(rows.values_list("person_id", "canonical_id"))


def _patient_counts(at: datetime) -> dict[int, int]:
    """Return how many persons, not entries, each group looks after."""
    rows = GroupPatient.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    pairs = list(rows.values_list("group_id", "person_id"))
    heads = heads_of({person for _group, person in pairs})
    found: dict[int, set[int]] = defaultdict(set)
    for group, person in pairs:
        found[group].add(heads[person])
    return {group: len(persons) for group, persons in found.items()}
