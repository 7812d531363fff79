"""manage.py analyse: run an analysis on files, without the web and without storing anything."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.management import analyses
from assays.management.analyses.findings import Analysis, Findings
from labsys.lib.wording import Refused


def offered() -> list[Analysis]:
    """Return the analyses there are: the modules of their package that have a name."""
    found = [
        import_module(f"{analyses.__name__}.{module.name}")
        for module in iter_modules(analyses.__path__)
    ]
    return [module for module in found if hasattr(module, "NAME")]  # type: ignore[misc]


class Command(BaseCommand):
    help = (
        "Run an analysis on files and print what it found; nothing is stored. "
        "Each analysis has help of its own: manage.py analyse NAME --help"
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's name and type

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="analysis", required=True, metavar="NAME")
        for analysis in offered():
            told = analysis.HELP.replace("%", "%%")  # argparse fills names in after a sign
            kind = kinds.add_parser(analysis.NAME, help=told, description=analysis.HELP)
            analysis.add_arguments(kind)
            kind.add_argument("--json", action="store_true", help="for other programs")
            kind.add_argument("--plots", metavar="FOLDER", help="write drawings into this folder")
            kind.set_defaults(chosen=analysis)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = options["chosen"].run(options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["plots"]:
            _draw(found, options["plots"])
        if options["json"]:
            self.stdout.write(json.dumps(dict(found.data), ensure_ascii=False, indent=2))
        else:
            self._tell(found)
        if found.failures:
            raise CommandError("\n".join(found.failures))

    def _tell(self, found: Findings) -> None:
        for place, table in enumerate(found.tables):
            if place:
                self.stdout.write("")
            for line in table.lines():
                self.stdout.write(line)
        for note in found.notes:
            self.stdout.write(f"Note: {note}")


def _draw(found: Findings, folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, drawing in found.plots.items():
            (Path(folder) / name).write_bytes(drawing)
    except OSError as error:
        raise CommandError(f"The drawings cannot be written to {folder}: {error}") from error
