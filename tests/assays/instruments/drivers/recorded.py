"""Sessions of the corpus, taken off the wire by the link layers and read by the drivers.

The corpus is read where it lies and never copied; tests of it skip where it is absent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assays.instruments import drivers
from assays.instruments.astm import link as astm
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import mllp
from assays.instruments.readings import Interpretation, Reading, Sort
from assays.instruments.wire import Assembled
from assays.senders import corpus

CORPUS = corpus.folder()
ABSENT = "no corpus of recorded sessions here"

# Which driver reads which files, and what its instrument is set to.
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "astm/abbott_m2000/": ("abbott-m2000", {}),
    "astm/biorad_ih1000/": ("biorad-ih1000", {}),
    "astm/cepheid_genexpert_en/": ("cepheid-genexpert", {}),
    "astm/cepheid_genexpert_fr/": ("cepheid-genexpert", {"decimal_comma": True}),
    "astm/euroimmun_analyzer1/": ("euroimmun-analyzer", {}),
    "astm/immucor_": ("immucor", {}),
    "astm/omnilab/": ("lis2a2", {}),
    "astm/ortho_rvt_query/": ("lis2a2", {}),
    "hl7/abbott_alinity_m/": ("abbott-alinity-m", {}),
    "hl7/cepheid_genexpert_hl7/": ("cepheid-genexpert", {}),
    "hl7/roche_cobas4800/": ("roche-cobas-4800", {}),
    "hl7/roche_cobas5800/": ("roche-cobas-x800", {}),
    "hl7/roche_cobas6800/": ("roche-cobas-x800", {}),
    "hl7/roche_cobas_pro/": ("roche-cobas-pro", {}),
    "hl7/": ("hl7-oru-oul", {"processing_ids": ["P", "T"]}),
    "malformed/astm/hl7_": ("cepheid-genexpert", {}),
    "malformed/astm/": ("abbott-m2000", {}),
    "malformed/hl7/": ("abbott-alinity-m", {}),
    "synthetic/": ("lis2a2", {"processing_ids": ["P", "LIS2-A2"]}),
}


@dataclass(frozen=True)
class Recording:
    """One file of the corpus."""

    file: str
    expected_file: str | None

    @property
    def family(self) -> str:
        return next(prefix for prefix in FAMILIES if self.file.startswith(prefix))

    @property
    def expected(self) -> dict[str, Any]:
        """What must come out of it; empty where the corpus does not say."""
        assert CORPUS is not None
        if self.expected_file is None:
            return {}
        said = json.loads((CORPUS / self.expected_file).read_text())
        return dict(said.get("expected", {}))

    @property
    def content(self) -> bytes:
        assert CORPUS is not None
        return (CORPUS / self.file).read_bytes()


@lru_cache
def recordings() -> tuple[Recording, ...]:
    if CORPUS is None:
        return ()
    index = json.loads((CORPUS / "INDEX.json").read_text())
    return tuple(Recording(entry["file"], entry.get("expected_file")) for entry in index)


def of(*prefixes: str) -> list[Recording]:
    return [one for one in recordings() if one.file.startswith(prefixes)]


def read(recording: Recording, size: int = 0) -> list[Interpretation]:
    """Interpret the complete messages of a recording that came in pieces of `size` bytes."""
    name, settings = FAMILIES[recording.family]
    return [
        drivers.find(name).interpret(
            one.text, dialect=one.dialect, settings=settings, zone="Africa/Kampala"
        )
        for one in messages(recording, size)
        if one.is_complete
    ]


def messages(recording: Recording, size: int = 0) -> list[Assembled]:
    """Return what the link layer put together; a file without framing is one message."""
    content = recording.content
    if recording.file.endswith(".hl7"):
        return [Assembled(1, content, Dialect.HL7)]
    is_astm = recording.file.endswith(".astm")
    link = astm.Link() if is_astm else mllp.Link()
    pieces = [content[at : at + size] for at in range(0, len(content), size)] if size else [content]
    found: list[Assembled] = []
    for piece in pieces:
        link.feed(piece)
        while (event := link.next(0.0)) is not None:
            found.extend(event.messages)
            link.settle(is_stored=True)
    while (event := link.close()) is not None:
        found.extend(event.messages)
        link.settle(is_stored=True)
    return found


def measured(found: list[Interpretation]) -> list[Reading]:
    """Return the values of patients and of controls."""
    return [
        reading
        for one in found
        for reading in one.readings
        if reading.sort in (Sort.VALUE, Sort.CONTROL)
    ]


def supplements(found: list[Interpretation]) -> list[Reading]:
    return [r for one in found for r in one.readings if r.sort is Sort.SUPPLEMENT]


def asked(found: list[Interpretation]) -> list[str]:
    return [r.specimen for one in found for r in one.readings if r.sort is Sort.QUERY]


def value_sent(reading: Reading) -> str | None:
    """Return the value as the corpus writes it: without the delimiters around it."""
    return reading.as_sent.get("value", "").strip("^&") or None
