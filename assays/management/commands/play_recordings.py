"""manage.py play_recordings: recorded sessions of instruments, sent again to a listener here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assays.instruments.dialects import Dialect
from assays.senders import corpus, recorded, simulated
from assays.senders.addresses import NotThisMachine, on_this_machine
from assays.senders.lines import Line


class Command(BaseCommand):
    help = (
        "Play recorded sessions over TCP to a listener on this machine, waiting for each answer as "
        "the instrument did. Recordings are read where they lie; nothing of them is kept here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, help="files or folders (the corpus, where there is one)"
        )
        parser.add_argument("--host", default="127.0.0.1", help="this machine, by any of its names")
        parser.add_argument("--astm-port", type=int, help="(from the settings)")
        parser.add_argument("--hl7-port", type=int, help="(from the settings)")
        parser.add_argument(
            "--patience", type=float, default=15.0, help="seconds it waits for an answer (15)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ports = {
            Dialect.ASTM: options["astm_port"] or simulated.port_of(Dialect.ASTM),
            Dialect.HL7: options["hl7_port"] or simulated.port_of(Dialect.HL7),
        }
        try:
            lines = {
                dialect: Line(on_this_machine(options["host"], port), patience=options["patience"])
                for dialect, port in ports.items()
            }
        except NotThisMachine as refused:
            raise CommandError(str(refused)) from refused
        unanswered = played = 0
        for path in options["paths"] or [self._corpus()]:
            if not path.exists():
                raise CommandError(f"There is no {path}.")
            for recording in recorded.recordings_in(path):
                found = recorded.play(recording, lines[recording.dialect])
                self.stdout.write(f"{recording.path.name}  {recording.dialect}  {found}")
                unanswered += found.unanswered
                played += 1
        self.stdout.write(f"{played} recordings played, {unanswered} pieces without an answer")
        if unanswered:
            raise CommandError("Not everything was answered.")

    def _corpus(self) -> Path:
        found = corpus.folder()
        if found is None:
            raise CommandError(corpus.missing())
        return found
