"""Which specimen was poured off which: up to the tube that was drawn, down to the last aliquot."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from assays.models import AliquotDecision, Specimen
from assays.rules.states import SpecimenStatus

# What makes an aliquot doubtful: its parent was no good. A lost parent was good when it was divided.
UNFIT = (SpecimenStatus.UNSATISFACTORY, SpecimenStatus.ENTERED_IN_ERROR)
IN_USE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)

_ROOT = """
WITH RECURSIVE line(id, parent_id) AS (
    SELECT id, parent_id FROM assays_specimen WHERE id = %s
    UNION ALL
    SELECT s.id, s.parent_id FROM line l JOIN assays_specimen s ON s.id = l.parent_id)
SELECT id FROM line WHERE parent_id IS NULL
"""
_BELOW = """
WITH RECURSIVE below(id, depth, path) AS (
    SELECT id, 0, ARRAY[id] FROM assays_specimen WHERE id = %s
    UNION ALL
    SELECT s.id, b.depth + 1, b.path || s.id
    FROM below b JOIN assays_specimen s ON s.parent_id = b.id)
SELECT id, depth FROM below ORDER BY path
"""


@dataclass(frozen=True)
class Branch:
    """One specimen of a tree, and how far below its root it stands."""

    specimen: Specimen
    depth: int

    @property
    def shown_depth(self) -> int:
        """How far it is set in on a page: no family fills a page's width."""
        return min(self.depth, 5)


def root(specimen_id: int) -> int:
    """Return the specimen that was drawn, of which this one is a part."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT, [specimen_id])
        (found,) = cursor.fetchone()
    return int(found)


def descendants(specimen_id: int) -> list[int]:
    """Return everything that was poured off a specimen, at whatever remove."""
    return [pk for pk, depth in _below(specimen_id) if depth]


def tree(specimen_id: int) -> list[Branch]:
    """Return the whole family of a specimen, each aliquot below its parent, in three queries."""
    below = _below(root(specimen_id))
    rows = Specimen.objects.select_related("specimen_type").in_bulk([pk for pk, _depth in below])
    return [Branch(rows[pk], depth) for pk, depth in below]


def undecided() -> QuerySet[Specimen]:
    """Return aliquots in use whose parent turned out unfit, and about which nobody has decided."""
    decided = AliquotDecision.objects.filter(
        aliquot=OuterRef("pk"), because__specimen=OuterRef("parent")
    )
    found: QuerySet[Specimen] = Specimen.objects.filter(
        status__in=IN_USE, parent__isnull=False, parent__status__in=UNFIT
    ).exclude(Exists(decided))
    return found


def _below(specimen_id: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [specimen_id])
        return [(int(pk), int(depth)) for pk, depth in cursor.fetchall()]
