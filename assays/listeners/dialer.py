"""Calls an instrument that waits to be called, again and again, for as long as the line is ours."""

from __future__ import annotations

import asyncio
import random
import ssl
from typing import TYPE_CHECKING

from assays.listeners import tls
from assays.listeners.connection import Connection
from assays.listeners.tls import Files, Threshold
from assays.queries.endpoints import Line
from assays.rules.endpoints import LineState, pause
from assays.rules.line_faults import LineFault, Trouble, fault

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

CALL_SECONDS = 20.0
# A line that stood for so long was no failure, whatever ended it.
GOOD_SECONDS = 30.0


class Dialer:
    """One instrument that is called."""

    def __init__(self, hub: Hub, line: Line, files: Files) -> None:
        self._hub, self.line, self._files = hub, line, files
        self._key = (line.instrument_id, line.endpoint_id)
        self._failures = 0
        self._is_stopping = False

    async def start(self) -> None:
        """Begin to call; raises Unusable where it can never be."""
        self._context = self._encryption()
        self._hub.board.stands(self._key, LineState.CALLING, self._hub.loop.time())
        self._task = self._hub.loop.create_task(self._keep_calling())

    async def stop(self) -> None:
        """Call no more; what stands is ended by whoever has the connections."""
        self._is_stopping = True
        self._task.cancel()
        await asyncio.wait([self._task])

    def _encryption(self) -> ssl.SSLContext | None:
        if not self.line.tls:
            return None
        return tls.client_context(self.line.fingerprints, self._files)

    async def _keep_calling(self) -> None:
        loop = self._hub.loop
        while not self._is_stopping:
            began = loop.time()
            why = await self._converse()
            if loop.time() - began >= GOOD_SECONDS:
                self._failures = 0
            self._failures += 1
            now = loop.time()
            if why:
                self._hub.board.failed(self._key, why, now)
            self._hub.board.stands(self._key, LineState.BACKOFF, now)
            await asyncio.sleep(pause(self._failures, random.random()))  # noqa: S311 - no secret

    async def _converse(self) -> LineFault | None:
        """Call, and wait for the end of the connection; returns why there was none."""
        threshold = Threshold()
        try:
            async with asyncio.timeout(CALL_SECONDS):
                transport = await self._call(threshold)
        except TimeoutError:
            return fault(Trouble.UNANSWERED, place=self._place, seconds=f"{CALL_SECONDS:.0f}")
        except ssl.SSLCertVerificationError as error:
            return fault(Trouble.UNVOUCHED, place=self._place, error=error.verify_message)
        except (OSError, ssl.SSLError) as error:
            return fault(Trouble.UNREACHED, place=self._place, error=tls.reason(error))
        if not tls.is_trusted(transport, self.line.fingerprints):
            said = tls.shown(transport) or "none"
            transport.abort()
            return fault(Trouble.UNTRUSTED, place=self._place, shown=said)
        connection = Connection(self._hub, self.line.dialect, self.line)
        ended = self._hub.ended(connection)
        threshold.hand_over(transport, connection)
        await ended
        return None

    async def _call(self, threshold: Threshold) -> asyncio.Transport:
        more = {}
        if self._context is not None:
            more = {
                "ssl": self._context,
                "server_hostname": self.line.host,
                "ssl_handshake_timeout": tls.HANDSHAKE_SECONDS,
            }
        transport, _protocol = await self._hub.loop.create_connection(
            lambda: threshold, self.line.host, self.line.port, **more
        )
        return transport

    @property
    def _place(self) -> str:
        host = f"[{self.line.host}]" if ":" in self.line.host else self.line.host
        return f"{host}:{self.line.port}"
