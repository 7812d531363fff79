"""The catalogue of profiles over a database: made, searched, corrected and read again by workers.

`LABSYS_BENCH_PROFILES` (100,000) are copied into the table. Every answer is compared with a ranking of
all rows by numpy, in the same run.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
from django.db import connection, transaction
from numpy.typing import NDArray

from assays.actions import nanite_profiles
from assays.actions.analyses import runs
from assays.models import AnalysisPart, AnalysisRun, NaniteProfile, Specimen
from assays.numerics.profiles import Profile
from assays.queries.analyses import profiles, searches
from assays.queries.analyses.inputs import Input
from assays.rules.analyses import reprofiles
from assays.rules.analyses import searches as rules
from assays.rules.analyses.runs import AnalysisKind
from bench import seed
from bench.analyses import _doctor as doctor
from bench.profile_search import EDGES, MARKERS, counted, drawn
from bench.scale.copying import bare, copy
from bench.site import Site, percentile, say
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now

COUNT = int(os.environ.get("LABSYS_BENCH_PROFILES", "100000"))
QUESTIONS, HITS, CORRECTED = 30, 10, 1_000
COLUMNS = ("uid", "content", "position", "chain")
# What a laboratory without a catalogue would ask: every factor of every row, by the database.
BY_SQL = """
SELECT p.uid, count(*) FROM assays_naniteprofile p, jsonb_each(p.content->'markers') m,
       jsonb_array_elements_text(m.value) a
WHERE m.key || '/' || a = ANY(%s) AND NOT p.is_withdrawal
  AND NOT EXISTS (SELECT 1 FROM assays_naniteprofile c WHERE c.corrects_id = p.id)
GROUP BY p.uid ORDER BY 2 DESC, 1 LIMIT %s
"""


class Bench:
    """The rows as an array beside the table, and who asks."""

    def __init__(self, site: Site) -> None:
        self.site, self.by = site, doctor()
        self.rng = np.random.default_rng(1)
        self.rows = drawn(self.rng, COUNT)
        self.specimen = Specimen.objects.get(accession=seed.specimens(seed.prepare(), 1)[0])
        self.first = 0

    def load(self) -> None:
        begun = time.monotonic()
        constant = {
            "specimen_id": self.specimen.pk,
            "content_digest": "0" * 64,
            "markers": MARKERS,
            "method": "bench",
            "observed_at": self.specimen.collected_at,
            "is_withdrawal": "f",
            "recorded_by_id": self.by.pk,
            "recorded_at": self.specimen.collected_at,
        }
        with psycopg.connect(self.site.owner_url, autocommit=True) as owner:
            with bare(owner, [NaniteProfile]):
                columns = ("id", *COLUMNS)
                copy(owner, NaniteProfile, columns, self._texts(), **constant)
            owner.execute("ANALYZE assays_naniteprofile")
        say(f"catalogue: {COUNT:,} profiles copied", f"{time.monotonic() - begun:.0f} s")

    def _texts(self) -> Iterator[tuple[str, ...]]:
        for number, row in enumerate(self.rows, start=1):
            strong = {f"M{n:02}": {str(row[n]): float(number % 997)} for n in range(5)}
            content = {"markers": markers(row), "intensities": strong, "quality": {}}
            chain = hashlib.sha256(str(number).encode()).hexdigest()
            yield str(number), uid(number), json.dumps(content), str(number), chain

    def ask(self, kind: AnalysisKind, inputs: list[Input], parameters: dict[str, Any]) -> float:
        """Return how long a run took, from asking until it was done."""
        begun = time.monotonic()
        with transaction.atomic():
            run = runs.ask(
                kind=kind,
                inputs=inputs,
                parameters=parameters,
                is_urgent=True,
                by=self.by,
                at=database_now(),
            )
        while not AnalysisRun.objects.filter(pk=run.pk, status="DONE").exists():
            if time.monotonic() > begun + 1_500:
                raise SystemExit(f"{kind} did not end: {self.site.log('worker')}")
            time.sleep(0.005)
        return time.monotonic() - begun

    def search(self, number: int) -> tuple[float, AnalysisPart]:
        profile = NaniteProfile.objects.select_related("specimen").get(uid=uid(number))
        inputs = searches.asked(self.by, profile, "none")
        taken = self.ask(AnalysisKind.SEARCH, inputs, rules.parameters(k=HITS))
        return taken, AnalysisPart.objects.latest("pk")


def run(site: Site) -> None:
    """Measure what making, searching, correcting and reading again take."""
    bench = Bench(site)
    bench.load()
    site.start("relay", "worker")
    time.sleep(5)
    taken, _part = bench.search(1)
    say(f"catalogue: {COUNT:,} profiles, from none to the first answer", f"{taken:.1f} s")
    gone: set[int] = set()
    _asked(bench, gone)
    _corrected(bench, gone)
    _read_again(bench)


def _asked(bench: Bench, gone: set[int]) -> None:
    times, computed, brute, wrong = [], [], [], 0
    chosen = [int(one) for one in bench.rng.integers(2, COUNT, QUESTIONS)]
    for number in chosen:
        taken, part = bench.search(number)
        times.append(taken * 1e3)
        computed.append(float(part.milliseconds or 0))
        begun = time.perf_counter()
        expected = ranked(bench.rows, number, gone)
        brute.append((time.perf_counter() - begun) * 1e3)
        assert part.outcome is not None
        wrong += [hit["profile"] for hit in part.outcome["hits"]] != expected
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        factors = sorted(Profile(markers(bench.rows[chosen[0] - 1])).factors())
        cursor.execute(BY_SQL, [factors, HITS + 1])
        cursor.fetchall()
    sql = (time.perf_counter() - begun) * 1e3
    say(
        f"catalogue: a search among {COUNT:,}",
        f"in the worker p50 {percentile(computed, 0.5):.0f} ms, p95 {percentile(computed, 0.95):.0f}; "
        f"asked until done p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f}; "
        f"{len(chosen)} rankings compared, {wrong} wrong",
        f"every row by numpy {percentile(brute, 0.5):.0f} ms, by SQL {sql:.0f} ms",
    )
    if wrong:
        raise SystemExit("a ranking was not that of all rows")


def _corrected(bench: Bench, gone: set[int]) -> None:
    """Withdraw one, and many spread over all of them, and search again at once."""
    for count in (1, CORRECTED):
        left = [one for one in bench.rng.permutation(COUNT) + 1 if one > 1 and one not in gone]
        chosen = [int(one) for one in left[:count]]
        begun = time.monotonic()
        for number in chosen:
            withdraw(number, bench.by)
        writing = time.monotonic() - begun
        gone.update(chosen)
        taken, part = bench.search(1)
        assert part.outcome is not None
        assert part.outcome["searched"] == COUNT - len(gone)
        again, _part = bench.search(1)
        say(
            f"catalogue: the search after {count:,} withdrawn",
            f"asked until done {taken:.2f} s, the next {again:.2f} s",
            f"{writing:.2f} s to withdraw them",
        )
    _asked_few(bench, gone)


def _asked_few(bench: Bench, gone: set[int]) -> None:
    for number in (1, *(n for n in range(2, 6) if n not in gone)):
        _taken, part = bench.search(number)
        assert part.outcome is not None
        found = [hit["profile"] for hit in part.outcome["hits"]]
        if found != ranked(bench.rows, number, gone):
            raise SystemExit("a ranking after withdrawals was not that of what stands")


def _read_again(bench: Bench) -> None:
    parameters = reprofiles.parameters(intensity=500)
    inputs = profiles.stretches()
    sample = list(NaniteProfile.objects.order_by("position")[:2_000])
    begun = time.monotonic()
    for one in sample:
        Profile(**one.content).called(**parameters).factors()
    loop = len(sample) / (time.monotonic() - begun)
    taken = bench.ask(AnalysisKind.REPROFILE, inputs, parameters)
    say(
        f"catalogue: {COUNT:,} read again in {len(inputs)} parts",
        f"{taken:.1f} s, {COUNT / taken:,.0f} profiles/s by two workers' processes",
        f"{loop:,.0f} profiles/s in a plain loop that keeps nothing",
    )


def withdraw(number: int, by: Principal) -> None:
    one = NaniteProfile.objects.select_related("specimen").get(uid=uid(number))
    nanite_profiles.withdraw(profile=one, reason="bench", by=by, at=database_now())


def ranked(rows: NDArray[np.uint16], number: int, gone: set[int]) -> list[str]:
    """Return the ids of the profiles most like one by looking at each row."""
    wanted = HITS + 1 + len(gone)
    places = counted(rows, rows[number - 1], min(wanted, len(rows)))
    found = [uid(place + 1) for place in places if place + 1 not in gone and place + 1 != number]
    return found[:HITS]


def markers(row: NDArray[np.uint16]) -> dict[str, list[str]]:
    return {f"M{n:02}": [str(int(allele) - int(EDGES[n]))] for n, allele in enumerate(row)}


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"
