"""The scene of the second demo: instruments, mappings, and every specimen the sessions name.

Whose specimens they are is read in the sessions by the drivers; each gets a person of its own, is
ordered and collected before it was measured, and is known by the identifier the session carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from assays.actions import instruments, orders, specimens, versions
from assays.actions.catalogue import draft_conversion
from assays.instruments import drivers
from assays.instruments.readings import Reading, Sort
from assays.models import Analyte, Instrument, SpecimenIdentifier, UnitConversion
from assays.queries import catalogue
from assays.rules.identification import IdentifierKind
from assays.senders import recorded
from assays.senders.recorded import Recording
from labsys.web.demo import analysers
from labsys.web.demo.people import principal
from labsys.web.demo.recorded_instruments import (
    CONVERSIONS,
    INSTRUMENTS,
    NOBODYS,
    RecordedInstrument,
)
from patients.actions import persons
from patients.models import Species

SYSTEM = "recorded sessions"
BEFORE = timedelta(hours=2)


@dataclass(frozen=True)
class Named:
    """A specimen that sessions name: what is measured on it, and when first."""

    identifier: str
    analytes: frozenset[str]
    measured_at: datetime


def sessions(folder: Path) -> Iterator[tuple[RecordedInstrument, Recording]]:
    """Yield the sessions of each instrument that the corpus holds, in the order of their names."""
    for one in INSTRUMENTS:
        for path in sorted(folder.glob(one.sessions)):
            for recording in recorded.recordings_in(path):
                yield one, recording


def crew() -> analysers.Crew:
    return analysers.Crew(principal("admin"), principal("quality"), principal("lab"))


def install(at: datetime) -> None:
    """Register the instruments with their drivers, settings and mappings, and the conversions."""
    people = crew()
    for one in INSTRUMENTS:
        if Instrument.objects.filter(code=one.code).exists():
            continue
        made = instruments.register(
            by=people.administrator,
            at=at,
            code=one.code,
            name=one.name,
            protocol=one.dialect.value,
            manufacturer=one.maker,
            model=one.name,
            driver=one.driver,
            settings=one.settings,
            peer_networks=analysers.THIS_MACHINE,
        )
        analysers.map_codes(made, one.means, people, at)
    for (analyte, from_unit, to_unit), factor in CONVERSIONS.items():
        _convert(analyte, from_unit, to_unit, Decimal(factor), people, at)


def _convert(
    analyte: str,
    from_unit: str,
    to_unit: str,
    factor: Decimal,
    people: analysers.Crew,
    at: datetime,
) -> None:
    key = {"analyte__code": analyte, "from_unit": from_unit, "to_unit": to_unit}
    if UnitConversion.objects.filter(**key).exists():
        return
    draft = draft_conversion(
        analyte=Analyte.objects.get(code=analyte),
        from_unit=from_unit,
        to_unit=to_unit,
        factor=factor,
        source="the power of ten in the unit itself",
        by=people.drafter,
        at=at,
    )
    versions.approve(version=draft, by=people.approver, at=at)
    versions.activate(version=draft, by=people.approver, at=at)


def named_in(folder: Path, at: datetime) -> list[Named]:
    """Return the specimens that the sessions name and that a laboratory could have registered."""
    found: dict[str, Named] = {}
    for one, recording in sessions(folder):
        for reading in _values(one, recording):
            analyte = one.means.get(reading.code)
            if analyte is None or reading.specimen in NOBODYS:
                continue
            measured_at = reading.observed_at or at
            known = found.get(reading.specimen)
            found[reading.specimen] = Named(
                reading.specimen,
                (known.analytes if known else frozenset()) | {analyte},
                min(measured_at, known.measured_at) if known else measured_at,
            )
    return list(found.values())


def _values(one: RecordedInstrument, recording: Recording) -> Iterator[Reading]:
    driver = drivers.find(one.driver)
    for content in recorded.messages_in(recording):
        found = driver.interpret(content, dialect=one.dialect, settings=one.settings, zone="UTC")
        for reading in found.readings:
            if reading.sort is Sort.VALUE and reading.specimen:
                yield reading


def register(named: Named) -> None:
    """Register, order, collect and receive one specimen, on the day it was measured."""
    if SpecimenIdentifier.objects.filter(system=SYSTEM, value=named.identifier).exists():
        return
    at = named.measured_at - BEFORE / 2
    person = persons.register(
        by=principal("screening"),
        at=at,
        species=Species.objects.get(code="human"),
        placeholder=f"known by specimen {named.identifier} of a recorded session",
        identifiers=[(SYSTEM, named.identifier)],
    )
    order = orders.place(
        person=person, by=principal("exam"), at=at, assays=list(_assays(named.analytes).values())
    )
    drawn = list(order.specimens.order_by("pk"))
    specimens.collect(
        specimens=drawn,
        by=principal("phleb"),
        at=at,
        collected_at=named.measured_at - BEFORE,
        identifiers={
            IdentifierKind.MRN: person.mrn,
            IdentifierKind.OTHER_NUMBER: named.identifier,
        },
    )
    for specimen in drawn:
        specimens.receive(specimen=specimen, by=principal("tech1"), at=at)
    specimens.identify(
        specimen=drawn[0], by=principal("tech1"), at=at, system=SYSTEM, value=named.identifier
    )


def _assays(analytes: frozenset[str]) -> Mapping[str, int]:
    held = catalogue.current()
    return {code: held.by_code[code][0].assay_id for code in sorted(analytes)}
