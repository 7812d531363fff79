"""The documents of reports, made and read."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader

from tests.assays.reports.making import Bench, work_off


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(bytes(pdf)))


def text_of(pdf: bytes) -> str:
    """Return the text of all pages, with every run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).split())


def rendered(bench: Bench) -> bytes:
    work_off()
    return bytes(bench.newest.document.pdf)


def sample(lines: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """A content as a release makes it, without the release: one line per (code, value)."""
    line = {
        "kind": "NUMERIC", "comparator": "", "unit": "g/dL", "value_code": "", "value_text": "",
        "absent_reason": "", "group": "Panel", "section": "CBC", "replaces": None,
        "range": {"text": "12.0 – 15.5", "unknown": "", "is_established": True, "is_verified": True},
        "flags": [], "is_critical": False, "comment": "", "method": "routine", "instrument": "",
        "specimen": "2600000017", "observed_at": "2026-11-21T05:00:00+00:00",
        "verified_by": "Vera", "verified_at": "2026-11-21T05:10:00+00:00",
        "released_by": "Rosa", "released_at": "2026-11-21T05:20:00+00:00",
    }  # fmt: skip
    patient = {
        "name": "Quill, Ada", "record_number": "M1", "born": "1 Jan 2000", "sex": "female",
        "species": "Human",
    }  # fmt: skip
    order = {
        "number": "7", "requester": "Dora", "ordered_at": "2026-11-21T04:00:00+00:00",
        "priority": "ROUTINE", "stay": "", "clinical_question": "",
    }  # fmt: skip
    return {
        "schema": 1, "language": "en", "zone": "UTC", "hospital": "Station hospital",
        "patient": patient, "order": order, "specimens": [], "withdrawn": [], "awaited": [],
        "cancelled": [], "changes": [],
        "results": [
            {**line, "id": n, "code": code, "name": f"Analyte {code}", "value": value,
             "shown": value}
            for n, (code, value) in enumerate(lines)
        ],
        "version": {
            "report": 3, "number": 1, "status": "FINAL", "reason": "", "made_by": "Rosa",
            "made_at": "2026-11-21T05:20:00+00:00",
        },
        **more,
    }  # fmt: skip
