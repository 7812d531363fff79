"""The list of a departure on paper: who is to leave, the gate's word of one moment, a box to tick."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from assays.documents.barcodes import code_128
from assays.documents.reports import readable, typefaces

TEMPLATE = Path(__file__).with_name("manifests.typ")


def pdf(manifest: Mapping[str, Any], words: Mapping[str, str], *, at: datetime) -> bytes:
    """Return the document, headed by `words`; the same bytes for the same content and moment."""
    made: bytes = _compiled(manifest, words, at, format="pdf")
    return made


def images(manifest: Mapping[str, Any], words: Mapping[str, str], *, at: datetime) -> list[bytes]:
    """Return its pages as PNG, for whoever looks at them."""
    made = _compiled(manifest, words, at, format="png", ppi=120)
    return [made] if isinstance(made, bytes) else made


def _compiled(
    manifest: Mapping[str, Any], words: Mapping[str, str], at: datetime, **options: Any
) -> Any:
    data = readable(manifest)
    for line in data["lines"]:
        line["bars"] = code_128(line["mrn"])
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={
            "manifest": json.dumps(data, ensure_ascii=False),
            "words": json.dumps(readable(dict(words)), ensure_ascii=False),
        },
        font_paths=typefaces(),
        timestamp=int(at.timestamp()),
        **options,
    )
