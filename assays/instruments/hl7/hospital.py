"""Messages of a hospital's system: ADT (who and where), OML^O21 and ORM^O01 (what is ordered).

Reading is tolerant: a segment that is not there says nothing, an identifier may repeat, an event may
come in any structure. What is read says nothing yet of what is done: see `assays.rules.hospital`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from assays.instruments import moments
from assays.instruments.hl7 import hospital_orders, hospital_patients
from assays.instruments.hl7.tree import parse
from assays.instruments.readings import Doubt
from assays.instruments.segments import Segment
from assays.rules.filing import Held, Hold
from assays.rules.hospital_messages import Act, Event, HospitalMessage, Identifier, Said

KINDS = frozenset({"ADT", "OML", "ORM"})
_ACTS = {
    "A01": Act.ADMIT,
    "A02": Act.TRANSFER,
    "A03": Act.DISCHARGE,
    "A11": Act.CANCEL_ADMIT,
    "A12": Act.CANCEL_TRANSFER,
    "A13": Act.CANCEL_DISCHARGE,
    "A37": Act.UNLINK,
    "A47": Act.IDENTIFY,
    **dict.fromkeys(("A18", "A24", "A34", "A40"), Act.LINK),
    **dict.fromkeys(("A04", "A05", "A08", "A28", "A31"), Act.REGISTER),
}
_MOST_EVENTS = 500
_ANSWERS = frozenset({"AL", "SU"})


def is_of_a_hospital(content: bytes) -> bool:
    """Whether a message is of a kind that says who somebody is, or orders (MSH-9)."""
    line = content.lstrip(b"\xef\xbb\xbf\r\n \x0b")[:1000]
    fields = line.split(b"\r", 1)[0].split(line[3:4]) if line[:3] == b"MSH" else []
    return len(fields) > 8 and fields[8][:3].decode("ascii", errors="replace") in KINDS


def read(content: bytes, *, charset: str = "ASCII", zone: tzinfo) -> HospitalMessage:
    """Read one message; `charset` holds where it names none, `zone` where its times have none."""
    tree = parse(content, charset=charset or "ASCII")
    if isinstance(tree, Doubt):
        return HospitalMessage(doubt=Held(tree.hold, dict(tree.params)))
    msh = tree.header
    sent = msh.text(7, 1)
    sent_at = moments.read(sent, zone)
    trigger = msh.text(9, 2).strip() or _of_event(tree.segments)
    message = _Reader(tree.segments, trigger, moments.message_zone(sent, zone), sent_at)
    events = tuple(message.events(msh.text(9, 1).strip()))
    doubt = None
    if len(events) > _MOST_EVENTS:
        doubt = Held(Hold.UNREADABLE, {"detail": f"it asks for more than {_MOST_EVENTS} things"})
    elif not events:
        doubt = Held(Hold.UNREADABLE, {"detail": "nothing in it says what is asked for"})
    return HospitalMessage(
        kind=msh.text(9, 1).strip(),
        trigger=trigger,
        sender=msh.text(3).strip(),
        control_id=msh.text(10).strip(),
        sent_at=sent_at if isinstance(sent_at, datetime) else None,
        wants_answer=msh.text(16).strip() in _ANSWERS,
        events=() if doubt else events,
        doubt=doubt,
    )


def _of_event(segments: Sequence[Segment]) -> str:
    """Return EVN-1, where the header names no event, as before version 2.3."""
    return next((one.text(1).strip() for one in segments if one.name == "EVN"), "")


@dataclass(slots=True)
class _Reader:
    segments: Sequence[Segment]
    trigger: str
    zone: tzinfo
    sent_at: datetime | Doubt | None

    def events(self, kind: str) -> Iterator[Event]:
        if kind != "ADT":
            yield from self._orders()
            return
        act = _ACTS.get(self.trigger)
        if act in (Act.LINK, Act.UNLINK, Act.IDENTIFY):
            yield from self._joined(act)
        elif act is not None and (pid := self._one("PID")) is not None:
            yield self._event(1, act, pid, pv1=self._one("PV1"))

    def _event(
        self,
        position: int,
        act: Act,
        pid: Segment,
        *,
        pv1: Segment | None = None,
        prior: tuple[Identifier, ...] = (),
        other: Said | None = None,
    ) -> Event:
        patient, doubts = hospital_patients.said(pid)
        stay, of_stay = hospital_patients.stay(pv1 if act.is_of_stay else None, self.zone)
        happened_at, told_at, of_time = self._times()
        return Event(
            position=position,
            act=act,
            trigger=self.trigger,
            patient=patient,
            prior=prior,
            other=other,
            stay=stay,
            happened_at=happened_at,
            told_at=told_at,
            doubts=(*doubts, *of_stay, *of_time),
        )

    def _times(self) -> tuple[datetime | None, datetime | None, tuple[Held, ...]]:
        """Return when it happened (EVN-6) and when that was written down (EVN-2, else MSH-7)."""
        doubts: list[Held] = []
        evn = self._one("EVN")
        texts = ["", ""] if evn is None else [evn.text(6, 1), evn.text(2, 1)]
        happened, told = (hospital_patients.moment(one, self.zone, doubts) for one in texts)
        if isinstance(self.sent_at, Doubt) and told is None:
            doubts.append(Held(self.sent_at.hold, dict(self.sent_at.params)))
        told = told or (self.sent_at if isinstance(self.sent_at, datetime) else None)
        return happened, told, tuple(doubts)

    def _joined(self, act: Act) -> Iterator[Event]:
        """Yield, of each person, the entry that stays and the one that is read as it from then on."""
        pairs = list(hospital_patients.merged(self.segments))
        for position, (pid, mrg) in enumerate(pairs, start=1):
            prior = hospital_patients.identifiers(mrg, 1, 2, 4)
            yield self._event(position, act, pid, prior=prior)
        persons = [one for one in self.segments if one.name == "PID"]
        if not pairs and len(persons) > 1:
            other, _doubts = hospital_patients.said(persons[1])
            yield self._event(1, act, persons[0], prior=other.identifiers, other=other)

    def _orders(self) -> Iterator[Event]:
        pid = self._one("PID")
        patient, doubts = (Said(), ()) if pid is None else hospital_patients.said(pid)
        pv1, _doubts = hospital_patients.stay(self._one("PV1"), self.zone)
        _happened, told_at, of_time = self._times()
        for position, group in enumerate(hospital_orders.groups(self.segments), start=1):
            act, line, of_line = hospital_orders.line(group, self.zone)
            yield Event(
                position=position,
                act=act,
                trigger=self.trigger,
                patient=patient,
                stay=pv1,
                line=line,
                happened_at=line.ordered_at,
                told_at=told_at,
                doubts=(*of_line, *doubts, *of_time),
            )

    def _one(self, name: str) -> Segment | None:
        return next((one for one in self.segments if one.name == name), None)
