"""Looking for entries that may be one person, and saying of two that they are two persons."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import claiming, held, insert, required
from patients.models import (
    DuplicateKey,
    DuplicateSearch,
    Encounter,
    Location,
    Person,
    PersonDistinction,
    PersonDistinctionEnd,
    PersonName,
)
from patients.queries import duplicates as queries
from patients.queries.duplicates import Pair
from patients.rules import duplicate_keys
from patients.rules.duplicates import Match

DECIDE = "patients.duplicate.decide"
FOUND_AT_ONCE = 100  # in one transaction, which compares between its statements
ADOPTED_AT_ONCE = 2_000
NEAR = timedelta(days=2)

_KEEP = """
    INSERT INTO patients_duplicatecandidate (first_id, second_id, bits, grade, reasons, found_at)
    SELECT n.one, n.other, n.bits, n.grade, n.reasons, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::jsonb[])
        AS n(one, other, bits, grade, reasons)
    ORDER BY n.one, n.other
    ON CONFLICT ON CONSTRAINT patients_duplicatecandidate_once DO UPDATE
        SET bits = excluded.bits, grade = excluded.grade,
            reasons = excluded.reasons, found_at = excluded.found_at
        WHERE (patients_duplicatecandidate.grade, patients_duplicatecandidate.reasons)
            IS DISTINCT FROM (excluded.grade, excluded.reasons)
"""
# What was found of these entries before, and is found no more.
_FORGET = """
    DELETE FROM patients_duplicatecandidate c
    WHERE (c.first_id = ANY(%(sought)s) OR c.second_id = ANY(%(sought)s)) AND NOT EXISTS (
        SELECT 1 FROM unnest(%(one)s::bigint[], %(other)s::bigint[]) AS n(one, other)
        WHERE n.one = c.first_id AND n.other = c.second_id)
"""


def search(*, persons: Collection[int], by: Principal, at: datetime) -> None:
    """Ask for duplicates of these entries; called in the transaction that changed them.

    Their keys are written with them: of two entries made at once, whoever is searched for after both
    are committed finds the other. The row is the queue; `find_due` is called every few seconds.
    """
    ids = sorted(set(persons))
    version = queries.version()
    with transaction.atomic():
        _index(ids)
        DuplicateSearch.objects.filter(person_id__in=ids, done_at__isnull=False).delete()
        DuplicateSearch.objects.bulk_create(
            [DuplicateSearch(person_id=one, version=version, asked_at=at) for one in ids]
        )


def find_due(*, by: Principal, at: datetime, limit: int = FOUND_AT_ONCE) -> int:
    """Do the searches that were asked for longest ago; returns how many."""
    with transaction.atomic():
        due = DuplicateSearch.objects.filter(done_at=None).order_by("id")
        rows = due.select_for_update(skip_locked=True, no_key=True)[:limit]
        ids = [row.pk for row in rows]
        if ids:
            keep(matches=queries.found(ids), by=by, at=at)
    return len(ids)


def search_seen(*, person: Person, location: Location | None, by: Principal, at: datetime) -> None:
    """Look again when somebody was seen at a place, where that may tell who an unnamed person is."""
    if PersonName.objects.filter(person=person).exists():
        if location is None or not _has_unnamed(location, at=at):
            return
    search(persons=[person.pk], by=by, at=at)


def adopt(*, by: Principal, at: datetime, limit: int = ADOPTED_AT_ONCE) -> int:
    """Look for duplicates of entries that nobody looked for by the rule that holds now."""
    asked = DuplicateSearch.objects.filter(person=OuterRef("pk"), version=queries.version())
    rows = Person.objects.filter(~Exists(asked)).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    if ids:
        DuplicateSearch.objects.filter(person_id__in=ids).delete()
        search(persons=ids, by=by, at=at)
    return len(ids)


def keep(*, matches: Mapping[int, Mapping[Pair, Match]], by: Principal, at: datetime) -> None:
    """Keep what these searches found, and forget what they found before and find no more."""
    asked = DuplicateSearch.objects.filter(pk__in=list(matches))
    sought = sorted(set(asked.values_list("person_id", flat=True)))
    pairs = {pair: match for each in matches.values() for pair, match in each.items()}
    one, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    bits = [round(match.bits * 10) for match in pairs.values()]
    grades = [match.grade.value for match in pairs.values() if match.grade is not None]
    reasons = [
        json.dumps([[one.why.value, one.bits] for one in match.reasons]) for match in pairs.values()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET, {"sought": sought, "one": one, "other": other})
        cursor.execute(_KEEP, [at, one, other, bits, grades, reasons])
        asked.update(done_at=at)


def distinguish(
    *, by: Principal, at: datetime, first: Person, second: Person, reason: str
) -> PersonDistinction:
    """Record that two entries are two persons; they are not suggested again."""
    for entry in (first, second):
        policy.check(by, DECIDE, entry)
    reason = required(reason, field="reason", what=_("Say why the entries are two persons."))
    if first.pk == second.pk:
        raise InvalidInput(_("Name two entries."), field="second")
    with acting(by=by, at=at, action="patients.person.distinguish", reason=reason):
        _entries, at = held(first, second, at=at)
        if queries.are_one(first.pk, second.pk):
            raise Conflict(_("The entries are read as one person; undo their link first."))
        one, other = sorted((first, second), key=lambda entry: entry.pk)
        if PersonDistinction.objects.standing().filter(first=one, second=other).exists():
            raise Conflict(_("These entries are said to be two persons already."))
        return insert(
            PersonDistinction(
                first=one, second=other, reason=reason, recorded_at=at, recorded_by=by
            )
        )


def withdraw(
    *, by: Principal, at: datetime, distinction: PersonDistinction, reason: str
) -> PersonDistinctionEnd:
    """Take back that two entries are two persons; they may be suggested, and linked, again."""
    policy.check(by, DECIDE, distinction)
    reason = required(reason, field="reason", what=_("Say why they may be one person after all."))
    twice = Conflict(_("This distinction was taken back already."))
    with (
        claiming({"patients_persondistinctionend_distinction_id_key": twice}),
        acting(by=by, at=at, action="patients.person.undistinguish", reason=reason),
    ):
        _entries, at = held(distinction.first, distinction.second, at=at)
        return insert(
            PersonDistinctionEnd(
                distinction=distinction, reason=reason, recorded_at=at, recorded_by=by
            )
        )


def _has_unnamed(location: Location, *, at: datetime) -> bool:
    stays = Encounter.objects.filter(location=location, started_at__gte=at - NEAR)
    return stays.exclude(Exists(PersonName.objects.filter(person=OuterRef("person")))).exists()


def _index(ids: Sequence[int]) -> None:
    """Write the keys under which these entries are found, where they changed."""
    wanted = {
        (id_, key)
        for id_, entry in queries.described(ids).items()
        for key in duplicate_keys.stored(entry)
    }
    rows = DuplicateKey.objects.filter(person_id__in=ids).values_list("pk", "person_id", "key")
    there = {(person_id, key): pk for pk, person_id, key in rows}
    gone = [pk for pair, pk in there.items() if pair not in wanted]
    if gone:
        DuplicateKey.objects.filter(pk__in=gone).delete()
    DuplicateKey.objects.bulk_create(
        [DuplicateKey(person_id=id_, key=key) for id_, key in sorted(wanted - set(there))]
    )
