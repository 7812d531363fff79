"""The instruments whose recorded sessions a corpus may hold: how each is registered here.

Nothing of the sessions themselves stands here; they are read where they lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assays.instruments.dialects import Dialect

VIRAL_LOAD, QUALITATIVE, IGA = "HIV1-VL", "HIV1-RNA", "SARS2-IGA"
# The recordings are years old; an instrument in use keeps the usual 30 days.
OLDEST_DAYS = 3650


@dataclass(frozen=True)
class RecordedInstrument:
    """One instrument: its sessions in the corpus, its driver, what its codes mean here."""

    code: str
    name: str
    maker: str
    driver: str
    dialect: Dialect
    sessions: str  # a pattern of paths below the corpus
    sender: str = ""
    means: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        named = {"sender": self.sender} if self.sender else {}
        return {**named, "oldest_days": OLDEST_DAYS, **self.more}


_A, _H = Dialect.ASTM, Dialect.HL7
# Codes that are in no row stay unmapped, and what comes under them is held.
INSTRUMENTS = (
    RecordedInstrument(
        *("m2000", "m2000", "Abbott", "abbott-m2000", _A),
        *("astm/abbott_m2000/*.astm", "m2000", {"HIV0.6ml": VIRAL_LOAD}),
    ),
    RecordedInstrument(
        *("genexpert-en", "GeneXpert (English)", "Cepheid", "cepheid-genexpert", _A),
        *("astm/cepheid_genexpert_en/*.astm", "EXAMPLE DISTRICT HOSPITAL - 800001"),
        {"HIV-1_VL 2 2": VIRAL_LOAD, "HIV-1_QUAL 2^HIV-1": QUALITATIVE},
    ),
    RecordedInstrument(
        *("genexpert-fr", "GeneXpert (French)", "Cepheid", "cepheid-genexpert", _A),
        *("astm/cepheid_genexpert_fr/*.astm", "800000_EXAMPLE LAB_EXAMPLE REGION_EXAMPLE COUNTRY"),
        {"HIV-1": VIRAL_LOAD, "HIV_QUALXC1^HIV-1": QUALITATIVE},
        {"decimal_comma": True},
    ),
    RecordedInstrument(
        *("euroimmun", "Analyzer I", "EUROIMMUN", "euroimmun-analyzer", _A),
        *("astm/euroimmun_analyzer1/*.astm", "", {"SARSCOV2IGA": IGA}),
    ),
    RecordedInstrument(
        *("echo", "Echo", "Immucor", "immucor", _A, "astm/immucor_echo/result.astm", "Echo")
    ),
    RecordedInstrument(
        *("ih-1000", "IH-1000", "Bio-Rad", "biorad-ih1000", _A),
        *("astm/biorad_ih1000/*.astm", "Bio-Rad"),
    ),
    RecordedInstrument(
        *("alinity-m", "Alinity m", "Abbott", "abbott-alinity-m", _H),
        *("hl7/abbott_alinity_m/*.mllp", "", {"1006": VIRAL_LOAD}),
    ),
    RecordedInstrument(
        *("cobas-4800", "cobas 4800", "Roche", "roche-cobas-4800", _H),
        *("hl7/roche_cobas4800/run_*.mllp", "cobas 4800 software 2.3.0.1905"),
        {"0BHIV1": VIRAL_LOAD},
    ),
    RecordedInstrument(
        *("cobas-5800", "cobas 5800", "Roche", "roche-cobas-x800", _H),
        *("hl7/roche_cobas5800/*.mllp", "X800 DM", {"HIV": VIRAL_LOAD}),
    ),
    RecordedInstrument(
        *("cobas-6800", "cobas 6800", "Roche", "roche-cobas-x800", _H),
        *("hl7/roche_cobas6800/*.mllp", "COBAS6800/8800", {"HIV": VIRAL_LOAD}),
    ),
    RecordedInstrument(
        *("cobas-pro", "cobas pro", "Roche", "roche-cobas-pro", _H),
        *("hl7/roche_cobas_pro/oul_*.mllp", "cobas pro"),
    ),
)
# Units with a power of ten, as cobas 5800 and 6800 report them; that of 10*-1 ships.
CONVERSIONS = {
    (VIRAL_LOAD, "10*0.{copies}/mL", "{copies}/mL"): "1",
    (VIRAL_LOAD, "10*4.{copies}/mL", "{copies}/mL"): "10000",
}
# Typed by operators into the field of the specimen, or padded with blanks, which an identifier that
# was registered here never has: these are held.
NOBODYS = frozenset({"344", "PATIENT A1", "TEST-27-026-5-1  57  "})
