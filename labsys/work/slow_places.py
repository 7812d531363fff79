"""Places for slow work: one fewer than a worker has processes, so that one is always free of it.

What takes seconds or minutes (analyses, counting the ledger) would hold every process that takes it, and
results do not wait for that. A process without a place takes quick work alone. A place is a lock on a
byte of a file without a name, which a worker's processes inherit: it belongs to one process, the system
gives it back in the instant that process dies, and each worker, on whatever machine, has its own. A
worker of one process has one place.
"""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


class SlowPlaces:
    """The places of one worker's processes; whoever shares them with nobody always has one."""

    def __init__(self) -> None:
        self._count = 1
        self._file: IO[bytes] | None = None

    def share(self, processes: int) -> None:
        """Make the places of so many processes, which are forked after this."""
        self._count = max(1, processes - 1)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as this lives

    def close(self) -> None:
        """Share with nobody any more."""
        if self._file is not None:
            self._file.close()
        self._count, self._file = 1, None

    @contextmanager
    def one(self, *, but: int = 0) -> Iterator[bool]:
        """Hold a place, one of all but the last ``but``; yields whether one was free."""
        mine = next((place for place in range(self._count - but) if self._take(place)), None)
        try:
            yield mine is not None
        finally:
            if mine is not None and self._file is not None:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, mine)

    def _take(self, place: int) -> bool:
        if self._file is None:
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        return True
