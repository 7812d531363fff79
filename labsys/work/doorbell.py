"""Ringing: an empty NOTIFY in a transaction of its own, at most every 20 ms per process.

A NOTIFY inside the commit of the work would make all commits queue behind one another. A ring
that is lost costs one sweep of the relay, at most a second.
"""

from __future__ import annotations

import logging
import os
import threading
import time

import psycopg
from django.db import connections

CHANNEL = "labsys_work"
INTERVAL = 0.020

logger = logging.getLogger(__name__)


class Bell:
    """One thread per process that turns any number of rings into few notifications."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ringer: Ringer | None = None
        self._pid = 0

    def ring(self) -> None:
        """Ask for a notification; returns at once and never fails."""
        ringer = self._ringer
        if ringer is None or self._pid != os.getpid():
            with self._lock:
                if self._ringer is None or self._pid != os.getpid():
                    self._pid = os.getpid()
                    self._ringer = Ringer()
                    self._ringer.start()
                ringer = self._ringer
        ringer.wanted.set()

    def close(self) -> None:
        """End the thread and its connection; the next ring starts anew."""
        ringer, self._ringer = self._ringer, None
        if ringer is not None and self._pid == os.getpid():
            ringer.stopping = True
            ringer.wanted.set()
            ringer.join(timeout=5)


class Ringer(threading.Thread):
    """The thread behind a bell, with a connection of its own."""

    def __init__(self) -> None:
        super().__init__(name="doorbell", daemon=True)
        self.wanted = threading.Event()
        self.stopping = False
        self._line: psycopg.Connection | None = None

    def run(self) -> None:
        while not self.stopping:
            self.wanted.wait()
            self.wanted.clear()
            if not self.stopping:
                self._notify()
                time.sleep(INTERVAL)
        self._hang_up()

    def _notify(self) -> None:
        try:
            self._line = self._line or open_connection()
            self._line.execute(f"NOTIFY {CHANNEL}")
        except psycopg.Error as error:
            logger.warning("the doorbell did not ring (%s); the sweep will", type(error).__name__)
            self._hang_up()
            time.sleep(1.0)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def open_connection() -> psycopg.Connection:
    """Open an autocommit connection apart from Django's (LISTEN needs one of its own)."""
    wrapper = connections["default"]
    parameters = dict(wrapper.get_connection_params())
    for name in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True)


BELL = Bell()
ring = BELL.ring
