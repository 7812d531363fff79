"""Signs of life of the services, in the database where `/readyz` and health checks read them."""

from __future__ import annotations

import logging
import os
import socket
import threading

from django.db import DatabaseError, connection

SERVICES = ("relay", "worker", "beat", "instruments")
LIMITS = {"relay": 10.0, "worker": 30.0, "beat": 60.0, "instruments": 30.0}
# Without these a page promises what nobody does; without the listeners only instruments wait.
NEEDED = ("relay", "worker", "beat")
INTERVAL = 5.0

_BEAT = """
INSERT INTO work_heartbeat (service, instance, at) VALUES (%s, %s, clock_timestamp())
ON CONFLICT ON CONSTRAINT work_heartbeat_one_each DO UPDATE SET at = excluded.at
"""
_AGES = """
SELECT service, extract(epoch FROM clock_timestamp() - max(at))::float8
FROM work_heartbeat GROUP BY service
"""
_FORGET = "DELETE FROM work_heartbeat WHERE at < clock_timestamp() - interval '1 day'"

logger = logging.getLogger(__name__)


def instance() -> str:
    """Return this process's name: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def beat(service: str, name: str = "") -> None:
    """Record that this process of the service lives, by its own name or the process's."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [service, name or instance()])


def ages() -> dict[str, float | None]:
    """Return the seconds since each service last showed life; None = never."""
    with connection.cursor() as cursor:
        cursor.execute(_AGES)
        found = dict(cursor.fetchall())
    return {
        service: None if (age := found.get(service)) is None else round(age, 1)
        for service in SERVICES
    }


def forget_old() -> None:
    """Remove the rows of processes gone for a day."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)


def keep_beating(service: str, name: str = "") -> threading.Thread:
    """Beat from a thread of its own until the process ends."""

    def loop() -> None:
        pause = threading.Event()
        while True:
            try:
                beat(service, name)
            except DatabaseError as error:
                logger.warning("%s heartbeat failed: %s", service, type(error).__name__)
                connection.close()
            pause.wait(INTERVAL)

    thread = threading.Thread(target=loop, name=f"{service}-heartbeat", daemon=True)
    thread.start()
    return thread
