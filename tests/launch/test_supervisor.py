"""The supervisor, over small programs instead of services."""

import signal
import subprocess
import sys
import time

import pytest

from labsys.launch import processes, supervisor
from labsys.launch.supervisor import Child, Supervisor


def child_running(code, log, **options):
    """A child that runs Python code, with a log of its own."""

    def spawn(output):
        return processes.start([sys.executable, "-c", code], env={}, output=output)

    return Child(name="sleeper", spawn=spawn, log=log, **options)


def wait_for(condition, patience=10):
    end = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    assert met  # asked once more, a condition that moves things on may no longer hold


@pytest.fixture
def started(tmp_path):
    children = []

    def start(code, **options):
        child = child_running(code, tmp_path / f"sleeper{len(children)}.log", **options)
        child.start()
        children.append(child)
        return child

    yield start
    for child in children:
        if child.process is not None:
            processes.kill_group(child.process)


FOREVER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + FOREVER
WITH_GRANDCHILD = (
    "import subprocess, sys, time;"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(p.pid, flush=True); time.sleep(60)"
)


def test_a_child_that_dies_is_started_again_after_a_pause(started, capsys):
    child = started(FOREVER)
    first = child.process.pid
    child.process.kill()
    wait_for(lambda: child.process.poll() is not None)

    child.watch()
    assert child.process is None
    wait_for(lambda: child.watch() or child.process is not None)

    assert child.process.pid != first
    assert "sleeper ended (killed by SIGKILL); starting it again" in capsys.readouterr().out


def test_the_pause_grows_with_each_quick_death_up_to_a_limit(started):
    child = started("raise SystemExit(3)")
    pauses = []
    for _ in range(9):
        wait_for(lambda: child.process.poll() is not None)
        child.watch()
        pauses.append(child._pause)
        child.start()

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert child.deaths == 9


def test_what_cannot_be_started_just_now_is_tried_again_without_ending_the_others(tmp_path, capsys):
    missing = tmp_path / "not there yet"
    child = Child(
        name="late",
        spawn=lambda output: processes.start(["/bin/true"], env={}, output=output),
        log=missing / "late.log",
    )

    child.watch()
    assert "late cannot be started (No such file or directory)" in capsys.readouterr().out
    missing.mkdir()
    wait_for(lambda: child.watch() or child.process is not None)

    assert child.process.wait() == 0


def test_what_a_dead_child_left_in_its_group_is_killed(started):
    child = started(WITH_GRANDCHILD)
    wait_for(lambda: child.log.read_text().strip().isdigit())
    grandchild = int(child.log.read_text())

    child.process.kill()
    wait_for(lambda: child.process.poll() is not None)
    child.watch()

    wait_for(lambda: processes.start_time(grandchild) is None)


def test_stopping_is_clean_for_those_that_listen_and_certain_for_those_that_do_not(started):
    listening = started(FOREVER)
    stubborn = started(STUBBORN, patience=0.5)
    wait_for(lambda: "up" in stubborn.log.read_text())

    clean = Supervisor(foundations=[listening], services=[stubborn]).stop()

    assert not clean
    assert listening.process is None
    assert stubborn.process is None


def test_services_stop_before_what_they_stand_on(tmp_path, started):
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        "    open({0!r}, 'a').write({1!r}); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop); print('up', flush=True); time.sleep(60)"
    )
    database = started(code.format(str(order), "database "))
    wait_for(lambda: "up" in database.log.read_text())
    web = started(code.format(str(order), "web "))
    wait_for(lambda: "up" in web.log.read_text())

    clean = Supervisor(foundations=[database], services=[web]).stop()

    assert clean
    assert order.read_text() == "web database "


def test_a_large_log_is_set_aside_and_the_writer_goes_on(started, monkeypatch):
    monkeypatch.setattr(supervisor, "_LARGEST_LOG", 10)
    child = started("import time; print('x' * 50, flush=True); time.sleep(.5); print('y')")
    wait_for(lambda: child.log.stat().st_size > 10)

    child.rotate_log()
    child.process.wait()

    assert child.log.read_text() == "y\n"
    assert child.log.with_name("sleeper0.log.1").read_text() == "x" * 50 + "\n"


def test_a_child_dies_with_a_killed_parent(tmp_path):
    code = (
        "import sys; from labsys.launch import processes\n"
        "p = processes.start([sys.executable, '-c', 'import time; time.sleep(60)'], env={},"
        " output=2)\n"
        "print(p.pid, flush=True)\n"
        "import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    assert processes.start_time(child) is not None

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    wait_for(lambda: processes.start_time(child) is None)
