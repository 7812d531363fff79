"""The windows of many people at once.

The rule (`consent.rules.rounds.window`) says what a window is. Of whoever is plain (never refused,
never withdrawn, one entry, a newest nanite result that is released and allowed) it needs the last
passes alone, and these are fetched in one statement for thousands; of all others every fact is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from assays.models import Analyte
from consent.models import Enrolment, Programme, RoundSlot
from consent.queries.clearances import entries_of, gathered_at
from consent.queries.programmes import programme_of
from consent.rules import rounds as rules
from consent.rules.facts import CheckKind
from consent.rules.programmes import NaniteRequirement, ProgrammeVersion
from consent.rules.programmes import Programme as Rules
from consent.rules.rounds import SlotState, Standing, Window
from patients.models import Person

# Everything that may keep the last passes from being the whole story. FALSE is plain.
_UNUSUAL = """
    ended.id IS NOT NULL OR e.started_at > %(at)s OR e.recorded_at > %(at)s
    OR person.deceased_on IS NOT NULL OR person.deceased_precision = 'UNKNOWN'
    OR EXISTS (SELECT 1 FROM patients_personlink l WHERE l.duplicate_id = e.person_id)
    OR EXISTS (SELECT 1 FROM patients_personlink l WHERE l.survivor_id = e.person_id)
    OR EXISTS (SELECT 1 FROM consent_waiverwithdrawal w WHERE w.person_id = e.person_id)
    OR EXISTS (SELECT 1 FROM consent_enrolment o LEFT JOIN consent_enrolmentend oe
        ON oe.enrolment_id = o.id WHERE o.person_id = e.person_id
        AND o.programme_id = e.programme_id AND o.id <> e.id AND oe.id IS NULL)
    OR EXISTS (SELECT 1 FROM consent_check c WHERE c.person_id = e.person_id
        AND c.outcome IN ('FAILED', 'REFERRED') AND NOT EXISTS (
            SELECT 1 FROM consent_checklift l
            JOIN consent_check later ON later.id = l.by_check_id
            LEFT JOIN consent_checkannulment void ON void.of_check_id = l.by_check_id
            WHERE l.lifted_id = c.id AND void.id IS NULL AND (later.covers IS NULL
                OR later.covers @> (%(asks)s::jsonb -> c.kind))))
    OR (n.id IS NOT NULL AND (n.status <> 'RELEASED' OR n.corrects_id IS NOT NULL
        OR n.released_at > %(at)s OR n.kind <> 'NUMERIC' OR n.comparator NOT IN ('', '<', '<=')
        OR n.value > coalesce(%(maximum)s::numeric, n.value)
        OR EXISTS (SELECT 1 FROM assays_result r WHERE r.person_id = e.person_id
            AND r.analyte_id = n.analyte_id AND r.collected_at = n.collected_at AND r.id <> n.id)))
"""
_LATEST = """
    LEFT JOIN LATERAL (
        SELECT c.id, c.performed_at, c.recorded_at FROM consent_check c
        WHERE c.person_id = e.person_id AND c.kind = '{kind}' AND c.outcome = 'PASSED'
          AND c.performed_at <= %(at)s AND c.recorded_at <= %(at)s
          AND (c.covers IS NULL OR c.covers @> (%(asks)s::jsonb -> '{kind}'))
          AND NOT EXISTS (SELECT 1 FROM consent_checkannulment a WHERE a.of_check_id = c.id)
        ORDER BY c.performed_at DESC, c.id::text COLLATE "C" DESC LIMIT 1) {name} ON true
"""
_STANDING = f"""
    SELECT e.id, greatest(e.started_at, e.recorded_at), {_UNUSUAL},
        m.id, m.performed_at, m.recorded_at, p.id, p.performed_at, p.recorded_at,
        n.id, n.collected_at, greatest(n.collected_at, n.recorded_at, n.released_at)
    FROM consent_enrolment e
    JOIN patients_person person ON person.id = e.person_id
    LEFT JOIN consent_enrolmentend ended ON ended.enrolment_id = e.id
    {_LATEST.format(kind="MEDICAL", name="m")}
    {_LATEST.format(kind="PSYCHOLOGICAL", name="p")}
    LEFT JOIN LATERAL (
        SELECT r.* FROM assays_result r
        WHERE r.person_id = e.person_id AND r.analyte_id = %(analyte)s
        ORDER BY r.collected_at DESC, r.id DESC LIMIT 1) n ON true
    WHERE e.id = ANY(%(ids)s)
"""  # noqa: S608 - names of columns


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One enrolment with its open round, as far as there is one, and the window that holds now."""

    enrolment: Enrolment
    slot: RoundSlot | None
    window: Window | None


def concerned() -> QuerySet[Enrolment]:
    """Return the enrolments that have an open round, or are to have one."""
    is_open = RoundSlot.objects.filter(enrolment=OuterRef("pk"), state=SlotState.OPEN)
    return Enrolment.objects.filter(Q(end=None) | Exists(is_open))


def enrolments_after(
    programme: Programme, after: int, *, most: int, below: int | None = None
) -> list[tuple[int, int]]:
    """Return the next enrolments of a programme (id, person) that are concerned."""
    rows = concerned().filter(programme=programme, pk__gt=after)
    if below is not None:
        rows = rows.filter(pk__lt=below)
    return list(rows.order_by("pk").values_list("pk", "person_id")[:most])


def newest_enrolment() -> int:
    """Return the highest id of an enrolment, 0 before the first."""
    found = Enrolment.objects.order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def hold_people(person_ids: Sequence[int]) -> frozenset[int]:
    """Keep facts of these people from changing to the end of the transaction; return who is kept.

    Whoever is being acted upon is left out instead of waited for: that act sees to their round.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM patients_person WHERE id = ANY(%s) ORDER BY id"
            " FOR KEY SHARE SKIP LOCKED",
            [list(person_ids)],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def enrolled(ids: Sequence[int], programme: Programme, *, at: datetime) -> list[Enrolled]:
    """Return enrolments of one programme with their open rounds and the windows that hold."""
    rows = list(Enrolment.objects.filter(pk__in=ids).order_by("pk"))
    open_slots = RoundSlot.objects.filter(enrolment__in=rows, state=SlotState.OPEN)
    slots = {slot.enrolment_id: slot for slot in open_slots}
    windows = windows_of(rows, programme, at=at)
    return [Enrolled(row, slots.get(row.pk), windows[row.pk]) for row in rows]


def windows_of(
    rows: Sequence[Enrolment], programme: Programme, *, at: datetime
) -> dict[int, Window | None]:
    """Return the window of each enrolment, None where nobody is to be examined under it."""
    known = programme_of(programme)
    version = known.version_at(at, known_at=at)
    if version is None:
        return dict.fromkeys((row.pk for row in rows), None)
    found = _plain(rows, known, version, at=at) if _is_plain(version) else {}
    rest = [row for row in rows if row.pk not in found]
    return {**found, **windows_in_full(rest, programme, at=at)}


def _is_plain(version: ProgrammeVersion) -> bool:
    """Say whether a version asks for nothing that `_plain` does not look at."""
    return len(version.nanites) <= 1 and all(
        need
        == NaniteRequirement(
            analyte=need.analyte,
            maximum=need.maximum,
            validity=need.validity,
            opens_before=need.opens_before,
            grace=need.grace,
            # What is above the maximum is not plain; what is below is allowed without control.
            control_counts=need.control_counts,
        )
        for need in version.nanites
    )


def _plain(
    rows: Sequence[Enrolment], programme: Rules, version: ProgrammeVersion, *, at: datetime
) -> dict[int, Window | None]:
    """Return the windows of all who are plain, in one statement."""
    load = version.nanites[0] if version.nanites else None
    analyte = Analyte.objects.filter(code=load.analyte).first() if load else None
    asks = {kind: sorted(_asks(version, kind)) for kind in CheckKind}
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING,
            {
                "at": at,
                "ids": [row.pk for row in rows],
                "asks": json.dumps(asks),
                "analyte": analyte.pk if analyte else None,
                "maximum": load.maximum if load else None,
            },
        )
        lines = cursor.fetchall()
    return {
        line[0]: rules.window_of(list(_standings(version, load, line)), zone=programme.zone)
        for line in lines
        if not line[2]
    }


def _asks(version: ProgrammeVersion, kind: CheckKind) -> frozenset[str]:
    need = version.check_need(kind)
    return frozenset() if need is None else need.asks


def _standings(
    version: ProgrammeVersion, load: NaniteRequirement | None, line: Sequence[Any]
) -> Iterable[Standing]:
    enrolment, joined_at, _unusual, *last = line
    joined = f"enrolment {enrolment}"
    found = {CheckKind.MEDICAL: last[0:3], CheckKind.PSYCHOLOGICAL: last[3:6]}
    for need in version.checks:
        number, performed_at, recorded_at = found[need.kind]
        if number is None:
            yield rules.missing(need, joined, joined_at=joined_at)
            continue
        yield rules.passed(
            need,
            f"check {number}",
            since=max(performed_at, recorded_at),
            lapses_at=performed_at + need.validity,
        )
    if load is not None:
        number, collected_at, since = last[6:9]
        if number is None:
            yield rules.missing(load, joined, joined_at=joined_at)
        else:
            basis = f"nanite result {number}"
            yield rules.passed(load, basis, since=since, lapses_at=collected_at + load.validity)


def windows_in_full(
    rows: Sequence[Enrolment], programme: Programme, *, at: datetime
) -> dict[int, Window | None]:
    """Return windows from all facts of each person.

    Of several entries of one person only the oldest enrolment has a window; whoever died has none.
    """
    if not rows:
        return {}
    people = sorted({row.person_id for row in rows})
    entries = entries_of(people, known_at=at)
    ids = sorted({one for linked in entries.values() for one in linked})
    is_dead = Q(deceased_on__isnull=False) | Q(deceased_precision="UNKNOWN")
    dead = set(Person.objects.filter(is_dead, pk__in=ids).values_list("pk", flat=True))
    known, facts = gathered_at(people, programme, at=at)
    oldest = _oldest(ids, programme, at=at)
    found: dict[int, Window | None] = {}
    for row in rows:
        linked = entries[row.person_id]
        mine = min((oldest[one] for one in linked if one in oldest), default=None)
        is_concerned = mine == row.pk and dead.isdisjoint(linked)
        found[row.pk] = (
            rules.window(facts[row.person_id], programme=known, at=at) if is_concerned else None
        )
    return found


def _oldest(entries: Sequence[int], programme: Programme, *, at: datetime) -> dict[int, int]:
    """Return the first of each entry's enrolments that has not ended."""
    rows = Enrolment.objects.filter(
        Q(end=None) | Q(end__ended_at__gt=at), person__in=entries, programme=programme
    )
    found: dict[int, list[int]] = defaultdict(list)
    for number, person in rows.values_list("pk", "person_id"):
        found[person].append(number)
    return {person: min(numbers) for person, numbers in found.items()}
