"""What one instrument is set to, beyond what its driver declares.

| key | value |
|---|---|
| `sender` | its name in the message header, where several share an address |
| `charset` | the character set where the message names none, such as UTF-8 or 8859/1 |
| `decimal_comma` | whether it writes 60,96 for 60.96 |
| `thousands_comma` | whether it writes 161,152 for 161152 |
| `words` | {word: code}: result words beyond the driver's; ERROR and INVALID mean a failed run |
| `units` | {spelling: UCUM code}: units beyond the driver's |
| `units_of` | {test code: UCUM code}: units of results that come without one |
| `controls` | names of control specimens; `*` stands for any characters |
| `controls_at` | {place: text}: where a record says that its material is a control |
| `specimen` | where the specimen's identifier is written, such as O.3.1 or OBR-3 |
| `suffixes` | what follows the identifier there and is no part of it |
| `code` | where the test's code is written, such as R.3.1 |
| `no_results_at` | {place: text}: where a record says that it is no result |
| `processing_ids` | what H.12 or MSH-11 may say; P and Q (control material) if not set |
| `frameless` | whether its ASTM records stand between STX and ETX without number and checksum |
| `checksum` | whether its ASTM frames have a checksum |
| `frame_numbers` | 8, or 10 where it counts its frames to 9 |
| `first_frame` | 1, or 0 where its first frame has that number |
| `frame_limit` | the longest frame that is taken from it, in bytes |
| `text_limit` | the longest text of a frame that is sent to it, in bytes |
| `joins_records` | whether a frame that is sent to it is filled wherever records end |
| `oldest_days` | values observed longer ago are held |
| `waits_days` | how long a value of an unknown specimen is filed by itself once that is registered |
| `corrections` | `hold`: a person decides about every correction that it sends |
| `downloads` | whether it is told what to measure without asking |
| `demographics` | whether it is told whose specimens it measures |
| `order_codes` | {code it reports: code it is ordered by}; nothing: it is never ordered |
| `authorities` | {assigning authority: name of the system of its identifiers here}; `MRN` is our own |
| `patient_authorities` | the authorities whose identifiers say who somebody is; all if not set |
| `species` | {species as the hospital says it: its code here} |
| `default_species` | the species of whom the hospital says none |
| `wards` | {ward as the hospital calls it: code of the place here} |
| `requesters` | {identifier of a clinician: login here}; others are named as text |
| `order_answers` | `always` or `never`; where not set, the message says whether it wants an answer |
| `tubes` | where an order names its tube: `SPM-2`, `ORC-2`, `ORC-3`, `ORC-4`, or `none` |
| `results` | `ordered`: of orders that it placed; `all`; or `none` |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from assays.instruments import charsets
from assays.instruments.segments import Place, place
from labsys.lib.units import check_unit
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

_LONGEST = 80
_MOST = 500
# A pattern with less to hold on to would turn patients into controls.
_LITERAL = 3


@dataclass(frozen=True, slots=True)
class Settings:
    sender: str = ""
    charset: str = ""
    decimal_comma: bool | None = None
    thousands_comma: bool | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    units_of: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    controls_at: tuple[tuple[Place, str], ...] = ()
    specimen: tuple[Place, ...] = ()
    suffixes: tuple[str, ...] = ()
    code: tuple[Place, ...] = ()
    no_results_at: tuple[tuple[Place, str], ...] = ()
    processing_ids: tuple[str, ...] = ("P", "Q")
    oldest_days: int | None = None
    frameless: bool | None = None
    checksum: bool | None = None
    frame_numbers: int | None = None
    first_frame: int | None = None
    frame_limit: int | None = None
    text_limit: int | None = None
    joins_records: bool | None = None
    waits_days: int | None = None
    corrections: str = ""
    downloads: bool = False
    demographics: bool = False
    order_codes: Mapping[str, str] = field(default_factory=dict)
    authorities: Mapping[str, str] = field(default_factory=dict)
    patient_authorities: tuple[str, ...] = ()
    species: Mapping[str, str] = field(default_factory=dict)
    default_species: str = ""
    wards: Mapping[str, str] = field(default_factory=dict)
    requesters: Mapping[str, str] = field(default_factory=dict)
    order_answers: str = ""
    tubes: str = "SPM-2"
    results: str = "ordered"

    def is_control(self, specimen: str) -> bool:
        return any(fnmatchcase(specimen, pattern) for pattern in self.controls)


class SettingRefused(Refused):
    """A setting that cannot be; the sentence names the key and the value."""


def read(given: Mapping[str, Any]) -> Settings:
    """Return the settings, or raise SettingRefused for the first that cannot be."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key not in _READERS:
            raise SettingRefused(
                "unknown_setting",
                _("“%(key)s” is not a setting of an instrument; there are %(known)s."),
                key=str(key)[:_LONGEST],
                known=", ".join(sorted(_READERS)),
            )
        try:
            found[key] = _READERS[key](value)
        except (ValueError, Refused) as wrong:
            raise SettingRefused(
                "setting",
                _("The setting “%(key)s” cannot be “%(value)s”: %(why)s."),
                key=key,
                value=str(value)[:_LONGEST],
                why=str(wrong).rstrip("."),
            ) from wrong
    if found.get("decimal_comma") and found.get("thousands_comma"):
        raise SettingRefused(
            "two_commas",
            _("A comma cannot be a decimal sign and set off thousands: choose one setting."),
        )
    return Settings(**found)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is required")
    if len(value) > _LONGEST or not value.isprintable():
        raise ValueError(f"at most {_LONGEST} printable characters are taken")
    return value


def _text_or_nothing(value: Any) -> str:
    return "" if value == "" else _text(value)


def _charset(value: Any) -> str:
    if charsets.codec(_text(value)) is None:
        raise ValueError("this character set is not known here")
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is required")
    return value


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 3650:
        raise ValueError("a whole number of days from 1 to 3650 is required")
    return value


def _reaction(value: Any) -> str:
    if value != "hold":
        raise ValueError("only “hold” can be set")
    return "hold"


def _word(*known: str) -> Callable[[Any], str]:
    def read_word(value: Any) -> str:
        if value not in known:
            raise ValueError(f"{' or '.join(known)} is required")
        return str(value)

    return read_word


def _one_of(*known: int) -> Callable[[Any], int]:
    def read_number(value: Any) -> int:
        if isinstance(value, bool) or value not in known:
            raise ValueError(f"{' or '.join(map(str, known))} is required")
        return int(value)

    return read_number


def _bytes(least: int, most: int) -> Callable[[Any], int]:
    def read_bytes(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number of bytes from {least} to {most} is required")
        return value

    return read_bytes


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or len(value) > _MOST:
        raise ValueError("a list of texts is required")
    return tuple(_text(one) for one in value)


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = _texts(value)
    for one in patterns:
        if "[" in one or "?" in one or len(one.replace("*", "").strip()) < _LITERAL:
            raise ValueError(f"“{one}” needs {_LITERAL} letters beside *, and no ? or [")
    return patterns


def _table(check: Callable[[Any], str]) -> Callable[[Any], dict[str, str]]:
    def read_table(value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > _MOST:
            raise ValueError("an object of texts is required")
        return {_text(key): check(one) for key, one in value.items()}

    return read_table


def _unit(value: Any) -> str:
    return check_unit(_text(value))


def _place(value: Any) -> tuple[Place, ...]:
    return (place(_text(value)),)


def _texts_at(value: Any) -> tuple[tuple[Place, str], ...]:
    if not isinstance(value, dict) or not value or len(value) > _MOST:
        raise ValueError("an object of a place and its text is required")
    return tuple((place(_text(where)), _text(text)) for where, text in value.items())


_READERS: dict[str, Callable[[Any], Any]] = {
    "sender": _text,
    "charset": _charset,
    "decimal_comma": _flag,
    "thousands_comma": _flag,
    "words": _table(_text),
    "units": _table(_unit),
    "units_of": _table(_unit),
    "controls": _patterns,
    "controls_at": _texts_at,
    "specimen": _place,
    "suffixes": _texts,
    "code": _place,
    "no_results_at": _texts_at,
    "processing_ids": _texts,
    "oldest_days": _days,
    "frameless": _flag,
    "checksum": _flag,
    "frame_numbers": _one_of(8, 10),
    "first_frame": _one_of(0, 1),
    "frame_limit": _bytes(247, 1_000_000),
    # LIS01-A2 takes frames of 64,000 bytes, seven of which are no text.
    "text_limit": _bytes(20, 63_993),
    "joins_records": _flag,
    "waits_days": _days,
    "corrections": _reaction,
    "downloads": _flag,
    "demographics": _flag,
    "order_codes": _table(_text_or_nothing),
    "authorities": _table(_text),
    "patient_authorities": _texts,
    "species": _table(_text),
    "default_species": _text,
    "wards": _table(_text),
    "requesters": _table(_text),
    "order_answers": _word("always", "never"),
    "tubes": _word("SPM-2", "ORC-2", "ORC-3", "ORC-4", "none"),
    "results": _word("ordered", "all", "none"),
}
KEYS = tuple(_READERS)
