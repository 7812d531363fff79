"""The relay: hears the database's doorbell and rings Celery's; sweeps every second.

It is the only process that publishes tasks. Everything it knows is in the database, so it may be
killed at any instant, and any number of relays may run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import psycopg
from celery import Celery
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError

from labsys.lib import faults
from labsys.work import doorbell, heartbeats, periodic
from labsys.work.sweep import due, is_long_due, is_slow_due, sweep

SWEEP_SECONDS = 1.0
RINGS_AT_MOST = 16
ITEMS_PER_RING = 8
ANSWER_SECONDS = 2.5
RING_AGAIN_SECONDS = 0.1
SLOW_RING_SECONDS = 0.25
LONG_RING_SECONDS = 10.0

BEFORE_RING = faults.declare("relay.ring.before", "work is due, Celery has not been rung")
AFTER_RING = faults.declare("relay.ring.after", "Celery has been rung")

logger = logging.getLogger(__name__)


class Relay:
    """One relay process."""

    def __init__(self, app: Celery, *, stop: Callable[[], bool]) -> None:
        self._app = app
        self._stop = stop
        self._rung: list[float] = []
        self._slow_rung = -SLOW_RING_SECONDS
        self._long_rung = -LONG_RING_SECONDS
        self._line: psycopg.Connection | None = None

    def run(self) -> None:
        """Listen and sweep until told to stop; survives the absence of database and broker."""
        periodic.load()  # which kinds of work are long
        try:
            self._run()
        finally:
            if self._line is not None:
                self._line.close()

    def _run(self) -> None:
        next_sweep = 0.0
        next_beat = 0.0
        while not self._stop():
            try:
                line = self._listening()
                now = time.monotonic()
                if now >= next_sweep:
                    sweep()
                    self._ring_for_long(now)
                    next_sweep = now + SWEEP_SECONDS
                if now >= next_beat:
                    heartbeats.beat("relay")
                    next_beat = now + heartbeats.INTERVAL
                pause = min(self.ring(), self.ring_for_slow(now))
                for _notice in line.notifies(timeout=pause, stop_after=1):
                    pass
            except (psycopg.Error, DatabaseError, InterfaceError) as error:
                self._database_away(error)

    def ring(self) -> float:
        """Ring for the work that is due; returns how long to listen before looking again.

        One doorbell drains for about two seconds, so few are needed. A drain that found the queue
        empty ends early and unseen: work that came since then gets a ring of its own, but no more
        than one every tenth of a second.
        """
        waiting = due(RINGS_AT_MOST * ITEMS_PER_RING)
        now = time.monotonic()
        if not waiting:
            return SWEEP_SECONDS
        self._rung = [moment for moment in self._rung if now - moment < ANSWER_SECONDS]
        since = now - max(self._rung, default=0.0)
        wanted = min(RINGS_AT_MOST, -(-waiting // ITEMS_PER_RING)) - len(self._rung)
        if wanted <= 0 and since < RING_AGAIN_SECONDS:
            return RING_AGAIN_SECONDS - since
        for _ring in range(max(wanted, 1)):
            faults.passing(BEFORE_RING)
            if not self._publish():
                break
            self._rung.append(now)
            faults.passing(AFTER_RING)
        return RING_AGAIN_SECONDS

    def ring_for_slow(self, now: float) -> float:
        """Ring for slow work that is due; returns how long to listen before looking again.

        Seldom: while every place for it is held, whoever answers finds nothing to do.
        """
        if now - self._slow_rung < SLOW_RING_SECONDS:
            return self._slow_rung + SLOW_RING_SECONDS - now
        if not is_slow_due():
            return SWEEP_SECONDS
        self._publish()
        self._slow_rung = now
        return SLOW_RING_SECONDS

    def _ring_for_long(self, now: float) -> None:
        """Have one thing that may take minutes done, where none is being done."""
        if now - self._long_rung >= LONG_RING_SECONDS and is_long_due():
            self._publish("labsys.work.tasks.take_long")
            self._long_rung = now

    def _publish(self, task: str = "labsys.work.tasks.drain") -> bool:
        try:
            self._app.send_task(task, queue="work", expires=30, retry=False, ignore_result=True)
        except (BrokerError, RedisError, OSError) as error:
            logger.warning("the broker does not answer (%s); trying again", type(error).__name__)
            time.sleep(0.5)
            return False
        return True

    def _listening(self) -> psycopg.Connection:
        if self._line is None or self._line.closed:
            self._line = doorbell.open_connection()
            self._line.execute(f"LISTEN {doorbell.CHANNEL}")
        return self._line

    def _database_away(self, error: Exception) -> None:
        logger.warning("the database does not answer (%s); trying again", type(error).__name__)
        if self._line is not None:
            self._line.close()
            self._line = None
        connection.close()
        time.sleep(0.5)
