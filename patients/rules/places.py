"""Places of the hospital: which ward each is part of, and which were open at any instant.

A ward is a place of kind WARD or OVERFLOW. A place that is part of none stands for itself. Where
people are told apart by beds, a ward's capacity is its open beds; an overflow place has no beds and
holds as many as its opening says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

WARD, BED, OVERFLOW = "WARD", "BED", "OVERFLOW"
_WARDS = frozenset({WARD, OVERFLOW})
DIGITS_OR_NOT = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class Switch:
    """A place was opened or closed at one moment; `capacity` only of what has no beds."""

    at: datetime
    is_open: bool
    capacity: int | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """A place; `switches` in the order of their moments. Without any it is open since `known_at`."""

    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    known_at: datetime
    switches: tuple[Switch, ...] = ()

    def switch_at(self, at: datetime) -> Switch | None:
        """Return the newest opening or closing at or before a moment."""
        found = None
        for switch in self.switches:
            if switch.at > at:
                break
            found = switch
        return found

    def is_open(self, at: datetime) -> bool:
        """Return whether the place was open; what was never switched is open since it is known."""
        switch = self.switch_at(at)
        if switch is not None:
            return switch.is_open
        if self.kind == OVERFLOW or (self.switches and self.switches[0].is_open):
            return False
        return at >= self.known_at

    def takes_people_from(self, at: datetime) -> bool:
        """Return whether the place was never closed from a moment on, until its newest switch.

        What lies before the first switch is open: people were here before anybody kept openings.
        """
        switch = self.switch_at(at)
        began_open = switch.is_open if switch is not None else self.kind != OVERFLOW
        return began_open and all(one.is_open for one in self.switches if one.at > at)

    def capacity(self, at: datetime) -> int:
        """Return how many an overflow place holds: none while it is closed."""
        switch = self.switch_at(at)
        return switch.capacity or 0 if switch is not None and switch.is_open else 0


@dataclass(frozen=True)
class Places:
    """All places, by id, with the ward of each and the beds of each ward."""

    every: Mapping[int, Place]
    ward_of: Mapping[int, int] = field(init=False)
    beds_of: Mapping[int, Sequence[Place]] = field(init=False)

    def __post_init__(self) -> None:
        ward_of = {id_: self._ward(id_) for id_ in self.every}
        beds: dict[int, list[Place]] = {}
        for place in sorted(self.every.values(), key=lambda one: natural(one.code)):
            if place.kind == BED:
                beds.setdefault(ward_of[place.id], []).append(place)
        object.__setattr__(self, "ward_of", ward_of)
        object.__setattr__(self, "beds_of", beds)

    @classmethod
    def of(cls, found: Iterable[Place]) -> Places:
        return cls({place.id: place for place in found})

    def wards(self) -> list[Place]:
        """Return the wards and overflow places, by name."""
        found = [place for place in self.every.values() if place.kind in _WARDS]
        return sorted(found, key=lambda place: (place.kind == OVERFLOW, natural(place.name)))

    def _ward(self, id_: int) -> int:
        at: int | None = id_
        for _step in range(len(self.every)):
            if at is None or self.every[at].kind in _WARDS:
                break
            at = self.every[at].parent
        return id_ if at is None else at


@lru_cache(maxsize=4_096)
def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that puts bed 2 before bed 10."""
    return tuple(
        (0, int(part)) if part[0].isdecimal() else (1, part)
        for part in DIGITS_OR_NOT.findall(text.casefold())
    )
