"""Which rows of limits a named person answers for in this laboratory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assays.models import AssayVersion, CriticalLimit, RangeSignature, ReferenceInterval
from assays.rules.range_rows import RowKind

FIELDS: dict[RowKind, str] = {
    RowKind.REFERENCE: "interval",
    RowKind.CRITICAL: "critical_limit",
    RowKind.PLAUSIBILITY: "plausibility",
    RowKind.REPORTABLE: "reportable",
}
# The kinds that are no rows of their own but columns of a version.
PAIRS: dict[RowKind, tuple[str, str]] = {
    RowKind.PLAUSIBILITY: ("plausible_low", "plausible_high"),
    RowKind.REPORTABLE: ("amr_low", "amr_high"),
}
Statement = tuple[Any, ...]


def is_signed(row: ReferenceInterval | CriticalLimit) -> bool:
    """Whether a named user signed this row, or the identical one it was copied from."""
    return hasattr(row, "signature") or (
        row.copied_from is not None and hasattr(row.copied_from, "signature")
    )


def statement(version: AssayVersion, kind: RowKind) -> Statement:
    """Return what a version states of one kind: a signature holds while unit and numbers do."""
    return (kind, version.assay_id, version.unit, *(getattr(version, one) for one in PAIRS[kind]))


def signed_statements(versions: Iterable[AssayVersion]) -> set[Statement]:
    """Return what was signed of the assays of these versions, in one query per kind."""
    assays = {version.assay_id for version in versions}
    return {
        statement(getattr(signature, FIELDS[kind]), kind)
        for kind in PAIRS
        for signature in RangeSignature.objects.filter(
            **{f"{FIELDS[kind]}__assay__in": assays}
        ).select_related(FIELDS[kind])
    }
