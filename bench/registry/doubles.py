"""How long it takes to find who may be registered twice: all entries once, then one at the desk."""

from __future__ import annotations

import time
from datetime import date

from bench.site import percentile, say
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from patients.actions import duplicates
from patients.models import DuplicateCandidate, Person
from patients.queries import duplicates as queries
from patients.rules.births import Birth, Precision
from patients.rules.duplicates import Entry

TIMES = 60
GOAL = 100.0  # ms at p95


def measure() -> bool:
    """Adopt everybody, do every search, and ask as the form of registration asks."""
    by = Principal.objects.system("sweep")
    begun = time.monotonic()
    while duplicates.adopt(by=by, at=database_now()):
        pass
    indexed = time.monotonic() - begun
    begun = time.monotonic()
    while duplicates.find_due(by=by, at=database_now()):
        pass
    searched = time.monotonic() - begun
    people = Person.objects.count()
    say(
        "duplicates of everybody",
        f"{people:,} entries: keys {indexed:.0f} s, searches {searched:.0f} s, "
        f"{DuplicateCandidate.objects.count():,} pairs",
    )
    took = []
    for person in Person.objects.order_by("uid").prefetch_related("names")[:TIMES]:
        name = person.names.all()[0]
        born = person.birth_date or date(1990, 1, 1)
        entry = Entry(
            names=frozenset({(name.given, name.family)}),
            species="human",
            sex=person.sex,
            birth=Birth(born, Precision.DAY),
            numbers=frozenset({("passport", f"P{person.pk}1")}),
        )
        begun = time.monotonic()
        queries.matches(entry)
        took.append((time.monotonic() - begun) * 1000)
    half, most = percentile(took, 0.5), percentile(took, 0.95)
    mark = "" if most < GOAL else "  <-- slower than the goal"
    say("who is alike, at registration", f"p50 {half:.0f} ms, p95 {most:.0f} ms{mark}")
    return most < GOAL
