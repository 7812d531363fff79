"""Asking for clearance: fetch the facts, let the rule decide; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from consent.models import Programme
from consent.queries.facts import facts_of
from consent.queries.facts_at import facts_at
from consent.queries.programmes import programme_of
from consent.rules.answers import Clearance, Reason
from consent.rules.clearance import decide
from consent.rules.facts import Facts
from consent.rules.programmes import Programme as Rules
from consent.rules.transitions import Transition, transitions
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person, PersonLink

CAPACITY = "capacity"


def clearance_of(
    person: Person, programme: Programme, *, at: datetime, known_at: datetime | None = None
) -> Clearance:
    """Answer whether one person is cleared at a moment, as known at another (default: `at`)."""
    rules, facts = gathered([person.pk], programme, known_at=known_at or at)
    return decide(facts[person.pk], programme=rules, at=at, known_at=known_at)


def clearances_of(
    person_ids: Sequence[int],
    programme: Programme,
    *,
    at: datetime,
    known_at: datetime | None = None,
) -> dict[int, Clearance]:
    """Answer for many people, in a number of queries that does not grow with them.

    With the knowledge of the moment asked about, only what can matter then is fetched.
    """
    if known_at is None or known_at == at:
        return decided_now(entries_of(person_ids, known_at=at), programme, at=at)
    rules, facts = gathered(person_ids, programme, known_at=known_at)
    return {
        person: decide(facts[person], programme=rules, at=at, known_at=known_at)
        for person in person_ids
    }


def decided_now(
    entries: Mapping[int, Sequence[int]], programme: Programme, *, at: datetime
) -> dict[int, Clearance]:
    """Answer for people whose entries are at hand, with the knowledge of the moment."""
    rules = programme_of(programme)
    facts = facts_at(entries, programme=programme, rules=rules, at=at)
    return {person: decide(facts[person], programme=rules, at=at) for person in entries}


def as_told(answers: Mapping[int, Clearance], by: Principal) -> dict[int, Clearance]:
    """Return answers by person, each as its reader may see it.

    An assessment of capacity is named to whoever may view it; to others NO_WAIVER stands alone.
    """
    open_ = {one: answer.without(CAPACITY) for one, answer in answers.items()}
    private = [one for one, answer in answers.items() if answer != open_[one]]
    if not private:
        return dict(answers)
    people = policy.scope(by, Person.objects.filter(pk__in=private), "consent.capacity.view")
    return {**open_, **{one: answers[one] for one in people.values_list("pk", flat=True)}}


def gathered(
    person_ids: Sequence[int], programme: Programme, *, known_at: datetime
) -> tuple[Rules, dict[int, Facts]]:
    """Return the programme as the rules read it and the facts of each person."""
    entries = entries_of(person_ids, known_at=known_at)
    return programme_of(programme), facts_of(entries, programme=programme)


def gathered_at(
    person_ids: Sequence[int], programme: Programme, *, at: datetime
) -> tuple[Rules, dict[int, Facts]]:
    """Return the same, of the facts what can matter at a moment with the knowledge of it."""
    entries, rules = entries_of(person_ids, known_at=at), programme_of(programme)
    return rules, facts_at(entries, programme=programme, rules=rules, at=at)


def entries_of(person_ids: Iterable[int], *, known_at: datetime) -> dict[int, list[int]]:
    """Return, for each person asked about, all entries that were read as them at a moment.

    A link recorded later changes no earlier answer, and neither does undoing one (law 9).
    """
    asked = set(person_ids)
    links = PersonLink.objects.filter(recorded_at__lte=known_at).exclude(
        unlink__recorded_at__lte=known_at
    )
    pairs = ("duplicate_id", "survivor_id")
    heads = dict(links.filter(duplicate_id__in=asked).values_list(*pairs))
    read_as = {person: heads.get(person, person) for person in asked}
    entries = {head: [head] for head in read_as.values()}
    for duplicate, survivor in links.filter(survivor_id__in=entries).values_list(*pairs):
        entries[survivor].append(duplicate)
    return {person: sorted(entries[head]) for person, head in read_as.items()}


def log_of(
    person: Person, programme: Programme, *, since: datetime, until: datetime
) -> list[Transition]:
    """Return every change of somebody's clearance, each as it was answered at its moment."""
    found: list[Transition] = []
    for start, end in pairwise([since, *links_between(person, since, until), until]):
        rules, facts = gathered([person.pk], programme, known_at=start)
        for one in transitions(facts[person.pk], programme=rules, since=start, until=end):
            before = frozenset(found[-1].clearance.reasons) if found else None
            if before != frozenset(one.clearance.reasons):
                found.append(one if one.at > start or not found else _after(one, before))
    return found


def links_between(person: Person, since: datetime, until: datetime) -> list[datetime]:
    """Return the moments in a span at which entries of a person were linked or parted."""
    entries = entries_of([person.pk], known_at=until)[person.pk]
    links = PersonLink.objects.filter(Q(duplicate__in=entries) | Q(survivor__in=entries))
    moments = {
        one for pair in links.values_list("recorded_at", "unlink__recorded_at") for one in pair
    }
    return sorted(one for one in moments if one is not None and since < one < until)


def relinked_among(
    person_ids: Sequence[int], *, since: datetime, until: datetime
) -> frozenset[int]:
    """Return those of these people whose entries were linked or parted in a span."""
    entries = entries_of(person_ids, known_at=until)
    every = {entry for linked in entries.values() for entry in linked}
    links = PersonLink.objects.filter(Q(duplicate__in=every) | Q(survivor__in=every)).filter(
        Q(recorded_at__gt=since, recorded_at__lt=until)
        | Q(unlink__recorded_at__gt=since, unlink__recorded_at__lt=until)
    )
    moved = {entry for pair in links.values_list("duplicate_id", "survivor_id") for entry in pair}
    return frozenset(person for person, linked in entries.items() if moved.intersection(linked))


def _after(one: Transition, before: frozenset[Reason] | None) -> Transition:
    now, then = frozenset(one.clearance.reasons), before or frozenset()
    return Transition(
        at=one.at,
        clearance=one.clearance,
        come=tuple(reason for reason in Reason if reason in now - then),
        gone=tuple(reason for reason in Reason if reason in then - now),
    )
