"""Ask for every list as those who use it, and for pages far into each."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays.models import Instrument, Result
from assays.rules.dispatching import DispatchKind, DispatchStatus
from bench import references, seed
from bench.scale.population import LOADED, PER_SPECIMEN, Population
from bench.site import Site, percentile, say
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.launch.gunicorn_settings import settle
from labsys.lib import navigation
from labsys.lib.clock import database_now
from patients.models import Person

RESULTS = int(os.environ.get("LABSYS_BENCH_RESULTS", "1000000"))
BYTES_PER_RESULT = 4_300  # with its item, evaluation, indexes and share of the rest
REQUESTS = 12
DOCTORS = 400
DEEP = 20  # the last page of the lists of those who see everything
NEXT = re.compile(r'<a[^>]*rel="next"[^>]*href="([^"]+)"|<a[^>]*href="([^"]+)"[^>]*rel="next"')
GOAL_P50, GOAL_P95 = 50.0, 100.0


@dataclass(frozen=True)
class User:
    """Somebody logged in."""

    role: Role
    principal: Principal
    client: Client


def run(site: Site) -> None:
    """Load the population, say how large it became, and measure every list."""
    doctors = [_user(Role.WARD_DOCTOR, f"-{n}") for n in range(DOCTORS)]
    population = load(site, RESULTS, [doctor.principal.pk for doctor in doctors])
    # As a worker of the web server does; the population in memory is not the server's.
    settle()
    reference = references.inserts_per_second(site, clients=1, seconds=1.0)
    say("reference", f"{reference:.0f} durable INSERT/s at 1 client")
    for user in (_user(Role.TECHNOLOGIST), _user(Role.PATHOLOGIST), doctors[0]):
        for name, addresses in _lists(user, population):
            measure(user, name, addresses)


def load(site: Site, results: int, doctors: list[int]) -> Population:
    """Fill the database with so many results; refuse where the disk has no room for it."""
    needed = results * BYTES_PER_RESULT
    free = shutil.disk_usage(site.folder).free
    if free < needed * 1.5:
        raise SystemExit(
            f"{results:,} results need about {needed >> 30} GiB; {free >> 30} are free"
        )
    bench = seed.prepare(persons=1)
    hospital = seed.prepare(persons=0, kind="HOSPITAL", protocol="HL7").instrument
    # A third is connected, and nothing was ever sent to it.
    seed.prepare(persons=0)
    specimens = results // PER_SPECIMEN
    population = Population(max(specimens // 5, 50), specimens, bench, doctors, hospital)
    begun = time.monotonic()
    with psycopg.connect(site.owner_url) as owner:
        population.fill(owner)
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
        (size,) = owner.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    rows = {model._meta.db_table: _about(model._meta.db_table) for model in LOADED}
    say("loaded", f"{time.monotonic() - begun:.0f} s, {size / 2**30:.1f} GiB, {rows}")
    return population


def measure(user: User, name: str, addresses: list[str]) -> None:
    """Say how long the server takes for a list, all middleware included, and its queries."""
    answer = user.client.get(addresses[0])
    if answer.status_code != 200:
        return say(f"{user.role} {name}", f"answered {answer.status_code}: {addresses[0]}")
    with CaptureQueriesContext(connection) as captured:
        user.client.get(addresses[-1])
    queries = len(captured)
    took = []
    used = processor()
    for number in range(max(REQUESTS, len(addresses))):
        begun = time.monotonic()
        user.client.get(addresses[number % len(addresses)])
        took.append((time.monotonic() - begun) * 1000)
    used = (processor() - used) * 1000 / len(took)
    half, most = percentile(took, 0.5), percentile(took, 0.95)
    mark = "" if half < GOAL_P50 and most < GOAL_P95 else "  <-- slower than the goal"
    say(
        f"{user.role} {name}",
        f"p50 {half:.0f} ms, p95 {most:.0f} ms, processor {used:.0f} ms, {queries} queries{mark}",
    )
    return None


def processor() -> float:
    """Seconds of processor this process and its backend have used: what a busy machine leaves alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _lists(user: User, population: Population) -> Iterator[tuple[str, list[str]]]:
    """Every entry of the menu, every list of the admin and the API, and what is asked of one patient."""
    entries = [one for part in navigation.sections_for(user.principal) for one in part.entries]
    for address in dict.fromkeys(entry.url for entry in entries):
        yield address, [address]
        further = _following(user, address)
        if further:
            yield f"{address} further on", further
    for model, registered in sorted(admin.site._registry.items(), key=lambda one: str(one[0])):
        request = type("Request", (), {"principal": user.principal, "user": user.principal})()
        if not registered.has_view_permission(request):
            continue
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield address, [address]
        if _about(model._meta.db_table) > DEEP * 50:
            yield f"{address} page {DEEP}", [f"{address}?{urlencode({'p': DEEP})}"]
    yield from _patients(user, population)
    yield from _interface(user, population)
    yield from _told(user)


def _patients(user: User, population: Population) -> Iterator[tuple[str, list[str]]]:
    mine = Result.objects.filter(order_item__order__requester=population.doctors[0])
    rows = mine if user.role is Role.WARD_DOCTOR else Result.objects.all()
    step = max(population.measured // 13, 1) * PER_SPECIMEN
    ids = [10_000_000 + n * step for n in range(12)]
    people = Person.objects.filter(results__in=rows.filter(pk__in=ids)).distinct()
    busiest = Person.objects.filter(pk=population.first_person)
    pages = [reverse("person", args=[one.uid]) for one in people]
    if pages:
        yield "a patient's history", pages
    if user.role is not Role.WARD_DOCTOR:
        yield "the busiest patient's history", [reverse("person", args=[busiest.get().uid])]
        yield "a result", [reverse("result", args=[one]) for one in ids]
    search = reverse("persons")
    yield (
        "a patient by name",
        [f"{search}?{urlencode({'q': word})}" for word in ("Dekiba", "merzor")],
    )
    yield "the home page", ["/"]


def _interface(user: User, population: Population) -> Iterator[tuple[str, list[str]]]:
    """The lists of the API: of the patient with the longest history, and pages far into them."""
    busiest = Person.objects.get(pk=population.first_person)
    for noun in ("orders", "specimens", "results"):
        address = f"{reverse(f'api-{noun}')}?{urlencode({'person': busiest.uid})}"
        yield f"API {noun}", [address]
        pages = [address]
        while len(pages) < 6 and (found := user.client.get(pages[-1]).json()["next"]):
            pages.append(found)
        yield f"API {noun} further on", pages[2:] or pages


def _told(user: User) -> Iterator[tuple[str, list[str]]]:
    """The lists of what is connected and told: whole, of one instrument and of one that has none."""
    dispatches, runs = reverse("api-dispatches"), reverse("api-reading-runs")
    if user.client.get(dispatches).status_code != 200:
        return
    for code in Instrument.objects.order_by("pk").values_list("code", flat=True):
        yield f"API dispatches of {code}", [f"{dispatches}?{urlencode({'instrument': code})}"]
    for status in DispatchStatus:
        yield f"API dispatches {status}", [f"{dispatches}?{urlencode({'status': status.value})}"]
    for kind in DispatchKind:
        yield f"API dispatches {kind}", [f"{dispatches}?{urlencode({'kind': kind.value})}"]
    yield "API reading runs", [runs]


def _following(user: User, address: str) -> list[str]:
    """Follow the list's own links to pages further on."""
    found: list[str] = []
    while len(found) < 6:
        answer = user.client.get(found[-1] if found else address)
        link = NEXT.search(answer.content.decode()) if answer.status_code == 200 else None
        if link is None:
            break
        target = unescape(link[1] or link[2])
        found.append(target if target.startswith("/") else address.split("?")[0] + target)
    return found[2:] or found


def _about(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def _user(role: Role, suffix: str = "") -> User:
    made = users.create(
        username=f"bench-{role}{suffix}".replace("_", "-"),
        full_name=f"Bench {role.replace('_', ' ')}",
        first_roles=(role,),
        password="measured-by-the-bench",
        must_change=False,
        by=seed.seed_principal(),
        at=database_now(),
    )
    client = Client()
    client.force_login(made.user, backend="labsys.accounts.backends.PrincipalBackend")
    return User(role, made.user.principal, client)
