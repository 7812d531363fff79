"""The Celery application: pools, limits and the doorbell. The queue itself is in PostgreSQL.

The settings are those of docs/adr (work queue): messages carry nothing, are acknowledged early,
have no result backend; a lost or doubled message can change nothing.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_process_init

from labsys.launch.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsys.settings")

app = Celery("labsys")
app.config_from_object("labsys.work.celery_settings")
app.autodiscover_tasks(["labsys.work"])


@worker_process_init.connect
def end_with_the_worker(**_kwargs: Any) -> None:
    """No pool process outlives a worker that was killed."""
    die_with_parent(signal.SIGKILL)


@beat_init.connect
def ring_at_once(**_kwargs: Any) -> None:
    """What fell due while nothing ran is not left until the first interval has passed."""
    app.send_task("labsys.work.tasks.tick", expires=15)
