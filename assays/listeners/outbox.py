"""Takes what is due from the database to the connections that lead to its instruments.

One message of an instrument is on the line at a time. What became of it is stored by a thread of its
own, again and again until it is: only then comes the next. A message whose sending nobody can vouch
for, because this process or the database broke off, is queued again and leaves under the same id.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from assays.actions import deliveries
from assays.instruments.delivery import Delivery
from assays.queries import outbox
from assays.queries.outbox import Due
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now

if TYPE_CHECKING:
    from assays.listeners.connection import Connection
    from assays.listeners.hub import Hub

POLL_SECONDS = 0.5
# How often what nobody carries on is looked for.
CARE_SECONDS = 5.0
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Outbox:
    """The sending side of one listener."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._taken: dict[int, Due] = {}  # by dispatch: handed to a connection, or not stored yet
        self._ended: dict[int, tuple[Due, Callable[[], None]]] = {}
        self._something = asyncio.Event()
        self._cared_at = -CARE_SECONDS
        self._is_away = False

    # --- what connections say

    def dropped(self, due: Due) -> None:
        """A message was not begun; it stays queued."""
        self._taken.pop(due.dispatch_id, None)

    def unfit(self, due: Due, reason: str) -> None:
        """A message can never be sent as it is."""
        logger.error("message %d cannot be framed: %s", due.dispatch_id, reason)

        def store() -> None:
            by, at = Principal.objects.system("interpret"), database_now()
            deliveries.refuse(dispatch_id=due.dispatch_id, reason=reason, by=by, at=at)

        self._end(due, store)

    def ended(self, due: Due, delivery: Delivery) -> None:
        """A message that was begun came to an end: store that, however long it takes."""
        chance = random.random()  # noqa: S311 - spreads repetitions, guards nothing

        def store() -> None:
            deliveries.end(
                dispatch_id=due.dispatch_id,
                attempt=due.attempt,
                delivery=delivery,
                chance=chance,
                by=Principal.objects.system("interpret"),
                at=database_now(),
            )

        self._end(due, store)

    def _end(self, due: Due, store: Callable[[], None]) -> None:
        self._ended[due.dispatch_id] = (due, store)
        self._something.set()

    # --- the rounds

    async def run(self) -> None:
        while True:
            try:
                await self._round()
            except Exception:
                logger.exception("a round of the outbox failed")
            try:
                await asyncio.wait_for(self._something.wait(), POLL_SECONDS)
            except TimeoutError:
                pass
            self._something.clear()

    async def _round(self) -> None:
        await self._settle()
        await self._care()
        free = self._free()
        if free and not self._ended:
            for due in await self._ask(lambda: outbox.due(list(free))) or ():
                self._hand_over(due, free[due.instrument_id])

    async def stop(self) -> None:
        """Store what ended, once, and end the thread; what cannot be stored is queued again later."""
        await self._settle()
        await self._ask(lambda: connection.close())
        self._thread.shutdown(wait=False)

    async def _settle(self) -> None:
        for id_, (_due, store) in list(self._ended.items()):
            if not await self._is_done(store):
                return  # the database is away, and so it is for the others
            self._ended.pop(id_, None)
            self._taken.pop(id_, None)

    async def _is_done(self, store: Callable[[], None]) -> bool:
        """Whether something is stored, or can never be."""
        try:
            await self._in_thread(store)
        except (DatabaseError, InterfaceError) as error:
            self._note_away(error)
            return False
        except Exception:
            logger.exception("the end of a message could not be stored")
        return True

    async def _care(self) -> None:
        """Look for what nobody carries on, and for what is of no use any more."""
        if time.monotonic() - self._cared_at < CARE_SECONDS:
            return
        self._cared_at = time.monotonic()
        mine, name = list(self._taken), self._hub.name

        def care() -> None:
            by, at = Principal.objects.system("sweep"), database_now()
            deliveries.release(listener=name, but=mine, by=by, at=at)
            deliveries.recover(by=by, at=at)
            deliveries.give_up(by=by, at=at)

        await self._ask(care)

    # --- who gets what

    def _free(self) -> dict[int, list[Connection]]:
        """Return the connections that could send now, by the instrument they lead to."""
        busy = {due.instrument_id for due in self._taken.values()}
        found: dict[int, list[Connection]] = {}
        for one in self._hub.connections:
            whom = one.instrument_id
            if whom is not None and whom not in busy and one.can_send:
                found.setdefault(whom, []).append(one)
        return found

    def _hand_over(self, due: Due, candidates: Iterable[Connection]) -> None:
        """Give a message to the line it belongs on.

        An answer goes back where its asker asked last; everything else over the endpoint that is
        to send, where one is. Of several lines that one serves orders over which something was asked;
        where nothing was, it is the one that was heard last.
        """
        fit = [one for one in candidates if one.can_send]
        if due.endpoint is not None and not due.goes_back:
            fit = [one for one in fit if one.is_of(due.endpoint)]
        if fit:
            self._taken[due.dispatch_id] = due
            max(fit, key=lambda one: (one.asked_at, one.heard_at)).send(due)

    # --- the thread

    async def _ask(self, question: Callable[[], T]) -> T | None:
        try:
            return await self._in_thread(question)
        except (DatabaseError, InterfaceError) as error:
            self._note_away(error)
        except Exception:
            logger.exception("the outbox could not go on")
        return None

    async def _in_thread(self, question: Callable[[], T]) -> T:
        found: T = await self._hub.loop.run_in_executor(self._thread, _asked, question)
        self._is_away = False
        return found

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            logger.warning("the outbox does not reach the database (%s)", type(error).__name__)
        self._is_away = True


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except (DatabaseError, InterfaceError):
        connection.close()
        raise
