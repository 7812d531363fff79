"""What a hostile or damaged message costs: it grows with its length, never with the square of it."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from assays.instruments import drivers, interpret
from assays.instruments.hl7.mllp import Link
from tests.assays.instruments.played import Played, drain

MANY = 100_000
# Of the processor. What grew with the square took minutes.
MOST_SECONDS = 15.0
HEAD, END = b"H|\\^&|||%s\rP|1\r", b"L|1|N\r"
RESULT = b"O|1|%s||^^^GLU\rR|1|^^^GLU|5.4|mmol/L||%s||F\r"


def of(*, sender: bytes = b"", specimen: bytes = b"ACC-1", flags: bytes = b"N") -> bytes:
    return HEAD % sender + RESULT % (specimen, flags) + END


READ: dict[str, Callable[[], bytes]] = {
    "flags": lambda: of(flags=b"^" * MANY),
    "flags that differ": lambda: of(flags=b"^".join(b"%x" % n for n in range(MANY))),
    "parts of a specimen": lambda: of(specimen=b"^" * MANY),
    "repetitions of a specimen": lambda: of(specimen=b"\\" * MANY),
    "signals inside a text": lambda: of(specimen=b"A" + b"\x05" * MANY + b"B"),
    "signals at the end": lambda: of() + b"\x05" * MANY,
    "lines of signals": lambda: b"\x05\r" * MANY + of(),
}


@pytest.mark.parametrize("what", READ)
def test_a_message_is_read_in_time(what: str) -> None:
    raw, began = READ[what](), process_time()

    assert interpret(raw, "lis2a2")

    assert process_time() - began < MOST_SECONDS


def test_a_family_is_looked_for_in_time() -> None:
    raw, began = of(sender=b"^".join(b"%x" % n for n in range(10_000))) * 20, process_time()

    assert drivers.suggest(raw) is None

    assert process_time() - began < MOST_SECONDS


def test_filling_between_blocks_is_taken_off_in_time() -> None:
    link, began = Link(), process_time()
    link.feed(b"\x00" * 4_000_000)

    drain(link, Played())

    assert process_time() - began < MOST_SECONDS
