"""What waits to be stored is stored together, and nobody waits long behind large messages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from assays.actions import intake
from assays.actions.intake import Arrival, Standing
from assays.listeners.writer import LARGE, MOST_ARRIVALS, Writer
from tests.assays.listeners import wires

pytestmark = pytest.mark.usefixtures("fresh_database")


def arrival(number: int, size: int = 10) -> Arrival:
    frames = (wires.frame(b"x" * size),)
    return Arrival(wires.origin(port=number), frames=frames)


def commits_of(
    monkeypatch: pytest.MonkeyPatch, *arrivals: Arrival, asking: bool = False
) -> list[list[int]]:
    """Return which of these were stored together, in which order, where all of them waited."""
    seen: list[list[int]] = []

    def store(*, arrivals: Sequence[Arrival], **_by: object) -> list[Standing]:
        seen.append([one.origin.port for one in arrivals])
        return [Standing(number) for number, _one in enumerate(arrivals, 1)]

    async def run() -> None:
        writer = Writer(asyncio.get_running_loop(), "here:1/test")
        waiting: list[asyncio.Future[Any]] = []
        for one in arrivals:
            if asking:
                waiting.append(writer.sources())
            waiting.append(writer.store(one, patience=10.0))
        writer.start()
        await asyncio.gather(*waiting)
        writer.stop()
        await asyncio.to_thread(writer.join)

    monkeypatch.setattr(intake, "store", store)
    asyncio.run(run())
    return seen


def test_small_ones_are_stored_together_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    count = MOST_ARRIVALS + 3

    found = commits_of(monkeypatch, *(arrival(number) for number in range(count)))

    assert found == [list(range(MOST_ARRIVALS)), list(range(MOST_ARRIVALS, count))]


def test_frames_do_not_wait_behind_all_large_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    large = [arrival(number, 5 * 2**20) for number in (1, 2, 3)]

    assert commits_of(monkeypatch, *large, arrival(8), arrival(9)) == [[8, 9], [1], [2], [3]]


def test_frames_go_before_who_asks_which_instruments_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = [arrival(number, 5 * 2**20) for number in (1, 2)]

    found = commits_of(monkeypatch, *large, arrival(8), arrival(9), asking=True)

    assert found == [[8, 9], [1], [2]]


def test_a_large_message_does_not_wait_for_all_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    small = [arrival(10 + number) for number in range(2 * MOST_ARRIVALS)]

    found = commits_of(monkeypatch, arrival(1, LARGE), *small)

    assert len(found[0]) == MOST_ARRIVALS
    assert found[1][0] == 1
