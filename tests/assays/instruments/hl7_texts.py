"""HL7 results by the book, and with fields of their header changed."""

from __future__ import annotations

SEGMENTS = "SPM|1|ACC-1\rOBR|1|ACC-1\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r"
FIELDS = {
    2: "^~\\&",
    3: "ANALYSER^7",
    4: "LAB",
    5: "LIS",
    6: "HOSPITAL",
    7: "20260105100000",
    9: "OUL^R22^OUL_R22",
    10: "C-1",
    11: "P",
    12: "2.5.1",
    18: "UNICODE UTF-8",
    21: "LAB-29^IHE",
}


def message(segments: str = SEGMENTS, *, charset: str = "utf-8", **changed: str) -> bytes:
    """A result by the book, with fields of MSH changed: f15="NE"."""
    fields = {**FIELDS, **{int(name[1:]): value for name, value in changed.items()}}
    msh = "|".join(["MSH", *(fields.get(number, "") for number in range(2, 22))])
    return f"{msh}\r{segments}".encode(charset)
