"""The facts as they stand at one moment, seen with the knowledge of another (law 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consent.rules.facts import Facts
from consent.rules.programmes import Programme, ProgrammeVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """These facts at the moment `at`, as far as recorded up to `known_at`."""

    facts: Facts
    at: datetime
    known_at: datetime

    def knows(self, recorded_at: datetime) -> bool:
        return recorded_at <= self.known_at

    def speaks_for(self, *moments: datetime, recorded_at: datetime) -> bool:
        """Say whether a fact in the person's favour counts: everything about it has come."""
        return self.knows(recorded_at) and max((recorded_at, *moments)) <= self.at

    def speaks_against(self, moment: datetime, *, recorded_at: datetime) -> bool:
        """Say whether a refusal counts: known, and effective by its own clock or by ours."""
        return self.knows(recorded_at) and min(moment, recorded_at) <= self.at

    def takes_back(self, annulled_at: datetime | None) -> bool:
        """Say whether a favourable fact was annulled; once known, it never counted."""
        return annulled_at is not None and self.knows(annulled_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Known):
    """The same, asked for a programme under the version of its rules that is in force."""

    programme: Programme
    version: ProgrammeVersion
