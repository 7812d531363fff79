"""Two instruments that do not write ASTM: what they send is rewritten as records, and then read.

Both were read off published captures alone; no manual of either was seen.

- bioMerieux mini VIDAS: fields that begin with RS and two letters (`ci` specimen, `rt` test, `qn`
  number, `ql` word, `y3` unit, `nc` flags, `td` and `tt` day and time, `pi` patient), then GS and a
  checksum. The number is reported under the test's code, the word under `code^ql`: set `words` for
  it. A day such as 03/04/25 may be two days, and is held.
- Arkray SPOTCHEM EL: one line: day, time, `ID#`, the specimen, its material in brackets, and for each
  electrolyte its name, value and unit.

A text that is not exactly so is not rewritten: it is kept, and held as unreadable.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assays.instruments.astm.options import LinkOptions
from assays.instruments.drivers.driver import Driver
from assays.instruments.drivers.generic import PLAIN
from assays.instruments.segments import at

_VIDAS = re.compile(rb"\x02?(\x1emt.*\x1d)([0-9A-Fa-f]{2})[\x03\r\n]*", re.DOTALL)
_VIDAS_FIELD = re.compile(r"\x1e([a-z][a-z0-9])([^|\x1d\x1e]*)\|?")
_VIDAS_DAY = re.compile(r"(\d\d)/(\d\d)/(\d\d)")
_SPOTCHEM = re.compile(
    r"\x02?(\d\d)/(\d\d)/(\d\d) +(\d\d):(\d\d) +ID# *(\S+) +\[([^]]*)\]((?: +[A-Z][A-Za-z]* +\S+ +mmol/L)+)"
    r"\s*\x03?\s*"
)
_ELECTROLYTE = re.compile(r"([A-Z][A-Za-z]*) +(\S+) +(mmol/L)")
# Characters that would end a field, or a part of one, in a record.
_MARKS = re.compile(r"[|\\^&\r\n]")


def vidas(content: bytes) -> bytes | None:
    """Return a text of mini VIDAS as ASTM records; None for what is none, or has a wrong checksum."""
    found = _VIDAS.fullmatch(content)
    if found is None or sum(found[1]) & 0xFF != int(found[2], 16):
        return None
    try:
        text = found[1].decode("ascii")
    except UnicodeDecodeError:
        return None
    said = {name: value.strip() for name, value in _VIDAS_FIELD.findall(text)}
    moment = _vidas_moment(said.get("td", ""), said.get("tt", ""))
    rows = [
        (f"^^^{said.get('rt', '')}{part}", said.get(field, ""), unit, said.get("nc", ""), moment)
        for field, part, unit in (("qn", "", said.get("y3", "")), ("ql", "^ql", ""))
        if said.get(field)
    ]
    return _records("mini VIDAS", said.get("ci", ""), said.get("rt", ""), rows, said.get("pi", ""))


def spotchem(content: bytes) -> bytes | None:
    """Return a line of SPOTCHEM EL as ASTM records; None for what is none."""
    try:
        found = _SPOTCHEM.fullmatch(content.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    year, month, day, hour, minute, specimen, _material, values = found.groups()
    moment = f"20{year}{month}{day}{hour}{minute}"
    rows = [
        (f"^^^{name}", value, unit, "", moment)
        for name, value, unit in _ELECTROLYTE.findall(values)
    ]
    return _records("SPOTCHEM EL", specimen, "", rows, "")


def _vidas_moment(day: str, time: str) -> str:
    """Return the moment where it can be read in one way: the day may come before the month."""
    found, hours = _VIDAS_DAY.fullmatch(day), time.replace(":", "")
    if found is None:
        return f"{day} {time}".strip()
    first, second, year = found.groups()
    if int(first) <= 12 < int(second) or first == second:
        return f"20{year}{first}{second}{hours}"
    if int(second) <= 12 < int(first):
        return f"20{year}{second}{first}{hours}"
    return f"{day} {time}".strip()


def _records(
    sender: str, specimen: str, test: str, rows: list[tuple[str, str, str, str, str]], patient: str
) -> bytes | None:
    texts = (specimen, test, patient, *(text for row in rows for text in row[1:]))
    if not rows or any(_MARKS.search(text) for text in texts):
        return None
    lines = [rf"H|\^&|||{sender}", f"P|1|{patient}", f"O|1|{specimen}||^^^{test}"]
    lines += [
        f"R|{number}|{code}|{value}|{unit}||{flags}||F||||{moment}"
        for number, (code, value, unit, flags, moment) in enumerate(rows, start=1)
    ]
    return "".join(f"{line}\r" for line in (*lines, "L|1|N")).encode("ascii")


BIOMERIEUX_MINI_VIDAS = Driver(
    name="biomerieux-mini-vidas",
    label="bioMérieux mini VIDAS",
    marks=(r"\x1emt[a-z]*\|", r"^mini ?VIDAS\b"),
    senders=(r"^mini ?VIDAS\b",),
    link=LinkOptions(frameless=True),
    rewrite=vidas,
    astm=replace(PLAIN, qualifier=at("R.3.5")),
)
ARKRAY_SPOTCHEM_EL = Driver(
    name="arkray-spotchem-el",
    label="Arkray SPOTCHEM EL",
    senders=(r"^SPOTCHEM\b",),
    marks=(r"\d\d/\d\d/\d\d +\d\d:\d\d +ID# *\S+ +\[",),
    link=LinkOptions(frameless=True),
    rewrite=spotchem,
    astm=PLAIN,
)
