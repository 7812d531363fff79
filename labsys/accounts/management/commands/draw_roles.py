"""manage.py draw_roles: write docs/roles.md from the table of roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from labsys.accounts.rolebook import document


class Command(BaseCommand):
    help = "Write the table of roles to docs/roles.md; --check fails where it is out of date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "roles.md"
        written = document()
        if not check:
            path.write_text(written, encoding="utf-8")
            self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
        elif not path.exists() or path.read_text(encoding="utf-8") != written:
            raise CommandError("docs/roles.md is out of date: run manage.py draw_roles.")
