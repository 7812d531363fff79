"""A day of a simulated hospital: who comes, what is ordered, and what goes otherwise, message by message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from assays.instruments.simulation.hospital import Line, Patient, Writer, invent, second_entry
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _


class Turn(StrEnum):
    """What happens to some of the patients besides being admitted and tested."""

    UPDATE = "update"  # A08: another family name
    CANCEL = "cancel"  # their last order is cancelled
    TWICE = "twice"  # their order is sent again under another control id
    MERGE = "merge"  # a second entry is made, ordered for, and read as the first: A04, OML, A40
    UNMERGE = "unmerge"  # as merge, and then parted again: A37
    VOID = "void"  # A11: the admission never was
    DISCHARGE = "discharge"  # A03


class TurnRefused(Refused):
    """A turn that cannot be asked for; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A turn, and that it is every `every`-th patient's."""

    turn: Turn
    every: int = 1

    def strikes(self, number: int) -> bool:
        return number % self.every == 0


def plan(text: str) -> Plan:
    """Read `NAME` or `NAME:N`: every patient's, or every N-th one's."""
    name, _colon, every = text.partition(":")
    if name not in list(Turn) or (every and not (every.isdecimal() and int(every) > 0)):
        raise TurnRefused(
            "turn",
            _("“%(text)s” is no turn; there are %(known)s, each with :N for every N-th patient."),
            text=text[:40],
            known=", ".join(Turn),
        )
    return Plan(Turn(name), int(every or 1))


@dataclass(frozen=True, slots=True)
class Step:
    """One message: what it is in words, and the placer numbers in it."""

    said: str
    control_id: str
    content: bytes
    placers: tuple[str, ...] = ()


# In words, how it is written under a control id at a moment, and the placer numbers in it.
_Said = tuple[str, Callable[[str, datetime], bytes], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Day:
    """Whose day it is, and what is ordered of whom.

    `run` tells one run's messages and orders from another's; patients follow from `seed` alone.
    Every `others_every`-th patient is of the species `other` (0: none).
    """

    writer: Writer
    run: str
    began_at: datetime
    seed: str = "1"
    ward: str = ""
    codes: Sequence[str] = ()
    plans: Sequence[Plan] = ()
    other: str = ""
    others_every: int = 0
    priority: str = "R"
    has_tubes: bool = False

    def steps(self, patients: int) -> Iterator[Step]:
        """Yield the messages of so many patients, each with its own time and control id."""
        for number in range(1, patients + 1):
            for place, (said, write, placers) in enumerate(self._of(number), start=1):
                control_id = f"{self.run}-{number}-{place}"[:20]
                at = self.began_at + timedelta(seconds=place)
                yield Step(said, control_id, write(control_id, at), placers)

    def patient(self, number: int) -> Patient:
        is_other = bool(self.others_every and number % self.others_every == 0)
        species = self.other if is_other else ""
        return invent(self.seed, number, species=species, ward=self.ward)

    def placer(self, number: int, place: int) -> str:
        return f"{self.run}-{number}-P{place}"

    def _of(self, number: int) -> Iterator[_Said]:
        """Yield what is said of one patient."""
        who = self.patient(number)
        turns = {one.turn for one in self.plans if one.strikes(number)}
        yield self._adt("A01" if self.ward else "A04", who)
        lines = self._lines(number, self.codes)
        if lines:
            yield self._order("ordered", who, lines)
            if Turn.TWICE in turns:
                yield self._order("ordered once more", who, lines)
        if Turn.UPDATE in turns:
            who = replace(who, family=f"{who.family}-{self.patient(number + 1).family}")
            yield self._adt("A08", who)
        if Turn.CANCEL in turns and lines:
            last = replace(lines[-1], control="CA")
            yield self._order("cancelled", who, [last])
        if turns & {Turn.MERGE, Turn.UNMERGE}:
            yield from self._merged(number, who, is_parted=Turn.UNMERGE in turns)
        if Turn.VOID in turns and self.ward:
            yield self._adt("A11", who)
        elif Turn.DISCHARGE in turns and self.ward:
            yield self._adt("A03", who)

    def _merged(self, number: int, who: Patient, *, is_parted: bool) -> Iterator[_Said]:
        second = second_entry(who)
        yield self._adt("A04", second)
        if lines := self._lines(number, self.codes[:1], first=len(self.codes) + 1):
            yield self._order("ordered", second, lines)
        yield self._adt("A40", who, other=second)
        if is_parted:
            yield self._adt("A37", who, other=second)

    def _lines(self, number: int, codes: Sequence[str], *, first: int = 1) -> list[Line]:
        return [
            Line(
                control="NW",
                placer=self.placer(number, place),
                code=code,
                priority=self.priority,
                group=f"{self.run}-{number}-G{first}",
                specimen=f"{self.run}-{number}-T{first}" if self.has_tubes else "",
            )
            for place, code in enumerate(codes, start=first)
        ]

    def _adt(self, event: str, who: Patient, *, other: Patient | None = None) -> _Said:
        def write(control_id: str, at: datetime) -> bytes:
            return self.writer.adt(event, who, control_id, at, other=other)

        return f"ADT^{event} {who.number}", write, ()

    def _order(self, said: str, who: Patient, lines: Sequence[Line]) -> _Said:
        def write(control_id: str, at: datetime) -> bytes:
            return self.writer.order(who, lines, control_id, at)

        placers = tuple(one.placer for one in lines)
        return f"OML^O21 {who.number} {said}: {', '.join(placers)}", write, placers
