"""manage.py write_messages: bring the catalogues of messages up to what the code says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Write labsys/locale/*/LC_MESSAGES from the code. --missing prints what a language lacks as "
        "JSON lines [singular, plural, context, translation]; --from reads such lines with their "
        "translations."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", choices=[code for code, _name in settings.LANGUAGES[1:]])
        parser.add_argument("--missing", action="store_true")
        parser.add_argument("--from", dest="source", type=Path)

    def handle(
        self, *args: Any, language: str, missing: bool, source: Path | None, **options: Any
    ) -> None:
        # Babel is needed by whoever writes messages, never by a labsys that runs.
        from labsys.web import translations  # noqa: PLC0415

        if missing:
            for message, context in translations.missing(language):
                ids = [message, None] if isinstance(message, str) else list(message)
                self.stdout.write(json.dumps([*ids, context, ""], ensure_ascii=False))
            return
        given = _read(source) if source else {}
        catalogue = translations.updated(language, given)
        path = translations.path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(translations.written(catalogue))
        path.with_suffix(".mo").write_bytes(translations.compiled(translations.kept(language)))
        for fault in (wrong := translations.faults(language))[:20]:
            self.stderr.write(fault)
        left = len(translations.missing(language))
        self.stdout.write(f"{language}: {len(catalogue)} messages, {left} without a translation")
        if wrong:
            raise CommandError(f"{len(wrong)} translations do not fit their message.")


def _read(source: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        singular, plural, context, string = json.loads(line)
        message = singular if plural is None else (singular, plural)
        found[message, context] = string if plural is None else tuple(string or ("", ""))
    return found
