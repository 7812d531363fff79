"""Keeps the services running: starts again what dies, with back-off, and stops all cleanly."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from labsys.launch import processes
from labsys.launch.progress import say, warn

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONG_ENOUGH = 30.0
_LARGEST_LOG = 5 * 2**20
_LOOK_AT_LOGS_EVERY = 10.0


@dataclass
class Child:
    """One supervised process and how it is started, stopped and started again."""

    name: str
    spawn: Callable[[IO[bytes]], subprocess.Popen[bytes]]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 12
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    _pause: float = _FIRST_PAUSE
    _started: float = 0
    _again_at: float = 0

    def start(self) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as output:
            self.process = self.spawn(output)
        self._started = time.monotonic()
        return self.process

    def watch(self) -> None:
        """Notice a death, clear its group away, and start again when the pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._again_at:
                self._try_again(now)
            return
        status = self.process.poll()
        if status is None:
            return
        processes.kill_group(self.process)
        self.process = None
        self.deaths += 1
        self._pause = _FIRST_PAUSE if now - self._started > _LONG_ENOUGH else self._pause * 2
        self._pause = min(self._pause, _LONGEST_PAUSE)
        self._again_at = now + self._pause
        how = processes.describe_end(status)
        warn(f"{self.name} ended ({how}); starting it again in {self._pause:g} s. See {self.log}")
        if shutil.disk_usage(self.log.parent).free < 20 * 2**20:
            warn(f"the disk is full: nothing more can be stored at {self.log.parent}")

    def _try_again(self, now: float) -> None:
        try:
            self.start()
        except OSError as error:
            # A full disk takes no log file, and must not end the others.
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self._again_at = now + self._pause
            warn(f"{self.name} cannot be started ({error.strerror}); again in {self._pause:g} s")

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_for_end(self, until: float) -> bool:
        """Wait for the end; kill what does not come to one. False when it was killed."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
            clean = True
        except subprocess.TimeoutExpired:
            clean = False
        processes.kill_group(self.process)
        self.process = None
        return clean

    def rotate_log(self) -> None:
        """Keep one older log. The process goes on writing to the same, emptied file."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > _LARGEST_LOG:
                shutil.copyfile(self.log, self.log.with_name(self.log.name + ".1"))
                os.truncate(self.log, 0)


@dataclass
class Supervisor:
    """All children in their order of starting; what serves others stands first."""

    foundations: list[Child] = field(default_factory=list)
    services: list[Child] = field(default_factory=list)
    stopping: bool = False
    _wake: tuple[int, int] | None = None
    _impatient: bool = False

    def listen_to_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal mean: stop cleanly."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        os.set_blocking(reading, False)
        self._wake = (reading, writing)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)

    def pause(self, seconds: float) -> None:
        """Sleep until a signal, the end of a child, or the time is over."""
        if self._wake is None:
            time.sleep(seconds)
            return
        select.select([self._wake[0]], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake[0], 4096)

    def watch(self) -> None:
        """One look at every child."""
        for child in (*self.foundations, *self.services):
            child.watch()

    def run(self) -> None:
        """Watch until somebody wants an end."""
        next_look = 0.0
        while not self.stopping:
            self.watch()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + _LOOK_AT_LOGS_EVERY
                for child in (*self.foundations, *self.services):
                    child.rotate_log()
            self.pause(0.5)

    def stop(self) -> bool:
        """Stop the services together, then what they stand on; True when nothing was killed."""
        services = _stop_together(list(reversed(self.services)), lambda: self._impatient)
        foundations = _stop_together(list(reversed(self.foundations)), lambda: False)
        return services and foundations

    def is_empty(self) -> bool:
        return not self.foundations and not self.services

    def _on_signal(self, signum: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C is a person who will not wait; ./lab down after it is not.
        if self.stopping and signum == signal.SIGINT and not self._impatient:
            self._impatient = True
            say("  . stopping at once")
        self.stopping = True


def _stop_together(children: Sequence[Child], impatient: Callable[[], bool]) -> bool:
    for child in children:
        child.ask_to_stop()
    clean = True
    began = time.monotonic()
    for child in children:
        until = began + child.patience
        while time.monotonic() < until and not impatient():
            if child.process is None or child.process.poll() is not None:
                break
            time.sleep(0.05)
        if not child.wait_for_end(time.monotonic() + 0.01):
            warn(f"{child.name} did not stop in {time.monotonic() - began:.0f} s and was killed")
            clean = False
    return clean
