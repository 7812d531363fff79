"""What one process bears: connections in all and from one address, and bytes not yet stored.

Whoever is refused or cut comes again; nothing that was acknowledged is touched. A caller who says
nothing makes room for one who may have something to say, but only once there is no room left: an
instrument that is connected all night and silent is what most of them are.
"""

from __future__ import annotations

import resource
import socket
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

# Of a connection that never had anything stored, once there is no room for another.
SECONDS_TO_SPEAK = 30.0
# Of a conversation in which bytes come and nothing whole: the longest frame takes 67 s at 9600 baud.
SECONDS_TO_FINISH = 120.0
# Files that a process opens beside its connections: the database, listening sockets, folders, logs.
OTHER_FILES = 128
_KEEP_ALIVE = (
    *(("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)),
    # Behind an answer that never arrived no such question is asked; milliseconds.
    ("TCP_USER_TIMEOUT", 60_000),
)

Guest = TypeVar("Guest", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`connections` in all, `per_address` of them, `waiting` bytes that came and are not stored."""

    connections: int = 2000
    per_address: int = 1200
    waiting: int = 256 * 2**20


@dataclass(slots=True)
class _Stay:
    address: Hashable
    since: float
    waiting: int = 0
    has_spoken: bool = False


class Room(Generic[Guest]):
    """Who is connected, and what of them waits. Moments are of any clock that only goes forward."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._stays: dict[Guest, _Stay] = {}
        self._of: Counter[Hashable] = Counter()
        self.waiting = 0

    def __len__(self) -> int:
        return len(self._stays)

    def guests(self) -> list[Guest]:
        return list(self._stays)

    def enter(self, guest: Guest, address: Hashable, now: float) -> str:
        """Count somebody in; returns why not, where there is no room."""
        if self._of[address] >= self.limits.per_address:
            return f"{self.limits.per_address} connections stand from this address already"
        if len(self._stays) >= self.limits.connections:
            return f"{self.limits.connections} connections stand already"
        self._stays[guest] = _Stay(address, now)
        self._of[address] += 1
        return ""

    def silent(self, address: Hashable, now: float) -> Guest | None:
        """Return who has to make room for somebody from `address`: the oldest that had its time and
        never said anything, of that address where it has no room, else of the one with the most."""
        is_own = self._of[address] >= self.limits.per_address
        late = [
            (self._of[stay.address], now - stay.since, guest)
            for guest, stay in self._stays.items()
            if not stay.has_spoken
            and now - stay.since >= SECONDS_TO_SPEAK
            and (not is_own or stay.address == address)
        ]
        return max(late, key=lambda one: one[:2])[2] if late else None

    def keeps(self, guest: Guest, size: int) -> Guest | None:
        """So many bytes more wait on a connection; returns whose are too many, if all together are."""
        stay = self._stays.get(guest)
        if stay is None:
            return None
        stay.waiting += size
        self.waiting += size
        if self.waiting <= self.limits.waiting:
            return None
        return max(self._stays, key=lambda one: self._stays[one].waiting)

    def stored(self, guest: Guest) -> None:
        """What waited on a connection is stored, or given up."""
        stay = self._stays.get(guest)
        if stay is not None:
            self.waiting -= stay.waiting
            stay.waiting, stay.has_spoken = 0, True

    def leave(self, guest: Guest) -> None:
        stay = self._stays.pop(guest, None)
        if stay is None:
            return
        self.waiting -= stay.waiting
        self._of[stay.address] -= 1
        if not self._of[stay.address]:
            del self._of[stay.address]


def fit(connections: int) -> tuple[int, str]:
    """Raise this process's limit of open files; returns the connections that fit, and a sentence
    where they are fewer than asked for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        soft = allowed
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections, ""
    fitting = max(1, soft - OTHER_FILES)
    return fitting, (
        f"This process may open {soft} files, so that {fitting} instruments can be connected at a "
        f"time instead of {connections}: raise the limit of open files (ulimit -n) to {wanted}."
    )


def keep_alive(line: socket.socket) -> None:
    """Notice within a minute that the other end is gone without a word."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in _KEEP_ALIVE:
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
