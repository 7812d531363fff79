"""Scans that were answered without a network, as a page or a command keeps them until one is back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from consent.rules.gates import GateStatus

# What can be said without asking for the facts: nobody is "not cleared" by a signature.
SAID = frozenset({GateStatus.CLEARED, GateStatus.EXPIRED, GateStatus.REVOKED, GateStatus.INVALID})
FIELDS = frozenset({"uid", "asked", "status", "scanned_at", "as_of"})
LONGEST_ASKED = 1100
YEARS = range(1900, 2201)


class BadScan(ValueError):
    """What was kept is no scan; its text says why, and `field` which part of it."""

    def __init__(self, why: str, *, field: str) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineScan:
    """One answer: what was read, the word, when by the clock there, and of when its list was."""

    uid: uuid.UUID
    asked: str
    status: GateStatus
    scanned_at: datetime
    as_of: datetime

    def to_json(self) -> dict[str, str]:
        """Return it as it is kept and sent."""
        return {
            "uid": str(self.uid),
            "asked": self.asked,
            "status": self.status.value,
            "scanned_at": self.scanned_at.astimezone(UTC).isoformat(),
            "as_of": self.as_of.astimezone(UTC).isoformat(),
        }


def read_scan(said: object) -> OfflineScan:
    """Return what was kept of a scan; raises BadScan for anything else."""
    if not isinstance(said, Mapping):
        raise BadScan("A scan is an object.", field="")
    other = sorted(str(name) for name in set(said) ^ FIELDS)
    if other:
        raise BadScan(f"A scan has {', '.join(sorted(FIELDS))} and nothing else.", field=other[0])
    asked, status = said["asked"], said["status"]
    if not isinstance(asked, str) or len(asked) > LONGEST_ASKED:
        raise BadScan(f"It is a text of at most {LONGEST_ASKED} characters.", field="asked")
    if not isinstance(status, str) or status not in SAID:
        raise BadScan(f"It is one of {', '.join(sorted(SAID))}.", field="status")
    return OfflineScan(
        uid=_uid(said["uid"]),
        asked=asked,
        status=GateStatus(status),
        scanned_at=_moment(said["scanned_at"], "scanned_at"),
        as_of=_moment(said["as_of"], "as_of"),
    )


def _uid(said: object) -> uuid.UUID:
    try:
        return uuid.UUID(said if isinstance(said, str) else "")
    except ValueError:
        raise BadScan("It is a UUID, a new one for each scan.", field="uid") from None


def _moment(said: object, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(said if isinstance(said, str) else "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise BadScan(
            "It is a moment with its time zone, such as 2026-01-31T08:00:00Z.", field=field
        )
    return found
