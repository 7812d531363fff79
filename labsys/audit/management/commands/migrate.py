"""manage.py migrate, as the owner role: the runtime role may not change a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        with rendering_later():
            super().handle(*args, **options)


@contextmanager
def rendering_later() -> Iterator[None]:
    """Render what an operation changes by itself, and what is related to it after the migration.

    Django renders every model anew that is related to a changed one, however far: with two hundred
    tables that point at people, nearly all of them for each operation, which took most of the time
    that an empty database needs. Statements need the changed model alone, and code of a migration
    (RunPython) has delayed models rendered before it runs.
    """
    everything = ProjectState._find_reload_model

    def itself(state: Any, app_label: str, model_name: str, delay: bool = False) -> Any:
        state.is_delayed = True
        return {(app_label, model_name)}

    ProjectState._find_reload_model = itself
    try:
        yield
    finally:
        ProjectState._find_reload_model = everything
