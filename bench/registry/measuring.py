"""Load the people, then ask for every page of theirs; and draw the graph of 500 in a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import references, seed
from bench.registry import doubles, drawing, figures
from bench.registry.devices import Devices
from bench.registry.pages import addresses, of_doctors, of_limited, of_members
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
from patients.models import Person, Roll, Species
from patients.queries.chain_keeping import LONGEST_STATEMENT

PEOPLE = int(os.environ.get("LABSYS_BENCH_PEOPLE", "50000"))
CONTACTS = PEOPLE * 4
TIMES = 40
ALIKE = 10
GOAL = 100.0  # ms at p95
# Every row of the table once: what a page that knew nothing would cost.
REFERENCE = """
SELECT count(*), count(DISTINCT agent), min(first_at) FROM patients_exposure WHERE certainty <> 'EXCLUDED'
"""


def run(site: Site) -> None:
    """Measure every page as an infection-control officer; end non-zero where one misses its goal."""
    officer, password = _login("bench-infection", Role.INFECTION_CONTROL)
    member, _ = _login("bench-member", Role.NURSE)
    visitor, _ = _login("bench-visitor", Role.VISITING_CLINICIAN)
    doctor, _ = _login("bench-doctor", Role.EXAMINING_PHYSICIAN, Role.PATHOLOGIST)
    begun = time.monotonic()
    population = Population(PEOPLE, CONTACTS, at=database_now(), actor=seed.seed_principal().pk)
    recorded = Recorded(population, officer)
    recorded.write_catalogues()
    devices = Devices(recorded, member=member, visitor=visitor)
    devices.write_catalogues()
    connection.close()
    with psycopg.connect(site.owner_url) as owner:
        population.fill(owner)
    with psycopg.connect(site.owner_url) as owner:
        recorded.fill(owner)
    with psycopg.connect(site.owner_url) as owner:
        devices.fill(owner)
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    say("loaded", f"{time.monotonic() - begun:.0f} s, {len(population.sizes):,} clusters")
    inserts = references.inserts_per_second(site, clients=1, seconds=1.0)
    say(
        "reference",
        f"{inserts:.0f} durable INSERT/s at 1 client; {_one_query():.0f} ms one look at every row",
    )
    is_quick = doubles.measure()
    figures.count()
    _first_look(_client(officer))
    settle()  # as a web process does: when it has read the contacts, before it takes requests
    missed = []
    limited = {"a group's member": member, "a visiting clinician": visitor}
    asked = [
        *((officer, *one) for one in addresses(population)),
        *((doctor, *one) for one in of_doctors(population)),
        *(
            (who, f"{name}, by {words}", given)
            for words, who in limited.items()
            for name, given in of_limited(devices.reached)
        ),
        *(
            (member, f"{name}, by a group's member", given)
            for name, given in of_members(devices.reached)
        ),
    ]
    for who, name, given in asked:
        _keep_rolls()
        # Logged in anew for each: a session that was idle for long has ended.
        if not _measure(_client(who), name, given):
            missed.append(name)
    if not _warn(_client(officer)):
        missed.append("registration with a warning")
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


def _first_look(client: Client) -> None:
    """Let the process read the contacts, and settle that it has (patients.queries.chains)."""
    begun = time.monotonic()
    client.get(reverse("clusters"))
    say("first look at the clusters", f"{(time.monotonic() - begun) * 1000:.0f} ms")
    time.sleep(LONGEST_STATEMENT.total_seconds() + 1)
    client.get(reverse("clusters"))


def _measure(client: Client, name: str, given: list[str]) -> bool:
    return _timed(name, [partial(client.get, one) for one in given], 200)


def _warn(client: Client) -> bool:
    """Ask for entries like some there are: the page names these, and nobody is registered."""
    species = Species.objects.get(code="human").pk
    people = Person.objects.order_by("-id").prefetch_related("names")[:ALIKE]
    given = [
        {
            "family": one.names.all()[0].family,
            "given": one.names.all()[0].given,
            "species": species,
            "sex": one.sex,
            "birth_date": one.birth_date,
            "birth_precision": "DAY",
        }
        for one in people
    ]
    address = reverse("person-new")
    return _timed(
        "registration with a warning", [partial(client.post, address, x) for x in given], 422
    )


def _timed(name: str, given: list[Callable[[], Any]], status: int) -> bool:
    begun = time.monotonic()
    answer = given[0]()
    first = (time.monotonic() - begun) * 1000
    assert answer.status_code == status, (answer.status_code, name)
    with CaptureQueriesContext(connection) as captured:
        given[-1]()
    queries = len(captured)
    took: list[float] = []
    used = processor()
    for number in range(TIMES):
        begun = time.monotonic()
        given[number % len(given)]()
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


def _client(principal: Principal) -> Client:
    client = Client()
    client.force_login(principal.user, backend="labsys.accounts.backends.PrincipalBackend")
    return client


def _login(name: str, *roles: Role) -> tuple[Principal, str]:
    password = "measured-by-the-bench"  # noqa: S105
    made: Any = users.create(
        username=name,
        full_name=name.replace("-", " ").title(),
        first_roles=roles,
        password=password,
        must_change=False,
        by=seed.seed_principal(),
        at=database_now(),
    )
    principal: Principal = made.user.principal
    return principal, password
