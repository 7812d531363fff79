"""Opens and closes lines as the endpoints say, within seconds of a change, and tells how they stand.

Whatever goes wrong with one line is its state, and no concern of the others. While the database is
away everything stays as it is: nobody else can take a line over then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db import Error, connection

from assays.actions import endpoint_states
from assays.actions.endpoint_states import Report
from assays.listeners.dialer import Dialer
from assays.listeners.folders import Folder
from assays.listeners.ports import Port
from assays.listeners.tls import Files, Unusable
from assays.queries import endpoints
from assays.queries.endpoints import Line
from assays.rules.endpoints import LEASED, EndpointRole, LineState
from assays.rules.line_faults import LineFault, Trouble, fault
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

TURN_SECONDS = 2.0

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class Running(Protocol):
    """A line that is in use. `start` raises Unusable."""

    line: Line

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What the database says: every line, and those of them that are this process's."""

    lines: tuple[Line, ...]
    held: frozenset[int]


class Keeper:
    """The lines of one process."""

    def __init__(self, hub: Hub, bind: str) -> None:
        self._hub, self._bind = hub, bind
        # A thread of its own: nobody's acknowledgement waits for how a line stands.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")
        self._running: dict[int, Running] = {}
        self._stamps: dict[int, tuple[float, ...]] = {}
        self._held: dict[int, Line] = {}

    def has(self, endpoint_id: int) -> bool:
        """Whether a line is this process's."""
        return endpoint_id in self._held

    def start(self) -> None:
        self._task = self._hub.loop.create_task(self._keep())

    async def stop(self) -> None:
        """Close every line; the connections that came over them are not ended here."""
        self._task.cancel()
        await asyncio.wait([self._task])
        for running in self._running.values():
            await running.stop()
        self._running.clear()

    async def end(self) -> None:
        """Give the lines back, so that another process may have them at once."""
        await self.ask(_release, self._hub.name, list(self._held), LineState.DOWN)
        await self._hub.loop.run_in_executor(self._thread, _hang_up)
        self._thread.shutdown()

    async def _keep(self) -> None:
        while True:
            try:
                await self._turn()
            except Exception:
                logger.exception("the lines could not be looked after")
            await asyncio.sleep(TURN_SECONDS)

    async def _turn(self) -> None:
        now = self._hub.loop.time()
        shared = [id_ for id_, line in self._hub.lines.items() if line.role not in LEASED]
        reports = self._hub.board.due(now, held={*self._held, *shared})
        found = await self.ask(_look, self._hub.name, reports)
        if found is None:
            return
        self._hub.board.told(reports, now)
        self._hub.know(found.lines)
        before = self._held
        self._held = {one.endpoint_id: one for one in found.lines if one.endpoint_id in found.held}
        await self._close()
        await self._forget([line for id_, line in before.items() if id_ not in self._held])
        for line in self._held.values():
            if line.endpoint_id not in self._running:
                await self._open(line)

    async def _close(self) -> None:
        """Close what is another's, switched off, or is to be opened otherwise."""
        files = Files.of_settings().stamp()
        for id_, running in list(self._running.items()):
            is_renewed = running.line.tls and self._stamps[id_] != files
            if self._held.get(id_) == running.line and not is_renewed:
                continue
            del self._running[id_]
            await running.stop()
            for one in self._hub.of_line(running.line):
                one.end()

    async def _forget(self, lost: Sequence[Line]) -> None:
        for line in lost:
            self._hub.board.forget((line.instrument_id, line.endpoint_id))
        off = [line.endpoint_id for line in lost if line.endpoint_id not in self._hub.lines]
        if off:
            await self.ask(_release, self._hub.name, off, LineState.OFF)

    async def _open(self, line: Line) -> None:
        files = Files.of_settings()
        self._stamps[line.endpoint_id] = files.stamp()
        try:
            running = self._make(line, files)
            await running.start()
        except Unusable as why:
            self._down(line, why.fault)
        except Exception as error:
            logger.exception("the line %d could not be opened", line.endpoint_id)
            self._down(line, fault(Trouble.UNOPENED, error=type(error).__name__))
        else:
            self._running[line.endpoint_id] = running

    def _down(self, line: Line, why: LineFault) -> None:
        key = (line.instrument_id, line.endpoint_id)
        if self._hub.board.down(key, why, self._hub.loop.time()):
            logger.warning("a line of instrument %d is down: %s", line.instrument_id, why)

    def _make(self, line: Line, files: Files) -> Running:
        if line.role is EndpointRole.SERVER:
            return Port(self._hub, line, files, self._bind)
        if line.role is EndpointRole.CLIENT:
            return Dialer(self._hub, line, files)
        return Folder(self._hub, line)

    async def ask(self, what: Callable[..., Answer], *given: Any) -> Answer | None:
        """Ask the database in the keeper's thread; None where it is away."""
        return await self._hub.loop.run_in_executor(self._thread, _unless_away, what, *given)


def _unless_away(what: Callable[..., Answer], *given: Any) -> Answer | None:
    try:
        return what(*given)
    except Error as error:
        logger.warning("how the lines stand is not told (%s)", type(error).__name__)
        connection.close()
        return None


def _hang_up() -> None:
    connection.close()


def _look(listener: str, reports: Sequence[Report]) -> Turn:
    at, by = database_now(), Principal.objects.system("interpret")
    lines = endpoints.lines()
    leased = [line.endpoint_id for line in lines if line.role in LEASED]
    held = endpoint_states.hold(endpoints=leased, listener=listener, by=by, at=at)
    endpoint_states.report(reports=reports, listener=listener, by=by, at=at)
    return Turn(lines, frozenset(held))


def _release(listener: str, held: Collection[int], state: LineState) -> None:
    at, by = database_now(), Principal.objects.system("interpret")
    endpoint_states.release(endpoints=held, state=state, listener=listener, by=by, at=at)
