"""Units as instruments spell them, written as UCUM has them: the same unit, never another.

Only what means one thing is rewritten: a micro sign, a litre in small letters, a power of ten by
another sign, international units, seconds. `mMol`, `Mg` or `G/L` may mean two things and stay as they
are; K and M before a microlitre are thousands and millions, never kelvin. (UCUM 2.2: `L` and `l` are
one unit, `[IU]` the international unit.)
"""

from __future__ import annotations

import re
from functools import lru_cache

_LITRES = {f"{prefix}l": f"{prefix}L" for prefix in ("", "d", "c", "m", "u", "n", "p", "f")}
_INTERNATIONAL = {
    f"{prefix}{unit}": f"{prefix}[IU]"
    for prefix in ("", "k", "m", "u", "n")
    for unit in ("IU", "UI")
}
_WORDS = {
    **dict.fromkeys(("sec", "Sec", "sec.", "seconds"), "s"),
    "mcg": "ug",
    "mmHg": "mm[Hg]",
    "mEq": "meq",
    "mOsm": "mosm",
    **dict.fromkeys(("cells", "Cells"), "{cells}"),
    **dict.fromkeys(("copies", "Copies"), "{copies}"),
    **dict.fromkeys(("mm³", "mm^3"), "mm3"),
    **dict.fromkeys(("um³", "um^3"), "um3"),
    "hr": "h",
    "HPF": "[HPF]",
    "LPF": "[LPF]",
    "°C": "Cel",
}
_WHOLE = {
    "K/uL": "10*3/uL",
    "M/uL": "10*6/uL",
    "cp/mL": "{copies}/mL",
    **dict.fromkeys(("/100WBC", "/100 WBC"), "/100{WBC}"),
    **dict.fromkeys(("mL/min/1.73m2", "mL/min/1.73m^2", "mL/min/1.73 m2"), "mL/min/{1.73_m2}"),
}
_ATOMS = {**_LITRES, **_INTERNATIONAL, **_WORDS}
# x10^3, 10E3, 10e3, 10^3, 10*3, X10*3, 10**3
_POWER = re.compile(r"[x×X]?\s?10(?:\*\*|[*^Ee])([+-]?\d{1,2})(?=\s*(?:/|\Z))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED_POWER = re.compile(r"[x×X]?\s?10([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})(?=\s*(?:/|\Z))")
_MICRO = str.maketrans("µμ", "uu")
_LONGEST = 50


@lru_cache(maxsize=1000)
def ucum(spelling: str) -> str:
    """Return the UCUM code of a known spelling, or the spelling as it is."""
    if len(spelling) > _LONGEST:
        return spelling
    text = spelling.translate(_MICRO)
    text = _RAISED_POWER.sub(lambda found: f"10*{found[1].translate(_RAISED)}", text, count=1)
    if (found := _POWER.match(text)) is not None:
        text = f"10*{int(found[1])}{text[found.end() :]}"
    parts = (part.strip() for part in text.split("/"))  # blanks around the line say nothing
    text = "/".join(_ATOMS.get(part, part) for part in parts)
    return _WHOLE.get(text, text)
