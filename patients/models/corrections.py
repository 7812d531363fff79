"""Rows that are corrected by further rows: which of them hold."""

from __future__ import annotations

from labsys.lib.records import RecordQuerySet


class CorrectableQuerySet(RecordQuerySet):
    def standing(self) -> CorrectableQuerySet:
        """Rows that hold: not corrected since, and not the taking back of an error."""
        found: CorrectableQuerySet = self.filter(corrected_by=None, is_retraction=False)
        return found
