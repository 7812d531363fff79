"""F3: fifty analysers at once, ten messages a second each: how long answers take, how memory goes.

Fifteen seconds by default; LABSYS_BENCH_MINUTES=10 is the figure that was asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench import references
from bench.p1_wires import _register, _stored, wait_for
from bench.site import ROOT, Site, percentile, say

CONNECTIONS = 50
RATE = 500
MIB = 2**20


class Memory(threading.Thread):
    """Looks every second at what a process has in memory."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/statm")
        self._page = os.sysconf("SC_PAGE_SIZE")
        self._is_over = threading.Event()
        self.trace: list[int] = []

    def run(self) -> None:
        while not self._is_over.wait(1.0):
            self.trace.append(int(self._status.read_text().split()[1]) * self._page)

    def stop(self) -> list[int]:
        self._is_over.set()
        self.join()
        return self.trace


def run(site: Site) -> None:
    """Send at the rate, and say p95 and the resident memory along the way."""
    seconds = float(os.environ.get("LABSYS_BENCH_MINUTES", "0.25")) * 60
    _register()
    site.start("instruments")
    port = int(site.environment["LABSYS_MLLP_PORT"])
    wait_for(port, site)
    reference = references.inserts_per_second(site, clients=16)
    memory = Memory(site.running["instruments"].pid)
    memory.start()
    before, begun = _stored(), time.monotonic()
    command = [sys.executable, "-m", "bench.callers", *map(str, (port, CONNECTIONS, seconds, RATE))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    trace = memory.stop()
    if done.returncode != 0:
        raise SystemExit(f"{done.stderr}\n{site.log('instruments')}")
    found = json.loads(done.stdout)
    took = found["took"]
    assert _stored() - before >= len(took), "answered AA, and not stored"
    say(
        f"F3 MLLP, {CONNECTIONS} connections x 10/s",
        f"{len(took)} messages in {time.monotonic() - begun:.0f} s, {len(took) / found['seconds']:.0f}/s, "
        f"p50 {percentile(took, 0.5) * 1000:.1f} ms, p95 {percentile(took, 0.95) * 1000:.1f} ms, "
        f"p99 {percentile(took, 0.99) * 1000:.1f} ms, longest {max(took) * 1000:.0f} ms",
        f"{reference:.0f} durable INSERT/s at 16 clients",
    )
    steps = [trace[int(len(trace) * share)] for share in (0, 0.1, 0.25, 0.5, 0.75)] + trace[-1:]
    say("F3 memory of the listener", " -> ".join(f"{one / MIB:.1f}" for one in steps) + " MiB")
