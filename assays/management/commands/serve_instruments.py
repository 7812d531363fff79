"""manage.py serve_instruments: listen for instruments over ASTM and over HL7 (MLLP)."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assays.instruments.dialects import Dialect
from assays.listeners import limits
from assays.listeners.limits import Limits
from assays.listeners.server import Listeners, PortTaken
from labsys.work import heartbeats


class Command(BaseCommand):
    help = "Take what instruments send over ASTM and HL7, and store it before answering."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(self._serve())
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken

    def _limits(self) -> Limits:
        connections, why = limits.fit(settings.LABSYS_INSTRUMENTS_CONNECTIONS)
        if why:
            self.stderr.write(why)
        return Limits(connections=connections, per_address=settings.LABSYS_INSTRUMENTS_PER_ADDRESS)

    async def _serve(self) -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        bind = settings.LABSYS_INSTRUMENTS_BIND
        listeners = Listeners(
            bind=bind,
            ports={
                Dialect.ASTM: settings.LABSYS_ASTM_PORT,
                Dialect.HL7: settings.LABSYS_MLLP_PORT,
            },
            limits=self._limits(),
        )
        ports = await listeners.start()
        heartbeats.keep_beating("instruments", listeners.hub.name)
        listening = ", ".join(f"{dialect} {bind}:{port}" for dialect, port in ports.items())
        self.stdout.write(f"listening: {listening}")
        self.stdout.flush()
        await stopping.wait()
        await listeners.stop()
