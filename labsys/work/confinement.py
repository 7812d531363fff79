"""Computing that may crash, hang or want too much memory, and takes nothing with it when it does.

A worker asks a process of its own (`labsys.work.confined`), which it keeps as long as answers come. What
breaks in there is an exception here, by name; neither the worker nor what it does besides is harmed.
"""

from __future__ import annotations

import atexit
import importlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.conf import settings

from labsys.work import confined

# What the process may know of this one's environment: nothing that is secret.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "NUMBA_CACHE_DIR", "LD_LIBRARY_PATH")
# One thread each: workers share the machine, and sums of several threads differ in their last bits.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_MOST_ANSWERS = 2_000


class Broken(Exception):
    """No answer came; the message says why, for whoever looks after the installation."""


class NeedsMemory(Broken):
    """It wants more memory than it may use. Trying again would not help."""


class TookTooLong(Broken):
    """It had not answered when its time was over."""


class ProcessEnded(Broken):
    """The process ended while it computed: a crash."""


class Fault(Broken):
    """The function raised something of which it says nothing; the message is the traceback."""


class Computer(Protocol):
    """Whatever answers questions: a process apart, or this one."""

    def ask(self, question: Any, attachments: Sequence[bytes] = ()) -> Any: ...


class Confinement:
    """Asks ``module:function`` in a process of its own, within limits of memory and time."""

    def __init__(self, function: str, *, megabytes: int, seconds: float) -> None:
        self._function = function
        self._megabytes = megabytes
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._answers = 0

    def ask(self, question: Any, attachments: Sequence[bytes] = ()) -> Any:
        """Return the answer; raises a `Broken` that says why there is none."""
        process = self._running()
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            confined.write(process.stdin, question, attachments)
            told, _none = confined.read(process.stdout)
        except (BrokenPipeError, EOFError) as error:
            raise self._why(process, is_late.is_set()) from error
        except BaseException:
            self.close()  # it would answer the next question with the answer to this one
            raise
        finally:
            timer.cancel()
        return self._said(told)

    def close(self) -> None:
        """End the process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None and self._pid == os.getpid():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except BrokenPipeError:
                        pass

    def _running(self) -> subprocess.Popen[bytes]:
        if self._pid != os.getpid():  # a worker's children do not share their parent's
            self._process = None
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = self._start()
            self._pid, self._answers = os.getpid(), 0
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= dict.fromkeys(_ONE_THREAD, "1")
        process = subprocess.Popen(  # noqa: S603 - of ourselves, with what we say
            [
                *(sys.executable, "-m", "labsys.work.confined", self._function),
                *(str(self._megabytes), str(self._seconds)),
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        atexit.register(self.close)
        return process

    def _said(self, told: dict[str, Any]) -> Any:
        self._answers += 1
        if "answer" not in told or self._answers >= _MOST_ANSWERS:
            self.close()
        if "memory" in told:
            raise NeedsMemory(f"It wants more than {self._megabytes} MiB of memory.")
        if "fault" in told:
            raise Fault(told["fault"])
        return told["answer"]

    def _why(self, process: subprocess.Popen[bytes], is_late: bool) -> Broken:
        if is_late:
            self.close()
            return TookTooLong(f"It had not ended after {self._seconds:g} seconds.")
        code = process.wait()
        self.close()
        how = signal.Signals(-code).name if code < 0 else f"status {code}"
        return ProcessEnded(f"The process that computed it ended by {how}.")


class Here:
    """Asks ``module:function`` in this process: for tests, which see into what it does."""

    def __init__(self, function: str) -> None:
        self._function = function

    def ask(self, question: Any, attachments: Sequence[bytes] = ()) -> Any:
        module, _colon, name = self._function.partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        told = confined.answer(function, question, list(attachments))
        if "memory" in told:
            raise NeedsMemory("It wants more memory than it may use.")
        if "fault" in told:
            raise Fault(told["fault"])
        return told["answer"]


def computer(function: str, *, megabytes: int, seconds: float) -> Computer:
    """Return what asks a function as this installation is set to."""
    if settings.LABSYS_CONFINED:
        return Confinement(function, megabytes=megabytes, seconds=seconds)
    return Here(function)
