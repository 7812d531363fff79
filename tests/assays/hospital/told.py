"""A hospital's connection for the tests: stored as a listener stores, filed as a worker files."""

from __future__ import annotations

from itertools import count
from typing import Any

from assays.actions import held_items, instruments, versions
from assays.instruments.dialects import Dialect
from assays.models import (
    HospitalAct,
    Instrument,
    Panel,
    PanelMapping,
    TransmissionItem,
    TransmissionMessage,
)
from labsys.accounts.models import Principal, PrincipalKind, RoleGrant
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Encounter, Person, PersonIdentifier
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires

_numbers = count(1)


def hospital(**settings: Any) -> Instrument:
    """A connection of kind HOSPITAL, whose patients are human unless it says otherwise."""
    with laboratory.setting_up() as stamp:
        name = f"hospital-{next(_numbers)}"
        sender = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT, name=name, created_at=stamp["recorded_at"]
        )
        RoleGrant.objects.create(
            principal=sender,
            role=Role.HOSPITAL_SYSTEM.value,
            granted_by=stamp["recorded_by"],
            recorded_at=stamp["recorded_at"],
        )
        return Instrument.objects.create(
            principal=sender,
            code=name,
            name=name.title(),
            kind=Instrument.Kind.HOSPITAL,
            protocol="HL7",
            driver="hl7-oru-oul",
            peer_networks=list(wires.LOOPBACK),
            settings={"default_species": "human", **settings},
            **stamp,
        )


def tell(instrument: Instrument, *texts: bytes) -> list[TransmissionMessage]:
    """Store messages and let a worker file them; returns them as they stand then."""
    stored = []
    for text in texts:
        before = TransmissionMessage.objects.order_by("-pk").values_list("pk", flat=True).first()
        source = wires.source_of(instrument)
        wires.store(wires.whole(text, source, dialect=Dialect.HL7))
        stored.append(TransmissionMessage.objects.get(pk__gt=before or 0))
        work_off()
    for one in stored:
        one.refresh_from_db()
    return stored


def ends(message: TransmissionMessage) -> list[str]:
    """Of each thing a message asks for: why it is held, or what became of it."""
    found = message.items.select_related("hospital_act").order_by("position")
    return [_end(item) for item in found]


def _end(item: TransmissionItem) -> str:
    if item.status == "HELD":
        return str(item.hold_code)
    act = HospitalAct.objects.filter(item=item).first()
    return str(act.outcome) if act else str(item.status)


def end(instrument: Instrument, text: bytes) -> str:
    """What became of the one thing that a message asks for."""
    (message,) = tell(instrument, text)
    (found,) = ends(message)
    return found


def now(message: TransmissionMessage) -> list[str]:
    """How the items of an earlier message stand by now."""
    work_off()
    return ends(message)


def person(number: str, *, system: str = "STATION") -> Person:
    """The entry of somebody whom the hospital calls so."""
    found: Person = PersonIdentifier.objects.get(system=system, value=number).person
    return found


def accept(message: TransmissionMessage) -> None:
    """Let a person say that what seems to be about somebody else is not."""
    item = message.items.get()
    by = factories.principal(Role.PATHOLOGIST)
    held_items.ask_again(item=item, by=by, at=database_now(), reason="Checked by telephone.")
    work_off()


def panel_mapped(instrument: Instrument, code: str, panel: Panel) -> PanelMapping:
    """Draft a hospital's code of a panel, approve it by another, and bring it into force."""
    drafter = factories.principal(Role.QUALITY_MANAGER)
    approver = factories.principal(Role.PATHOLOGIST)
    draft = instruments.draft_panel_mapping(
        instrument=instrument, code=code, panel=panel, by=drafter, at=database_now()
    )
    versions.approve(version=draft, by=approver, at=database_now())
    versions.activate(version=draft, by=approver, at=database_now())
    return draft


def stays(number: str = "1001") -> list[tuple[str, bool]]:
    """Place and whether it goes on, of each stay that was one, in the order they began."""
    rows = Encounter.objects.filter(person=person(number)).order_by("started_at", "pk")
    return [
        (one.location.code, one.is_open)
        for one in rows
        if not hasattr(one, "end") or one.end.disposition != "ERROR"
    ]
