"""What a web process keeps in memory of the database: read before it takes requests, and kept up.

Whatever is kept only saves work: who asks reads what came since, and gets the same answer from a process
that has just begun.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import Error, close_old_connections

logger = logging.getLogger(__name__)
EVERY_SECONDS = 10
_readers: list[Callable[[], None]] = []


def register(reader: Callable[[], None]) -> None:
    """Have something read at the start of every web process, and every few seconds from then on."""
    _readers.append(reader)


def read() -> None:
    """Read everything once; what cannot be read now is read by whoever asks for it."""
    for reader in _readers:
        try:
            reader()
        except Error as error:
            logger.warning("%s was not read ahead: %s", reader.__module__, type(error).__name__)
    close_old_connections()


def keep_reading() -> threading.Thread:
    """Read from a thread of its own until the process ends."""

    def loop() -> None:
        pause = threading.Event()
        while not pause.wait(EVERY_SECONDS):
            read()

    thread = threading.Thread(target=loop, name="readiness", daemon=True)
    thread.start()
    return thread
