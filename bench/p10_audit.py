"""P10: what the audit trigger costs per write, by 1, 4 and 16 clients, in single rows and batches."""

from __future__ import annotations

import time
from multiprocessing import get_context

import psycopg
from django.db import connection

from bench import references, seed, writers
from bench.site import Site, say

SECONDS = 2.0
TABLE = "assays_recording"
TRIGGERS = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s"


def run(site: Site) -> None:
    """Compare the same insert with and without its audit trigger, pair by pair."""
    bench = seed.prepare(persons=1)
    (accession,) = seed.specimens(bench, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM assays_specimen WHERE accession = %s", [accession])
        (specimen,) = cursor.fetchone()
    actor = bench.instrument.principal_id
    for batch in (1, 20):
        for clients in (1, 4, 16):
            pair = []
            for audited in (False, True):
                _switch(site, audited=audited)
                pair.append(_transactions(site, clients, specimen, actor, batch))
            plain, audited_rate = pair
            reference = references.inserts_per_second(site, clients=clients, seconds=1.0)
            say(
                f"P10 audit, {clients} clients x {batch} rows",
                f"{plain / audited_rate:.2f}x ({plain * batch:.0f} rows/s plain, "
                f"{audited_rate * batch:.0f} audited)",
                f"{reference:.0f} durable INSERT/s at {clients} clients",
            )


def _switch(site: Site, *, audited: bool) -> None:
    verb = "ENABLE" if audited else "DISABLE"
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        for (name,) in owner.execute(TRIGGERS, [TABLE, "pgtrigger_audit_insert%"]).fetchall():
            owner.execute(f'ALTER TABLE {TABLE} {verb} TRIGGER "{name}"')


def _transactions(site: Site, clients: int, specimen: int, actor: int, batch: int) -> float:
    begin = time.time() + 1.0 + clients * 0.15
    arguments = (site.runtime_url, begin, SECONDS, specimen, actor, batch)
    with get_context("spawn").Pool(clients) as pool:
        return sum(pool.starmap(writers.write, [arguments] * clients)) / SECONDS
