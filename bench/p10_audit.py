"""P10: what the audit trigger costs per write, by 1, 4 and 16 clients, in single rows and batches."""

from __future__ import annotations

from statistics import median

import psycopg
from django.db import connection

from bench import references, seed, writers
from bench.site import Site, say

SECONDS = 0.7
ROUNDS = 5
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
            plain, audited = _pairs(site, clients, (specimen, actor, batch))
            ratio = median(one / other for one, other in zip(plain, audited, strict=True))
            reference = references.inserts_per_second(site, clients=clients, seconds=1.0)
            say(
                f"P10 audit, {clients} clients x {batch} rows",
                f"{ratio:.2f}x (median of {ROUNDS}; {median(plain) * batch:.0f} rows/s plain, "
                f"{median(audited) * batch:.0f} audited)",
                f"{reference:.0f} durable INSERT/s at {clients} clients",
            )


def _switch(site: Site, *, audited: bool) -> None:
    verb = "ENABLE" if audited else "DISABLE"
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        found = owner.execute(TRIGGERS, [TABLE, "pgtrigger_audit_insert%"]).fetchall()
        assert found, "the audit trigger is not where it is looked for"
        for (name,) in found:
            owner.execute(f'ALTER TABLE {TABLE} {verb} TRIGGER "{name}"')


def _pairs(
    site: Site, clients: int, given: tuple[int, int, int]
) -> tuple[list[float], list[float]]:
    """Measure without and with the trigger in turn, so that both see the same neighbours."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    with writers.phases(
        site.runtime_url, writers.recording, clients=clients, seconds=SECONDS, given=given
    ) as phase:
        for _round in range(ROUNDS):
            for audited in (False, True):
                _switch(site, audited=audited)
                rates[audited].append(phase())
    return rates[False], rates[True]
