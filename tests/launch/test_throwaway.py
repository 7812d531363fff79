"""The throw-away servers of a test session."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from labsys.launch import processes, throwaway
from labsys.launch.errors import LaunchError

ROOT = Path(__file__).resolve().parents[2]
KEYS = (*throwaway._DATABASE, throwaway._SUPERUSER, throwaway._REDIS)


@pytest.fixture
def own_servers(monkeypatch):
    """Servers of this test alone, whatever the surrounding session uses."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    session = throwaway.start()
    yield session
    session.stop()


def test_the_runtime_role_creates_nothing(own_servers):
    with psycopg.connect(own_servers.runtime_url("labsys"), autocommit=True) as connection:
        for statement in (
            "CREATE TABLE t (i int)",
            "CREATE TEMPORARY TABLE t (i int)",
            "CREATE DATABASE d",
            "CREATE ROLE r",
            "CREATE SCHEMA s",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_neither_role_is_a_superuser_and_the_owner_may_copy_templates(own_servers):
    with psycopg.connect(own_servers.owner_url("labsys"), autocommit=True) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'labsys%' "
            "ORDER BY 1"
        ).fetchall()
        connection.execute("CREATE DATABASE copy TEMPLATE labsys")

    assert roles == [("labsys_owner", False, True), ("labsys_runtime", False, False)]


def test_a_second_start_joins_the_running_servers(own_servers):
    joined = throwaway.start()
    joined.stop()

    assert joined.runtime_url("x") == own_servers.runtime_url("x")
    with psycopg.connect(own_servers.runtime_url("labsys")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_one_url_of_two_is_refused(monkeypatch):
    monkeypatch.setenv("LABSYS_TEST_DATABASE_URL", "postgresql://a@b/c")
    monkeypatch.delenv("LABSYS_TEST_MIGRATE_DATABASE_URL", raising=False)

    with pytest.raises(LaunchError, match="both or neither"):
        throwaway.start()


def test_a_killed_session_leaves_no_server_and_the_next_clears_its_folder(monkeypatch):
    environment = {key: value for key, value in os.environ.items() if key not in KEYS}
    script = (
        "import time; from labsys.launch import throwaway; s = throwaway.start();"
        "print(s.superuser, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    folder = Path(holder.stdout.readline().decode().strip().partition("host=")[2]).parent
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    deadline = time.monotonic() + 5
    while processes.start_time(server) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes.start_time(server) is None
    throwaway._clear_dead_sessions(folder.parent)
    assert not folder.exists()
