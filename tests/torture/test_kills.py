"""Services are killed at random while instruments send: nothing acknowledged is lost or filed twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.kills import Trial
from tests import processes
from tests.laboratory import load_catalogue

# As in a run of `bench.kills`, with the broker of the tests, which others use too.
MESSAGES, KILLS, SEED = 40, 4, "7"


class Few:
    """The services on a database of the tests; its connections are cut where it cannot be killed."""

    victims = ("instruments", "worker", "relay", "database")

    def __init__(self, services: processes.Services) -> None:
        self._services = services
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = services.environment

    def start(self, *names: str) -> None:
        for name in names:
            self._running[name] = self._services.start(name)

    def kill(self, victim: str) -> None:
        if victim in self._running:
            self._services.kill(self._running.pop(victim))
            return
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as line:
            line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                "current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )

    def revive(self, victim: str) -> None:
        if victim != "database":
            self.start(victim)


@pytest.fixture
def site(fresh_database: str, tmp_path: Path) -> Iterator[Few]:
    load_catalogue()
    (tmp_path / "var").mkdir()
    ports = {name: str(processes.free_port()) for name in ("LABSYS_ASTM_PORT", "LABSYS_MLLP_PORT")}
    with processes.services(fresh_database, tmp_path, LABSYS_LEASE_SECONDS="2", **ports) as made:
        yield Few(made)


@pytest.mark.processes
def test_random_kills_lose_and_double_nothing(site: Few) -> None:
    trial = Trial(site, MESSAGES, SEED, pace=0.3)

    found = trial.run(KILLS)

    assert (found.lost, found.unfiled, found.twice) == ([], [], [])
    assert found.is_balanced, found.reconciled
    assert len(trial.told.acknowledged) == MESSAGES
    assert trial.told.killed.total() == KILLS


@pytest.mark.torture
def test_ten_thousand_messages_survive_the_kills_of_everything() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.kills", "--messages", "10000", "--kills", "40"],
        cwd=processes.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "0 lost, 0 acknowledged and not filed, 0 filed twice" in done.stdout
