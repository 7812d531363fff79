"""The paper form for downtime as a PDF: a line per specimen with its barcode, a box per test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typst

from assays.documents.barcodes import code_128
from assays.documents.reports import readable, typefaces

TEMPLATE = Path(__file__).with_name("downtime.typ")


@dataclass(frozen=True)
class PrintedBox:
    """One empty box: the test and its unit as it is printed."""

    code: str
    unit: str


@dataclass(frozen=True)
class PrintedRow:
    """One specimen; all in the words of the page that prints it."""

    accession: str
    name: str
    mrn: str
    born: str
    specimen: str
    priority: str
    collected: str
    boxes: Sequence[PrintedBox]


def pdf(
    *, number: str, words: dict[str, str], rows: Sequence[PrintedRow], made_at: datetime
) -> bytes:
    """Return the form; `words` are its labels in the reader's language."""
    data = {
        "number": number,
        "barcode": code_128(number),
        "words": words,
        "rows": [{**asdict(row), "barcode": code_128(row.accession)} for row in rows],
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"form": json.dumps(readable(data), ensure_ascii=False)},
        font_paths=typefaces(),
        timestamp=int(made_at.timestamp()),
        format="pdf",
    )
    return made
