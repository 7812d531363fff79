"""Somebody who is refused for one reason alone, made by the product's own actions.

Whatever is written about them that the gate may not know carries the canary.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assays.actions import recordings, results, specimens
from assays.actions.recordings import Typed
from assays.models import Assay, Result
from consent.rules.answers import Reason
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from patients.actions import persons, quarantine
from patients.models import Person
from tests import laboratory
from tests.assays.laboratory import verified
from tests.consent.programme import FAILED, REFERRED, World
from tests.factories import principal

CANARY = "canary"
LOAD: dict[str, Any] = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)}
LAPSED = timedelta(days=8)


def refused(reason: Reason, **names: str) -> tuple[World, Person]:
    """Return a world and somebody in it who is not cleared for this reason alone."""
    return MAKERS[reason](names)


def load(person: Person, value: int, *, ago: timedelta = timedelta(0)) -> Result:
    """Order, collect, receive and type one nanite load."""
    lab = principal(Role.TECHNOLOGIST, Role.PATHOLOGIST)
    assay = Assay.objects.get(analyte__code="NANITE-LOAD")
    order = laboratory.order("NANITE-LOAD", by=lab, of=person, confirmed=[assay.pk])
    specimen = order.specimens.select_related("person").get()
    at = database_now()
    laboratory.collect(specimen, by=lab, collected_at=at - ago)
    specimens.receive(specimen=specimen, by=lab, at=database_now())
    typed = Typed(assay_id=assay.pk, value=Quantity(Decimal(value), "{nanites}/uL"), field="value")
    at = database_now()
    (result,) = recordings.record_typed(
        specimen=specimen, values=[typed], observed_at=at, by=lab, at=at
    )
    return result


def _without(part: str) -> Callable[[dict[str, str]], tuple[World, Person]]:
    def make(names: dict[str, str]) -> tuple[World, Person]:
        world = World()
        person = world.person(**names)
        for name in ("enrol", "sign", "medical", "psychological"):
            if name != part:
                getattr(world, name)(person)
        return world, person

    return make


def _after(act: Callable[[World, Person], object]) -> Callable[[dict[str, str]], Any]:
    def make(names: dict[str, str]) -> tuple[World, Person]:
        world = World()
        person = world.cleared(**names)
        act(world, person)
        return world, person

    return make


def _lapsed(part: str, other: str) -> Callable[[dict[str, str]], tuple[World, Person]]:
    def make(names: dict[str, str]) -> tuple[World, Person]:
        world = World()
        person = world.person(**names)
        world.enrol(person)
        world.sign(person)
        getattr(world, other)(person)
        getattr(world, part)(person, performed_at=database_now() - LAPSED)
        return world, person

    return make


def _nanites(*loads: tuple[int, timedelta], **asks: Any) -> Any:
    def make(names: dict[str, str]) -> tuple[World, Person]:
        world = World(asks={**LOAD, **asks})
        person = world.cleared(**names)
        for value, ago in loads:
            verified(load(person, value, ago=ago), "RELEASED")
        return world, person

    return make


def _held(names: dict[str, str]) -> tuple[World, Person]:
    world, person = _after(lambda world, person: None)(names)
    at = database_now()
    results.hold(
        result=load(person, 10), by=principal(Role.PATHOLOGIST), at=at, reason=f"Clot, {CANARY}."
    )
    return world, person


def _young(names: dict[str, str]) -> tuple[World, Person]:
    """Of age, and too young for the programme: whom a minor's signature would refuse as well."""
    world = World(asks={"minimum_age_years": 90})
    return world, world.cleared(**names)


def _doubted(world: World, person: Person) -> None:
    at = database_now()
    given = {"by": world.registrar, "at": at, "happened_at": at}
    persons.doubt_identity(person=person, basis=f"Two faces, {CANARY}.", **given)


def _isolated(world: World, person: Person) -> None:
    at = database_now()
    given = {"by": world.registrar, "at": at, "starts_at": at}
    quarantine.order(person=person, kind="HOSPITAL", reason=f"Contact, {CANARY}.", **given)


def _checked(kind: str, outcome: Any) -> Callable[[World, Person], object]:
    said = {"medical": {"comment": CANARY, "signs": [CANARY]}, "psychological": {"notes": CANARY}}
    return lambda world, person: getattr(world, kind)(person, outcome, **said[kind])


MAKERS: dict[Reason, Callable[[dict[str, str]], tuple[World, Person]]] = {
    Reason.NOT_ENROLLED: _without("enrol"),
    Reason.UNDER_AGE: _young,
    Reason.IDENTITY_UNCONFIRMED: _after(_doubted),
    Reason.NO_WAIVER: _without("sign"),
    Reason.WAIVER_SUPERSEDED: _after(lambda world, person: world.new_text()),
    Reason.WITHDRAWN: _after(lambda world, person: world.withdraw(person)),
    Reason.MEDICAL_MISSING: _without("medical"),
    Reason.MEDICAL_LAPSED: _lapsed("medical", "psychological"),
    Reason.MEDICAL_REFERRED: _after(_checked("medical", REFERRED)),
    Reason.MEDICAL_FAILED: _after(_checked("medical", FAILED)),
    Reason.PSYCH_MISSING: _without("psychological"),
    Reason.PSYCH_LAPSED: _lapsed("psychological", "medical"),
    Reason.PSYCH_REFERRED: _after(_checked("psychological", REFERRED)),
    Reason.PSYCH_FAILED: _after(_checked("psychological", FAILED)),
    Reason.NANITE_MISSING: _nanites(),
    Reason.NANITE_LAPSED: _nanites((10, timedelta(hours=2)), nanite_validity_hours=1),
    Reason.NANITE_STATUS: _nanites(
        (1, timedelta(hours=1)), (10, timedelta(0)), nanite_maximum=Decimal(5)
    ),
    Reason.QUARANTINED: _after(_isolated),
    Reason.OPEN_FINDING: _held,
}
