"""A Celery task that does nothing, under the settings of labsys's own worker."""

from __future__ import annotations

import os

from celery import Celery

app = Celery("bench.noop", broker=os.environ.get("BENCH_BROKER", "memory://"))
app.conf.update(
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)


@app.task(name="bench.noop", ignore_result=True)
def noop() -> None:
    """Do nothing."""
