"""What was done to whom and when, as the test did it; no row of the database is read for it.

From the diary alone the slow oracle (`tests.consent.rules.oracle`) says who is cleared. It shares
nothing with the product's answer but the dataclasses: neither the rule nor the queries.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from consent.rules.facts import Facts
from consent.rules.programmes import Closing, Programme, ProgrammeVersion
from tests.consent.rules import oracle


@dataclass
class Link:
    """One entry is read as another, from one moment up to another."""

    duplicate: int
    survivor: int
    since: datetime
    until: datetime | None = None


@dataclass
class Diary:
    """Everything that was done; versions by programme, entries by the person's key."""

    versions: dict[str, list[ProgrammeVersion]] = field(default_factory=dict)
    closings: dict[str, tuple[Closing, ...]] = field(default_factory=dict)
    texts: list[Any] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    entries: dict[int, Facts] = field(default_factory=dict)
    moments: set[datetime] = field(default_factory=set)

    def note(self, person: int, kind: str, fact: Any) -> None:
        """Write down a fact of an entry."""
        facts = self.entries.setdefault(person, Facts())
        self.entries[person] = replace(facts, **{kind: (*getattr(facts, kind), fact)})

    def change(self, person: int, kind: str, id: str, **changes: Any) -> None:
        """Write down what became of a fact: its end, its annulment, its release."""
        facts = self.entries[person]
        changed = tuple(
            replace(one, **changes) if one.id == id else one for one in getattr(facts, kind)
        )
        self.entries[person] = replace(facts, **{kind: changed})

    def read_as(self, person: int, known_at: datetime) -> set[int]:
        """Return all entries of one body, as known at a moment."""
        found = {person}
        for one in self.links:
            if one.since <= known_at and not (one.until is not None and one.until <= known_at):
                if found & {one.duplicate, one.survivor}:
                    found |= {one.duplicate, one.survivor}
        # A second turn: of those read as the same survivor the first may have been passed already.
        for one in self.links:
            if one.since <= known_at and not (one.until is not None and one.until <= known_at):
                if found & {one.duplicate, one.survivor}:
                    found |= {one.duplicate, one.survivor}
        return found

    def reasons(self, person: int, programme: str, at: datetime, known_at: datetime) -> set[str]:
        """Say why somebody is not cleared for a programme, from the diary alone."""
        entries = [self.entries.get(one, Facts()) for one in sorted(self.read_as(person, known_at))]
        merged = {
            one.name: tuple(fact for facts in entries for fact in getattr(facts, one.name))
            for one in fields(Facts)
        }
        facts = replace(Facts(**merged), waiver_texts=tuple(self.texts))
        closings = self.closings.get(programme, ())
        known = Programme(id=programme, versions=tuple(self.versions[programme]), closings=closings)
        return oracle.reasons_at(facts, known, at, known_at)
