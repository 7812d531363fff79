"""Periodic jobs: whoever inserts the row of a period runs it. Beat only rings.

Two beats or none for an hour have the same effect: a period is run once, a missed one is caught up
by the next tick (the newest period only; jobs here are about the present).
"""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

logger = logging.getLogger(__name__)

_BEGIN = """
INSERT INTO work_periodicrun (name, period_start, started_at, error)
VALUES (%(name)s, to_timestamp(floor(extract(epoch FROM clock_timestamp()) / %(every)s) * %(every)s),
        clock_timestamp(), '')
ON CONFLICT ON CONSTRAINT work_periodicrun_once_per_period DO NOTHING RETURNING id
"""
_END = "UPDATE work_periodicrun SET finished_at = clock_timestamp(), error = %s WHERE id = %s"


@dataclass(frozen=True)
class Job:
    """A function that is run once in every period of so many seconds."""

    name: str
    every_seconds: int
    run: Callable[[], None]


_jobs: dict[str, Job] = {}


def register(
    name: str, *, every_seconds: int
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a job (decorator)."""

    def decorate(run: Callable[[], None]) -> Callable[[], None]:
        _jobs[name] = Job(name, every_seconds, run)
        return run

    return decorate


def load() -> None:
    """Import every app's `tasks` module, so that its handlers and jobs are registered."""
    for config in apps.get_app_configs():
        name = f"{config.name}.tasks"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


def run_due() -> list[str]:
    """Run every job whose present period has no row yet; returns the names of those run."""
    return [job.name for job in list(_jobs.values()) if _run(job)]


def _run(job: Job) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"periodic:{job.name}"])
        if not cursor.fetchone()[0]:
            return False
        try:
            cursor.execute(_BEGIN, {"name": job.name, "every": job.every_seconds})
            row = cursor.fetchone()
            if row is None:
                return False
            error = _attempt(job)
            cursor.execute(_END, [error, row[0]])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"periodic:{job.name}"])
    return True


def _attempt(job: Job) -> str:
    try:
        with transaction.atomic():
            job.run()
    except Exception:
        logger.exception("periodic job %s failed", job.name)
        return traceback.format_exc(limit=-4)[:4000]
    return ""


@register("partitions", every_seconds=86_400)
def make_partitions() -> None:
    """Make the coming months' partitions of the event tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT labsys_ensure_partitions((current_date + 70)::date)")


@register("old rows", every_seconds=3_600)
def forget_old_rows() -> None:
    """Remove machinery rows that nothing refers to any more."""
    from labsys.work import heartbeats

    heartbeats.forget_old()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM work_periodicrun WHERE period_start < clock_timestamp() - interval '30 days'"
        )
