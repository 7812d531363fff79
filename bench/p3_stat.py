"""P3: how long a STAT recording waits for a worker while 400 routine ones are queued."""

from __future__ import annotations

import time

from django.db import connection

from bench import references, seed
from bench.sending import Client
from bench.site import Site, in_threads, percentile, say
from labsys.work.models import WorkItem

ROUTINE = 400
STATS = 40
PAUSE = 0.08


def run(site: Site) -> None:
    """Queue routine work, start the workers, and send STAT messages into the thick of it."""
    bench = seed.prepare()
    site.start("web")
    routine = [seed.body(bench, one) for one in seed.specimens(bench, ROUTINE)]
    stats = [seed.body(bench, one) for one in seed.specimens(bench, STATS, priority=0)]
    newest = WorkItem.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def send(number: int) -> None:
        client = Client(site, bench)
        for content in routine[number::4]:
            client.post(content)

    in_threads(4, send)
    noops = references.noops_per_second(site)
    site.start("relay", "worker")
    rows = WorkItem.objects.filter(id__gt=newest)
    while not rows.filter(state="DONE").exists():
        time.sleep(0.01)
    took: list[float] = []
    behind: list[int] = []
    client = Client(site, bench)
    for content in stats:
        waiting = rows.filter(priority=3, state="PENDING").count()
        if waiting < 10:
            break
        behind.append(waiting)
        client.post(content)
        took.append(_until_started(newest))
        time.sleep(PAUSE)
    if not took:
        raise SystemExit("the routine work was done before a STAT message could be sent")
    say(
        "P3 STAT behind routine, to start",
        f"p50 {percentile(took, 0.5) * 1000:.0f} ms, p95 {percentile(took, 0.95) * 1000:.0f} ms "
        f"({len(took)} STAT, behind {behind[0]} falling to {behind[-1]} routine)",
        f"{noops:.0f} no-op Celery tasks/s",
    )


def _until_started(newest: int) -> float:
    """Poll from the answer on: the time until the newest STAT item has left the queue."""
    begun = time.monotonic()
    with connection.cursor() as cursor:
        while time.monotonic() < begun + 30:
            cursor.execute(
                "SELECT attempts FROM work_workitem WHERE id > %s AND priority = 0"
                " ORDER BY id DESC LIMIT 1",
                [newest],
            )
            if cursor.fetchone()[0] > 0:
                return time.monotonic() - begun
            time.sleep(0.002)
    raise SystemExit("a STAT item did not start within 30 s")
