"""Runs of analyses: thousands of parts beside a plain loop, their end, and an urgent run among them."""

from __future__ import annotations

import math
import os
import resource
import time
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from assays.actions.analyses import runs
from assays.actions.analyses.runs import Concluded
from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses import runs as queries
from assays.queries.analyses.inputs import UNIT, Input
from assays.rules.analyses import doing, kinetics
from assays.rules.analyses.runs import AnalysisKind, digest_of
from bench import seed
from bench.site import Site, percentile, say
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem

PARTS = int(os.environ.get("LABSYS_BENCH_PARTS", "5000"))
URGENT, TIMES = 20, 5
LOOPED = 500
FILLED = 1_000
SIZES = (2_500, 5_000, 10_000, 20_000)
ZERO = datetime(2026, 3, 2, 6, tzinfo=UTC)


def courses(count: int) -> list[Input]:
    """Return courses of eight loads over two weeks, of nobody."""
    return [Input(None, _course(number)) for number in range(count)]


def _course(number: int) -> dict[str, object]:
    days = 3 + number % 9
    loads = [
        {
            "result": 8 * number + place,
            "at": (ZERO + timedelta(days=2 * place)).isoformat(),
            "comparator": "",
            "value": str(
                round(200 * math.exp(math.log(2) * 2 * place / days) * (1 + place % 3 / 50))
            ),
        }
        for place in range(8)
    ]
    return {"unit": UNIT, "loads": loads, "interventions": []}


def run(site: Site) -> None:
    """Measure the loop, the run with an urgent one in it, and what the end of a run takes."""
    seed.prepare()
    by = _doctor()
    loop = _loop()
    routine = _ask(by, PARTS, is_urgent=False)
    site.start("relay", "worker")
    _wait(routine, done=40)
    delays = [_urgent(by, routine) for _time in range(TIMES)]
    left = PARTS - queries.progress([routine.pk])[routine.pk].done
    say(
        f"analyses: an urgent run of {URGENT} parts behind {PARTS:,} routine ones, asked until done",
        f"p50 {percentile(delays, 0.5):.2f} s, worst {max(delays):.2f} s ({left:,} still waited)",
        f"{URGENT / loop:.2f} s in a plain loop of one process",
    )
    before, begun = PARTS - left, time.monotonic()
    _wait(routine, done=PARTS)
    rate = (PARTS - before) / (time.monotonic() - begun)
    say(
        f"analyses: {PARTS:,} routine parts, computed and kept",
        f"{rate:.0f} parts/s by two workers' processes",
        f"{loop:.0f} parts/s in a plain loop that keeps nothing",
    )
    site.stop()
    for size in SIZES:
        _end(by, size)


def _doctor() -> Principal:
    made = users.create(
        username="bench-analyses",
        full_name="Bench",
        first_roles=(Role.PATHOLOGIST,),
        by=seed.seed_principal(),
        at=database_now(),
    )
    principal: Principal = made.user.principal
    return principal


def _loop() -> float:
    """Return the parts a second that the pure function does by itself."""
    given = [one.given for one in courses(LOOPED)]
    kinetics.work({"limit": None}, given[0])
    begun = time.monotonic()
    for one in given:
        kinetics.work({"limit": None}, one)
    return LOOPED / (time.monotonic() - begun)


def _ask(by: Principal, count: int, *, is_urgent: bool) -> AnalysisRun:
    with transaction.atomic():
        return runs.ask(
            kind=AnalysisKind.KINETICS,
            inputs=courses(count),
            parameters=kinetics.parameters(),
            is_urgent=is_urgent,
            by=by,
            at=database_now(),
        )


def _wait(run: AnalysisRun, *, done: int) -> None:
    until = time.monotonic() + 400
    while queries.progress([run.pk])[run.pk].done < done:
        if time.monotonic() > until:
            raise SystemExit("the run did not get on within 400 s")
        time.sleep(0.05)


def _urgent(by: Principal, routine: AnalysisRun) -> float:
    begun = time.monotonic()
    run = _ask(by, URGENT, is_urgent=True)
    while not AnalysisRun.objects.filter(pk=run.pk, status="DONE").exists():
        if time.monotonic() > begun + 60:
            raise SystemExit("an urgent run did not end within 60 s")
        time.sleep(0.01)
    if AnalysisRun.objects.filter(pk=routine.pk, status="DONE").exists():
        raise SystemExit("the routine run was done before the urgent one: ask for more parts")
    return time.monotonic() - begun


def _fill(run: AnalysisRun, outcome: object, count: int, by: Principal) -> None:
    """Write the outcome to so many parts of a run, some at a time as a statement's limit asks."""
    for before in range(0, count, FILLED):
        places = range(before + 1, min(before + FILLED, count) + 1)
        with acting(by=by, at=database_now(), action="bench.fill"):
            AnalysisPart.objects.filter(run=run, position__in=places).update(
                done_at=database_now(), outcome=outcome, milliseconds=1
            )
    with acting(by=by, at=database_now(), action="bench.fill"):
        AnalysisRun.objects.filter(pk=run.pk).update(status="RUNNING", started_at=database_now())


def _end(by: Principal, size: int) -> None:
    """Ask for a run, fill its parts in as workers do, and time what depends on how many there are."""
    begun = time.monotonic()
    run = _ask(by, size, is_urgent=False)
    asked = time.monotonic() - begun
    outcome = doing.do(doing.work(AnalysisKind.KINETICS, {"limit": None}, _course(1)), [])
    _fill(run, outcome["outcome"], size - 1, by)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assays_analysispart")
    begun = time.monotonic()
    for _time in range(50):
        run.parts.filter(done_at=None).exists()
    looked = (time.monotonic() - begun) / 50
    begun = time.monotonic()
    queries.progress([run.pk])
    progress = time.monotonic() - begun
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    gathered = queries.gathered(run)
    together = kinetics.combine({"limit": None}, gathered.gists)
    with transaction.atomic():
        runs.conclude(
            run_id=run.pk,
            concluded=Concluded({**together, "parts": gathered.digest}),
            by=by,
            at=database_now(),
        )
    concluded = time.monotonic() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    begun = time.monotonic()
    for _time in range(size):
        digest_of(outcome["outcome"])
    plain = time.monotonic() - begun
    WorkItem.objects.filter(state="PENDING").update(state="DONE")
    say(
        f"analyses: a run of {size:,} parts: asked for {asked:.1f} s",
        f"is any left {looked * 1000:.2f} ms, progress {progress * 1000:.0f} ms, "
        f"ended {concluded:.1f} s, {grown:.0f} MiB more",
        f"{plain:.1f} s to digest as many outcomes in a loop",
    )
