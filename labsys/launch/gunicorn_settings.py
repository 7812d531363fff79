"""How the web server runs, under ./lab and in the container alike."""

import gc
import os
import signal
from pathlib import Path
from typing import Any

from labsys.launch.processes import die_with_parent

worker_class = "gthread"
workers = int(os.environ.get("LABSYS_WEB_WORKERS", "2"))
threads = int(os.environ.get("LABSYS_WEB_THREADS", "4"))

# A request that takes longer than the database allows a statement is stuck.
timeout = 60
graceful_timeout = 8
keepalive = 5

# A worker's heartbeat file on a busy disk stalls it; memory does not.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

# No access log: addresses of requests name patients. Who read what is recorded by the product.
accesslog = None
errorlog = "-"
loglevel = "info"
control_socket_disable = True


def post_fork(_server: Any, _worker: Any) -> None:
    """No worker outlives its master."""
    die_with_parent(signal.SIGKILL)


def post_worker_init(_worker: Any) -> None:
    """Read what every page needs before any is asked for, and spare it in later collections.

    A full collection over models, admin and addresses stops all threads for some 150 ms; what is
    read once at the start is never garbage.
    """
    from labsys.lib import readiness

    readiness.read()
    settle()
    readiness.keep_reading()


def settle() -> None:
    """Load addresses, views and templates, and freeze what is in memory now."""
    from django.template import engines
    from django.template.utils import get_app_template_dirs
    from django.urls import get_resolver

    for pattern in get_resolver().url_patterns:
        getattr(pattern, "url_patterns", None)
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for folder in get_app_template_dirs("templates"):
        for path in sorted(Path(folder).rglob("*.html")):
            engine.get_template(path.relative_to(folder).as_posix())
    gc.collect()
    gc.freeze()
    # Young objects often, so that each time is short; all of them seldom: little is left behind.
    gc.set_threshold(2_500, 8, 1_000)
