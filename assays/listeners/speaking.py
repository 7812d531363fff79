"""What we send over one connection: one message at a time, kept before its first byte leaves.

A message is in one of three places: with the outbox, waiting here to be begun, or begun. What is
begun ends by what the link says of it, or with the connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from assays.actions import deliveries
from assays.actions.intake import Arrival, Origin, Standing
from assays.instruments.astm.sending import Unsendable
from assays.instruments.delivery import Delivery, Fate
from assays.instruments.dialects import Dialect
from assays.listeners.links import Line
from assays.listeners.writer import Unstored
from assays.queries.outbox import Due
from assays.rules.sources import Source
from assays.rules.states import SessionState

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

PATIENCE = 10.0

logger = logging.getLogger(__name__)


class Speaker:
    """The messages of one connection."""

    def __init__(self, hub: Hub, dialect: Dialect) -> None:
        self._hub = hub
        # On an ASTM line each message is a conversation; over MLLP the connection is one.
        self._is_apart = dialect is Dialect.ASTM
        self._due: Due | None = None
        self._is_begun = False
        self._own = Standing()

    @property
    def is_free(self) -> bool:
        return self._due is None

    @property
    def waits(self) -> bool:
        """Whether a message is here that was not begun."""
        return self._due is not None and not self._is_begun

    def take(self, due: Due) -> None:
        """Take a message over from the outbox."""
        assert self._due is None
        self._due, self._is_begun = due, False

    def arrival(
        self, link: Line, origin: Origin, standing: Standing, sources: Sequence[Source]
    ) -> Arrival | None:
        """Return what has to be stored before the message leaves; None where it never can."""
        due = self._waiting()
        try:
            frames = link.frames(due.content)
        except Unsendable as refused:
            self._due = None
            self._hub.outbox.unfit(due, str(refused))
            return None
        return Arrival(
            origin=origin,
            standing=Standing() if self._is_apart else standing,
            source=next((s for s in sources if s.instrument_id == due.instrument_id), None),
            frames=frames,
            also=partial(deliveries.begin, dispatch_id=due.dispatch_id, listener=self._hub.name),
        )

    def begin(self, standing: Standing) -> None:
        """Note that the message is stored as begun, in the conversation that stands like this."""
        self._is_begun = True
        self._own = standing

    @property
    def text(self) -> bytes:
        return self._due.content if self._due is not None else b""

    @property
    def is_apart(self) -> bool:
        """Whether what we send is a conversation of its own."""
        return self._is_apart

    def give_back(self) -> None:
        """The message was not begun: its turn comes again."""
        self._hub.outbox.dropped(self._waiting())
        self._due = None

    def finish(self, delivery: Delivery, origin: Origin) -> None:
        """The message that was begun came to an end."""
        due, self._due = self._due, None
        assert due is not None
        assert self._is_begun
        self._hub.outbox.ended(due, delivery)
        if self._is_apart:
            self._end(delivery, origin)

    def leave(self, origin: Origin, reason: str) -> None:
        """The connection is over: whatever is here is no more."""
        if self.waits:
            self.give_back()
        elif self._due is not None:
            self.finish(Delivery(Fate.AGAIN, reason), origin)

    def _waiting(self) -> Due:
        assert self._due is not None
        assert not self._is_begun
        return self._due

    def _end(self, delivery: Delivery, origin: Origin) -> None:
        """Close the conversation that our message was."""
        is_over = delivery.fate is Fate.ACCEPTED
        ends = SessionState.ENDED if is_over else SessionState.LOST
        arrival = Arrival(origin, standing=self._own, ends=ends)
        self._own = Standing()
        future = self._hub.writer.store(arrival, patience=PATIENCE)
        future.add_done_callback(partial(self._ended, arrival))

    def _ended(self, arrival: Arrival, future: asyncio.Future[Standing | Unstored]) -> None:
        if future.result() is Unstored.AWAY:
            self._hub.owe(arrival)
