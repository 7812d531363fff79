"""How the web server runs, under ./lab and in the container alike."""

import os
import signal
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
