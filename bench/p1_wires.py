"""P1: messages of twenty results over MLLP, stored durably and answered."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time

from django.db import connection

from assays.models import Instrument
from bench import references, seed
from bench.site import ROOT, Site, percentile, say
from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib.clock import database_now

SECONDS = 5.0
RATE = 500


def run(site: Site) -> None:
    """Send from 1, 4 and 16 connections as fast as they are answered, then 500 a second."""
    _register()
    site.start("instruments")
    port = int(site.environment["LABSYS_MLLP_PORT"])
    wait_for(port, site)
    _call(site, port, 16, 1.0, 0)
    for connections in (1, 4, 16):
        reference = references.inserts_per_second(site, clients=connections)
        count, seconds, took = _call(site, port, connections, SECONDS, 0)
        rate = count / seconds
        say(
            f"P1 MLLP, {connections} connections x 20",
            f"{rate:.0f} messages/s, p50 {percentile(took, 0.5) * 1000:.1f} ms, "
            f"p95 {percentile(took, 0.95) * 1000:.1f} ms",
            f"{reference:.0f} durable INSERT/s at {connections} clients "
            f"(ratio {rate / reference:.2f})",
        )
    count, seconds, took = _call(site, port, 16, SECONDS, RATE)
    say(
        f"P1 MLLP, {RATE} messages/s offered",
        f"{count / seconds:.0f} messages/s, p50 {percentile(took, 0.5) * 1000:.1f} ms, "
        f"p95 {percentile(took, 0.95) * 1000:.1f} ms",
    )


def _register() -> None:
    by, at = seed.seed_principal(), database_now()
    with acting(by=by, at=at, action="bench.prepare"):
        sender = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT, name="bench-wire", created_at=at
        )
        Instrument.objects.create(
            principal=sender,
            code="bench-wire",
            name="Bench",
            protocol=Instrument.Protocol.HL7,
            peer_networks=["127.0.0.0/8"],
            recorded_at=at,
            recorded_by=by,
        )


def wait_for(port: int, site: Site) -> None:
    """Wait until the listener takes connections."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the listener did not start:\n{site.log('instruments')}")


def _call(
    site: Site, port: int, connections: int, seconds: float, rate: int
) -> tuple[int, float, list[float]]:
    """Let the callers send; every message they were answered AA must be stored."""
    before = _stored()
    command = [sys.executable, "-m", "bench.callers", *map(str, (port, connections, seconds, rate))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stderr}\n{site.log('instruments')}")
    found = json.loads(done.stdout)
    took = found["took"]
    assert _stored() - before >= len(took), "answered AA, and not stored"
    return len(took), found["seconds"], took


def _stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM assays_transmissionmessage WHERE status = 'RECEIVED'")
        (count,) = cursor.fetchone()
    return int(count)
