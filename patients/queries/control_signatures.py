"""What is signed of a set-point and of a controllers' document, and whether it still reads so."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from patients.models import ControlDocumentVersion, SetPoint
from patients.rules.control_signatures import digest


def content_of(row: SetPoint | ControlDocumentVersion) -> dict[str, Any]:
    """Return what a signature under this row covers, as plain values."""
    return _set_point(row) if isinstance(row, SetPoint) else _version(row)


def digest_of(row: SetPoint | ControlDocumentVersion) -> str:
    """Return the digest of the content as it stands now."""
    return digest(content_of(row))


def is_intact(row: SetPoint | ControlDocumentVersion) -> bool:
    """Whether every name under a row stands under the content as it is now."""
    found = digest_of(row)
    return all(one.sha256 == found for one in row.signatures.all())


def _set_point(row: SetPoint) -> dict[str, Any]:
    quantity = row.quantity
    return {
        "noun": "set-point",
        "uid": str(row.uid),
        "person": row.person_id,
        "quantity": quantity.code,
        "unit": quantity.unit,
        "number": row.number,
        "value": _number(row.value),
        "low": _number(row.low),
        "high": _number(row.high),
        "reason": row.reason,
        "drafted_by": row.recorded_by_id,
        "drafted_at": _moment(row.recorded_at),
    }


def _version(row: ControlDocumentVersion) -> dict[str, Any]:
    return {
        "noun": "controllers' document",
        "uid": str(row.uid),
        "document": str(row.document.uid),
        "kind": row.document.kind,
        "code": row.document.code,
        "number": row.number,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "note": row.note,
        "drafted_by": row.recorded_by_id,
        "drafted_at": _moment(row.recorded_at),
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
