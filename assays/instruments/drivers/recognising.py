"""Which family wrote a message: by what it calls its sender, else by what gives its text away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.hl7.header import header
from assays.instruments.origins import read
from assays.instruments.unwrapping import unwrap
from assays.instruments.wire import Assembled

# So many messages are looked at, and so much of each: a capture may have thousands.
_MOST_MESSAGES = 20
_LONGEST = 20_000
_MOST_NAMES = 20
_BY_SENDER, _BY_MARK = 2, 1


def suggest(raw: bytes, known: Sequence[Driver]) -> str | None:
    """Return the name of the one driver that recognises `raw`, None where none or several do."""
    best: dict[str, int] = {}
    for message in unwrap(raw)[:_MOST_MESSAGES]:
        senders = _senders(message)
        text = message.text[:_LONGEST].decode("utf-8", errors="replace")
        for driver in known:
            if driver.speaks(message.dialect) or _is_carried(driver, message):
                found = _score(driver, senders, text)
                best[driver.name] = max(found, best.get(driver.name, 0))
    highest = max(best.values(), default=0)
    named = [name for name, score in best.items() if score == highest]
    return named[0] if highest and len(named) == 1 else None


def _is_carried(driver: Driver, message: Assembled) -> bool:
    """Whether it is HL7 in frames of ASTM, which the family speaks as well."""
    return message.text.lstrip()[:3] == b"MSH" and driver.speaks(Dialect.HL7)


def _score(driver: Driver, senders: Sequence[str], text: str) -> int:
    if _matches(driver.senders, senders):
        return _BY_SENDER
    return _BY_MARK if _matches(driver.marks, [text]) else 0


def _senders(message: Assembled) -> tuple[str, ...]:
    """The sender, whole and in its parts, and in HL7 the facility: makers are named in either."""
    named = read(message).names[:_MOST_NAMES]
    facility = (header(message.text).text(4),) if message.dialect is Dialect.HL7 else ()
    return (*named, *facility)


def _matches(patterns: Iterable[str], texts: Iterable[str]) -> bool:
    return any(_compiled(pattern).search(text) for pattern in patterns for text in texts if text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
