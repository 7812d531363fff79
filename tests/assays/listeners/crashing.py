"""A PostgreSQL of a test's own that it can crash, with instruments registered in its database."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from labsys.launch import databases
from labsys.launch.postgres import SUPERUSER, Cluster, find_binaries
from labsys.launch.privileges import unprivileged
from tests import processes
from tests.assays.listeners.serving import PATIENCE

_INSTRUMENT = """
WITH acting AS (SELECT set_config('labsys.actor', '1', true), set_config('labsys.action', 'test', true)),
sender AS (
    INSERT INTO accounts_principal (kind, name, is_active, created_at)
    SELECT 'INSTRUMENT', %(name)s, true, now() FROM acting RETURNING id)
INSERT INTO assays_instrument (principal_id, kind, code, name, manufacturer, model, protocol,
    driver, settings, peer_networks, time_zone, is_active, recorded_at, recorded_by_id)
SELECT id, 'ANALYSER', %(name)s, %(name)s, '', '', %(protocol)s, '', '{}', '["127.0.0.0/8"]', 'UTC',
    true, now(), id
FROM sender
"""


@dataclass
class Site:
    """A PostgreSQL of its own, as durable as a hospital's, that a test can stop."""

    cluster: Cluster
    log: Path
    url: str
    owner_url: str
    process: subprocess.Popen[bytes] | None = None
    found: list[str] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = self.cluster.spawn(log)
        self.cluster.wait_until_ready(self.process, self.log)

    def crash(self) -> None:
        """Stop at once, as a crash does: what was committed has to be recovered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as line:
            return line.execute(statement).fetchall()

    def kept(self) -> Counter[bytes]:
        rows = self.rows("SELECT content FROM assays_transmissionmessage WHERE status = 'RECEIVED'")
        return Counter(bytes(content) for (content,) in rows)  # type: ignore[call-overload]


@contextmanager
def standing(folder: Path) -> Iterator[Site]:
    """Yield a database that runs, as durable as a hospital's."""
    binaries = find_binaries()
    cluster = Cluster(
        binaries=binaries,
        data=folder / "data",
        sockets=folder / "s",
        identity=unprivileged(binaries, folder),
        durable=True,
    )
    cluster.sockets.mkdir(mode=0o700)
    cluster.identity.hand_over(folder)
    words = {role: secrets.token_urlsafe(16) for role in ("superuser", "owner", "runtime")}
    cluster.create(words["superuser"])
    made = Site(
        cluster,
        folder / "postgres.log",
        cluster.url(databases.RUNTIME, words["runtime"], "labsys"),
        cluster.url(databases.OWNER, words["owner"], "labsys"),
    )
    made.start()
    superuser = cluster.url(SUPERUSER, words["superuser"], "postgres")
    databases.ensure_roles(
        superuser, owner_password=words["owner"], runtime_password=words["runtime"]
    )
    databases.ensure_database(superuser, "labsys")
    migrate(made)
    yield made
    made.crash()


def migrate(site: Site) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LABSYS_")},
        "DJANGO_SETTINGS_MODULE": "labsys.settings",
        "LABSYS_SECRET_KEY": "tests-only",
        "LABSYS_FIELD_KEYS": os.environ["LABSYS_FIELD_KEYS"],
        "DATABASE_URL": site.url,
        "MIGRATE_DATABASE_URL": site.owner_url,
    }
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(command, cwd=processes.ROOT, env=environment, check=True)
    with psycopg.connect(site.url) as line:
        for name, protocol in (("counter", "ASTM"), ("reader", "HL7")):
            line.execute(_INSTRUMENT, {"name": name, "protocol": protocol})
