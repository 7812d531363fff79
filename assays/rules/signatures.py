"""What an electronic signature is bound to: a digest over exactly what was signed.

A signature names who, when and with what meaning, and covers the content of every result it was
given for. The content is a mapping of plain values; its digest is the SHA-256 of its canonical
form. Whatever was signed can be read again and compared, and what differs is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from labsys.lib.wording import gettext_noop as _

# Raise it with every change of what a content holds or of how it is written: signatures say by
# which algorithm they were made, and are read again by that one.
ALGORITHM = 1


class Meaning(StrEnum):
    """What somebody says with their signature."""

    RELEASED = "RELEASED"
    RELEASED_WITH_RESERVATION = "RELEASED_WITH_RESERVATION"
    CORRECTED = "CORRECTED"
    AMENDED = "AMENDED"
    APPENDED = "APPENDED"
    WITHDRAWN = "WITHDRAWN"
    ACCEPTED = "ACCEPTED"
    AUTOVERIFIED = "AUTOVERIFIED"


WORDS: dict[Meaning, str] = {
    Meaning.RELEASED: _("reviewed and released"),
    Meaning.RELEASED_WITH_RESERVATION: _("released with reservation"),
    Meaning.CORRECTED: _("corrected"),
    Meaning.AMENDED: _("amended"),
    Meaning.APPENDED: _("appended"),
    Meaning.WITHDRAWN: _("marked as entered in error"),
    Meaning.ACCEPTED: _("accepted as measured"),
    Meaning.AUTOVERIFIED: _("released by approved rules"),
}
RELEASING = (Meaning.RELEASED, Meaning.RELEASED_WITH_RESERVATION)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was signed: where, what was signed, what stands there now."""

    where: str
    signed: str
    found: str


def canonical(content: Any) -> bytes:
    """Return the one form of a content: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def digest(content: Any) -> str:
    """Return the SHA-256 of a content in its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def statement(
    *,
    by: int,
    name: str,
    at: str,
    meaning: Meaning,
    remark: str,
    proof: str,
    shown: str,
    signed: Sequence[tuple[int, str]],
    algorithm: int = ALGORITHM,
) -> dict[str, Any]:
    """Return what a signature as a whole says.

    ``signed`` are the ids of the results in their order, each with the digest of its content;
    ``proof`` names the password given again, or the rule set; ``at`` is ISO 8601 in UTC.
    """
    return {
        "algorithm": algorithm,
        "by": by,
        "name": name,
        "at": at,
        "meaning": meaning.value,
        "remark": remark,
        "proof": proof,
        "shown": shown,
        "results": [{"id": id_, "sha256": sha256} for id_, sha256 in signed],
    }


def differences(signed: Any, found: Any, where: str = "") -> tuple[Difference, ...]:
    """Return everything that differs between what was signed and what is found, by its place."""
    return tuple(_differences(signed, found, where))


def _differences(signed: Any, found: Any, where: str) -> Iterator[Difference]:
    if isinstance(signed, Mapping) and isinstance(found, Mapping):
        for key in sorted({*signed, *found}):
            place = f"{where}.{key}" if where else str(key)
            yield from _differences(signed.get(key), found.get(key), place)
    elif isinstance(signed, list) and isinstance(found, list) and len(signed) == len(found):
        for number, (old, new) in enumerate(zip(signed, found, strict=True), start=1):
            yield from _differences(old, new, f"{where}[{number}]")
    elif signed != found:
        yield Difference(where, _shown(signed), _shown(found))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value).decode()
