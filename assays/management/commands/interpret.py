"""manage.py interpret: say what a kept message means, and what filing it would do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from assays.instruments import drivers, interpreted
from assays.instruments.interpreted import Interpreted
from assays.instruments.unwrapping import lacks_end, unwrap
from assays.instruments.wire import Assembled
from assays.models import Instrument
from assays.queries import dry_runs
from assays.queries.dry_runs import DryRun, Outcome
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused

LARGEST = 16 * 1024 * 1024
INCOMPLETE = {"status": "INCOMPLETE", "reason": "The message is not complete; it is never filed."}


class Command(BaseCommand):
    help = (
        "Say what the messages in a file mean, value by value, and what filing them would do now. "
        "Nothing is stored. The bytes may be framed (LIS1-A, MLLP) or bare, of any instrument."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the bytes as they were kept; - for standard input")
        parser.add_argument("--driver", choices=drivers.names(), help="which family wrote them")
        parser.add_argument(
            "--instrument", metavar="CODE", help="the connection they would have come over"
        )
        parser.add_argument("--json", action="store_true", help="for other programs")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = _read(options["file"])
        instrument = _instrument(options["instrument"])
        given = options["driver"] or ""
        found = [_one(message, given, instrument, at=database_now()) for message in unwrap(raw)]
        said = {
            "suggested": drivers.suggest(raw),
            "messages": [one for one, _values in found],
            "results": [value for _one, values in found for value in values],
        }
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for line in _lines(said):
            self.stdout.write(line)


def _read(file: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1) if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise CommandError(f"{file} is larger than {LARGEST // 2**20} MiB, more than is taken.")
    return raw


def _instrument(code: str | None) -> Instrument | None:
    if not code:
        return None
    found = Instrument.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Instrument.objects.order_by("code").values_list("code", flat=True)[:50])
        raise CommandError(f"There is no instrument {code}; there are: {known or 'none'}.")
    return found


def _one(
    message: Assembled, driver: str, instrument: Instrument | None, *, at: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what is said of one message, and of each of its values with what filing would do."""
    about = {"message": message.number, "dialect": message.dialect.value}
    if not message.is_complete:
        value = interpreted.incomplete(message, driver or drivers.suggest(message.text) or "")
        return {**about, "filing": INCOMPLETE}, [{**value.as_json(), "filing": INCOMPLETE}]
    try:
        with transaction.atomic():
            found = dry_runs.run(message, at=at, instrument=instrument, driver=driver)
            transaction.set_rollback(True)
    except Refused as refused:
        raise CommandError(str(refused)) from refused
    is_cut = lacks_end(message)
    filing = _outcome(found.whole) if found.whole else {"status": "READ"}
    about |= {
        "driver": found.driver,
        "instrument": found.instrument.code if found.instrument else None,
        "filing": INCOMPLETE if is_cut else filing,
    }
    return about, [
        {**value.as_json(), "filing": INCOMPLETE if is_cut else _outcome(outcome)}
        for value, outcome in _values(message, found)
    ]


def _values(message: Assembled, found: DryRun) -> Iterator[tuple[Interpreted, Outcome]]:
    values = interpreted.values(message, found.interpretation, found.driver)
    if found.whole is not None:
        yield from ((value, found.whole) for value in values)
        return
    outcomes = (outcome for _reading, outcome in found.outcomes)
    yield from zip(values, outcomes, strict=True)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    said = {
        "status": outcome.status.value,
        "hold": outcome.code,
        "reason": outcome.reason,
        "specimen": outcome.specimen,
        "assay": outcome.assay,
        "result": outcome.result_id,
    }
    return {name: value for name, value in said.items() if value not in ("", None)}


def _lines(said: dict[str, Any]) -> Iterator[str]:
    suggested = said["suggested"] or _("none of the known families")
    yield _("Recognised as %(driver)s.") % {"driver": suggested}
    if not said["messages"]:
        yield _("There is no message in it.")
    for one in said["messages"]:
        yield ""
        yield f"{one['message']}: {one['dialect']}, {one.get('driver', '–')}, {_words(one['filing'])}"
        for value in said["results"]:
            if value["message"] == one["message"]:
                yield "  " + _line(value)


def _line(value: dict[str, Any]) -> str:
    read = value["value"] or value["code_value"] or value["text"] or value["absent"] or "–"
    parts = [
        value["of"],
        value["specimen_id"] or value["control"] or "–",
        value["code"] or "–",
        f"{value['comparator']}{read} {value['unit']}".rstrip(),
        _words(value["filing"]),
    ]
    return "  ".join(parts)


def _words(filing: dict[str, Any]) -> str:
    where = " ".join(filing[name] for name in ("specimen", "assay") if name in filing)
    return ": ".join(part for part in (filing["status"], where, filing.get("reason", "")) if part)
