"""`./lab up` as a newcomer runs it: the real command, the real services, a folder of its own."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import urllib.request
from pathlib import Path

import psycopg
import pytest

from labsys.launch.ready import ask
from tests.installations import Installation, parent, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("lab_up")]


@pytest.fixture(scope="module")
def one_installation(tmp_path_factory):
    """One installation for the whole module, in a path with a space."""
    made = Installation(tmp_path_factory.mktemp("station hospital") / "state folder")
    yield made
    if made.is_running():
        made.end()
    assert not made.pids()
    assert not made.sockets.exists()


@pytest.fixture
def installation(one_installation):
    """The installation, running, whatever the test before did to it."""
    return one_installation if one_installation.is_running() else one_installation.up()


def test_the_page_answers_and_every_service_shows_life(installation):
    with urllib.request.urlopen(installation.url + "healthz", timeout=5) as page:
        assert page.status == 200
    well, answer = ask(installation.url + "readyz")

    assert well, answer
    assert set(json.loads(answer)["seconds_since"]) == {"relay", "worker", "beat", "instruments"}
    assert "labsys is ready after" in installation.output
    assert installation.url in installation.output
    for port in installation.wires:
        assert f"127.0.0.1:{port}" in installation.output
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_a_second_start_in_the_same_folder_says_so(installation):
    done = installation.run("up")

    assert done.returncode == 1
    assert f"labsys already runs from this folder: {installation.url}" in done.stderr
    assert str(installation.process.pid) in done.stderr


def test_no_secret_is_in_a_log_or_on_a_command_line(installation):
    secrets = list(json.loads((installation.var / "secrets.json").read_text()).values())
    commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in installation.pids()]
    seen = installation.logs() + installation.output + "".join(commands)

    assert len(secrets) == 6
    assert len(commands) > 6
    assert [secret for secret in secrets if secret in seen] == []


def test_everything_in_the_state_folder_is_closed_to_others(installation):
    assert stat.S_IMODE(installation.var.stat().st_mode) & 0o077 == 0
    for name in ("secrets.json", "labsys.env", "prepared.json"):
        assert stat.S_IMODE((installation.var / name).stat().st_mode) == 0o600


def test_services_know_the_runtime_role_alone_and_the_web_no_broker(installation):
    for words, knows_broker in ((("gunicorn",), False), (("worker",), True), (("relay",), True)):
        environ = Path(f"/proc/{installation.pid_of(*words)}/environ").read_text()

        assert "labsys_runtime" in environ
        assert "labsys_owner" not in environ
        assert ("REDIS_URL" in environ) is knows_broker


def test_a_management_command_by_hand_finds_the_installation(installation):
    done = installation.run("manage", "health", "relay")

    assert done.returncode == 0, done.stderr
    assert "showed life" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("worker",),
        *(
            pytest.param(words, marks=pytest.mark.torture)
            for words in (
                ("relay",),
                ("beat",),
                ("serve_instruments",),
                ("gunicorn",),
                ("postgres", "-D"),
                ("valkey",),
            )
        ),
    ],
)
def test_a_killed_service_comes_back_alone(installation, words):
    killed = installation.pid_of(*words)

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: installation.pid_of(*words) not in (killed, None))
    wait_for(lambda: ask(installation.url + "readyz")[0])


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_is_quick(installation):
    secrets = (installation.var / "secrets.json").read_text()

    installation.process.kill()
    installation.process.wait()
    installation.process.stdout.close()
    installation.up()

    assert "Preparing" not in installation.output
    assert (installation.var / "secrets.json").read_text() == secrets
    assert ask(installation.url + "readyz")[0]


@pytest.mark.torture
def test_a_killed_supervisor_and_its_children_leave_no_orphan(installation):
    everything = installation.pids()
    children = {pid for pid in everything if parent(pid) == installation.process.pid}

    for pid in (installation.process.pid, *children):
        os.kill(pid, signal.SIGKILL)
    installation.process.wait()
    installation.process.stdout.close()

    wait_for(lambda: not installation.pids())
    installation.up()
    assert ask(installation.url + "readyz")[0]


@pytest.mark.parametrize(
    "signum",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.torture),
        pytest.param(signal.SIGHUP, marks=pytest.mark.torture),
    ],
)
def test_a_signal_stops_everything_cleanly(installation, signum):
    status = installation.end(signum)

    assert status == 0
    stopped = re.search(r"  ok  stopped \(([0-9.]+) s\)", installation.output)
    assert stopped, installation.output
    assert float(stopped[1]) < 15
    assert not installation.pids()
    assert "database system is shut down" in (installation.var / "log/postgres.log").read_text()


@pytest.mark.torture
def test_a_start_that_is_interrupted_says_so_and_leaves_nothing(installation):
    installation.end()
    process = subprocess.Popen(
        installation.command("up"),
        env=installation.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(lambda: any(parent(pid) == process.pid for pid in installation.pids()))

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 130, output
    assert "Interrupted." in output
    assert not installation.pids()


@pytest.mark.torture
def test_down_stops_it_from_another_terminal(installation):
    done = installation.run("down")

    assert done.returncode == 0, done.stderr
    assert installation.process.wait(5) == 0
    installation.process.stdout.close()
    assert not installation.pids()
    assert "does not run" in installation.run("down").stdout


@pytest.mark.torture
def test_a_dump_is_restored_into_a_new_database_with_everything_in_it(installation, tmp_path):
    file = tmp_path / "labsys.dump"
    before = _counts(installation)

    dumped = installation.run("dump", str(file))
    assert dumped.returncode == 0, dumped.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "running here" in installation.run("restore", str(file)).stderr
    installation.end()
    assert "already" in installation.run("restore", str(file)).stderr
    (installation.var / "postgres").rename(installation.var / "postgres-old")
    restored = installation.run("restore", str(file))
    assert restored.returncode == 0, restored.stderr

    installation.up()
    assert _counts(installation) == before
    assert ask(installation.url + "readyz")[0]


def _counts(installation):
    """Rows of each table that nobody writes to by himself."""
    text = (installation.var / "labsys.env").read_text()
    url = re.search(r"^MIGRATE_DATABASE_URL=(.+)$", text, re.M)[1]
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "
            "'public'::regnamespace AND relname !~ 'heartbeat|work_|audit_|read_event|django_'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names
        }
