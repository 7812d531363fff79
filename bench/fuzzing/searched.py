"""Inputs that Hypothesis puts together: words of messages, control characters, bytes of no meaning."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as taking
from hypothesis import seed as seeded
from hypothesis import strategies as st

from bench.fuzzing import given
from bench.fuzzing.making import CONTROL, TEXTS, WORDS
from bench.fuzzing.tally import SECONDS_OF_ONE, Tally, in_time, memory

# Hypothesis keeps in mind what it tried: a search ends before that takes memory.
OF_A_SEARCH = 1_000

HEADS = st.binary(min_size=given.HEAD, max_size=given.HEAD)
_LINES = sorted({line + b"\r" for text in TEXTS for line in text.split(b"\r")})
PARTS = st.sampled_from(_LINES) | st.sampled_from(WORDS + CONTROL) | st.binary(max_size=12)
CONTENTS = st.lists(PARTS, max_size=24).map(b"".join)


def tallies(seed: str, inputs: int) -> Iterator[Tally]:
    """Feed so many inputs; gives a tally after each thousand."""
    for number, first in enumerate(range(0, inputs, OF_A_SEARCH)):
        yield _search(f"{seed}:{number}", min(OF_A_SEARCH, inputs - first))


def _search(seed: str, inputs: int) -> Tally:
    tally, begun, before = Tally(), time.monotonic(), memory()

    @seeded(seed)
    @settings(
        max_examples=inputs,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @taking(HEADS, CONTENTS)
    def fed(head: bytes, content: bytes) -> None:
        signal.alarm(SECONDS_OF_ONE)
        try:
            tally.fed[given.feed(head + content)] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            trace = traceback.format_exc(limit=-4)
            tally.failures.append(f"{given.name(head + content)}\n{trace}")

    with in_time():
        fed()
    tally.seconds, tally.grown = time.monotonic() - begun, memory() - before
    return tally
