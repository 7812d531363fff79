"""manage.py draw_states: write docs/states.md from the state tables in the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from labsys.web.diagrams import states_document


class Command(BaseCommand):
    help = "Draw the life cycles into docs/states.md; --check fails where the file is out of date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "states.md"
        drawn = states_document()
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(drawn, encoding="utf-8")
            self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
        elif not path.exists() or path.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/states.md is out of date: run manage.py draw_states.")
