"""What is done to patients, and on which analytes it is known to act.

The kinds are those of the registry. Where the spectrum of a kind is not known it acts on anything:
a comparison across it is never called within. From physiology, to be verified locally.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ANY = frozenset({"*"})
REASON = "intervention"
NANITES = frozenset({"NANITE-LOAD", "NANITE-RATIO", "NANITE-TYPE", "NANITE-PROFILE"})
BLOOD_COUNT = frozenset(
    {"HGB", "HCT", "RBC", "MCV", "MCH", "MCHC", "RDW", "RETIC", "WBC", "NEUT", "LYMPH", "MONO"}
    | {"EOS", "BASO", "PLT"}
)
TRANSFUSED = BLOOD_COUNT | {
    *("K", "ICA", "CA", "FE", "FERR", "TIBC", "TRF", "TBIL", "DBIL", "LDH", "AST", "HBA1C"),
    *("PT", "INR", "APTT", "FIB", "TP", "ALB", "EAG", "CA-CORR"),
}
SEX_HORMONES = frozenset(
    {"LH", "FSH", "E2", "TESTO", "TESTO-FREE", "TESTO-BIO", "PROG", "PRL", "SHBG", "DHEAS", "AMH"}
)
VENTILATION = frozenset({"PH", "PCO2", "PO2", "HCO3", "LACT", "CORT", "PRL", "GLU"})

# An extracorporeal filter, charcoal and whatever has no kind of its own may act on anything.
ACTS_ON: Mapping[str, frozenset[str]] = {
    "FILTRATION": ANY,
    "CHARCOAL": ANY,
    "KILL_CODE": NANITES,
    "SET_POINT": NANITES,
    "SEDATION": VENTILATION,
    "HORMONE_LOWERING": SEX_HORMONES,
    "TRANSFUSION": TRANSFUSED,
    # Fluids, blood, wounds and drugs at once: nothing is known to be left alone.
    "TRAUMA_CARE": ANY,
    "OTHER": ANY,
}


@dataclass(frozen=True, slots=True)
class Intervention:
    """One thing done to a patient. ``analytes`` overrides what its kind acts on."""

    kind: str
    started_at: datetime | None = None
    detail: str = ""
    analytes: frozenset[str] | None = None
    id: int | None = None

    def acts_on(self, analyte: str) -> bool:
        """Whether it is known to act on this analyte, or not known to leave it alone."""
        known = ACTS_ON.get(self.kind, ANY) if self.analytes is None else self.analytes
        return bool(known & ANY) or not analyte or analyte in known

    @property
    def reason(self) -> str:
        return f"{REASON} {self.kind}"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "detail": self.detail,
            "started_at": self.started_at and self.started_at.isoformat(),
        }


# As they are written: 9 um, 9 \u00b5m (micro sign), 9 \u03bcm (Greek mu), 9 micrometres.
# The database reads this pattern too.
PORE = "(\\d{1,4}(?:\\.\\d{1,3})?)\\s*(?:um|\u00b5m|\u03bcm|micron|micromet)"
_PORE = re.compile(PORE, re.IGNORECASE)


def pore_size(detail: str) -> float | None:
    """Return the size of a filter's pores in micrometres, where the detail says it."""
    found = _PORE.search(detail)
    return float(found.group(1)) if found else None


def wanted_pore(wanted: str) -> float | None:
    """Return the pore size that is looked for, written with its unit or as a number alone."""
    if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", wanted):
        return float(wanted)
    return pore_size(wanted)


def is_such(detail: str, wanted: str) -> bool:
    """Say whether what was done is what is looked for: of the same pore size, or so described."""
    size = wanted_pore(wanted)
    if size is not None:
        return pore_size(detail) == size
    return wanted.casefold() in detail.casefold()
