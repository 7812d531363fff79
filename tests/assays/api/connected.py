"""A laboratory with an analyser that is told what to measure, and one more row of each list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from assays.actions import messages, worklists
from assays.models import Assay, Instrument, Panel, Specimen
from assays.rules.endpoints import EndpointRole
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.endpoints.lines import endpoint
from tests.assays.families import declared
from tests.assays.hospital import messages as hl7
from tests.assays.hospital.told import hospital, panel_mapped, tell
from tests.assays.interpreting import plain
from tests.assays.worklists.asking import analyser

_numbers = count(1)


@dataclass
class Laboratory:
    """An analyser that is told what to measure, and somebody who may read all of it."""

    assays: dict[str, Any]
    analyser: Instrument
    specimen: Specimen
    reader: Principal


def made() -> Laboratory:
    assays = laboratory.assays(GLU={}, HGB={})
    told = analyser(assays, downloads=True)
    specimen = laboratory.specimen([assays["GLU"]])
    worklists.tell(by=Principal.objects.system("interpret"), at=database_now())
    reader = factories.principal(Role.TECHNOLOGIST, Role.PATHOLOGIST)
    return Laboratory(assays, told, specimen, reader)


def one_more(lab: Laboratory, noun: str) -> None:
    """Let there be another row in a list."""
    by, at = Principal.objects.system("interpret"), database_now()
    if noun in ("instruments", "code-mappings"):
        analyser(laboratory.assays(**{f"X{Instrument.objects.count()}": {}}))
    elif noun == "endpoints":
        endpoint(analyser({}), EndpointRole.SHARED)
    elif noun == "driver-families":
        declared.draft()
    elif noun == "panel-mappings":
        wards = hospital()
        panel_mapped(wards, "CBC", shipped_panel())
    elif noun == "reading-runs":
        run_of(lab)
    elif noun == "order-numbers":
        order_placed()
    elif noun == "dispatches":
        laboratory.specimen([lab.assays["HGB"]])
        worklists.tell(by=by, at=at)
    else:
        analyser({"GLU": lab.assays["GLU"]}, downloads=True)
        worklists.tell(by=by, at=at)


def shipped_panel() -> Any:
    with laboratory.setting_up():
        return Panel.objects.create(code=f"P{Panel.objects.count()}", name="Panel")


def run_of(lab: Laboratory) -> Any:
    other = analyser({}, sender=f"S{Instrument.objects.count()}")
    (sent,) = plain.read(other, declared.message("2600000018", "GLU|1|mmol/L"))
    return messages.read_again(
        message_ids=[sent.pk], by=lab.reader, at=database_now(), reason="the driver was changed"
    )


def order_placed(*, lines: int = 1) -> Instrument:
    """Let a hospital order tests of a patient that it told of; returns the hospital's system."""
    codes = ("K", "NA", "CL")[:lines]
    wards = Instrument.objects.filter(kind=Instrument.Kind.HOSPITAL).first()
    if wards is None:
        shipped.load_catalogue()
        wards = hospital()
        for code in ("K", "NA", "CL"):
            laboratory.map_code(wards, code, Assay.objects.filter(analyte__code=code).first())
        tell(wards, hl7.adt("A04", hl7.pid()))
    asked = [
        (hl7.orc(placer=f"P{next(_numbers)}^WARDS", group="G1"), hl7.obr(code)) for code in codes
    ]
    tell(wards, hl7.oml(hl7.pid(), *(segment for line in asked for segment in line)))
    return wards
