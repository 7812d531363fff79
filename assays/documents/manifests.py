"""The manifest of a shipment as a PDF, from what was frozen when it was sent; each number as bars."""

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


def pdf(manifest: Mapping[str, Any], words: Mapping[str, str]) -> bytes:
    """Return the document of one manifest, headed by `words`; the same bytes for the same content."""
    made: bytes = _compiled(manifest, words, format="pdf")
    return made


def images(manifest: Mapping[str, Any], words: Mapping[str, str]) -> list[bytes]:
    """Return its pages as PNG, for whoever looks at them."""
    made = _compiled(manifest, words, format="png", ppi=200)
    return [made] if isinstance(made, bytes) else made


def _compiled(manifest: Mapping[str, Any], words: Mapping[str, str], **options: Any) -> Any:
    data = readable(manifest)
    for line in data["lines"]:
        line["bars"] = code_128(line["accession"])
    data["bars"] = code_128(data["shipment"])
    sent = datetime.fromisoformat(manifest["sent_at"])
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={
            "manifest": json.dumps(data, ensure_ascii=False),
            "words": json.dumps(readable(dict(words)), ensure_ascii=False),
        },
        font_paths=typefaces(),
        timestamp=int(sent.timestamp()),
        **options,
    )
