"""What is loaded: people in clusters of all sizes, and who exposed whom, from one seed.

Clusters are drawn from a distribution with a heavy tail; the first has exactly `DRAWN` persons. In
each, everybody but the first has a source among those before them (confirmed or probable), and some
were exposed at events; the rest are possible contacts within the cluster.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from bench.scale.copying import NULL, bare, copy
from patients.models import Exposure, Person, PersonIdentifier, PersonName, Species

FIRST = 3_000_000
DRAWN = 500  # persons of the cluster whose graph is asked for
LARGEST = 5_000
AGENTS = ("nanites", "nanites", "nanites", "dust")
SYLLABLES = (
    "ba",
    "de",
    "ki",
    "lo",
    "mu",
    "na",
    "po",
    "hal",
    "mer",
    "nor",
    "sil",
    "tan",
    "wyn",
    "zor",
)
TABLES = (Person, PersonName, PersonIdentifier, Exposure)


class Population:
    """So many people and contacts, and how to put them into a database."""

    def __init__(self, people: int, contacts: int, *, at: datetime, actor: int) -> None:
        self.dice = random.Random(20_261_123)  # noqa: S311
        self.people, self.contacts, self.at, self.actor = people, contacts, at, actor
        self.sizes = [DRAWN]
        while sum(self.sizes) < people:
            drawn = min(int(2 * self.dice.paretovariate(0.9)), LARGEST)
            self.sizes.append(min(drawn, people - sum(self.sizes)))
        self.human = Species.objects.get(code="human").pk

    @property
    def head_of_drawn(self) -> int:
        """The first person of the cluster of `DRAWN` persons."""
        return FIRST

    def fill(self, owner: psycopg.Connection[Any]) -> None:
        """Copy everything, and put back what PostgreSQL checks it by."""
        with bare(owner, TABLES):
            self._people(owner)
            self._exposures(owner)

    def _people(self, owner: psycopg.Connection[Any]) -> None:
        given = {"recorded_at": self.at, "recorded_by_id": self.actor}
        ids = range(FIRST, FIRST + self.people)
        rows = (
            (one, uuid.UUID(int=one), f"R{one - FIRST:07d}", "FM"[one % 2], self._birth(one))
            for one in ids
        )
        copy(
            owner,
            Person,
            ("id", "uid", "mrn", "sex", "birth_date"),
            rows,
            birth_precision="DAY",
            species_id=self.human,
            **given,
        )
        named = ((one, one, self._name(one), self._name(one * 7)) for one in ids)
        copy(owner, PersonName, ("id", "person_id", "family", "given"), named, **given)
        numbered = ((one, one, f"P{one}") for one in ids)
        columns = ("id", "person_id", "value")
        copy(owner, PersonIdentifier, columns, numbered, system="passport", **given)

    def _exposures(self, owner: psycopg.Connection[Any]) -> None:
        columns = (
            *("id", "person_id", "source_person_id", "event", "agent", "kind", "certainty"),
            *("first_at", "last_at", "recorded_at"),
        )
        rows = ((FIRST + n, *row) for n, row in enumerate(self._contacts()))
        copy(owner, Exposure, columns, rows, recorded_by_id=self.actor)

    def _contacts(self) -> Iterator[tuple[Any, ...]]:
        """Yield the tree of every cluster first, then contacts within clusters, up to the number."""
        dice, made = self.dice, 0
        bounds: list[tuple[int, int, str]] = []
        start = FIRST
        for number, size in enumerate(self.sizes):
            agent = AGENTS[0] if number == 0 else dice.choice(AGENTS)
            bounds.append((start, size, agent))
            for n in range(size):
                source: int | None = None
                if n:
                    # Later ones were exposed by later ones: chains of some ten generations.
                    source = start + dice.randrange(max(0, n // 3), n)
                event = "" if source else f"event {number % 2000}-{number}"
                day = 60 - 60 * n / size
                certainty = dice.choice(("CONFIRMED", "PROBABLE"))
                yield self._row(start + n, source, event, agent, certainty, day)
                made += 1
            start += size
        wide = [one for one in bounds if one[1] > 2]
        weights = [one[1] for one in wide]
        for start, size, agent in dice.choices(wide, weights, k=max(self.contacts - made, 0)):
            one, other = dice.sample(range(size), 2)
            day = 60 - 60 * max(one, other) / size
            yield self._row(start + one, start + other, "", agent, "POSSIBLE", day)

    def _row(
        self, person: int, source: int | None, event: str, agent: str, certainty: str, days: float
    ) -> tuple[Any, ...]:
        first = self.at - timedelta(days=days)
        last = min(first + timedelta(hours=self.dice.randrange(0, 48)), self.at)
        # Somebody hears of it half a day later.
        known = min(last + timedelta(hours=12), self.at)
        given = NULL if source is None else source
        return (person, given, event, agent, "CONTACT", certainty, first, last, known)

    def _name(self, n: int) -> str:
        dice = random.Random(n % 20_011)  # noqa: S311
        return "".join(dice.choices(SYLLABLES, k=3)).capitalize()

    def _birth(self, n: int) -> str:
        return f"{1930 + n % 90}-{1 + n % 12:02d}-{1 + n % 28:02d}"
