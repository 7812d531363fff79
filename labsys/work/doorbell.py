"""Ringing: an empty NOTIFY in a transaction of its own, at most every 20 ms per process.

A NOTIFY inside the commit of the work would make all commits queue behind one another. A ring
that is lost costs one sweep of the relay, at most a second.
"""

from __future__ import annotations

import logging
import os
import threading

import psycopg
from django.db import connections

CHANNEL = "labsys_work"
INTERVAL = 0.020

logger = logging.getLogger(__name__)


class Bell:
    """One thread per process that turns any number of rings into few notifications."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def ring(self) -> None:
        """Ask for a notification; returns at once and never fails."""
        if self._pid != os.getpid() or self._thread is None or not self._thread.is_alive():
            with self._lock:
                self._start()
        self._wanted.set()

    def _start(self) -> None:
        if self._pid == os.getpid() and self._thread is not None and self._thread.is_alive():
            return
        self._pid = os.getpid()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="doorbell", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        bell: psycopg.Connection | None = None
        pause = threading.Event()
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                bell = bell or open_connection()
                bell.execute(f"NOTIFY {CHANNEL}")
            except psycopg.Error as error:
                logger.warning(
                    "the doorbell did not ring (%s); the sweep will", type(error).__name__
                )
                if bell is not None:
                    bell.close()
                bell = None
                pause.wait(1.0)
            pause.wait(INTERVAL)


def open_connection() -> psycopg.Connection:
    """Open an autocommit connection apart from Django's (LISTEN needs one of its own)."""
    wrapper = connections["default"]
    parameters = dict(wrapper.get_connection_params())
    for name in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True)


ring = Bell().ring
