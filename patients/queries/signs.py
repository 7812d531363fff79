"""Signs of one person over time, persons with a sign, and when a person's first sign began."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from labsys.lib import policy
from labsys.lib.policy import Principal
from patients.models import Person, Sign, SignObservation
from patients.queries.identities import entries, heads_of
from patients.rules.signs import OnsetSpan, first_onset, onset_of_sign

PAGE = 50
CHUNK = 300  # observations looked at for one page at a time; people are looked at many times
CHUNKS = 33
LATEST = 500  # observations of one person that a page shows
# Beside each observation the person of whom no earlier one stands, under any of their entries.
FIRSTS = """
    SELECT k.onset_latest, k.pk, CASE WHEN NOT k.is_retraction
        AND NOT EXISTS (SELECT FROM patients_signobservation c WHERE c.corrects_id = k.pk)
        AND NOT EXISTS (
            SELECT FROM patients_signobservation o
            WHERE o.person_id = ANY (ARRAY(
                    SELECT p.head UNION ALL
                    SELECT d.duplicate_id FROM patients_personlink d WHERE d.survivor_id = p.head
                    AND NOT EXISTS (SELECT FROM patients_personunlink u WHERE u.link_id = d.id)))
              AND o.sign_id = ANY (%s::bigint[]) AND NOT o.is_retraction
              AND (o.onset_latest, o.id) < (k.onset_latest, k.pk)
              AND NOT EXISTS (SELECT FROM patients_signobservation c WHERE c.corrects_id = o.id))
        THEN p.head END
    FROM ({keys}) k
    LEFT JOIN patients_personlink l ON l.duplicate_id = k.person_id
        AND NOT EXISTS (SELECT FROM patients_personunlink u WHERE u.link_id = l.id)
    CROSS JOIN LATERAL (SELECT coalesce(l.survivor_id, k.person_id) AS head) p
    ORDER BY k.onset_latest DESC, k.pk DESC LIMIT %s
"""


@dataclass
class Course:
    """All that was seen of one sign on one person, the oldest first."""

    sign: Sign
    rows: list[SignObservation] = field(default_factory=list)

    @property
    def latest(self) -> SignObservation:
        return self.rows[-1]

    @property
    def onset(self) -> OnsetSpan | None:
        return onset_of_sign(_spans(self.rows))


@dataclass(frozen=True)
class Line:
    """One person of a line list: the sign as first seen, and between when it began."""

    person: Person
    first: SignObservation
    onset: OnsetSpan


@dataclass(frozen=True)
class Lines:
    """One page of a line list, the latest onsets first; `after` is the key of the next page."""

    lines: list[Line]
    after: str = ""


def courses(person: Person, *, by: Principal) -> list[Course]:
    """Return what was seen on a person under all their entries, by sign; two queries."""
    rows = SignObservation.objects.standing().filter(person__in=entries(person.pk))
    newest = policy.scope(by, rows).select_related("sign").order_by("-observed_at", "-id")
    found: dict[str, Course] = {}
    for row in reversed(newest[:LATEST]):
        course = found.setdefault(row.sign.code, Course(row.sign))
        course.rows.append(row)
        if row.sign.number > course.sign.number:
            course.sign = row.sign
    return sorted(found.values(), key=lambda course: course.sign.name)


def first_onsets(
    person_ids: Collection[int],
    codes: Collection[str],
    *,
    known_at: datetime | None = None,
    by: Principal | None = None,
) -> Mapping[int, OnsetSpan]:
    """Return when the first sign of a chosen set began, by surviving entry, for many persons.

    Only what stands is asked, what was recorded by `known_at` and what is in reach of `by` where they
    are given. A person on whom none of the signs was seen is left out. Three queries, however many
    persons.
    """
    heads = heads_of(person_ids)
    rows = SignObservation.objects.filter(
        person_id__in=list(heads), sign__code__in=list(codes), onset_latest__isnull=False
    )
    if by is not None:
        rows = policy.scope(by, rows)
    if known_at is None:
        rows = rows.filter(corrected_by=None, is_retraction=False)
    else:
        later = Q(corrected_by=None) | Q(corrected_by__recorded_at__gt=known_at)
        rows = rows.filter(later, recorded_at__lte=known_at, is_retraction=False)
    spans: dict[int, dict[str, list[OnsetSpan]]] = {}
    for person_id, code, earliest, latest in rows.values_list(
        "person_id", "sign__code", "onset_earliest", "onset_latest"
    ):
        of_person = spans.setdefault(heads[person_id], {})
        of_person.setdefault(code, []).append(OnsetSpan(earliest, latest))
    found = {}
    for head, by_sign in spans.items():
        onsets = [onset_of_sign(known) for known in by_sign.values()]
        first = first_onset([one for one in onsets if one is not None])
        if first is not None:
            found[head] = first
    return found


def line_list(by: Principal, code: str, *, after: tuple[datetime, int] | None = None) -> Lines:
    """Return a page of the persons on whom a sign was seen, by its first onset, the latest first.

    A person stands once, at their first onset, however often and under whichever entry it was seen.
    A page reads the observations in the order of an index until it is full, and names of those found.
    """
    found: list[tuple[int, int]] = []
    versions = list(Sign.objects.filter(code=code).values_list("pk", flat=True))
    key, is_end = after, False
    for _chunk in range(CHUNKS):
        looked_at = _looked_at(by, versions, key)
        for moment, pk, head in looked_at:
            key = moment, pk
            if head is not None:
                found.append((pk, head))
            if len(found) == PAGE:
                break
        is_end = len(looked_at) < CHUNK and (not looked_at or key == looked_at[-1][:2])
        if is_end or len(found) == PAGE:
            break
    first_seen = SignObservation.objects.select_related("sign")
    shown = first_seen.in_bulk([pk for pk, _head in found])
    heads = [head for _pk, head in found]
    named, onsets = Person.objects.listed().in_bulk(heads), first_onsets(heads, [code])
    lines = [Line(named[one], shown[pk], onsets[one]) for pk, one in found if one in onsets]
    return Lines(lines, "" if is_end or key is None else f"{key[0].isoformat()}_{key[1]}")


def _looked_at(
    by: Principal, versions: Collection[int], after: tuple[datetime, int] | None
) -> list[tuple[datetime, int, int | None]]:
    """Return the next observations of a sign, with the surviving entry of whom it is the first of.

    Those that no longer stand too, by index alone: asked for those that stand, the planner would read
    and sort every observation there is; asked for all versions of the sign at once too.
    """
    parts: list[str] = []
    params: list[Any] = []
    for version in versions:
        rows = SignObservation.objects.filter(sign_id=version, onset_latest__isnull=False)
        if after is not None:
            moment, last = after
            rows = rows.filter(Q(onset_latest__lt=moment) | Q(onset_latest=moment, pk__lt=last))
            rows = rows.filter(onset_latest__lte=moment)
        newest = policy.scope(by, rows).order_by("-onset_latest", "-id")
        columns = ("onset_latest", "pk", "person_id", "is_retraction")
        with suppress(EmptyResultSet):
            part, given = newest.values_list(*columns)[:CHUNK].query.sql_with_params()
            parts.append(f"({part})")
            params += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        statement = FIRSTS.format(keys=" UNION ALL ".join(parts))
        cursor.execute(statement, [list(versions), *params, CHUNK])
        return cursor.fetchall()


def _spans(rows: Iterable[SignObservation]) -> list[OnsetSpan]:
    return [
        OnsetSpan(row.onset_earliest, row.onset_latest)
        for row in rows
        if row.onset_latest is not None
    ]
