"""Rows of limits with who wrote, signed or declined each: what waits for somebody's responsibility."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from assays.models import (
    AssayVersion,
    CriticalLimit,
    RangeRefusal,
    ReferenceInterval,
)
from assays.queries.range_signatures import (
    FIELDS,
    PAIRS,
    is_signed,
    signed_statements,
    statement,
)
from assays.rules.range_rows import RowKind, RowRef
from assays.rules.states import VersionStatus

TABLES = {RowKind.REFERENCE: ReferenceInterval, RowKind.CRITICAL: CriticalLimit}
SEED = 5  # system:seed, a row of the first migration
ENDED = (VersionStatus.RETIRED, VersionStatus.DISCARDED)
# A copied row is written by whoever drafted the version in which it first stood.
_WRITERS = """
WITH RECURSIVE chain AS (
    SELECT id AS row_id, id, copied_from_id, version_id FROM {table} WHERE id = ANY(%s)
    UNION ALL
    SELECT chain.row_id, older.id, older.copied_from_id, older.version_id
    FROM chain JOIN {table} older ON older.id = chain.copied_from_id
)
SELECT chain.row_id, version.drafted_by_id
FROM chain JOIN assays_assayversion version ON version.id = chain.version_id
WHERE chain.copied_from_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Declined:
    """That somebody did not want to answer for a row."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One row of limits in whichever kind, as it stands on the page."""

    ref: RowRef
    version: AssayVersion
    species: str
    sex: str
    age_low_days: int
    age_high_days: int | None
    state: str
    low: Any
    high: Any
    source: str
    is_signed: bool

    @property
    def kind(self) -> RowKind:
        return self.ref.kind

    @property
    def code(self) -> str:
        return self.version.assay.analyte.code


def in_force() -> list[LimitRow]:
    """Return every row of limits in force that states something, in a constant number of queries."""
    versions = list(
        AssayVersion.objects.filter(status=VersionStatus.ACTIVE).select_related("assay__analyte")
    )
    return sorted(_rows(versions), key=lambda row: (row.code, list(RowKind).index(row.kind)))


def named(refs: Collection[RowRef]) -> dict[RowRef, LimitRow]:
    """Return the rows of these references that exist and state something."""
    ids = {kind: [ref.row_id for ref in refs if ref.kind is kind] for kind in RowKind}
    version_ids = set(ids[RowKind.PLAUSIBILITY]) | set(ids[RowKind.REPORTABLE])
    found = [
        *_of_table(RowKind.REFERENCE, pk__in=ids[RowKind.REFERENCE]),
        *_of_table(RowKind.CRITICAL, pk__in=ids[RowKind.CRITICAL]),
        *of_versions(
            list(AssayVersion.objects.filter(pk__in=version_ids).select_related("assay__analyte"))
        ),
    ]
    wanted = set(refs)
    return {row.ref: row for row in found if row.ref in wanted}


def writers(rows: Iterable[LimitRow]) -> dict[RowRef, int]:
    """Return, per row, the principal who wrote it: who drafted it first, as it stands."""
    given = list(rows)
    found: dict[RowRef, int] = {}
    for kind, model in TABLES.items():
        ids = [row.ref.row_id for row in given if row.kind is kind]
        if ids:
            with connection.cursor() as cursor:
                cursor.execute(_WRITERS.format(table=model._meta.db_table), [ids])
                found |= {RowRef(kind, row_id): by for row_id, by in cursor.fetchall()}
    return found | _version_writers([row for row in given if row.kind in PAIRS])


def declined(refs: Collection[RowRef]) -> dict[RowRef, Declined]:
    """Return the newest refusal of each of these rows that was declined."""
    found: dict[RowRef, Declined] = {}
    refusals = RangeRefusal.objects.select_related("refused_by__user").order_by("id")
    wanted = set(refs)
    for one in refusals:
        for kind, field in FIELDS.items():
            number = getattr(one, f"{field}_id")
            if number is not None and RowRef(kind, number) in wanted:
                name = one.refused_by.display_name
                found[RowRef(kind, number)] = Declined(name, one.recorded_at, one.reason)
    return found


def _rows(versions: list[AssayVersion]) -> Iterator[LimitRow]:
    ids = [version.pk for version in versions]
    yield from _of_table(RowKind.REFERENCE, version__in=ids)
    yield from _of_table(RowKind.CRITICAL, version__in=ids)
    yield from of_versions(versions)


def _of_table(kind: RowKind, **filters: Any) -> Iterator[LimitRow]:
    rows = TABLES[kind].objects.filter(**filters).order_by("id")
    if kind is RowKind.REFERENCE:
        rows = rows.filter(established=True)
    for row in rows.select_related(
        "version__assay__analyte", "signature", "copied_from__signature"
    ):
        yield LimitRow(
            ref=RowRef(kind, row.pk),
            version=row.version,
            species=row.species,
            sex=row.sex,
            age_low_days=row.age_low_days,
            age_high_days=row.age_high_days,
            state=row.state,
            low=row.low,
            high=row.high,
            source=row.source,
            is_signed=is_signed(row),
        )


def of_versions(versions: list[AssayVersion]) -> Iterator[LimitRow]:
    """Yield the limits that hold for everybody."""
    signed = signed_statements(versions)
    for version in versions:
        for kind, names in PAIRS.items():
            low, high = (getattr(version, name) for name in names)
            if low is None and high is None:
                continue
            yield LimitRow(
                ref=RowRef(kind, version.pk),
                version=version,
                species="*",
                sex="*",
                age_low_days=0,
                age_high_days=None,
                state="ANY",
                low=low,
                high=high,
                source=_source(version, kind),
                is_signed=statement(version, kind) in signed,
            )


def _source(version: AssayVersion, kind: RowKind) -> str:
    if kind is RowKind.PLAUSIBILITY and version.drafted_by_id == SEED:
        return _("Shipped with labsys, from memory: beyond what has been measured; verify locally")
    own = version.measuring_source if kind is RowKind.REPORTABLE else ""
    return own or version.note


def _version_writers(rows: list[LimitRow]) -> dict[RowRef, int]:
    if not rows:
        return {}
    standing = AssayVersion.objects.filter(assay__in={row.version.assay_id for row in rows})
    history = list(standing.exclude(status=VersionStatus.DISCARDED).order_by("-number"))
    found = {}
    for row in rows:
        writer = row.version.drafted_by_id
        for older in history:
            if older.assay_id != row.version.assay_id or older.number >= row.version.number:
                continue
            if older.status == VersionStatus.DRAFT:
                continue
            if statement(older, row.kind) != statement(row.version, row.kind):
                break
            writer = older.drafted_by_id
        found[row.ref] = writer
    return found
