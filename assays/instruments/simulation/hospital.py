"""What a simulated hospital's system says: ADT and OML^O21 (2.5.1) about invented people.

From one seed come the same people. The moment and the numbers of messages and orders are the caller's.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assays.instruments.simulation.hl7 import escaped

FAMILIES = (
    *("Adeyemi", "Bergqvist", "Castellanos", "Duarte", "Eriksen", "Farrokhi", "Grünwald", "Hallam"),
    *("Ishikawa", "Jansons", "Kowalczyk", "Lemaire", "Mbeki", "Nordahl", "Okafor", "Pereira"),
)
GIVEN = {
    "F": ("Anouk", "Birgit", "Chiara", "Dalia", "Edda", "Farah", "Greta", "Hoshi"),
    "M": ("Anton", "Bela", "Cyril", "Dario", "Emeka", "Felix", "Goran", "Henrik"),
}
# Patients who are not human: their names, by the code of their species.
OTHERS = {"thaal": (("Ierveth", "Sholan", "Taneq", "Urroth"), ("Ael", "Osh", "Ki", "Ven"))}


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody in the hospital; `species` is empty for the one that PID-35 is left out for."""

    number: str
    family: str
    given: str
    born: date
    sex: str
    species: str = ""
    visit: str = ""
    ward: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One order: `control` NW or CA, the hospital's number of it, its code and its tube (SPM-2)."""

    control: str
    placer: str
    code: str
    priority: str = "R"
    group: str = ""
    specimen: str = ""


def invent(seed: str, number: int, *, species: str = "", ward: str = "") -> Patient:
    """Return the `number`-th patient of a seed: always the same."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311
    sex = chance.choice("FM")
    families, given = OTHERS.get(species, (FAMILIES, GIVEN[sex]))
    return Patient(
        number=f"{seed}-{number:04d}",
        family=chance.choice(families),
        given=chance.choice(given),
        born=date(chance.randint(1935, 2015), chance.randint(1, 12), chance.randint(1, 28)),
        sex=sex,
        species=species,
        visit=f"V{seed}-{number:04d}",
        ward=ward,
    )


def second_entry(patient: Patient) -> Patient:
    """Return the same person as they were registered once more, under another number."""
    return replace(patient, number=f"{patient.number}B", visit="", ward="")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes a hospital's messages: its name (MSH-3), whose numbers it gives (PID-3.4), its clock."""

    sender: str
    authority: str
    zone: str = "UTC"

    def adt(
        self,
        event: str,
        patient: Patient,
        control_id: str,
        at: datetime,
        *,
        other: Patient | None = None,
    ) -> bytes:
        """Return an ADT message; `other` is the entry that a merge gives up, or the second of two."""
        lines = [
            self._msh(
                f"ADT^{event}^{_STRUCTURES.get(event, 'ADT_A01')}", control_id, self._moment(at)
            ),
            f"EVN|{event}|{self._moment(at)}||||{self._moment(at)}",
            self._pid(patient),
        ]
        if other is not None:
            is_merge = event == "A40"
            lines.append(f"MRG|{self._number(other)}" if is_merge else self._pid(other))
        elif patient.ward:
            lines.append(_pv1(patient, self._moment(at)))
        return _joined(lines)

    def order(
        self, patient: Patient, lines: Sequence[Line], control_id: str, at: datetime
    ) -> bytes:
        """Return an order message that asks to be told what becomes of each line (MSH-16 AL)."""
        written = [
            self._msh("OML^O21^OML_O21", control_id, self._moment(at), answer="AL"),
            self._pid(patient),
        ]
        for number, one in enumerate(lines, start=1):
            placer, group = escaped(one.placer), escaped(one.group)
            written += [
                f"ORC|{one.control}|{placer}||{group}|||||{self._moment(at)}|||SIM^Ward^Sim",
                f"TQ1|1||||||||{one.priority}",
                f"OBR|{number}|{placer}||{escaped(one.code)}",
            ]
            if one.specimen:
                written.append(f"SPM|1|{escaped(one.specimen)}")
        return _joined(written)

    def answer(self, heard: Heard, code: str) -> bytes:
        """Return the acknowledgement of what it was told, at once: AA, AE or AR."""
        head = self._msh(f"ACK^{heard.event}^ACK", f"A{heard.control_id}"[:20], heard.sent)
        return _joined([head, f"MSA|{code}|{escaped(heard.control_id)}"])

    def _msh(self, kind: str, control_id: str, moment: str, *, answer: str = "") -> str:
        return (
            f"MSH|^~\\&|{escaped(self.sender)}|{escaped(self.authority)}|labsys||{moment}||"
            f"{kind}|{escaped(control_id)}|P|2.5.1|||{'AL' if answer else ''}|{answer}||UNICODE UTF-8"
        )

    def _pid(self, patient: Patient) -> str:
        name = f"{escaped(patient.family)}^{escaped(patient.given)}"
        fields = ["PID", "1", "", self._number(patient), "", name, ""]
        fields += [f"{patient.born:%Y%m%d}", patient.sex, *[""] * 26, escaped(patient.species)]
        return "|".join(fields).rstrip("|")

    def _number(self, patient: Patient) -> str:
        return f"{escaped(patient.number)}^^^{escaped(self.authority)}^MR"

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y%m%d%H%M%S}"


_STRUCTURES = {
    **{"A02": "ADT_A02", "A03": "ADT_A03", "A08": "ADT_A01", "A11": "ADT_A09"},
    **{"A37": "ADT_A37", "A40": "ADT_A39"},
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message from the laboratory: its kind, and line by line placer number, state and values.

    `is_answer` says that it answers one of the hospital's own, and wants no answer itself.
    """

    kind: str
    event: str
    control_id: str
    sent: str = ""
    answers: str = ""
    code: str = ""
    lines: tuple[str, ...] = ()

    @property
    def is_answer(self) -> bool:
        return bool(self.answers)


def read(block: bytes) -> Heard | None:
    """Read a message of the laboratory; None where it is none."""
    segments = [one.split("|") for one in block.decode("utf-8", "replace").split("\r") if one]
    if not segments or segments[0][0] != "MSH":
        return None
    header = [*segments[0], *[""] * 10]
    kind, _caret, event = (header[8] or "ACK").partition("^")
    found = {"answers": "", "code": ""}
    lines: list[str] = []
    for one in segments[1:]:
        field = [*one, *[""] * 26]
        match one[0]:
            case "MSA":
                found = {"code": field[1], "answers": field[2]}
            case "ORC" if kind in ("ORL", "ORR"):
                lines.append(f"{field[2]}: {field[1]} {field[5]}".rstrip())
            case "OBR" if kind == "ORU":
                lines.append(f"{field[2]}: {field[25]}")
            case "OBX" if lines:
                lines[-1] += f"; {field[3].partition('^')[0]} {field[5]} {field[11]}"
    return Heard(kind, event.partition("^")[0], header[9], header[6], lines=tuple(lines), **found)


def _pv1(patient: Patient, moment: str) -> str:
    fields = ["PV1", "1", "I", f"{escaped(patient.ward)}^1^A", *[""] * 15, patient.visit]
    return "|".join([*fields, *[""] * 24, moment])


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r" for line in lines).encode()
