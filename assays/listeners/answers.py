"""The one thread that answers questions: their senders wait for the reply on their connections.

It takes the questions' work items itself, so that neither a worker nor the broker is needed; any
listener takes those of any other. It also looks, every few seconds, what instruments are to be told
that did not ask.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import Error, connection

from assays.actions import worklists
from assays.actions.intake import Reply, Standing
from assays.listeners.writer import Unstored
from assays.queries import worklists as queries
from assays.queries.worklists import ANSWER
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic, worker
from labsys.work.registry import Execution

PATIENCE = worklists.PATIENCE.total_seconds()
# Between two looks for questions of conversations in which nobody waits for a reply.
LOOK_SECONDS, TELL_SECONDS = 0.5, 3.0
KINDS = ((ANSWER, 1),)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    """Who waits for which replies, and until when."""

    standing: Standing
    future: asyncio.Future[Standing | Unstored]
    until: float

    @property
    def asked(self) -> list[int]:
        return [one.message_id for one in self.standing.asks if one.failing]


class Answers(threading.Thread):
    """Answers questions for the connections of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        super().__init__(name="answers")
        self._loop = loop
        self._execution = Execution(worker=name, task_id="")
        self._waiting: deque[_Waiting] = deque()
        self._woken = threading.Condition()
        self._is_stopping = False
        self._told_at = 0.0

    def ask(self, standing: Standing) -> asyncio.Future[Standing | Unstored]:
        """Have the questions of a stored event answered; gives its standing with what is replied."""
        future: asyncio.Future[Standing | Unstored] = self._loop.create_future()
        waiting = _Waiting(standing, future, time.monotonic() + PATIENCE)
        with self._woken:
            self._waiting.append(waiting)
            self._woken.notify()
        return future

    def stop(self) -> None:
        """Reply to who waits still, then end the thread."""
        with self._woken:
            self._is_stopping = True
            self._woken.notify()

    # --- in the thread

    def run(self) -> None:
        periodic.load()
        try:
            while not self._is_stopping:
                self._look()
                self._pause()
            self._give_up(time.monotonic() + PATIENCE)
        finally:
            connection.close()

    def _look(self) -> None:
        try:
            worker.drain(self._execution, seconds=0, only=KINDS)
            self._resolve()
            if time.monotonic() - self._told_at >= TELL_SECONDS:
                self._told_at = time.monotonic()
                worklists.tell(by=Principal.objects.system("interpret"), at=database_now())
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on
            logger.warning("questions are not answered now (%s)", type(error).__name__)
            if isinstance(error, Error):
                connection.close()
        self._give_up(time.monotonic())

    def _pause(self) -> None:
        with self._woken:
            if not self._is_stopping:
                # One who waits is asked after more often: another listener may be at it.
                self._woken.wait(0.05 if self._waiting else LOOK_SECONDS)

    def _resolve(self) -> None:
        with self._woken:
            waiting = list(self._waiting)
        if not waiting:
            return
        replies = queries.replies([id_ for one in waiting for id_ in one.asked])
        for one in waiting:
            if all(id_ in replies for id_ in one.asked):
                self._settle(one, replies)

    def _give_up(self, now: float) -> None:
        """Say that an error was met where no answer came in time: the instrument asks again."""
        with self._woken:
            late = [one for one in self._waiting if one.until <= now]
        for one in late:
            self._settle(one, {})

    def _settle(self, waiting: _Waiting, replies: Mapping[int, bytes]) -> None:
        with self._woken:
            self._waiting.remove(waiting)
        answer = b"".join(_said(one, replies) for one in waiting.standing.asks)
        standing = replace(waiting.standing, answer=answer, asks=())
        self._loop.call_soon_threadsafe(_give, waiting.future, standing)


def _said(reply: Reply, replies: Mapping[int, bytes]) -> bytes:
    """Return what is told of one message: the answer holds what was said at once, too."""
    found = replies.get(reply.message_id, reply.now)
    return found + reply.failing if found == reply.now else found


def _give(future: asyncio.Future[Standing | Unstored], standing: Standing) -> None:
    if not future.done():
        future.set_result(standing)
