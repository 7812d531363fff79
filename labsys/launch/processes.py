"""Child processes that never outlive the one that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum: int = signal.SIGTERM, parent: int | None = None) -> None:
    """Ask the kernel to send `signum` to this process when its parent dies, even by SIGKILL.

    The kernel watches the thread that forked, so children are started from the main thread.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        # The parent died between fork and prctl: the signal would never come.
        os.kill(os.getpid(), signum)


def bound_to_parent(
    signum: int = signal.SIGTERM, become: Callable[[], None] | None = None
) -> Callable[[], None]:
    """What a child does between fork and exec: change who it is, then die with this process."""
    parent = os.getpid()

    def prepare() -> None:
        if become is not None:
            become()
        die_with_parent(signum, parent)

    return prepare


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    cwd: Path | None = None,
    signal_on_parent_death: int = signal.SIGTERM,
    become: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group, out of reach of the terminal's Ctrl-C.

    `become` runs in the child before exec and changes who it is (see privileges); it comes
    before the parent-death signal, which a change of credentials would clear.
    """
    return subprocess.Popen(
        list(argv),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=bound_to_parent(signal_on_parent_death, become),
    )


def stop(
    process: subprocess.Popen[bytes], *, signum: int = signal.SIGTERM, patience: float = 10
) -> bool:
    """Stop a child and whatever is left of its group; False when it had to be killed."""
    if process.poll() is None:
        process.send_signal(signum)
    try:
        process.wait(patience)
        clean = True
    except subprocess.TimeoutExpired:
        clean = False
    kill_group(process)
    return clean


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what a child left behind in its process group, and collect the child."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start_time(pid: int) -> str | None:
    """The kernel's start tick of a process: with the pid it names one process for ever."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command name may hold spaces and brackets; the fields after it do not.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def wait_until(
    ready: Callable[[], bool],
    *,
    process: subprocess.Popen[bytes],
    patience: float,
    pause: float = 0.02,
    tick: Callable[[], None] | None = None,
) -> bool:
    """Wait until `ready()`; False when the process ended or the patience did."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if ready():
            return True
        if process.poll() is not None:
            return False
        if tick is not None:
            tick()
        time.sleep(pause)
    return False


def tail(log: object, lines: int = 8) -> str:
    """The last lines of a log, to stand behind a sentence about what went wrong."""
    try:
        text = Path(str(log)).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return f" {log} ends with:\n" + "\n".join("  " + line for line in text[-lines:])


def describe_end(status: int) -> str:
    """How a process ended, for people."""
    if status >= 0:
        return f"exit {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
