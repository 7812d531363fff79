"""manage.py prepare: everything between an empty database and running services, in one process."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections


class Command(BaseCommand):
    help = "Migrate as the owner, collect static files, load the catalogue and, if asked, the demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also load the demo's data")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        if "owner" not in connections.databases:
            raise CommandError(
                "prepare needs MIGRATE_DATABASE_URL: it changes tables as the owner."
            )
        self._check_database()
        self._step("tables", "migrate", database="owner", verbosity=0, interactive=False)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        self._step("static files", "collectstatic", verbosity=0, interactive=False)
        self._step("catalogue", "load_catalogue", verbosity=0)
        self._step("reports", "issue_reports", verbosity=0)
        if demo:
            self._step("demo", "seed_demo", verbosity=0)

    def _check_database(self) -> None:
        for alias in ("owner", "default"):
            try:
                connections[alias].ensure_connection()
            except OperationalError as error:
                name = "MIGRATE_DATABASE_URL" if alias == "owner" else "DATABASE_URL"
                raise CommandError(f"The database of {name} does not answer: {error}") from error
        connection.close()

    def _step(self, what: str, command: str, **options: Any) -> None:
        began = time.monotonic()
        call_command(command, **options)
        self.stdout.write(f"{what}: {time.monotonic() - began:.1f} s")
