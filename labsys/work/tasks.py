"""The Celery tasks: a doorbell that drains, and a tick that runs what is periodically due."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_ready
from django.db import close_old_connections

from labsys.work import heartbeats, periodic, worker
from labsys.work.registry import Execution
from labsys.work.slow_places import SlowPlaces
from labsys.work.sweep import is_long_due

LONGEST = 900  # seconds until what hangs is killed
PLACES = SlowPlaces()


@shared_task(name="labsys.work.tasks.drain", bind=True, ignore_result=True)
def drain(self: Any) -> int:
    """Answer the doorbell: work off what is due, for about two seconds.

    Slow work only with a place for it. The last place is left to what takes minutes, if that waits:
    it would hardly ever find one free by itself.
    """
    close_old_connections()
    with PLACES.one(but=1 if is_long_due() else 0) as has_place:
        return worker.drain(_execution(self), is_long=False, is_slow=None if has_place else False)


@shared_task(
    name="labsys.work.tasks.take_long",
    bind=True,
    ignore_result=True,
    soft_time_limit=LONGEST - 10,
    time_limit=LONGEST,
)
def take_long(self: Any) -> int:
    """Do one thing that may take minutes; the other processes go on with the rest.

    It may have been rung for twice while every process was busy: the second bell finds it begun.
    Where no place is free the relay rings again.
    """
    close_old_connections()
    with PLACES.one() as has_place:
        if not (has_place and is_long_due()):
            return 0
        return worker.drain(_execution(self), seconds=0, is_long=True)


def _execution(task: Any) -> Execution:
    return Execution(worker=heartbeats.instance(), task_id=str(task.request.id or ""))


@shared_task(name="labsys.work.tasks.tick", ignore_result=True)
def tick() -> None:
    """Note that beat lives, and run the periodic jobs whose period nobody has run yet."""
    close_old_connections()
    heartbeats.beat("beat")
    periodic.run_due()


@worker_init.connect
def _before_the_pool(sender: Any, **kwargs: Any) -> None:
    """Make what the pool's processes inherit; each would import the handlers anew by itself."""
    PLACES.share(sender.concurrency)
    periodic.load()


@worker_ready.connect
def _show_life(**kwargs: Any) -> None:
    threading.Thread(target=heartbeats.keep_beating, args=("worker",), daemon=True).start()
