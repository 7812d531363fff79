"""How every line of this process stands: counted as it happens, told to the database now and then."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from assays.actions.endpoint_states import Report
from assays.rules.endpoints import LineState
from assays.rules.line_faults import LineFault

MINUTE = 60.0
# A row that says nothing new is written still, so that it is seen to be of today.
AGAIN_AFTER = 20.0

# An instrument and its endpoint; None where it calls a shared port and has no endpoint for that.
Key = tuple[int, int | None]


class Rate:
    """How many there were within the last minute."""

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, int]] = deque()

    def add(self, count: int, now: float) -> None:
        second = int(now)
        if self._seconds and self._seconds[-1][0] == second:
            count += self._seconds.pop()[1]
        self._seconds.append((second, count))
        self._forget(now)

    def count(self, now: float) -> int:
        self._forget(now)
        return sum(count for _second, count in self._seconds)

    def _forget(self, now: float) -> None:
        while self._seconds and self._seconds[0][0] <= now - MINUTE:
            self._seconds.popleft()


@dataclass(slots=True)
class Tally:
    """One line, by the clock of the event loop."""

    state: LineState
    since: float
    connections: int = 0
    last_in: float | None = None
    last_out: float | None = None
    messages_in: int = 0
    messages_out: int = 0
    errors: int = 0
    refused: int = 0
    last_error_at: float | None = None
    last_error: LineFault | None = None
    ins: Rate = field(default_factory=Rate)
    outs: Rate = field(default_factory=Rate)
    told: Report | None = None
    told_at: float = 0.0


class Board:
    """The lines of one process. Every moment is one of the event loop's clock."""

    def __init__(self) -> None:
        self._tallies: dict[Key, Tally] = {}

    def stands(self, key: Key, state: LineState, now: float) -> None:
        """Say in which state a line is; how long it has been, is counted from the change."""
        tally = self._of(key, now)
        if tally.state is not state:
            tally.state, tally.since = state, now

    def connected(self, key: Key, now: float) -> None:
        """A connection of this line stands."""
        self._of(key, now).connections += 1
        self.stands(key, LineState.CONNECTED, now)

    def parted(self, key: Key, now: float, *, then: LineState = LineState.LISTENING) -> None:
        """A connection of this line is gone; `then` is the state once none is left."""
        tally = self._of(key, now)
        tally.connections = max(0, tally.connections - 1)
        if not tally.connections and tally.state is LineState.CONNECTED:
            self.stands(key, then, now)

    def heard(self, key: Key, messages: int, now: float) -> None:
        """Something came over this line and is stored, so many whole messages with it."""
        tally = self._of(key, now)
        tally.last_in = now
        if messages:
            tally.messages_in += messages
            tally.ins.add(messages, now)

    def sent(self, key: Key, messages: int, now: float) -> None:
        """Something that is no mere acknowledgement was sent over this line."""
        tally = self._of(key, now)
        tally.last_out = now
        if messages:
            tally.messages_out += messages
            tally.outs.add(messages, now)

    def failed(self, key: Key, why: LineFault, now: float) -> None:
        """Something went wrong on this line."""
        tally = self._of(key, now)
        tally.errors += 1
        tally.last_error, tally.last_error_at = why, now

    def down(self, key: Key, why: LineFault, now: float) -> bool:
        """This line cannot be used; returns whether that is news."""
        tally = self._of(key, now)
        is_news = tally.state is not LineState.DOWN or tally.last_error != why
        self.stands(key, LineState.DOWN, now)
        if is_news:
            self.failed(key, why, now)
        return is_news

    def refuses(self, key: Key, files: int, now: float) -> None:
        """So many files lie refused in the folder of this line."""
        self._of(key, now).refused = files

    def forget(self, key: Key) -> None:
        self._tallies.pop(key, None)

    def due(self, now: float, *, held: Collection[int]) -> list[Report]:
        """Return what the database was not told yet, of shared lines and of the endpoints held."""
        found = []
        for key, tally in self._tallies.items():
            if key[1] is not None and key[1] not in held:
                continue
            report = _report(key, tally, now)
            alike = tally.told is not None and _facts(report) == _facts(tally.told)
            if alike and _moments(tally) <= tally.told_at and now - tally.told_at < AGAIN_AFTER:
                continue
            found.append(report)
        return found

    def told(self, reports: Collection[Report], now: float) -> None:
        """These reports are stored."""
        for report in reports:
            tally = self._tallies.get((report.instrument_id, report.endpoint_id))
            if tally is not None:
                tally.told, tally.told_at = report, now

    def _of(self, key: Key, now: float) -> Tally:
        if key not in self._tallies:
            self._tallies[key] = Tally(LineState.LISTENING, now)
        return self._tallies[key]


def _moments(tally: Tally) -> float:
    known = (tally.last_in, tally.last_out, tally.last_error_at)
    return max((one for one in known if one is not None), default=0.0)


def _report(key: Key, tally: Tally, now: float) -> Report:
    def ago(moment: float | None) -> float | None:
        return None if moment is None else max(0.0, now - moment)

    return Report(
        instrument_id=key[0],
        endpoint_id=key[1],
        state=tally.state,
        since=max(0.0, now - tally.since),
        connections=tally.connections,
        last_in=ago(tally.last_in),
        last_out=ago(tally.last_out),
        messages_in=tally.messages_in,
        messages_out=tally.messages_out,
        in_minute=tally.ins.count(now),
        out_minute=tally.outs.count(now),
        errors=tally.errors,
        refused=tally.refused,
        last_error_ago=ago(tally.last_error_at),
        last_error=tally.last_error.code if tally.last_error else "",
        last_error_values=tally.last_error.values if tally.last_error else {},
    )


def _facts(report: Report) -> Report:
    return replace(report, since=0.0, last_in=None, last_out=None, last_error_ago=None)
