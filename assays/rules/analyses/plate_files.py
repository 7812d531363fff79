"""Files of a plate as they came: their text with the encoding it was read in, and their digest."""

from __future__ import annotations

import base64
import codecs
from hashlib import sha256
from typing import Any

from assays.rules.analyses.plates import BINARY
from assays.rules.analyses.runs import digest_of
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

LARGEST = 1024 * 1024
LONGEST_NAME = 120
ENCODINGS = ("utf-8", "utf-16", "cp1252")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def kept(name: str, content: bytes, *, encoding: str = "") -> dict[str, Any]:
    """Return a file as an input keeps it: name, text, the encoding named or found, bytes, SHA-256.

    Found is UTF-8 or UTF-16 by its mark, UTF-8 without one where it is that, Windows-1252 otherwise.
    What is no text is kept as it came, in base64; work says that it cannot be used.
    """
    if len(content) > LARGEST:
        raise Refused(
            "FILE_TOO_LARGE",
            _("%(name)s has %(size)d bytes; the file of a plate has at most %(most)d."),
            name=name[:LONGEST_NAME],
            size=len(content),
            most=LARGEST,
        )
    if encoding and encoding not in ENCODINGS:
        raise Refused("ENCODING", _("An encoding is one of %(all)s."), all=", ".join(ENCODINGS))
    found: dict[str, Any] = {
        "name": name[:LONGEST_NAME].replace("\x00", ""),
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    for one in [encoding] if encoding else _candidates(content):
        try:
            text = content.decode(one)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return {**found, "encoding": one, "text": text}
    return {**found, "encoding": BINARY, "base64": base64.b64encode(content).decode("ascii")}


def same_plate(assay_id: int, given: dict[str, Any]) -> str:
    """Return what tells one plate's measurement from another's: assay and the bytes of both files."""
    return digest_of([assay_id, given["signals"]["sha256"], given["layout"]["sha256"]])


def _candidates(content: bytes) -> list[str]:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    return [marked] if marked else ["utf-8", "cp1252"]
