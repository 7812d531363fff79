"""The catalogue's tables as files: taken out, edited, tried and handed in."""

from __future__ import annotations

import csv
import io

from assays.actions import catalogue
from assays.models import (
    CatalogueImport,
)
from assays.queries import catalogue_files
from assays.rules.catalogue_files import TABLES
from labsys.lib.clock import database_now


def exported(name: str) -> list[dict[str, str]]:
    text = catalogue_files.text_of(name).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def written(name: str, rows: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, TABLES[name].headings, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def edited(name: str, change, *, only: str = "") -> str:
    rows = [row for row in exported(name) if not only or only in row.values()]
    return written(name, [made for row in rows if (made := change(dict(row))) is not None])


def tried(author, texts: dict[str, str], **more):
    given = {"is_complete": False, "hole_reason": "", **more}
    return catalogue.try_out(texts=texts, by=author, at=database_now(), **given)


def handed_in(author, texts: dict[str, str], **more) -> CatalogueImport:
    return catalogue.hand_in(texts=texts, note="Spring.", by=author, at=database_now(), **more)


def applied(author, texts: dict[str, str], **more):
    source = handed_in(author, texts, **more)
    return catalogue.apply_import(source=source, by=author, at=database_now())


def new_limit(row: dict[str, str]) -> dict[str, str]:
    if row["analyte"] == "K" and row["range"] == "REFERENCE" and row["low"]:
        row["high"] = "5.3"
    return row
