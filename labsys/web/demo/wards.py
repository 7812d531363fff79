"""The station's admission system: it tells who comes, orders for them, and hears their results."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from assays.actions import instruments, recordings, specimens, versions
from assays.actions.recordings import Typed
from assays.instruments.dialects import Dialect
from assays.instruments.simulation.hospital import Writer
from assays.instruments.simulation.hospital_day import Day, Plan, Step, Turn
from assays.models import Instrument, Order, OrderNumber, Panel, Result
from assays.queries import catalogue, hospital_told
from assays.rules.identification import IdentifierKind
from assays.senders import simulated
from assays.senders.hospital import Peer
from assays.senders.lines import Line
from assays.senders.mllp import ACCEPTED
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from labsys.web.demo import analysers, cast, playing, values
from labsys.web.demo.failing import DemoFailed
from labsys.web.demo.people import principal

Say = Callable[[str], None]
CODE = "admissions"
SENDER = "STATION-ADT"
AUTHORITY = "STATION"
PANELS = ("CBC", "CMP", "HORMONE", "NANITE")
PATIENTS = 4
HEARING_SECONDS = 30
# The first is measured; the second was registered twice; the third's last order is cancelled.
PLANS = (Plan(Turn.MERGE, 2), Plan(Turn.CANCEL, 3))


def install(crew: analysers.Crew, at: datetime) -> Instrument:
    """Register the system, told apart by its sender; its codes of panels are ours."""
    made = instruments.register(
        by=crew.administrator,
        at=at,
        code=CODE,
        name="Station admissions",
        kind=Instrument.Kind.HOSPITAL,
        protocol=Dialect.HL7.value,
        manufacturer="simulated",
        model="admissions and orders",
        driver="hl7-oru-oul",
        settings={
            "sender": SENDER,
            "authorities": {AUTHORITY: "station number"},
            "default_species": "human",
        },
        peer_networks=analysers.THIS_MACHINE,
    )
    for code in PANELS:
        mapping = instruments.draft_panel_mapping(
            instrument=made, code=code, panel=Panel.objects.get(code=code), by=crew.drafter, at=at
        )
        versions.approve(version=mapping, by=crew.approver, at=at)
        versions.activate(version=mapping, by=crew.approver, at=at)
    return made


def day() -> Day:
    """Return the day that is played: the same numbers, however often it is."""
    return Day(
        Writer(SENDER, AUTHORITY),
        run="station",
        began_at=database_now() - timedelta(minutes=1),
        seed="station",
        ward="ward-b",
        codes=("CBC", "CMP"),
        plans=PLANS,
        other="thaal",
        others_every=4,
        has_tubes=False,
    )


def play(say: Say) -> None:
    """Tell of four patients and order for them; measure one, and hear its results."""
    address = ("127.0.0.1", simulated.port_of(Dialect.HL7))
    today = day()
    with Peer(Line(address, patience=15), today.writer) as peer:
        told = [step for step in today.steps(PATIENTS) if peer.say(step.content) in ACCEPTED]
        if not peer.tally.is_complete:
            raise DemoFailed(
                f"The listener did not acknowledge all of the admission system: {peer.tally}; see "
                "var/log/instruments.log."
            )
        say(f"Station admissions over HL7: {_read(told, peer)}")
        released = _measure(today.placer(1, 1))
        _hear(peer)
    results = sum(one.kind == "ORU" for one in peer.heard)
    say(f"{released} results released of its first order; it heard {results} report messages")


def _read(told: list[Step], peer: Peer) -> hospital_told.Told:
    """Wait until everything it said is read."""
    instrument = Instrument.objects.get(code=CODE)
    until = time.monotonic() + playing.WAIT_SECONDS
    while not (found := hospital_told.of([one.control_id for one in told], instrument)).is_read:
        if time.monotonic() > until:
            raise DemoFailed("The worker has not read what the admission system told.")
        peer.listen(0.2)
    return found


def _measure(placer: str) -> int:
    """Draw, receive, type, verify and release the tests of one order; returns how many."""
    order: Order = OrderNumber.objects.get(placer=placer).order
    if Result.objects.filter(order_item__order=order).exists():
        return 0
    at = database_now()
    person = order.person
    known = {IdentifierKind.MRN: person.mrn, IdentifierKind.BIRTH_DATE: str(person.birth_date)}
    drawn = list(order.specimens.order_by("pk"))
    specimens.collect(
        specimens=drawn,
        by=principal("phleb"),
        at=at,
        collected_at=at - timedelta(minutes=30),
        identifiers=known,
    )
    found: list[Result] = []
    for specimen in drawn:
        specimens.receive(specimen=specimen, by=principal("tech1"), at=database_now())
        found += recordings.record_typed(
            specimen=specimen,
            values=_values(order, specimen.pk),
            observed_at=at,
            by=principal("tech1"),
            at=database_now(),
        )
    playing.wait_for_the_worker(lambda _text: None)
    rows = Result.objects.filter(order_item__order=order).order_by("pk")
    return playing.release_all(playing.verify_all(rows, database_now()))


def _values(order: Order, specimen_id: int) -> list[Typed]:
    """Return what is found in a specimen: the values of somebody well."""
    held = catalogue.current()
    somebody = cast.Patient("admitted", "", "", "human", order.person.sex, order.person.birth_date)
    items = order.items.filter(specimen_items__specimen=specimen_id).order_by("pk")
    wanted = [held.assays[one.assay_id] for one in items]
    return [
        Typed(
            assay_id=active.assay_id,
            value=Quantity(values.value(active, somebody, 0), active.unit),
            field=active.code,
        )
        for active in wanted
    ]


def _hear(peer: Peer) -> None:
    """Wait until what is released was told, or for as long as a demo may take."""
    until = time.monotonic() + HEARING_SECONDS
    while time.monotonic() < until and not any(one.kind == "ORU" for one in peer.heard):
        peer.listen(0.5)
    peer.listen(1.0)
