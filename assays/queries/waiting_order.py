"""The order in which results wait, most urgent first, and where a page of them ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

ORDER = ("priority", "recorded_at", "id")


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the keys of its last row."""

    priority: int
    recorded_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the cursor a link carried, or None where it is not one."""
        try:
            priority, moment, number = text.split("~")
            at = datetime.fromisoformat(moment)
            return cls(int(priority), at, int(number)) if at.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.priority}~{self.recorded_at.isoformat()}~{self.id}"

    @property
    def beyond(self) -> Q:
        """The condition of the rows that come after it."""
        return Q(priority__gt=self.priority) | Q(priority=self.priority) & (
            Q(recorded_at__gt=self.recorded_at) | Q(recorded_at=self.recorded_at, id__gt=self.id)
        )
