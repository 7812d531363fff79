"""The station hospital's analysers: one sends over HTTP, three over wires to the listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assays.actions import instruments, versions
from assays.instruments.dialects import Dialect
from assays.instruments.simulation.measuring import CHANNELS, Kind
from assays.instruments.simulation.messages import Device
from assays.models import Assay, Instrument
from assays.queries import catalogue
from labsys.accounts.models import Principal
from labsys.web.demo.ways import Way

HTTP = "analyser-1"
# The listener answers these addresses; the simulators run on this machine.
THIS_MACHINE = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True)
class Wired:
    """An analyser on a wire: how it is registered, and what it simulates."""

    way: Way
    code: str
    name: str
    protocol: Dialect
    driver: str
    kind: Kind
    # Its own code -> ours, where they differ.
    means: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def device(self) -> Device:
        return Device(self.code.upper(), "simulated", f"{self.code.upper()}-0001")

    @property
    def mappings(self) -> dict[str, str]:
        """What each of its codes means here."""
        return {one.code: self.means.get(one.code, one.code) for one in CHANNELS[self.kind]}


WIRED = (
    Wired(Way.CELL_COUNTER, "counter-1", "Cell counter 1", Dialect.ASTM, "lis2a2", Kind.CBC),
    Wired(
        Way.IMMUNOASSAY,
        "immuno-1",
        "Immunoassay analyser 1",
        Dialect.HL7,
        "hl7-oru-oul",
        Kind.HORMONES,
    ),
    Wired(
        Way.NANITE_COUNTER,
        "nanite-1",
        "Nanite counter 1",
        Dialect.HL7,
        "hl7-oru-oul",
        Kind.NANITE,
        {"NL": "NANITE-LOAD", "NR": "NANITE-RATIO"},
    ),
)


@dataclass(frozen=True)
class Crew:
    """Who registers, drafts and approves."""

    administrator: Principal
    drafter: Principal
    approver: Principal


def install_http(crew: Crew, at: datetime) -> Instrument:
    """Register the analyser that sends over HTTP; all codes but the nanites' mean themselves."""
    made = instruments.register(
        by=crew.administrator,
        at=at,
        code=HTTP,
        name="Analyser 1",
        manufacturer="simulated",
        model="HTTP sender",
    )
    codes = [one.code for one in catalogue.current().assays.values() if one.section != "NANITE"]
    map_codes(made, {code: code for code in codes}, crew, at)
    return made


def install_wired(one: Wired, crew: Crew, at: datetime) -> Instrument:
    """Register an analyser on a wire, told apart on this machine's address by its sender."""
    made = instruments.register(
        by=crew.administrator,
        at=at,
        code=one.code,
        name=one.name,
        protocol=one.protocol.value,
        manufacturer="simulated",
        model=f"{one.protocol} sender",
        driver=one.driver,
        settings={"sender": one.device.sender, **one.settings},
        peer_networks=THIS_MACHINE,
    )
    map_codes(made, one.mappings, crew, at)
    return made


def map_codes(instrument: Instrument, codes: Mapping[str, str], crew: Crew, at: datetime) -> None:
    """Map an instrument's codes to assays: drafted by one person, approved by another."""
    held = catalogue.current()
    for code, analyte in codes.items():
        mapping = instruments.draft_mapping(
            instrument=instrument,
            code=code,
            assay=Assay.objects.get(pk=held.by_code[analyte][0].assay_id),
            by=crew.drafter,
            at=at,
        )
        versions.approve(version=mapping, by=crew.approver, at=at)
        versions.activate(version=mapping, by=crew.approver, at=at)
