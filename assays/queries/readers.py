"""To whom a value came: by a page, a report, an acknowledgement or a telephone call.

Read events say who was shown what. A page that shows values has to leave one of these, or its
readers are not chased when a value is corrected:

* of the result itself (`assays.result`), as its own page and the inbox do;
* of its specimen, for the verifier's and the entry pages (`OF_SPECIMENS`), or of a series;
* of the person, for pages of everything about somebody (every purpose but those of `NO_VALUES`);
* a `ReportAccess` of a version that gives the value, as report pages and documents do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Q

from assays.models import (
    ContactAttempt,
    CorrectionAcknowledgement,
    CriticalCall,
    CumulativeAccess,
    ReportAccess,
    Result,
    ResultAcknowledgement,
)
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal, PrincipalKind
from labsys.lib import policy
from patients.models import PersonLink

VERIFIES = "assays.result.verify"
# A page that was being made when the value was withdrawn may show it a moment later.
STILL_ON_THE_WAY = timedelta(minutes=2)
# Looks at a specimen that show its values, and at a person that show none.
OF_SPECIMENS = ("review", "enter")
NO_VALUES = ("search", "admin", "gate", "clearance", "psychological", "plant")

_READS = """
SELECT actor, CASE WHEN model = 'assays.result' THEN purpose ELSE 'results' END, max(at)
FROM read_event
WHERE person_id = ANY(%(persons)s) AND at >= %(since)s AND at < %(until)s
  AND NOT (purpose = 'corrections' AND at >= %(withdrawn)s)
  AND (model = 'assays.result' AND pk = %(result)s
       OR model = 'patients.person' AND purpose <> ALL(%(no_values)s)
       OR model = 'assays.specimen' AND pk = %(specimen)s AND purpose = ANY(%(of_specimens)s)
       OR purpose = 'series')
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value came to somebody: to a principal, or to whoever was told in a telephone call."""

    reader_id: int | None
    told_in_id: int | None
    way: str
    at: datetime


def readers(result: Result, *, until: datetime) -> list[Reading]:
    """Return every way in which this value came to somebody before it was withdrawn.

    The laboratory's own looks at a value count from its release on: before that, looking at it
    and refusing it is their work.
    """
    found = [*_reads(result, until), *_reports(result), *_acknowledged(result)]
    return [*_counting(result, found), *_told(result)]


def is_told_early(result: Result) -> bool:
    """Whether a value that is not released may have been told: verified, or critical."""
    is_verified = bool(result.status == ResultStatus.TECHNICALLY_VERIFIED)
    return is_verified or CriticalCall.objects.filter(result=result).exists()


def _reads(result: Result, withdrawn: datetime) -> Iterator[Reading]:
    given = {
        "persons": sorted(ever_entries(result.person_id)),
        "since": result.recorded_at,
        "until": withdrawn + STILL_ON_THE_WAY,
        # From then on the list of those to be told shows it as withdrawn.
        "withdrawn": withdrawn,
        "result": result.pk,
        "no_values": list(NO_VALUES),
        "specimen": result.specimen_id,
        "of_specimens": list(OF_SPECIMENS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_READS, given)
        for actor, purpose, at in cursor.fetchall():
            yield Reading(actor, None, f"PAGE:{purpose}"[:24], at)


def ever_entries(person_id: int) -> frozenset[int]:
    """Return every entry under which this person was ever read, links that were undone included."""
    found, new = {person_id}, {person_id}
    while new:
        links = PersonLink.objects.filter(Q(duplicate__in=new) | Q(survivor__in=new))
        pairs = links.values_list("duplicate_id", "survivor_id")
        new = {one for pair in pairs for one in pair} - found
        found |= new
    return frozenset(found)


def _reports(result: Result) -> Iterator[Reading]:
    rows = ReportAccess.objects.filter(
        Q(version__result_ids__contains=[result.pk])
        | Q(version__preliminary_ids__contains=[result.pk])
    )
    for reader, kind, at in rows.values_list("by_id", "kind", "at"):
        yield Reading(reader, None, f"REPORT:{kind}"[:24], at)
    whole = CumulativeAccess.objects.filter(cumulative__result_ids__contains=[result.pk])
    for reader, kind, at in whole.values_list("by_id", "kind", "at"):
        yield Reading(reader, None, f"REPORT:{kind}"[:24], at)


def _acknowledged(result: Result) -> Iterator[Reading]:
    mine = ResultAcknowledgement.objects.filter(result=result)
    for reader, at in mine.values_list("by_id", "at"):
        yield Reading(reader, None, "ACKNOWLEDGED", at)
    # Whoever acknowledged that this value replaces another one was told this value.
    corrections = CorrectionAcknowledgement.objects.filter(notice__replacement=result)
    for reader, at in corrections.values_list("by_id", "at"):
        yield Reading(reader, None, "CORRECTION", at)


def _told(result: Result) -> Iterator[Reading]:
    """Yield the telephone calls in which somebody heard this value, the last one with each."""
    heard = ContactAttempt.objects.exclude(outcome=ContactAttempt.Outcome.UNABLE_TO_REACH)
    last = {
        (one.contact_name.casefold(), one.contact_details.casefold()): one
        for one in heard.filter(call__result=result).order_by("id")
    }
    for one in last.values():
        yield Reading(None, one.pk, "TOLD", one.made_at)
    of_notices = heard.filter(notice__replacement=result).order_by("id")
    for reader, told_in, at in of_notices.values_list(
        "notice__reader_id", "notice__told_in_id", "made_at"
    ):
        yield Reading(reader, told_in, "TOLD", at)


def _counting(result: Result, found: list[Reading]) -> Iterator[Reading]:
    people = {
        one.pk: one
        for one in Principal.objects.filter(
            kind=PrincipalKind.PERSON, pk__in={reading.reader_id for reading in found}
        )
    }
    at_work = {pk for pk, one in people.items() if policy.can(one, VERIFIES)}
    for reading in found:
        if reading.reader_id not in people:
            continue
        if reading.reader_id not in at_work or _is_after_release(result, reading):
            yield reading


def _is_after_release(result: Result, reading: Reading) -> bool:
    return result.released_at is not None and reading.at >= result.released_at


def noticed(notices: Any) -> Iterator[Reading]:
    """Yield the ways that notices name by which a value came to their readers."""
    for reader, told_in, ways, seen_at in notices.values_list(
        "reader_id", "told_in_id", "ways", "seen_at"
    ):
        for way in ways:
            yield Reading(reader, told_in, way, seen_at)


def by_reader(
    found: Iterable[Reading],
) -> Iterator[tuple[tuple[int | None, int | None], list[Reading]]]:
    """Return the ways in which something came to each reader, or whoever was told in a call."""

    def key(one: Reading) -> tuple[int, int]:
        return one.reader_id or 0, one.told_in_id or 0

    for (reader, told_in), ways in groupby(sorted(found, key=key), key=key):
        yield (reader or None, told_in or None), list(ways)
