"""How old specimens are and how they were kept, against the limits in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import connection
from django.utils.translation import gettext as _

from assays.models import Receipt, StabilityLimit, StoredSpecimen
from assays.rules import stability
from assays.rules.conditions import transport_temperature
from assays.rules.stability import Stability, Stay, Verdict
from assays.rules.storage import Temperature

_LINES = """
WITH RECURSIVE line(start, id, parent_id, collected_at, received_at, poured_at, until) AS (
    SELECT id, id, parent_id, collected_at, received_at, recorded_at, NULL::timestamptz
    FROM assays_specimen WHERE id = ANY(%s)
    UNION ALL
    SELECT l.start, s.id, s.parent_id, s.collected_at, s.received_at, s.recorded_at, l.poured_at
    FROM line l JOIN assays_specimen s ON s.id = l.parent_id)
SELECT start, id, parent_id, collected_at, received_at, poured_at, until FROM line
"""


@dataclass(frozen=True)
class Asked:
    """One question: may this assay be measured on this specimen at this moment?"""

    specimen_id: int
    assay_id: int
    at: datetime


@dataclass(frozen=True)
class _Part:
    """A specimen of a line of aliquots, from when it was poured off until its child was."""

    specimen_id: int
    is_aliquot: bool
    collected_at: datetime | None
    received_at: datetime | None
    since: datetime
    until: datetime | None


def verdicts(
    asked: Iterable[Asked], *, arriving: Mapping[int, Collection[str]] = MappingProxyType({})
) -> Mapping[Asked, Stability]:
    """Answer each question, in four queries however many there are.

    `arriving` gives the conditions of specimens whose receipt is just being recorded.
    """
    asked = list(asked)
    if not asked:
        return {}
    lines = _lines({one.specimen_id for one in asked})
    stays = _stays(lines, arriving)
    limits = {
        limit.assay_id: limit.hours
        for limit in StabilityLimit.objects.filter(
            status="ACTIVE", assay__in={one.assay_id for one in asked}
        )
    }
    return {
        one: stability.check(
            collected_at=lines[one.specimen_id][0].collected_at,
            at=one.at,
            limits=limits.get(one.assay_id, {}),
            stays=stays[one.specimen_id],
        )
        for one in asked
        if one.specimen_id in lines
    }


def exceeded(
    asked: Iterable[Asked], *, arriving: Mapping[int, Collection[str]] = MappingProxyType({})
) -> dict[Asked, Stability]:
    """Return the questions whose answer is that the specimen is too old or was kept wrongly."""
    found = verdicts(asked, arriving=arriving)
    return {one: answer for one, answer in found.items() if answer.verdict is Verdict.EXCEEDED}


def too_old(pairs: Iterable[tuple[int, int]], *, at: datetime) -> dict[tuple[int, int], str]:
    """Say of each (specimen, assay) that may be measured no more why; nothing of the others."""
    found = exceeded(Asked(specimen, assay, at) for specimen, assay in pairs)
    return {(one.specimen_id, one.assay_id): words(answer) for one, answer in found.items()}


def _lines(specimen_ids: Iterable[int]) -> dict[int, list[_Part]]:
    """Return each specimen with what it was poured off, itself first."""
    lines: dict[int, list[_Part]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(specimen_ids)])
        for start, pk, parent_id, collected_at, received_at, poured_at, until in cursor.fetchall():
            part = _Part(pk, parent_id is not None, collected_at, received_at, poured_at, until)
            lines.setdefault(start, []).append(part)
    return lines


def _stays(
    lines: Mapping[int, list[_Part]], arriving: Mapping[int, Collection[str]]
) -> dict[int, list[Stay]]:
    """Return how each specimen was kept: on the way, and in which positions."""
    ids = {part.specimen_id for parts in lines.values() for part in parts}
    transport: dict[int, Temperature] = {}
    came = Receipt.objects.filter(specimen__in=ids).exclude(outcome="REFUSED")
    for specimen_id, conditions in came.order_by("id").values_list("specimen_id", "conditions"):
        transport[specimen_id] = transport_temperature(conditions)
    transport |= {pk: transport_temperature(codes) for pk, codes in arriving.items()}
    stored: dict[int, list[Stay]] = {}
    rows = StoredSpecimen.objects.filter(specimen__in=ids).order_by("stored_at", "id")
    for row in rows.only("specimen_id", "temperature", "stored_at", "left_at"):
        stay = Stay(Temperature(row.temperature), row.stored_at, row.left_at)
        stored.setdefault(row.specimen_id, []).append(stay)
    return {
        start: [stay for part in parts for stay in _of_part(part, transport, stored)]
        for start, parts in lines.items()
    }


def _of_part(
    part: _Part, transport: Mapping[int, Temperature], stored: Mapping[int, list[Stay]]
) -> Iterable[Stay]:
    """Yield the stays of one specimen, cut off where its child was poured off it."""
    came = transport.get(part.specimen_id, Temperature.AMBIENT)
    if not part.is_aliquot and part.collected_at and part.received_at:
        if came is not Temperature.AMBIENT and part.received_at > part.collected_at:
            yield Stay(came, part.collected_at, part.received_at)
    for stay in stored.get(part.specimen_id, ()):
        until = stay.until if part.until is None else min(stay.until or part.until, part.until)
        if until is None or until > stay.since:
            yield Stay(stay.temperature, stay.since, until)


def words(found: Stability) -> str:
    """Return the sentence of a verdict in the reader's language."""
    given = dict(found.params)
    if "temperature" in given:
        given["temperature"] = _(str(given["temperature"]))
    return str(_(found.message) % given)
