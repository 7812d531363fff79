"""Specimen labels as a PDF: Code 128 of the accession number, and what a reader needs beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst
import zxingcpp

TEMPLATE = Path(__file__).with_name("typst") / "labels.typ"
NAME_LENGTH = 23  # what fits on one line beside the priority
PIXELS_PER_INCH = 300


@dataclass(frozen=True)
class Label:
    """What one label says; all in the words of the page that prints it."""

    accession: str
    name: str
    mrn: str
    born: str
    specimen: str
    priority: str


def pdf(labels: Sequence[Label], *, title: str) -> bytes:
    """Return the labels as a PDF, one per page of 50 mm x 25 mm."""
    return _compiled(labels, title=title, format="pdf")


def images(labels: Sequence[Label], *, title: str) -> list[bytes]:
    """Return the same pages as PNG, for printers (and tests) that take images."""
    made = _compiled(labels, title=title, format="png", ppi=PIXELS_PER_INCH)
    return [made] if isinstance(made, bytes) else made


def barcode(accession: str) -> str:
    """Return the Code 128 of an accession number as SVG, with its quiet zones."""
    symbol = zxingcpp.create_barcode(accession, zxingcpp.BarcodeFormat.Code128)
    svg: str = symbol.to_svg(add_hrt=False, add_quiet_zones=True)
    # The bars are stretched to the label's height; their widths keep their proportions.
    return svg.replace("<svg ", '<svg preserveAspectRatio="none" ', 1)


def shortened(name: str) -> str:
    """Return a name that fits on its line; a cut is shown."""
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _compiled(labels: Sequence[Label], *, title: str, **options: object) -> bytes:
    if not labels:
        raise ValueError("there is no label to print")
    data = [
        {**asdict(label), "name": shortened(label.name), "barcode": barcode(label.accession)}
        for label in labels
    ]
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"labels": json.dumps(data), "title": title},
        **options,
    )
    return made
