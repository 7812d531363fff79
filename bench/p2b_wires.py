"""P2b over wires: messages of twenty results over MLLP until they are read, filed and evaluated."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

from django.db import connection

from assays.models import Instrument, Result
from bench import references, seed
from bench.p1_wires import wait_for
from bench.site import Site, in_threads, percentile, say

MESSAGES = 240
RATE = 20
SECONDS = 10
_LATENCY = """
SELECT m.id, extract(epoch FROM max(w.finished_at) - m.received_at)::float
FROM assays_transmissionmessage m
JOIN assays_transmissionitem i ON i.message_id = m.id
JOIN assays_result r ON r.transmission_item_id = i.id
JOIN work_workitem w ON w.kind = 'evaluate' AND w.subject_id = r.recording_id
WHERE w.state = 'DONE' AND m.id > %s GROUP BY m.id
"""
_SPAN = """
SELECT extract(epoch FROM max(w.finished_at) - min(m.received_at))::float
FROM assays_transmissionmessage m
JOIN assays_transmissionitem i ON i.message_id = m.id
JOIN assays_result r ON r.transmission_item_id = i.id
JOIN work_workitem w ON w.kind = 'evaluate' AND w.subject_id = r.recording_id
WHERE w.state = 'DONE' AND m.id > %s
"""


def run(site: Site) -> None:
    """Send from 1, 4 and 16 connections with the workers running; then 20 messages a second."""
    bench = seed.prepare(
        protocol=Instrument.Protocol.HL7, driver="hl7-oru-oul", peer_networks=["127.0.0.0/8"]
    )
    site.start("instruments", "relay", "worker")
    port = int(site.environment["LABSYS_MLLP_PORT"])
    wait_for(port, site)
    _send(port, bench, 16, 1, rate=0)
    for connections in (1, 4, 16):
        inserts = references.inserts_per_second(site, clients=connections)
        before = _newest()
        answered = _send(port, bench, MESSAGES, connections, rate=0)
        span = _wait_for(before, MESSAGES)
        say(
            f"P2b MLLP until evaluated, {connections} connections x 20",
            f"{MESSAGES * seed.BATCH / span:.0f} results/s ({MESSAGES} messages in {span:.1f} s, "
            f"all answered after {answered:.1f} s)",
            f"{inserts:.0f} durable INSERT/s at {connections} clients "
            f"(ratio {MESSAGES * seed.BATCH / span / inserts:.2f})",
        )
    before = _newest()
    took = _send(port, bench, RATE * SECONDS, 4, rate=RATE)
    _wait_for(before, RATE * SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_LATENCY, [before])
        waits = [row[1] for row in cursor.fetchall()]
    assert len(waits) == RATE * SECONDS
    say(
        "P2b MLLP accepted until evaluated",
        f"p50 {percentile(waits, 0.5) * 1000:.0f} ms, p95 {percentile(waits, 0.95) * 1000:.0f} ms, "
        f"max {max(waits) * 1000:.0f} ms at {RATE * SECONDS / took:.1f} messages/s of 20",
    )


def _send(port: int, bench: seed.Bench, wanted: int, connections: int, *, rate: float) -> float:
    """Send one message per specimen, each connection the next when its last was answered AA."""
    now = datetime.now(UTC)
    blocks = [_block(bench, accession, now) for accession in seed.specimens(bench, wanted)]
    begun = time.monotonic() + 0.2

    def send(lane: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            for number in range(lane, len(blocks), connections):
                if rate:
                    time.sleep(max(begun + number / rate - time.monotonic(), 0))
                line.sendall(blocks[number])
                heard = b""
                while not heard.endswith(b"\x1c\r"):
                    heard += line.recv(65536)
                if b"MSA|AA|" not in heard:
                    raise SystemExit(f"not taken: {heard!r}")

    return in_threads(connections, send)


def _block(bench: seed.Bench, accession: str, now: datetime) -> bytes:
    """An OUL^R22 of the twenty assays ordered on a specimen."""
    moment = f"{now:%Y%m%d%H%M%S}+0000"
    segments = [
        f"MSH|^~\\&|Bench|Invented|labsys|Lab|{moment}||OUL^R22^OUL_R22|{accession}|P|2.5.1"
        "|||NE|AL||UNICODE UTF-8|||LAB-29^IHE",
        f"SPM|1|{accession}||BLD|||||||P",
        "OBR|1|||PANEL^Twenty assays^99BEN",
        *(
            f"OBX|{place}|NM|{one.code}||{place + 1}|{one.unit}|||||F||||||||{moment}"
            for place, one in enumerate(bench.assays)
        ),
    ]
    return b"\x0b" + "".join(f"{segment}\r" for segment in segments).encode() + b"\x1c\r"


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM assays_transmissionmessage")
        (newest,) = cursor.fetchone()
    return int(newest)


def _wait_for(before: int, messages: int) -> float:
    """Wait until every value of every message is evaluated; returns from the first to the last."""
    wanted = messages * seed.BATCH
    rows = Result.objects.filter(
        transmission_item__message_id__gt=before, evaluations__isnull=False
    )
    until = time.monotonic() + 120
    while (found := rows.count()) < wanted:
        if time.monotonic() > until:
            raise SystemExit(f"only {found} of {wanted} results were evaluated in 120 s")
        time.sleep(0.2)
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [before])
        (span,) = cursor.fetchone()
    return float(span)
