"""manage.py interpret: say what a kept message means, and what filing it would do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from assays.actions.hospital import filing as hospital
from assays.models import Instrument
from assays.queries import dry_runs, families
from assays.queries.dry_runs import DryRun, Outcome, Told
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused

LARGEST = 16 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Say what the messages in a file mean, value by value, and what filing them would do now. "
        "Nothing is stored. The bytes may be framed (LIS1-A, MLLP) or bare, of any instrument."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the bytes as they were kept; - for standard input")
        parser.add_argument(
            "--driver",
            metavar="NAME",
            help="which family wrote them, also one declared here; version:12 for a draft of one",
        )
        parser.add_argument(
            "--instrument", metavar="CODE", help="the connection they would have come over"
        )
        parser.add_argument("--json", action="store_true", help="for other programs")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = _read(options["file"])
        try:
            said = _said(raw, options["instrument"] or "", options["driver"] or "")
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except OperationalError as error:
            raise CommandError(
                "The database does not answer; without it nobody can say what filing would do."
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for line in _lines(said):
            self.stdout.write(line)


def _said(raw: bytes, code: str, driver: str) -> dict[str, Any]:
    found = dry_runs.runs(
        raw,
        at=database_now(),
        instrument=_instrument(code),
        driver=driver,
        trial=partial(hospital.tried, by=Principal.objects.system("interpret")),
    )
    return {
        "suggested": families.suggest(raw),
        "messages": [_about(one) for one in found],
        "results": [
            {**value.as_json(), "filing": _outcome(outcome)}
            for one in found
            for value, outcome in one.values
        ],
        "told": [_told(one, told) for one in found for told in one.told],
    }


def _told(found: DryRun, told: Told) -> dict[str, Any]:
    """Return what is said of one thing that a hospital's system tells."""
    return {
        "message": found.message.number,
        "position": told.position,
        "act": told.act.value,
        "code": told.code,
        "filing": _outcome(told.outcome),
    }


def _read(file: str) -> bytes:
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a name with a NUL in it is none
        raise CommandError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    if len(raw) > LARGEST:
        raise CommandError(f"{file} is larger than {LARGEST // 2**20} MiB, more than is taken.")
    return raw


def _instrument(code: str) -> Instrument | None:
    if not code:
        return None
    found = Instrument.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Instrument.objects.order_by("code").values_list("code", flat=True)[:50])
        raise CommandError(f"There is no instrument {code}; there are: {known or 'none'}.")
    return found


def _about(found: DryRun) -> dict[str, Any]:
    """Return what is said of a message as a whole."""
    return {
        "message": found.message.number,
        "dialect": found.message.dialect.value,
        "driver": found.driver,
        "instrument": found.instrument.code if found.instrument else None,
        "filing": _outcome(found.whole) if found.whole else {"status": "READ"},
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    said = {
        "status": str(outcome.status),
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
        yield f"{one['message']}: {one['dialect']}, {one['driver']}, {_words(one['filing'])}"
        for value in said["results"]:
            if value["message"] == one["message"]:
                yield "  " + _line(value)
        for told in said["told"]:
            if told["message"] == one["message"]:
                yield f"  {told['act']}  {told['code'] or '–'}  {_words(told['filing'])}"


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
