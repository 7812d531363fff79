"""The one thread that writes: whatever waits on all connections is committed together.

Connections hand over what must be stored and get a future, kept once it is committed. It may end in
a reason why not instead: then it is not stored, or nobody knows, and the sender must not be told that
it was.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

from django.db import Error, connection

from assays.actions import abandoned, intake
from assays.actions.intake import Arrival, Origin, Standing
from assays.listeners.fullness import Fullness
from assays.queries.sources import sources
from assays.rules.sources import Source
from labsys.accounts.models import Principal
from labsys.lib import bulk
from labsys.lib.clock import database_now

MOST_ARRIVALS = 256
MOST_BYTES = 8 * 2**20
LARGE = MOST_BYTES // MOST_ARRIVALS
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0

logger = logging.getLogger(__name__)


class Unstored(Enum):
    """Why something is not known to be stored."""

    AWAY = auto()  # the database did not answer; later it may
    UNKNOWN = auto()  # it broke off, perhaps inside the commit
    UNFIT = auto()  # the database is there and does not take it


@dataclass(slots=True)
class _Waiting:
    """Something to store or to ask, who waits for it, and until when."""

    what: Arrival | Callable[[], Any]
    future: asyncio.Future[Any]
    until: float
    was_passed: bool = False  # others that came later went before it

    @property
    def is_large(self) -> bool:
        return self.size > LARGE

    @property
    def size(self) -> int:
        if not isinstance(self.what, Arrival):
            return 0
        return 2 * sum(len(frame.content) for frame in self.what.frames)


class Writer(threading.Thread):
    """Stores arrivals for connections of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        super().__init__(name="writer")
        self._loop = loop
        self._listener = name
        self._queue: deque[_Waiting] = deque()
        self._filled = threading.Condition()
        self._is_stopping = False
        self._by: Principal | None = None
        self._is_broken = False
        self._going_on: set[int] = set()
        self._fullness = Fullness()
        self.is_away = False
        self.commits = 0

    def store(self, arrival: Arrival, *, patience: float) -> asyncio.Future[Standing | Unstored]:
        """Have an arrival stored; waits so many seconds at most for a database that is away."""
        return self._put(arrival, patience)

    def sources(self) -> asyncio.Future[tuple[Source, ...] | Unstored]:
        """Read which instruments may send."""
        return self._put(sources, 0.0)

    def refuse(self, origin: Origin) -> None:
        """Have it recorded that a caller was turned away; the caller does not wait for it."""
        self._put(lambda: intake.refuse(origin=origin, by=self._system(), at=database_now()), 0.0)

    def recover(self) -> None:
        """Close what listeners that died left open, if the database is there."""
        self._put(lambda: abandoned.close(by=_sweep(), at=database_now()), 0.0)

    def stop(self) -> None:
        """Finish what waits, then end the thread."""
        with self._filled:
            self._is_stopping = True
            self._filled.notify()

    def _put(self, what: Arrival | Callable[[], Any], patience: float) -> asyncio.Future[Any]:
        waiting = _Waiting(what, self._loop.create_future(), time.monotonic() + patience)
        with self._filled:
            self._queue.append(waiting)
            self._filled.notify()
        return waiting.future

    # --- in the thread

    def run(self) -> None:
        pause = FIRST_PAUSE
        try:
            while self._wait_for_something():
                if self._is_there():
                    self._settle(self._next())
                    pause = FIRST_PAUSE
                else:
                    self._give_up_on_the_late()
                    time.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            connection.close()

    def _wait_for_something(self) -> bool:
        with self._filled:
            while not self._queue and not self._is_stopping:
                self._filled.wait()
            return bool(self._queue)

    def _is_there(self) -> bool:
        """Ask the database for the time: before anything is written a failure is nobody's loss."""
        try:
            self._at = database_now()
            bulk.keep_plans()
            if self._is_broken:
                self._pick_up()
        except Error as error:
            if not self.is_away:
                logger.warning("the database does not answer (%s)", type(error).__name__)
            self.is_away = True
            connection.close()
            return False
        if self.is_away:
            logger.warning("the database answers again")
        self.is_away = False
        return True

    def _pick_up(self) -> None:
        """Close what was being stored when the database broke off: nobody carries it on."""
        abandoned.close_left(
            listener=self._listener, going_on=self._going_on, by=_sweep(), at=self._at
        )
        self._is_broken = False

    def _next(self) -> list[_Waiting]:
        """Take what waits: one question, or arrivals up to a bearable size.

        Small ones go before a large one once: frames are answered in time beside whoever sends
        nothing but large messages, and a large message beside many frames.
        """
        with self._filled:
            head, small = self._queue[0], []
            if head.is_large and not head.was_passed:
                small = [one for one in self._queue if not one.is_large]
                small = [one for one in small if isinstance(one.what, Arrival)] or small
            head.was_passed = bool(small)
            taken = _together(small or self._queue)
            chosen = set(map(id, taken))
            self._queue = deque(one for one in self._queue if id(one) not in chosen)
        return taken

    def _settle(self, batch: list[_Waiting]) -> None:
        try:
            results = self._do(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread and the others go on
            if isinstance(error, Error) and not connection.is_usable():
                logger.warning("the database broke off (%s)", type(error).__name__)
                connection.close()
                self._is_broken = True
                self._going_on -= _sessions(batch)
                reason = Unstored.UNKNOWN
            elif len(batch) > 1:
                for waiting in batch:
                    self._settle([waiting])
                return
            else:
                cause = error.__cause__ or error
                self._fullness.refused(cause, self._at)
                logger.error("not stored: %s at %s", type(cause).__name__, place(error))
                reason = Unstored.UNFIT
            results = [reason] * len(batch)
        self._loop.call_soon_threadsafe(_resolve, batch, results)
        if self._by is not None and not isinstance(results[0], Unstored):
            self._fullness.went_on(self._by, self._at, is_stored=_has_frames(batch))

    def _do(self, batch: Sequence[_Waiting]) -> Sequence[Any]:
        if not isinstance(batch[0].what, Arrival):
            return [batch[0].what()]
        arrivals = [waiting.what for waiting in batch if isinstance(waiting.what, Arrival)]
        standings = intake.store(arrivals=arrivals, by=self._system(), at=self._at)
        self.commits += 1
        self._going_on -= _sessions(batch)
        self._going_on |= {standing.session_id for standing in standings} - {0}
        return standings

    def _system(self) -> Principal:
        if self._by is None:
            self._by = Principal.objects.system("interpret")
        return self._by

    def _give_up_on_the_late(self) -> None:
        now = time.monotonic()
        with self._filled:
            everything, self._queue = self._queue, deque()
            late = [one for one in everything if one.until <= now or self._is_stopping]
            self._queue.extend(one for one in everything if one not in late)
        self._loop.call_soon_threadsafe(_resolve, late, [Unstored.AWAY] * len(late))


def _together(waiting: Iterable[_Waiting]) -> list[_Waiting]:
    """Return the first of what waits, and those behind it that are stored in the same commit."""
    taken: list[_Waiting] = []
    size = 0
    for one in islice(waiting, MOST_ARRIVALS):
        size += one.size
        is_one_of_them = isinstance(one.what, Arrival) and size <= MOST_BYTES
        if taken and not (is_one_of_them and isinstance(taken[0].what, Arrival)):
            break
        taken.append(one)
    return taken


def _sweep() -> Principal:
    return Principal.objects.system("sweep")


def _sessions(batch: Sequence[_Waiting]) -> set[int]:
    return {one.what.standing.session_id for one in batch if isinstance(one.what, Arrival)}


def _has_frames(batch: Sequence[_Waiting]) -> bool:
    """Whether this had to be written where the database grows."""
    return any(isinstance(one.what, Arrival) and one.what.frames for one in batch)


def _resolve(batch: Sequence[_Waiting], results: Sequence[Any]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if not waiting.future.done():
            waiting.future.set_result(result)


def place(error: BaseException) -> str:
    """Where an error arose, in our own words: its text may repeat what was sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
