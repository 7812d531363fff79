"""A hospital's system and this laboratory over real sockets: admitted, ordered, measured, told, set right.

The listener, the relay and a worker run as processes of their own; the hospital tells over one line and
is called with its results at a door of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from assays.actions import corrections, results, specimens
from assays.instruments.simulation import hl7
from assays.instruments.simulation.hospital import Heard, Line, Patient, Writer, second_entry
from assays.instruments.simulation.messages import Device, Measurement, Message, Sample
from assays.models import Dispatch, HospitalAct, Order, OrderNumber, Result, Specimen
from assays.queries import ledger
from assays.senders.hospital import Answer, Answering, Peer
from assays.senders.lines import CalledLine
from assays.senders.lines import Line as Wire
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from patients.models import Encounter, PersonLink
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.endpoints import lines
from tests.assays.hospital import told
from tests.assays.listeners.listening import Line as Bench
from tests.assays.listeners.listening import wrapped
from tests.assays.listeners.serving import ANY_PORT, serve
from tests.patients import people
from tests.processes import Services, services, wait_until
from tests.signing import correcting, signing

pytestmark = pytest.mark.processes
PATIENCE = 60.0
HOUR = timedelta(hours=1)
WRITER = Writer("WARDS", "STATION")
LYRA = Patient("1001", "Vega", "Lyra", date(1990, 5, 17), "F", visit="V1")


class Station:
    """A hospital and a laboratory that are connected, and what each does."""

    def __init__(self, running: Services) -> None:
        self.running = running
        self.assay = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})["HGB"]
        self.system = told.hospital(sender="WARDS", order_answers="always")
        laboratory.map_code(self.system, "W-HB", self.assay)
        self.reader = lines.instrument("HL7", code="reader", sender="READER")
        laboratory.map_code(self.reader, "HB", self.assay)
        self.ward = people.ward()
        self.people = [factories.principal(Role.TECHNOLOGIST) for _n in range(2)]
        self.doctor = factories.principal(Role.PATHOLOGIST)
        self.port = serve(running).mllp
        running.start("relay")
        running.start("worker")
        self._said = 0

    def peer(self, answers: Answering | None = None) -> Peer:
        """The hospital's system, which is called at a door of its own."""
        door = CalledLine(("127.0.0.1", 0), patience=0.5)
        lines.client(self.system, door.address[1], sends=True)
        line = Wire(("127.0.0.1", self.port), patience=PATIENCE)
        return Peer(line, WRITER, door=door, answers=answers or Answering())

    def say(self, peer: Peer, event: str, who: Patient, *, other: Patient | None = None) -> None:
        """Tell something of a patient, and wait until it is done."""
        content = WRITER.adt(event, who, self._number(), database_now(), other=other)
        self._file(peer, content)

    def order(self, peer: Peer, who: Patient, *lines: Line) -> None:
        self._file(peer, WRITER.order(who, lines, self._number(), database_now()))

    def measure(self, specimen: Specimen, value: str) -> Result:
        """Draw and receive a tube, and have the instrument send what it found in it."""
        technologist = self.people[0]
        observed_at = database_now()
        shipped.collect(specimen, by=technologist, collected_at=observed_at - HOUR)
        specimens.receive(specimen=specimen, by=technologist, at=database_now())
        sample = Sample(specimen.accession, (Measurement("HB", "Hb", value, "g/dL"),), observed_at)
        text = hl7.write(Message(Device("READER"), self._number(), observed_at, [sample]))
        with Bench(self.port) as line:
            line.send(wrapped(text))
            assert b"MSA|AA|" in line.block() or b"MSA|CA|" in line.block()
        self.wait(lambda: Result.objects.exclude(evaluations=None).exists(), "a result")
        found: Result = Result.objects.get()
        return found

    def release(self, result: Result) -> None:
        results.verify(result=result, by=self.people[1], at=database_now())
        results.release(
            result=result, signing=signing(self.doctor), by=self.doctor, at=database_now()
        )

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        wait_until(condition, seconds=PATIENCE, what=what, services=self.running)

    def hears(self, peer: Peer, kind: str, *wanted: str) -> Heard:
        """Wait until the hospital was told exactly this of one kind, newest first."""

        def newest() -> Heard | None:
            peer.listen(0.05)
            found = [one for one in peer.heard if one.kind == kind]
            return found[-1] if found and found[-1].lines == wanted else None

        self.wait(lambda: newest() is not None, f"{kind} to say {wanted}; heard: {peer.heard}")
        found = newest()
        assert found is not None
        return found

    def _number(self) -> str:
        self._said += 1
        return f"M{self._said}"

    def _file(self, peer: Peer, content: bytes) -> None:
        before = HospitalAct.objects.count()
        assert peer.say(content) in ("AA", "CA")
        self.wait(lambda: HospitalAct.objects.count() > before, "what was told to be done")


@pytest.fixture
def station(fresh_database: str, tmp_path: Path) -> Iterator[Station]:
    with services(fresh_database, tmp_path, **ANY_PORT) as running:
        yield Station(running)


def test_a_patient_of_the_hospital_from_the_admission_to_the_corrected_result(
    station: Station,
) -> None:
    in_bed = Patient("1001", "Vega", "Lyra", LYRA.born, "F", visit="V1", ward=station.ward.code)
    with station.peer() as peer:
        station.say(peer, "A01", in_bed)
        station.order(peer, LYRA, Line("NW", "P1", "W-HB", group="G1"))
        order = Order.objects.get()
        assert order.encounter.location == station.ward
        station.hears(peer, "ORL", "P1: OK IP")

        value = station.measure(order.specimens.get(), "13.4")
        assert not Dispatch.objects.filter(kind="RESULT_REPORT").exists()
        station.release(value)
        first = station.hears(peer, "ORU", "P1: F; W-HB 13.4 F")

        station.say(peer, "A08", Patient("1001", "Vega-Ros", "Lyra", LYRA.born, "F"))
        assert order.person.names.current_first().first().family == "Vega-Ros"

        value.refresh_from_db()
        corrected = corrections.correct(
            result=value,
            value=parse_quantity("14.1", unit="g/dL"),
            signing=correcting(station.doctor),
            by=station.doctor,
            at=database_now(),
            reason="The tubes were exchanged.",
        )
        withdrawn = station.hears(peer, "ORU", 'P1: C; W-HB "" W')
        station.wait(lambda: corrected.evaluations.exists(), "the correction to be analysed")
        second = factories.principal(Role.PATHOLOGIST)
        results.verify(result=corrected, by=station.people[1], at=database_now())
        results.release(result=corrected, signing=signing(second), by=second, at=database_now())
        last = station.hears(peer, "ORU", "P1: C; W-HB 14.1 C")

        station.say(peer, "A11", in_bed)
        station.wait(
            lambda: Dispatch.objects.exclude(status="ACCEPTED").count() == 0, "all to be accepted"
        )

    assert len({one.control_id for one in (first, withdrawn, last)}) == 3
    number = OrderNumber.objects.get()
    for sent in Dispatch.objects.filter(kind="RESULT_REPORT"):
        assert f"|P1|{number.filler}|".encode() in bytes(sent.content)
    assert Encounter.objects.get().end.disposition == "ERROR"
    assert ledger.take().is_balanced


def test_entries_are_joined_and_parted_and_an_order_cancelled_as_the_hospital_says(
    station: Station,
) -> None:
    twice = second_entry(LYRA)
    with station.peer() as peer:
        station.say(peer, "A04", LYRA)
        station.say(peer, "A04", twice)
        station.order(peer, twice, Line("NW", "P7", "W-HB"))
        station.say(peer, "A40", LYRA, other=twice)
        (link,) = PersonLink.objects.active()
        assert (link.duplicate, link.survivor) == (told.person("1001B"), told.person("1001"))

        station.order(peer, LYRA, Line("CA", "P7", "W-HB"))
        station.hears(peer, "ORL", "P7: CR CA")
        assert Order.objects.get().status == "REVOKED"

        station.say(peer, "A37", LYRA, other=twice)
        assert not PersonLink.objects.active().exists()

    assert ledger.take().is_balanced


def test_a_result_that_the_hospital_refuses_waits_for_a_person(
    station: Station,
) -> None:
    with station.peer(Answering(Answer.REFUSE, every=2)) as peer:
        station.say(peer, "A04", LYRA)
        station.order(peer, LYRA, Line("NW", "P1", "W-HB"))
        value = station.measure(Order.objects.get().specimens.get(), "13.4")
        station.release(value)
        station.hears(peer, "ORU", "P1: F; W-HB 13.4 F")
        value.refresh_from_db()
        corrections.correct(
            result=value,
            value=parse_quantity("14.1", unit="g/dL"),
            signing=correcting(station.doctor),
            by=station.doctor,
            at=database_now(),
            reason="The tubes were exchanged.",
        )

        station.wait(
            lambda: Dispatch.objects.filter(status="REFUSED").exists(), "the second to be refused"
        )

    told_of = Dispatch.objects.filter(kind="RESULT_REPORT").order_by("pk")
    assert [one.status for one in told_of] == ["ACCEPTED", "REFUSED"]
