"""manage.py relay: hear the database's doorbell, ring Celery's."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from labsys.celery import app
from labsys.work.relay import Relay


class Command(BaseCommand):
    help = "Carry doorbells from PostgreSQL to Celery, and sweep the queue every second."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stopping.append(received))
        Relay(app, stop=lambda: bool(stopping)).run()
