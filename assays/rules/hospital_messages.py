"""What a hospital's system tells: who somebody is, where they are, who is one person, what is asked.

HL7 says of a field one of three things: nothing (empty: no change), a value, or that it holds no
more (`""`). Here None is nothing, and an empty value is one that holds no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assays.rules.filing import Held
from patients.rules.births import Birth
from patients.rules.deaths import Death


class Act(StrEnum):
    """What an event asks for, whatever its number."""

    REGISTER = "REGISTER"  # somebody is, or is called, so: A04 A05 A08 A28 A31
    ADMIT = "ADMIT"  # A01
    TRANSFER = "TRANSFER"  # A02
    DISCHARGE = "DISCHARGE"  # A03
    CANCEL_ADMIT = "CANCEL_ADMIT"  # A11
    CANCEL_TRANSFER = "CANCEL_TRANSFER"  # A12
    CANCEL_DISCHARGE = "CANCEL_DISCHARGE"  # A13
    LINK = "LINK"  # A18 A24 A34 A40
    UNLINK = "UNLINK"  # A37
    IDENTIFY = "IDENTIFY"  # A47: one identifier instead of another
    PLACE = "PLACE"  # an order line: NW, RO
    CANCEL = "CANCEL"  # CA, DC, OC, RP
    CHANGE = "CHANGE"  # XO
    NOTE = "NOTE"  # what asks for nothing here, such as a status told back

    @property
    def is_of_stay(self) -> bool:
        return self in _OF_STAYS

    @property
    def is_of_order(self) -> bool:
        return self in (Act.PLACE, Act.CANCEL, Act.CHANGE)

    @property
    def tells_who(self) -> bool:
        """Whether its PID is what the hospital holds of the person at that moment."""
        return self in (Act.REGISTER, Act.ADMIT, Act.TRANSFER)


_OF_STAYS = frozenset(
    {
        Act.ADMIT,
        Act.TRANSFER,
        Act.DISCHARGE,
        Act.CANCEL_ADMIT,
        Act.CANCEL_TRANSFER,
        Act.CANCEL_DISCHARGE,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier of a person; without its `authority` a number says nothing (CX.1, 4, 5)."""

    value: str
    authority: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a PID says of somebody. None: it says nothing of that.

    `lives` where it says that they are not dead (PID-30 N).
    """

    identifiers: tuple[Identifier, ...] = ()
    family: str | None = None
    given: str | None = None
    birth: Birth | None = None
    sex: str | None = None
    died: Death | None = None
    lives: bool = False
    species: str | None = None

    @property
    def is_named(self) -> bool:
        return bool(self.family)


@dataclass(frozen=True, slots=True)
class StaySaid:
    """What a PV1 says: its class (table 0004), the ward (PL.1), the number of the visit, when."""

    patient_class: str = ""
    ward: str = ""
    visit: str = ""
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Tube:
    """A specimen as the hospital names it, with the authority that numbers it (SPM-2.1)."""

    value: str
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One order of a message: the control code as sent, its numbers, what is asked, by whom.

    `code` is what is ordered as the hospital calls it; `specimens` are the hospital's names of the
    specimens; `answers` pair the code of a question with its answer.
    """

    control: str = ""
    placer: str = ""
    filler: str = ""
    group: str = ""
    code: str = ""
    code_system: str = ""
    text: str = ""
    priority: str = ""
    requester_id: str = ""
    requester: str = ""
    ordered_at: datetime | None = None
    question: str = ""
    specimens: tuple[Tube, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a message asks for; a message may ask for several.

    `position` counts them from 1. `prior` names the other entry of a merge (MRG, or a second PID),
    `other` what is said of it. `happened_at` is when it happened in the world, `told_at` when the
    hospital wrote it down; both None where the message does not say. `doubts` are why a person has
    to look before anything is done.
    """

    position: int
    act: Act
    trigger: str
    patient: Said
    prior: tuple[Identifier, ...] = ()
    other: Said | None = None
    stay: StaySaid | None = None
    line: Line | None = None
    happened_at: datetime | None = None
    told_at: datetime | None = None
    doubts: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class HospitalMessage:
    """A whole message. A `doubt` stops all of it: then there are no events.

    `wants_answer` says that the sender waits for what becomes of its orders (MSH-16).
    """

    kind: str = ""
    trigger: str = ""
    sender: str = ""
    control_id: str = ""
    sent_at: datetime | None = None
    wants_answer: bool = False
    events: Sequence[Event] = ()
    doubt: Held | None = None

    @property
    def can_be_told_apart(self) -> bool:
        """Whether a repetition of the same bytes can only be a repetition (law 2)."""
        return bool(self.control_id) or self.sent_at is not None
