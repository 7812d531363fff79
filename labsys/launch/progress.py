"""What the person at the keyboard sees while labsys starts."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STARTED = "LABSYS_LAUNCH_STARTED"


def begin() -> None:
    """Remember when the command began; the moment survives the change of interpreter."""
    os.environ.setdefault(_STARTED, str(time.time()))


def elapsed() -> float:
    return time.time() - float(os.environ.get(_STARTED, time.time()))


def say(text: str = "") -> None:
    # A closed terminal or pipe must not stop the services.
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def warn(text: str) -> None:
    say(f"  ! {text}")


class Step:
    """One line of progress; on a terminal it counts the seconds while it waits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.began = time.monotonic()
        self._shown = -1
        self._live = sys.stdout.isatty()
        if self._live:
            self.tick()

    def tick(self) -> None:
        seconds = int(time.monotonic() - self.began)
        if self._live and seconds != self._shown:
            self._shown = seconds
            sys.stdout.write(f"\r  . {self.text} ({seconds} s)\033[K")
            sys.stdout.flush()

    def done(self, mark: str = "ok") -> None:
        seconds = time.monotonic() - self.began
        start = "\r\033[K" if self._live else ""
        say(f"{start}  {mark:<4}{self.text} ({seconds:.1f} s)")


@contextmanager
def step(text: str) -> Iterator[Step]:
    """Show one step with its time; a failure closes the line before it is explained."""
    line = Step(text)
    try:
        yield line
    except BaseException:
        line.done("--")
        raise
    line.done()
