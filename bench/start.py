"""P9: `./lab up` with an empty state folder, and again: how long until it answers.

Run by itself (`.venv/bin/python -m bench.start`), from an installed checkout: the time of the
installation itself, which depends on the network, is not in it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.site import ROOT, say

PATIENCE = 240.0


def run() -> None:
    """Start twice in one folder and stop cleanly in between."""
    folder = Path(tempfile.mkdtemp(prefix="labsys-bench-start-"))
    try:
        for name in ("P9 first start, installed", "P9 second start"):
            say(name, f"{_start(folder):.1f} s until /readyz answers 200")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> float:
    port = 21_000 + os.getpid() % 2000
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    environment = {**kept, "LABSYS_VAR": str(folder), "LABSYS_PORT": str(port)}
    environment |= {"LABSYS_ASTM_PORT": str(port + 2000), "LABSYS_MLLP_PORT": str(port + 4000)}
    begun = time.monotonic()
    with (folder / "bench-up.log").open("ab") as log:
        process = subprocess.Popen(
            [ROOT / "lab", "up"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        while time.monotonic() < begun + PATIENCE:
            if process.poll() is not None:
                break
            if _is_ready(port):
                return time.monotonic() - begun
            time.sleep(0.1)
        raise SystemExit(f"it did not start:\n{(folder / 'bench-up.log').read_text()[-3000:]}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    run()
