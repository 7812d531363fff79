"""The demo's controllers: set-points that two signed, one set otherwise, an alarm, a kill code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo import signing
from labsys.web.demo.people import patients, principal
from patients.actions import (
    control_documents,
    controller_alarms,
    controller_readings,
    controller_settings,
    controllers,
    set_points,
)
from patients.models import (
    ControlDocumentVersion,
    Controller,
    ControllerAlarm,
    ControllerEvent,
    ControlQuantity,
    Person,
    SetPoint,
)
from patients.queries.control_signatures import digest_of

HOUR = timedelta(hours=1)
QUANTITIES = (
    ("replication-rate", "Replication rate", "1/d", 1),
    ("activity", "Activity", "%", 0),
)
# Serial number, model, firmware, and whose each of them is since how many hours.
DEVICES = (
    ("NC-0417", "Regulator 3", "2.4.1", "okonkwo", 60),
    ("NC-0418", "Regulator 3", "2.4.1", "unnamed", 40),
    ("NC-0399", "Regulator 2", "1.9.0", "", 0),
)
# Read before anything was signed: how many hours ago, and what.
EARLIER = ((54, "4.1"), (48, "4.4"), (36, "3.9"), (24, "4.6"), (12, "4.2"), (3, "4.0"))
SCHEMATIC = """Regulator 3, antenna
coil: 4 turns, 0.8 mm copper
capacitor: 47 nF
"""
SCHEMATIC_NEXT = SCHEMATIC.replace("47 nF", "33 nF") + "shield: copper foil, earthed\n"
CODE = "INVENTED FOR THE DEMONSTRATION\nhalt 7F-21-C4, then stay\n"


def record(say: Callable[[str], None]) -> None:
    """Give two patients a controller each, sign, set and read; leave one alarm and one draft open."""
    if Controller.objects.exists():
        return
    by = principal("infection")
    people = {patient.key: person for patient, person in patients()}
    rate, activity = _quantities(by)
    devices = _devices(by, people)
    for hours, value in EARLIER:
        _read(devices["NC-0417"], rate, value, hours=hours)
    _signed(people["okonkwo"], rate, ("2.0", "1.0", "3.0"), "Replication doubled since yesterday.")
    _set(devices["NC-0417"], rate, "2.0")
    _read(devices["NC-0417"], rate, "2.8")
    _draft(people["okonkwo"], activity, ("40", "20", "60"), "Tremor in the night.")
    _signed(people["unnamed"], rate, ("1.5", None, "2.0"), "Lowest rate that was tolerated.")
    _set(devices["NC-0418"], rate, "1.8")
    _read(devices["NC-0418"], rate, "2.6")
    _answered(devices["NC-0417"], rate)
    _documents(by, people["unnamed"])
    open_alarms = ControllerAlarm.objects.open().count()
    say(f"{len(devices)} controllers, {open_alarms} alarm open, one set-point to sign")


def _quantities(by: Principal) -> list[ControlQuantity]:
    at = database_now()
    return [
        controllers.define(code=code, name=name, unit=unit, decimals=decimals, by=by, at=at)
        for code, name, unit, decimals in QUANTITIES
    ]


def _devices(by: Principal, people: dict[str, Person]) -> dict[str, Controller]:
    made, at = {}, database_now()
    for serial, model, firmware, whose, hours in DEVICES:
        device = controllers.register(serial=serial, model=model, firmware=firmware, by=by, at=at)
        made[serial] = device
        if whose:
            given = {"controller": device, "person": people[whose], "since": at - hours * HOUR}
            controllers.assign(**given, by=by, at=database_now())
    controllers.observe(
        controller=made["NC-0399"],
        kind=ControllerEvent.Kind.FAULTY,
        note="display stays dark",
        happened_at=at,
        by=by,
        at=database_now(),
    )
    return made


def _draft(
    person: Person, quantity: ControlQuantity, band: tuple[str | None, ...], reason: str
) -> SetPoint:
    value, low, high = (None if one is None else Decimal(one) for one in band)
    return set_points.draft(
        person=person,
        quantity=quantity,
        value=value,
        low=low,
        high=high,
        reason=reason,
        by=principal("exam"),
        at=database_now(),
    )


def _signed(
    person: Person, quantity: ControlQuantity, band: tuple[str | None, ...], reason: str
) -> None:
    _sign(_draft(person, quantity, band, reason))


def _sign(row: SetPoint | ControlDocumentVersion) -> None:
    """Have the two others sign what one of the staff drafted."""
    for name in ("exam2", "lab"):
        with signing.login(name) as session:
            proof = signing.sign(session).step_up
            given = {"seen": digest_of(row), "step_up": proof, "by": principal(name)}
            if isinstance(row, SetPoint):
                set_points.sign(set_point=row, **given, at=database_now())
            else:
                control_documents.sign(version=row, **given, at=database_now())


def _set(device: Controller, quantity: ControlQuantity, value: str) -> None:
    at = database_now()
    given = {"controller": device, "quantity": quantity, "value": Decimal(value)}
    controller_settings.record(**given, set_at=at, by=principal("exam"), at=at)


def _read(device: Controller, quantity: ControlQuantity, value: str, *, hours: int = 0) -> None:
    at = database_now()
    given = {"controller": device, "quantity": quantity, "value": Decimal(value)}
    read_at = at - hours * HOUR
    controller_readings.record(**given, read_at=read_at, by=principal("infection"), at=at)


def _answered(device: Controller, quantity: ControlQuantity) -> None:
    """Raise an alarm, and say what was done about it."""
    _read(device, quantity, "3.4")
    alarm = ControllerAlarm.objects.open().get(reading__controller=device)
    given = {"alarm": alarm, "by": principal("nurse")}
    controller_alarms.acknowledge(**given, at=database_now())
    done = "Electrode had come loose; replaced, read again after a minute."
    controller_alarms.close(**given, what_was_done=done, at=database_now())
    _read(device, quantity, "2.2")


def _documents(by: Principal, person: Person) -> None:
    paper = control_documents.begin(
        kind="SCHEMATIC",
        code="regulator-3-antenna",
        title="Antenna of Regulator 3",
        content=SCHEMATIC.encode(),
        note="As delivered.",
        by=by,
        at=database_now(),
    )
    _sign(paper)
    control_documents.draft(
        document=paper.document,
        content=SCHEMATIC_NEXT.encode(),
        note="Smaller capacitor; shield added.",
        by=by,
        at=database_now(),
    )
    code = control_documents.begin(
        kind="KILL_CODE",
        code="halt-7f",
        title="Halt of series 7F",
        content=CODE.encode(),
        note="First version.",
        by=by,
        at=database_now(),
    )
    _sign(code)
    control_documents.use(
        version=code,
        person=person,
        started_at=database_now() - HOUR,
        intended_effect="stop replication",
        by=by,
        at=database_now(),
    )
