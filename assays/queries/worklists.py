"""What is awaited of an instrument, and what it was told: the facts of its work list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Prefetch

from assays.instruments import settings as instrument_settings
from assays.instruments.ordering import OrderForm
from assays.instruments.settings import Settings
from assays.models import Instrument, Specimen, TransmissionMessage, WorkAnswer, WorkOrder
from assays.queries import catalogue, families
from assays.queries.awaited import HERE
from assays.rules import worklists
from assays.rules.identity import Patient
from assays.rules.worklists import Known, Sample, Told, WorkStatus
from labsys.lib.wording import Refused
from labsys.work.models import WorkItem, WorkState
from patients.models import BirthPrecision, Person

ANSWER = "answer"  # the kind of work that a question becomes
MESSAGES = TransmissionMessage._meta.db_table
_OVER = (WorkState.DONE, WorkState.PARKED, WorkState.REJECTED)

# More than any instrument can hold; the rest is looked at when these are told.
MOST_LINES = 10_000

# Exactly as values find their specimen: its accession number, or an identifier registered for it.
_NAMED = """
WITH RECURSIVE systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
)
SELECT w.value, i.specimen_id FROM systems s
CROSS JOIN unnest(%(names)s::text[]) AS w(value)
JOIN assays_specimenidentifier i ON i.system = s.system AND i.value = w.value
UNION
SELECT w.value, s.id FROM unnest(%(names)s::text[]) AS w(value)
JOIN assays_specimen s ON s.accession = w.value
"""
# What was ordered and has no value, or of which another was asked for.
_AWAITED = """
SELECT s.id, i.id, i.assay_id
FROM assays_specimen s
JOIN assays_specimenitem si ON si.specimen_id = s.id
JOIN assays_orderitem i ON i.id = si.item_id
JOIN assays_order o ON o.id = i.order_id
WHERE {condition} AND s.status = ANY(%(here)s) AND i.assay_id = ANY(%(assays)s)
  AND i.status IN ('ORDERED', 'IN_PROCESS') AND o.status = 'ACTIVE'
  AND (NOT EXISTS (SELECT 1 FROM assays_result r WHERE r.order_item_id = i.id
                   AND r.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED'))
       OR EXISTS (SELECT 1 FROM assays_attemptrequest q WHERE q.order_item_id = i.id
                  AND q.specimen_id = s.id AND q.status = 'OPEN'))
  AND (%(to)s::bigint IS NULL OR NOT EXISTS (
      SELECT 1 FROM assays_workorder w WHERE w.order_item_id = i.id AND w.specimen_id = s.id
      AND w.instrument_id = %(to)s AND w.status = ANY(%(standing)s)))
ORDER BY s.priority, s.id, i.id LIMIT %(most)s
"""
_FINISHED = """
SELECT w.id FROM assays_workorder w JOIN assays_orderitem i ON i.id = w.order_item_id
WHERE w.status IN ('TOLD', 'TAKEN') AND (i.status = 'COMPLETED' OR EXISTS (
    SELECT 1 FROM assays_result r WHERE r.order_item_id = w.order_item_id
    AND r.specimen_id = w.specimen_id AND r.recorded_at >= w.recorded_at))
ORDER BY w.id LIMIT 5000
"""
_TOLD = """
SELECT DISTINCT ON (w.specimen_id, w.order_item_id) w.id, w.specimen_id, w.order_item_id, w.status,
    i.status = 'CANCELLED' OR o.status IN ('REVOKED', 'ENTERED_IN_ERROR')
        OR s.status IN ('DISPOSED', 'UNSATISFACTORY', 'LOST', 'ENTERED_IN_ERROR')
FROM assays_workorder w
JOIN assays_specimen s ON s.id = w.specimen_id
JOIN assays_orderitem i ON i.id = w.order_item_id
JOIN assays_order o ON o.id = i.order_id
WHERE w.instrument_id = %(instrument)s
  AND (w.specimen_id = ANY(%(specimens)s) OR w.status IN ('TOLD', 'TAKEN'))
ORDER BY w.specimen_id, w.order_item_id, w.number DESC
"""


@dataclass(frozen=True, slots=True)
class Listener:
    """An instrument as it is told things: its form in the dialect it speaks, and its settings."""

    instrument: Instrument
    form: OrderForm
    settings: Settings


def listener(instrument: Instrument) -> Listener | None:
    """Return how an instrument is told what to measure, None where it is not."""
    if instrument.kind != Instrument.Kind.ANALYSER:
        return None
    try:
        form = families.find(instrument.driver).order_form(instrument.protocol)
        known = instrument_settings.read(instrument.settings)
    except Refused:
        return None
    if form is None or not instrument.is_active:
        return None
    return Listener(instrument, replace(form, charset=known.charset or form.charset), known)


def unasked() -> list[Listener]:
    """Return the instruments that are told what to measure without asking."""
    rows = Instrument.objects.filter(is_active=True, settings__downloads=True).order_by("pk")
    return [one for one in map(listener, rows) if one is not None]


def known(to: Listener, names: Sequence[str]) -> dict[str, Known]:
    """Return what is known by each name, and what this instrument has to do with it."""
    wanted = [one for one in dict.fromkeys(names) if "\x00" not in one]
    ids: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"names": wanted})
        for name, id_ in cursor.fetchall():
            ids[name].add(id_)
    everybody = sorted(set().union(*ids.values()))
    here = set(
        Specimen.objects.filter(pk__in=everybody, status__in=HERE).values_list("pk", flat=True)
    )
    found = {one.specimen_id: one for one in _samples(to, everybody)}
    return {
        name: Known(
            frozenset(mine),
            mine <= here,
            found.get(next(iter(mine))) if len(mine) == 1 else None,
        )
        for name, mine in ids.items()
    }


def awaited(to: Listener, *, most: int, is_untold: bool = False) -> list[Sample]:
    """Return all work of an instrument, the most urgent first, up to so many specimens.

    `is_untold`: only what it was not told, or was told and then told to leave.
    """
    return _samples(to, None, is_untold=is_untold)[:most]


def told(to: Listener, specimen_ids: Iterable[int]) -> list[Told]:
    """Return what it was told last of these specimens, and of all whose work it still has."""
    given = {"instrument": to.instrument.pk, "specimens": sorted(specimen_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, given)
        return [Told(*row[:3], WorkStatus(row[3]), row[4]) for row in cursor.fetchall()]


def numbers(instrument_id: int, specimen_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return how often it was told each (specimen, order item)."""
    rows = WorkOrder.objects.filter(instrument=instrument_id, specimen__in=list(specimen_ids))
    found: dict[tuple[int, int], int] = {}
    for specimen, item, number in rows.values_list("specimen", "order_item", "number"):
        found[specimen, item] = max(number, found.get((specimen, item), 0))
    return found


def finished() -> list[int]:
    """Return the lines whose value came since they were told, from wherever."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED)
        return [row[0] for row in cursor.fetchall()]


def answers_of(message: TransmissionMessage) -> list[WorkAnswer]:
    """Return what was answered to a message, each with the lines that were told (`lines`)."""
    lines = Prefetch(
        "work_orders", WorkOrder.objects.select_related("dispatch").order_by("pk"), to_attr="lines"
    )
    rows = WorkAnswer.objects.filter(message=message).prefetch_related(lines)
    return list(rows.order_by("position")[: worklists.MOST_SAMPLES])


def of_specimen(specimen: Specimen) -> list[WorkOrder]:
    """Return what instruments were told of one specimen, the newest first."""
    rows = WorkOrder.objects.filter(specimen=specimen)
    return list(
        rows.select_related("instrument", "dispatch", "cancelled_by", "answer").order_by("-pk")[
            :200
        ]
    )


def _samples(
    to: Listener, specimen_ids: Sequence[int] | None, *, is_untold: bool = False
) -> list[Sample]:
    codes = _codes(to)
    condition = "true" if specimen_ids is None else "s.id = ANY(%(specimens)s)"
    given = {
        "specimens": specimen_ids,
        "here": [one.value for one in HERE],
        "assays": sorted(codes),
        "to": to.instrument.pk if is_untold else None,
        "standing": sorted(worklists.STANDING),
        "most": MOST_LINES,
    }
    lines: dict[int, list[tuple[int, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_AWAITED.format(condition=condition), given)
        for specimen, item, assay in cursor.fetchall():
            lines.setdefault(specimen, []).append((item, codes[assay]))
    rows = Specimen.objects.filter(pk__in=lines).select_related("specimen_type")
    specimens = {one.pk: one for one in rows}
    people = _people(to, specimens.values())
    return [
        Sample(
            specimen_id=id_,
            name=specimens[id_].accession,
            tests=worklists.wanted(mine),
            priority=specimens[id_].priority,
            material=specimens[id_].specimen_type.hl7_code,
            collected_at=specimens[id_].collected_at,
            patient=people.get(specimens[id_].person_id),
        )
        for id_, mine in lines.items()
    ]


def _codes(to: Listener) -> Mapping[int, str]:
    mapped = {
        code: one.assay_id
        for (instrument_id, code), one in catalogue.current().mappings.items()
        if instrument_id == to.instrument.pk
    }
    return worklists.codes(mapped, reported_as=to.form.reported_as, chosen=to.settings.order_codes)


def _people(to: Listener, specimens: Iterable[Specimen]) -> dict[int, Patient]:
    """Return whom the specimens are from, to an instrument that is set to be told; else nobody."""
    if not to.settings.demographics:
        return {}
    wanted = {one.person_id for one in specimens}
    return {one.pk: _patient(one) for one in Person.objects.filter(pk__in=wanted)}


def _patient(person: Person) -> Patient:
    name = person.names.current_first().first()
    is_exact = person.birth_precision == BirthPrecision.DAY
    return Patient(
        record_number=person.mrn,
        family=name.family if name else "",
        given=name.given if name else "",
        birth_date=person.birth_date if is_exact else None,
        sex=person.sex,
    )


def replies(message_ids: Sequence[int]) -> dict[int, bytes]:
    """Return what was replied to questions whose work is over, by message; others are left out."""
    if not message_ids:
        return {}
    over = WorkItem.objects.filter(
        kind=ANSWER, subject_table=MESSAGES, subject_id__in=message_ids, state__in=_OVER
    )
    rows = TransmissionMessage.objects.filter(pk__in=over.values("subject_id"))
    return {pk: bytes(reply) for pk, reply in rows.values_list("pk", "reply")}
