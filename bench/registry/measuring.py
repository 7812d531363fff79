"""Load the people, then ask for every page of theirs; and draw the graph of 500 in a browser."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import references, seed
from bench.registry import doubles, drawing, figures
from bench.registry.pages import addresses
from bench.registry.population import Population
from bench.registry.recorded import Recorded
from bench.scale.measuring import processor
from bench.site import Site, percentile, say
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.launch.gunicorn_settings import settle
from labsys.lib.clock import database_now
from patients.actions import rolls
from patients.models import Person, Roll
from patients.queries.chain_keeping import LONGEST_STATEMENT

PEOPLE = int(os.environ.get("LABSYS_BENCH_PEOPLE", "50000"))
CONTACTS = PEOPLE * 4
TIMES = 40
GOAL = 100.0  # ms at p95
# Every row of the table once: what a page that knew nothing would cost.
REFERENCE = """
SELECT count(*), count(DISTINCT agent), min(first_at) FROM patients_exposure WHERE certainty <> 'EXCLUDED'
"""


def run(site: Site) -> None:
    """Measure every page as an infection-control officer; end non-zero where one misses its goal."""
    officer, password = _officer()
    begun = time.monotonic()
    population = Population(PEOPLE, CONTACTS, at=database_now(), actor=seed.seed_principal().pk)
    recorded = Recorded(population, officer)
    recorded.write_catalogues()
    connection.close()
    with psycopg.connect(site.owner_url) as owner:
        population.fill(owner)
    with psycopg.connect(site.owner_url) as owner:
        recorded.fill(owner)
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    say("loaded", f"{time.monotonic() - begun:.0f} s, {len(population.sizes):,} clusters")
    settle()
    inserts = references.inserts_per_second(site, clients=1, seconds=1.0)
    say(
        "reference",
        f"{inserts:.0f} durable INSERT/s at 1 client; {_one_query():.0f} ms one look at every row",
    )
    is_quick = doubles.measure()
    figures.count()
    client = Client()
    client.force_login(officer.user, backend="labsys.accounts.backends.PrincipalBackend")
    _settle(client)
    missed = []
    for name, given in addresses(population):
        _keep_rolls()
        if not _measure(client, name, given):
            missed.append(name)
    missed += [] if is_quick else ["who is alike, at registration"]
    head = Person.objects.get(pk=population.head_of_drawn)
    drawing.measure(site, officer.name, password, reverse("cluster", args=[head.uid]))
    if missed:
        raise SystemExit(f"slower than {GOAL:.0f} ms at p95: {', '.join(missed)}")


def _keep_rolls() -> None:
    """Make the rolls that pages read, as a worker does every minute, and say what that takes."""
    at = database_now()
    if Roll.objects.filter(as_of__gt=at - timedelta(minutes=2)).exists():
        return
    used = processor()
    made = rolls.refresh(by=seed.seed_principal(), at=at)
    say("rolls of people", f"{made} parts made, processor {(processor() - used) * 1000:.0f} ms")


def _settle(client: Client) -> None:
    """Let the process read the contacts, and settle that it has (patients.queries.chains)."""
    begun = time.monotonic()
    client.get(reverse("clusters"))
    say("first look at the clusters", f"{(time.monotonic() - begun) * 1000:.0f} ms")
    time.sleep(LONGEST_STATEMENT.total_seconds() + 1)
    client.get(reverse("clusters"))


def _measure(client: Client, name: str, given: list[str]) -> bool:
    begun = time.monotonic()
    answer = client.get(given[0])
    first = (time.monotonic() - begun) * 1000
    assert answer.status_code == 200, (answer.status_code, given[0])
    with CaptureQueriesContext(connection) as captured:
        client.get(given[-1])
    queries = len(captured)
    took: list[float] = []
    used = processor()
    for number in range(TIMES):
        begun = time.monotonic()
        client.get(given[number % len(given)])
        took.append((time.monotonic() - begun) * 1000)
    used = (processor() - used) * 1000 / TIMES
    half, most = percentile(took, 0.5), percentile(took, 0.95)
    mark = "" if most < GOAL else "  <-- slower than the goal"
    say(
        name,
        f"p50 {half:.0f} ms, p95 {most:.0f} ms, processor {used:.0f} ms, first {first:.0f} ms, "
        f"{queries} queries{mark}",
    )
    return most < GOAL


def _one_query() -> float:
    took = []
    for _number in range(5):
        begun = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(REFERENCE)
            cursor.fetchall()
        took.append((time.monotonic() - begun) * 1000)
    return percentile(took, 0.5)


def _officer() -> tuple[Principal, str]:
    password = "measured-by-the-bench"  # noqa: S105
    made: Any = users.create(
        username="bench-infection",
        full_name="Bench Infection Control",
        first_roles=(Role.INFECTION_CONTROL,),
        password=password,
        must_change=False,
        by=seed.seed_principal(),
        at=database_now(),
    )
    principal: Principal = made.user.principal
    return principal, password
