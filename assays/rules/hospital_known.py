"""What is on record of whom a hospital's message names, and the steps that can be taken about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from assays.rules.hospital_messages import Identifier
from assays.rules.identity import PersonFacts
from patients.rules.births import Birth
from patients.rules.deaths import Death


class End(StrEnum):
    """How a stay ended."""

    DISCHARGED = "DISCHARGED"
    TRANSFERRED = "TRANSFERRED"
    DECEASED = "DECEASED"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class StayKnown:
    """A stay on record; `visit` is the hospital's number of it, where it told one.

    `within` are the places that the location is part of: who lies in a bed is in its ward.
    """

    id: int
    location: int
    started_at: datetime
    visit: str = ""
    ended_at: datetime | None = None
    end: End | None = None
    within: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def is_in(self, place: int) -> bool:
        return place == self.location or place in self.within


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """A person of the registry, under all entries that are read as one.

    `family`, `given`, `birth`, `sex` and `died` are those of the entry that is read; `facts` what
    all of them say. `told_at` is when the newest of what is held of them was written down, `stays_at`
    likewise of their stays. `stays` are in the order they began.
    """

    id: int
    species: str
    facts: PersonFacts = PersonFacts()
    family: str = ""
    given: str = ""
    birth: Birth = Birth()
    sex: str = "U"
    died: Death | None = None
    told_at: datetime | None = None
    stays_at: datetime | None = None
    stays: tuple[StayKnown, ...] = ()

    @property
    def open_stay(self) -> StayKnown | None:
        return next((one for one in self.stays if one.is_open), None)

    @property
    def last_stay(self) -> StayKnown | None:
        """The newest stay that was one."""
        real = [one for one in self.stays if one.end is not End.ERROR]
        return real[-1] if real else None


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about what an event names.

    `persons` are those that its identifiers lead to, `prior` those of its other entry; `new` the
    identifiers that are nobody's yet. `species` is the code that the message means, None where that
    means nothing here; `ward` the place that it means. `link` joins the two entries now; `joined_at`
    is when the newest of what was told about joining or parting them was written down.
    """

    persons: tuple[PersonKnown, ...] = ()
    prior: tuple[PersonKnown, ...] = ()
    new: tuple[Identifier, ...] = ()
    species: str | None = None
    ward: int | None = None
    link: int | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Make an entry."""


@dataclass(frozen=True, slots=True)
class Amend:
    """Set an entry right: the columns that change, with what they held; and a new name."""

    person: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    name: tuple[str, str] | None = None
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Admit:
    """Begin a stay; of the person just registered where `person` is None."""

    person: int | None
    location: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    stay: int
    location: int
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """End a stay; ERROR says that it never was."""

    stay: int
    ended_at: datetime
    end: End


@dataclass(frozen=True, slots=True)
class Link:
    duplicate: int
    survivor: int


@dataclass(frozen=True, slots=True)
class Unlink:
    link: int


Step = Register | Amend | Admit | Transfer | Finish | Link | Unlink


class Outcome(StrEnum):
    """What became of something that was told."""

    DONE = "DONE"
    NOTHING = "NOTHING"  # it was so already
    OUTDATED = "OUTDATED"  # something written down later holds: kept as history


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done, step by step; the person and the stay that it is about."""

    outcome: Outcome
    steps: tuple[Step, ...] = ()
    person: int | None = None
    other: int | None = None
    stay: int | None = None


def is_before(mine: datetime | None, newest: datetime | None) -> bool:
    """Whether something was written down before the newest that is on record; unknown is not."""
    return mine is not None and newest is not None and mine < newest
