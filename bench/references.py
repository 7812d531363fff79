"""What the same machine does at the same time without labsys: the figures' references."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import redis

from bench import writers
from bench.site import ROOT, Site

TABLE = """CREATE TABLE IF NOT EXISTS bench_reference
(id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), body text NOT NULL)"""
NOOPS = 3000


def inserts_per_second(site: Site, *, clients: int, seconds: float = 2.0) -> float:
    """Durable commits of one small row each, by so many clients at once."""
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute(TABLE)
    with writers.phases(
        site.owner_url, writers.reference, clients=clients, seconds=seconds
    ) as phase:
        return phase()


def noops_per_second(site: Site) -> float:
    """Celery tasks that do nothing, by one prefork worker of two processes, from a full queue."""
    url = site.broker.url.replace("virtual_host=0", "virtual_host=1")
    environment = {**os.environ, "BENCH_BROKER": url}
    from bench.noop import app

    app.conf.broker_url = url
    for _number in range(NOOPS):
        app.send_task("bench.noop", queue="bench", ignore_result=True, retry=False)
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "bench.noop", "worker", "-c", "2"),
            *("-Q", "bench", "-l", "ERROR", "--without-gossip", "--without-mingle"),
            "--without-heartbeat",
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return _drain_rate(site)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _drain_rate(site: Site) -> float:
    broker = redis.Redis(
        unix_socket_path=str(site.broker.socket_path), password=site.broker.password, db=1
    )
    begun, first = 0.0, 0
    until = time.monotonic() + 30
    while time.monotonic() < until:
        left = broker.llen("bench")
        if not begun and left <= NOOPS - 100:
            begun, first = time.monotonic(), left
        if begun and left == 0:
            return first / (time.monotonic() - begun)
        time.sleep(0.005)
    raise SystemExit("the reference worker did not drain its queue in 30 s")
