"""A whole labsys for a benchmark: a durable cluster on disk, a broker, services, in a folder.

The folder is made under LABSYS_BENCH_DIR (or the system's temporary folder) and removed at the
end. fsync and synchronous_commit are on, as in production.
"""

from __future__ import annotations

import atexit
import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labsys.launch import databases
from labsys.launch.postgres import SUPERUSER, Cluster, find_binaries
from labsys.launch.privileges import unprivileged
from labsys.launch.services import SERVICES
from labsys.launch.valkey import Broker, find_server

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "labsys"


class Site:
    """The servers of one benchmark run and the services on them."""

    def __init__(self) -> None:
        place = Path(os.environ.get("LABSYS_BENCH_DIR", tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix="labsys-bench-", dir=place))
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.servers: dict[str, subprocess.Popen[bytes]] = {}
        self._stops: list[Callable[[], object]] = []
        atexit.register(self.close)
        self._start_postgres()
        self._start_valkey()
        self.port = 18_000 + os.getpid() % 2000
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "labsys.settings",
            "LABSYS_SECRET_KEY": secrets.token_urlsafe(40),
            "LABSYS_FIELD_KEYS": "b1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "LABSYS_VAR": str(self.folder / "var"),
            "LABSYS_LOG_LEVEL": "ERROR",
            "DATABASE_URL": self.runtime_url,
            "MIGRATE_DATABASE_URL": self.owner_url,
            "REDIS_URL": self.broker.url,
            "LABSYS_ASTM_PORT": str(self.port + 2000),
            "LABSYS_MLLP_PORT": str(self.port + 4000),
        }
        os.environ.update(self.environment)
        self.manage("migrate", "--database", "owner", "--verbosity", "0")
        self.manage("load_catalogue", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self._prepare_django()

    def _start_postgres(self) -> None:
        binaries = find_binaries()
        cluster = Cluster(
            binaries=binaries,
            data=self.folder / "data",
            sockets=self.folder / "sockets",
            identity=unprivileged(binaries, self.folder),
            durable=True,
        )
        cluster.sockets.mkdir(mode=0o700)
        cluster.identity.hand_over(self.folder)
        words = {role: secrets.token_urlsafe(24) for role in ("superuser", "owner", "runtime")}
        cluster.create(words["superuser"])
        self.cluster = cluster
        self.start_server("database")
        self._stops.append(lambda: cluster.stop(self.servers["database"]))
        superuser = cluster.url(SUPERUSER, words["superuser"], "postgres")
        databases.ensure_roles(
            superuser, owner_password=words["owner"], runtime_password=words["runtime"]
        )
        databases.ensure_database(superuser, DATABASE)
        self.owner_url = cluster.url(databases.OWNER, words["owner"], DATABASE)
        self.runtime_url = cluster.url(databases.RUNTIME, words["runtime"], DATABASE)

    def _start_valkey(self) -> None:
        private = self.folder / "valkey"
        private.mkdir(mode=0o700)
        self.broker = Broker(find_server(), private, secrets.token_urlsafe(24))
        self.start_server("broker")
        self._stops.append(lambda: self.broker.stop(self.servers["broker"]))

    def start_server(self, name: str) -> None:
        """Start the database or the broker, at first or after it was killed."""
        server: Any = self.cluster if name == "database" else self.broker
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            process = server.spawn(log)
        server.wait_until_ready(process, path)
        self.servers[name] = process

    def manage(self, *arguments: str) -> None:
        """Run one management command to its end."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True
        )

    def _prepare_django(self) -> None:
        import django
        from django.conf import settings

        django.setup()
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start services exactly as `./lab up` does."""
        for service in SERVICES:
            if service.name not in names:
                continue
            values = {"bind": "127.0.0.1", "port": str(self.port), "var": str(self.folder / "var")}
            with (self.folder / f"{service.name}.log").open("ab") as log:
                self.running[service.name] = subprocess.Popen(
                    [sys.executable, *service.arguments(values)],
                    cwd=ROOT,
                    env=service.environment(self.environment),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        if "web" in names:
            self._wait_for_web()

    def _wait_for_web(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).read()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit(f"The web server did not start:\n{self.log('web')}")

    def stop(self, *names: str) -> None:
        """Stop services and all their children at once."""
        for name in names or list(self.running):
            process = self.running.pop(name, None)
            if process is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def close(self) -> None:
        self.stop()
        while self._stops:
            self._stops.pop()()
        shutil.rmtree(self.folder, ignore_errors=True)


def say(name: str, figure: str, reference: str = "") -> None:
    """Print one line: a figure, its reference of the same run, and the machine's load."""
    load = os.getloadavg()[0]
    beside = f" | reference {reference}" if reference else ""
    print(f"{name:<34} {figure}{beside} | load {load:.1f}", flush=True)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def in_threads(count: int, target: Callable[[int], None]) -> float:
    """Run `target(0..count-1)` at once; returns how long all of them took."""
    threads = [threading.Thread(target=target, args=(n,)) for n in range(count)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun
