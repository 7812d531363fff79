"""P2: structured results over HTTP in batches of 20, 4 clients, stored durably with audit."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue

from bench import references, seed
from bench.sending import Client
from bench.site import Site, in_threads, percentile, say

CLIENTS = 4
SECONDS = 8.0
MESSAGES = 1600


def run(site: Site) -> None:
    """Send for some seconds from four clients; every message must have been filed whole."""
    bench = seed.prepare()
    bodies: SimpleQueue[bytes] = SimpleQueue()
    for accession in seed.specimens(bench, MESSAGES):
        bodies.put(seed.body(bench, accession))
    site.start("web")
    for _number in range(20):
        Client(site, bench).post(bodies.get())
    reference = references.inserts_per_second(site, clients=CLIENTS)
    took: list[float] = []
    until = time.monotonic() + SECONDS

    def send(_number: int) -> None:
        client = Client(site, bench)
        while time.monotonic() < until:
            try:
                content = bodies.get_nowait()
            except Empty:
                return
            took.append(client.post(content))

    seconds = in_threads(CLIENTS, send)
    site.stop("web")
    rate = len(took) * seed.BATCH / seconds
    say(
        "P2 HTTP intake, 4 clients x 20",
        f"{rate:.0f} results/s ({len(took) / seconds:.0f} messages/s), "
        f"p50 {percentile(took, 0.5) * 1000:.0f} ms, p95 {percentile(took, 0.95) * 1000:.0f} ms",
        f"{reference:.0f} durable INSERT/s at 4 clients (ratio {rate / reference:.2f})",
    )
