"""Two stations on one line, with its delays and its damage, on a clock that is stepped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.sending import HOST, Patience
from assays.instruments.astm.station import Outcome, Station

# A conversation of two stations that is not over after so many steps hangs.
MOST_STEPS = 5_000


@dataclass
class End:
    """One end of the line: its station, what it was given and what it made of what came."""

    station: Station
    to_send: list[tuple[float, bytes]]
    received: list[bytes] = field(default_factory=list)
    broken: list[bytes] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    arriving: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not self.to_send and not self.arriving and self.station.deadline() is None

    def times(self) -> Iterator[float]:
        if self.arriving:
            yield self.arriving[0][0]
        if (deadline := self.station.deadline()) is not None:
            yield deadline
        if self.to_send and self.station.can_offer:
            yield self.to_send[0][0]


def host(texts: list[tuple[float, bytes]], options: LinkOptions = STANDARD) -> End:
    return End(Station(options, patience=HOST), sorted(texts))


def instrument(texts: list[tuple[float, bytes]], options: LinkOptions = STANDARD) -> End:
    return End(Station(options, patience=Patience()), sorted(texts))


class Both:
    """Runs two ends. `cross` says of bytes written when each piece of them arrives (a piece that
    is empty is lost); `is_stored` says of each event whether its storing succeeds."""

    def __init__(
        self,
        one: End,
        other: End,
        *,
        cross: Callable[[bytes], list[tuple[float, bytes]]] = lambda data: [(0.0, data)],
        is_stored: Callable[[], bool] = lambda: True,
    ) -> None:
        self.ends = (one, other)
        self._cross = cross
        self._is_stored = is_stored
        self.now = 0.0
        self.steps = 0

    def run(self) -> None:
        while (time := self._next_time()) is not None:
            self.now = max(self.now, time)
            self.steps += 1
            assert self.steps < MOST_STEPS, "the two never come to an end"
            for one, other in (self.ends, self.ends[::-1]):
                self._step(one, other)

    def _next_time(self) -> float | None:
        return min((time for end in self.ends for time in end.times()), default=None)

    def _step(self, end: End, other: End) -> None:
        station = end.station
        if end.to_send and station.can_offer and end.to_send[0][0] <= self.now:
            station.offer(end.to_send.pop(0)[1])
        while end.arriving and end.arriving[0][0] <= self.now:
            station.feed(end.arriving.pop(0)[1])
            self._take(end, other)
        deadline = station.deadline()
        if deadline is not None and deadline <= self.now:
            if event := station.expire(self.now):
                self._settle(event, end, other)
        self._take(end, other)

    def _take(self, end: End, other: End) -> None:
        while event := end.station.next(self.now):
            self._settle(event, end, other)
        self._write(end.station.outgoing(self.now), other)
        if outcome := end.station.outcome():
            end.outcomes.append(outcome)

    def _settle(self, event: object, end: End, other: End) -> None:
        is_stored = self._is_stored()
        if is_stored:
            for message in event.messages:  # type: ignore[attr-defined]
                (end.received if message.is_complete else end.broken).append(message.text)
        self._write(end.station.settle(is_stored=is_stored), other)

    def _write(self, data: bytes, to: End) -> None:
        if not data:
            return
        earliest = to.arriving[-1][0] if to.arriving else 0.0
        for delay, piece in self._cross(data):
            earliest = max(earliest, self.now + delay)
            if piece:
                to.arriving.append((earliest, piece))
