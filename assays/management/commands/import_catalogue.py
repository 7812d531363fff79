"""manage.py import_catalogue FILES: show what edited tables would change; with --apply draft it.

The drafts are those of the person named, who gives their password for it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assays.actions import catalogue
from assays.rules.catalogue_files import Problem, decode
from labsys.accounts import terminal
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal


class Command(BaseCommand):
    help = (
        "Try edited tables of the catalogue; with --apply make the drafts, for others to approve. "
        "Whoever drafts them is asked for their password (without a terminal: the first line of "
        "the standard input)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--by", required=True, help="login of whoever drafts the changes")
        parser.add_argument("--note", default="", help="why the catalogue is changed")
        parser.add_argument("--hole-reason", default="", help="why what nothing covers is empty")
        parser.add_argument("--complete", action="store_true", help="retire what is not named")
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, files: list[Path], by: str, note: str, **options: Any) -> None:
        person = Principal.objects.filter(user__username=by).first()
        if person is None:
            raise CommandError(f"Nobody logs in as {by}.")
        given = {"is_complete": options["complete"], "hole_reason": options["hole_reason"]}
        who = {"by": person, "at": database_now()}
        try:
            texts = self._texts(files)
            plan = catalogue.try_out(texts=texts, **given, **who)
            self._refuse(plan.problems)
            for one in plan.changes:
                cells = "; ".join(f"{name}: {old!r} -> {new!r}" for name, old, new in one.cells)
                where = f"row {one.row}" if one.row else "not in the file"
                self.stdout.write(f"{one.sort.lower()} {one.table} {one.key} ({where}) {cells}")
            if not plan.changes:
                self.stdout.write("Nothing would change.")
            elif options["apply"]:
                who = {"by": terminal.person(by), "at": database_now()}
                source = catalogue.hand_in(texts=texts, note=note, **given, **who)
                made = catalogue.apply_import(source=source, **who)
                self.stdout.write(f"Applied: {len(made.made)} drafts and changes.")
            else:
                self.stdout.write(f"{len(plan.changes)} rows would change. Nothing was written.")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _texts(self, files: list[Path]) -> dict[str, str]:
        texts: dict[str, str] = {}
        problems: list[Problem] = []
        for path in files:
            try:
                text, wrong = decode(path.read_bytes(), name=path.name)
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            problems += wrong
            texts[str(path)] = text
        self._refuse(problems)
        return texts

    def _refuse(self, problems: list[Problem]) -> None:
        for one in problems:
            self.stderr.write(f"{one.table} row {one.row} {one.column} {one.value!r}: {one}")
        if problems:
            raise CommandError(f"{len(problems)} problems keep these files out; nothing was taken.")
