"""Locks that the kernel lets go of when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labsys.launch.progress import say


class Taken(Exception):
    """Somebody else holds the lock; `note` is what the holder wrote into it."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class Lock:
    """An exclusive lock on a file. Not inherited by children: it is closed at exec."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = os.read(self._descriptor, 4096).decode()
            os.close(self._descriptor)
            raise Taken(note) from None

    def note(self, text: str) -> None:
        """Leave word for whoever finds the lock taken."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        self.note("")
        os.close(self._descriptor)


@contextmanager
def hold(path: Path, *, wait: str) -> Iterator[None]:
    """Hold a lock, waiting for it (and saying so) when somebody else has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  . {wait}")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
