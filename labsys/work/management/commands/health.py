"""manage.py health SERVICE: exit 0 where the service showed life recently, 1 with a sentence where not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from labsys.work import heartbeats


class Command(BaseCommand):
    help = "Check that a service showed life recently (health check of the containers)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("service", choices=heartbeats.SERVICES)

    def handle(self, *args: Any, service: str, **options: Any) -> None:
        try:
            age = heartbeats.ages()[service]
        except DatabaseError as error:
            raise CommandError("The database does not answer.") from error
        if age is None:
            raise CommandError(f"The {service} has never shown life.")
        if age > heartbeats.LIMITS[service]:
            raise CommandError(f"The {service} last showed life {age:.0f} s ago.")
        self.stdout.write(f"The {service} showed life {age:.1f} s ago.")
