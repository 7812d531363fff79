"""What a killed supervisor may have left behind, found and ended before a new start.

Normally nothing: the kernel signals every child when the supervisor dies. This covers the
seconds in which they are still stopping, and whatever was killed together with it.
The caller holds the installation's lock, so none of these belongs to a living supervisor.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from labsys.launch import processes
from labsys.launch.errors import LaunchError
from labsys.launch.places import Places


def clear(places: Places) -> int:
    """End what is left of an earlier start; the number of processes that had to be ended."""
    left = _left_running(places)
    _end(left, signal.SIGTERM, patience=6)
    _end(left, signal.SIGKILL, patience=5)
    return len(left) + _clear_postgres(places.data)


def _left_running(places: Places) -> list[tuple[int, str]]:
    """Processes started for this installation that still carry its mark in their environment."""
    mark = b"LABSYS_SUPERVISED=" + os.fsencode(places.var)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        started = processes.start_time(pid)
        if marked and started is not None and pid != os.getpid():
            found.append((pid, started))
    return found


def _end(left: list[tuple[int, str]], signum: int, *, patience: float) -> None:
    alive = [entry for entry in left if processes.start_time(entry[0]) == entry[1]]
    for pid, _started in alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)
    end = time.monotonic() + patience
    while alive and time.monotonic() < end:
        time.sleep(0.05)
        alive = [entry for entry in alive if processes.start_time(entry[0]) == entry[1]]


def _clear_postgres(data: Path) -> int:
    """Let an orphaned server finish its shutdown, end it if it does not, drop its lock file."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return 0
    ended = 0
    for signum, patience in ((None, 1.0), (signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)):
        if not (servers := _servers_in(data)):
            break
        ended = len(servers)
        if signum is not None and (postmaster := _pid_in(lock)) in servers:
            os.kill(postmaster, signum)
        end = time.monotonic() + patience
        while _servers_in(data) and time.monotonic() < end:
            time.sleep(0.05)
    if left := _servers_in(data):
        raise LaunchError(
            f"A PostgreSQL of an earlier start still works in {data} (process {left[0]}) and "
            "does not stop. End it, then run ./lab up again."
        )
    # Nobody works in the folder: the file is a crash's, and its pid may be anybody's by now.
    lock.unlink(missing_ok=True)
    return ended


def _servers_in(data: Path) -> list[int]:
    """Processes whose working folder is the data folder: a server and all its backends."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == str(data.resolve()):
                found.append(int(entry.name))
    return found


def _pid_in(lock: Path) -> int:
    try:
        return int(lock.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return -1
