"""Starting labsys's real processes for a test, and killing them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
_numbers = count()


class Services:
    """Real processes on one database and one broker database of their own."""

    def __init__(self, database: str, folder: Path, **environment: str) -> None:
        lane = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
        self.broker_database = lane * 4 + next(_numbers) % 4
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "labsys.settings",
            "LABSYS_SECRET_KEY": settings.SECRET_KEY,
            "LABSYS_FIELD_KEYS": os.environ["LABSYS_FIELD_KEYS"],
            "LABSYS_VAR": str(folder / "var"),
            "DATABASE_URL": settings.SERVERS.runtime_url(database),
            "REDIS_URL": f"{settings.REDIS_URL.partition('?')[0]}"
            f"?virtual_host={self.broker_database}",
            **environment,
        }
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, service: str, *, fault: str = "") -> subprocess.Popen[bytes]:
        """Start one service; with `fault` it dies at the named point."""
        environment = {**self.environment, "LABSYS_SERVICE": service}
        if fault:
            environment |= {"LABSYS_FAULT": fault, "LABSYS_FAULTS_ALLOWED": "1"}
        log = (self.folder / f"{service}.log").open("ab")
        own = {
            "web": [f"--bind=127.0.0.1:{self.port}"],
            "beat": ["--schedule", str(self.folder / "beat-schedule")],
        }
        process = subprocess.Popen(
            [*COMMANDS[service], *own.get(service, [])],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 a service with all its children, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        self.running.remove(process)

    def stop(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def logs(self) -> str:
        """Return what the services wrote, for the message of a failing test."""
        parts = [
            f"--- {path.name}\n{path.read_text()[-4000:]}" for path in self.folder.glob("*.log")
        ]
        return "\n".join(parts)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


COMMANDS = {
    "web": [
        *(sys.executable, "-m", "gunicorn", "labsys.wsgi:application"),
        *("--config", "python:labsys.launch.gunicorn_settings", "--workers=1"),
    ],
    "relay": [sys.executable, "manage.py", "relay"],
    "worker": [
        *(sys.executable, "-m", "celery", "-A", "labsys", "worker", "-c", "1", "-Q", "work"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"),
    ],
    "instruments": [sys.executable, "manage.py", "serve_instruments"],
    "beat": [sys.executable, "-m", "celery", "-A", "labsys", "beat", "-l", "WARNING"],
}


@contextlib.contextmanager
def services(database: str, folder: Path, **environment: str) -> Iterator[Services]:
    """Yield the means to start services, and kill whatever is left at the end."""
    made = Services(database, folder, **environment)
    try:
        yield made
    finally:
        made.stop()


def wait_until(
    condition: Callable[[], bool], *, seconds: float, what: str, services: Services | None = None
) -> None:
    """Wait for a condition, at most so long; fails with the services' logs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(
        f"waited {seconds} s in vain for: {what}\n{services.logs() if services else ''}"
    )
