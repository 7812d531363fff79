"""Processes that write side by side in measured phases; they know no Django, so they start fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import psycopg

Write = Callable[[psycopg.Connection, Any], None]
PATIENCE = 90

RECORDING = """INSERT INTO assays_recording (specimen_id, door, recorded_by_id, recorded_at)
SELECT %s, 'HTTP', %s, now() FROM generate_series(1, %s)"""
ACTING = """SELECT set_config('labsys.actor', %s, true),
set_config('labsys.action', 'bench.write', true)"""


def reference(line: psycopg.Connection, _given: Any) -> None:
    """Commit one small row."""
    line.execute("INSERT INTO bench_reference (body) VALUES (%s)", ["x" * 100])
    line.commit()


def recording(line: psycopg.Connection, given: tuple[int, int, int]) -> None:
    """Write as an action does: say who acts, insert, commit."""
    specimen, actor, batch = given
    line.execute(ACTING, [str(actor)])
    line.execute(RECORDING, [specimen, actor, batch])
    line.commit()


@contextmanager
def phases(
    url: str, write: Write, *, clients: int, seconds: float, given: Any = None
) -> Iterator[Callable[[], float]]:
    """Yield a function that lets all clients write for some seconds: transactions per second.

    The processes and their connections stay, so that two phases differ in nothing but what was
    changed between them.
    """
    context = get_context("spawn")
    barrier, counts = context.Barrier(clients + 1), context.Queue()
    arguments = (url, write, seconds, given, barrier, counts)
    processes = [context.Process(target=_client, args=arguments) for _n in range(clients)]
    for process in processes:
        process.start()

    def phase() -> float:
        barrier.wait(PATIENCE)
        return sum(counts.get(timeout=PATIENCE) for _n in range(clients)) / seconds

    try:
        yield phase
    finally:
        barrier.abort()
        for process in processes:
            process.join(10)


def _client(url: str, write: Write, seconds: float, given: Any, barrier: Any, counts: Any) -> None:
    with psycopg.connect(url, prepare_threshold=0) as line:
        while True:
            try:
                barrier.wait(PATIENCE)
            except Exception:  # noqa: BLE001 - the parent has ended the phases
                return
            done, until = 0, time.monotonic() + seconds
            while time.monotonic() < until:
                write(line, given)
                done += 1
            counts.put(done)
