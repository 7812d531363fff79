"""P2b: recorded until evaluated by Celery's workers, sustained; and at 20 messages a second."""

from __future__ import annotations

import time

from django.db import connection

from assays.models import Evaluation
from bench import references, seed
from bench.sending import Client
from bench.site import Site, in_threads, percentile, say
from labsys.work.models import WorkItem

BACKLOG = 500
RATE = 20
SECONDS = 10
LANES = 4
_SPAN = """
SELECT count(*), extract(epoch FROM max(finished_at) - min(finished_at))::float
FROM work_workitem WHERE state = 'DONE' AND id > %s
"""
# From the request's arrival (its clock was read first) to just before the commit of the analysis.
_LATENCY = """
SELECT DISTINCT w.id, extract(epoch FROM w.finished_at - m.received_at)::float
FROM work_workitem w JOIN assays_result r ON r.recording_id = w.subject_id
JOIN assays_transmissionitem i ON i.id = r.transmission_item_id
JOIN assays_transmissionmessage m ON m.id = i.message_id
WHERE w.kind = 'evaluate' AND w.state = 'DONE' AND w.id > %s
"""


def run(site: Site) -> None:
    """Queue a backlog and have it evaluated; then send at a fixed rate and ask how long it took."""
    bench = seed.prepare()
    site.start("web")
    before = _newest()
    bodies = [seed.body(bench, one) for one in seed.specimens(bench, BACKLOG)]

    def send(number: int) -> None:
        client = Client(site, bench)
        for content in bodies[number::4]:
            client.post(content)

    in_threads(4, send)
    assert not Evaluation.objects.exists(), "something was evaluated before the workers started"
    noops = references.noops_per_second(site)
    site.start("relay", "worker")
    _wait_for(before, BACKLOG)
    count, span = _row(_SPAN, before)
    rate = count * seed.BATCH / span
    say(
        "P2b evaluation, 2 workers",
        f"{rate:.0f} results/s ({count} recordings in {span:.1f} s)",
        f"{noops:.0f} no-op Celery tasks/s (ratio {rate / noops:.2f})",
    )
    _at_a_rate(site, bench)


def _at_a_rate(site: Site, bench: seed.Bench) -> None:
    before = _newest()
    bodies = [seed.body(bench, one) for one in seed.specimens(bench, RATE * SECONDS)]
    begun = time.monotonic() + 0.2

    def send(lane: int) -> None:
        client = Client(site, bench)
        for number in range(lane, len(bodies), LANES):
            time.sleep(max(begun + number / RATE - time.monotonic(), 0))
            client.post(bodies[number])

    in_threads(LANES, send)
    kept = len(bodies) / (time.monotonic() - begun)
    _wait_for(before, len(bodies))
    with connection.cursor() as cursor:
        cursor.execute(_LATENCY, [before])
        took = [row[1] for row in cursor.fetchall()]
    inserts = references.inserts_per_second(site, clients=4)
    say(
        "P2b accepted until evaluated",
        f"p50 {percentile(took, 0.5) * 1000:.0f} ms, p95 {percentile(took, 0.95) * 1000:.0f} ms, "
        f"max {max(took) * 1000:.0f} ms at {kept:.1f} messages/s of 20",
        f"{inserts:.0f} durable INSERT/s at 4 clients",
    )


def _newest() -> int:
    return WorkItem.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _row(statement: str, before: int) -> tuple[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [before])
        count, span = cursor.fetchone()
    return count, span


def _wait_for(before: int, wanted: int) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if WorkItem.objects.filter(id__gt=before, state="DONE").count() >= wanted:
            return
        time.sleep(0.1)
    raise SystemExit("the workers did not finish in 90 s")
