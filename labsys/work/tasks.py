"""The Celery tasks: a doorbell that drains, and a tick that runs what is periodically due."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.db import close_old_connections

from labsys.work import heartbeats, periodic, worker
from labsys.work.registry import Execution
from labsys.work.sweep import is_long_due

LONGEST = 900  # seconds until what hangs is killed


@shared_task(name="labsys.work.tasks.drain", bind=True, ignore_result=True)
def drain(self: Any) -> int:
    """Answer the doorbell: work off what is due, for about two seconds."""
    close_old_connections()
    return worker.drain(_execution(self), is_long=False)


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
    """
    close_old_connections()
    return worker.drain(_execution(self), seconds=0, is_long=True) if is_long_due() else 0


def _execution(task: Any) -> Execution:
    return Execution(worker=heartbeats.instance(), task_id=str(task.request.id or ""))


@shared_task(name="labsys.work.tasks.tick", ignore_result=True)
def tick() -> None:
    """Note that beat lives, and run the periodic jobs whose period nobody has run yet."""
    close_old_connections()
    heartbeats.beat("beat")
    periodic.run_due()


@worker_process_init.connect
def _load_handlers(**kwargs: Any) -> None:
    periodic.load()


@worker_ready.connect
def _show_life(**kwargs: Any) -> None:
    threading.Thread(target=heartbeats.keep_beating, args=("worker",), daemon=True).start()
