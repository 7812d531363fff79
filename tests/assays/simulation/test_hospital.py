"""A simulated hospital: the same people from one seed, messages that are read as they are meant."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import hospital
from assays.instruments.hl7.judging import judge
from assays.instruments.simulation import hospital as simulated
from assays.instruments.simulation import hospital_day
from assays.instruments.simulation.hospital import Writer
from assays.instruments.simulation.hospital_day import Day, Turn
from assays.rules.hospital_messages import Act, Event
from assays.senders.hospital import Answer, Answering, answering
from labsys.lib.wording import Refused
from tests.assays.simulation.receivers import receiver

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITER = Writer("WARDS", "STATION")


def day(**more: object) -> Day:
    return Day(WRITER, run="R1", began_at=AT, **more)  # type: ignore[arg-type]


def is_damaged(content: bytes) -> bool:
    """Whether a listener would find fault with its syntax."""
    return judge(content, is_hospital=True).faults != ()


def events(made: Day, patients: int = 1) -> list[Event]:
    """What the laboratory reads in a day's messages."""
    found: list[Event] = []
    for step in made.steps(patients):
        told = hospital.read(step.content, zone=UTC)
        assert told.doubt is None, step.said
        assert not is_damaged(step.content), step.said
        found.extend(told.events)
    assert [one.doubts for one in found if one.doubts] == []
    return found


def test_a_seed_gives_the_same_people_again() -> None:
    def first() -> list[str]:
        return [step.said for step in day(seed="7", ward="w").steps(3)]

    assert first() == first()
    assert simulated.invent("7", 1) != simulated.invent("8", 1)


def test_a_patient_is_admitted_and_every_test_ordered_under_a_number_of_its_own() -> None:
    admitted, *lines = events(day(ward="ward-a", codes=("K", "NA"), has_tubes=True))

    assert (admitted.act, admitted.stay.ward) == (Act.ADMIT, "ward-a")
    assert [(one.act, one.line.placer, one.line.code) for one in lines] == [
        (Act.PLACE, "R1-1-P1", "K"),
        (Act.PLACE, "R1-1-P2", "NA"),
    ]
    assert {one.line.group for one in lines} == {"R1-1-G1"}
    assert [one.line.specimens[0].value for one in lines] == ["R1-1-T1"] * 2
    assert {one.patient for one in lines} == {admitted.patient}


@pytest.mark.parametrize(
    ("turn", "acts"),
    [
        (Turn.UPDATE, [Act.ADMIT, Act.PLACE, Act.REGISTER]),
        (Turn.CANCEL, [Act.ADMIT, Act.PLACE, Act.CANCEL]),
        (Turn.TWICE, [Act.ADMIT, Act.PLACE, Act.PLACE]),
        (Turn.MERGE, [Act.ADMIT, Act.PLACE, Act.REGISTER, Act.PLACE, Act.LINK]),
        (Turn.UNMERGE, [Act.ADMIT, Act.PLACE, Act.REGISTER, Act.PLACE, Act.LINK, Act.UNLINK]),
        (Turn.VOID, [Act.ADMIT, Act.PLACE, Act.CANCEL_ADMIT]),
        (Turn.DISCHARGE, [Act.ADMIT, Act.PLACE, Act.DISCHARGE]),
    ],
)
def test_what_else_happens_is_read_as_it_is_meant(turn: Turn, acts: list[Act]) -> None:
    plans = [hospital_day.plan(turn.value)]

    assert [one.act for one in events(day(ward="w", codes=("K",), plans=plans))] == acts


def test_every_fourth_patient_is_of_another_species_and_says_so() -> None:
    found = events(day(other="thaal", others_every=4), 8)

    assert [one.patient.species for one in found] == [None, None, None, "thaal"] * 2


@pytest.mark.parametrize("text", ["typo", "merge:0", "merge:x", ""])
def test_a_turn_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(Refused, match="is no turn"):
        hospital_day.plan(text)


@pytest.mark.parametrize("text", ["AX", "AE:0", ""])
def test_an_answer_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(Refused, match="is no answer"):
        answering(text)


def test_every_second_result_is_answered_otherwise() -> None:
    answers = answering("AE:2")

    assert answers == Answering(Answer.ERROR, 2)
    assert [answers.to(number) for number in (1, 2, 3, 4)] == ["AA", "AE", "AA", "AE"]


def test_what_the_laboratory_tells_is_read_line_by_line() -> None:
    text = (
        "MSH|^~\\&|labsys||W||2026||ORU^R01^ORU_R01|7|P|2.5.1\rPID|1\rORC|RE|P1|9-1\r"
        f"OBR|1|P1|9-1|K{'|' * 21}C\rOBX|1|NM|K^Potassium||4.1|mmol/L|||||C\r"
    )
    found = simulated.read(text.encode())

    assert (found.kind, found.event, found.control_id) == ("ORU", "R01", "7")
    assert found.lines == ("P1: C; K 4.1 C",)
    assert not found.is_answer
    assert WRITER.answer(found, "AR").endswith(b"\rMSA|AR|7\r")
    assert simulated.read(b"nonsense") is None


@contextlib.contextmanager
def listener(**more: object) -> Iterator[list[str]]:
    with receiver(Dialect.HL7, **more) as found:
        yield ["--port", str(found.port), "--rate", "1000", "--patience", "2"]


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("simulate_hospital", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_what_is_said_and_acknowledged_is_counted() -> None:
    with listener() as port:
        said = run(*port, "--patients", "2", "--order", "K", "--also", "cancel:2")

    assert "ADT^A04 1-0001  AA" in said
    assert "5 sent, 5 acknowledged" in said


@pytest.mark.django_db
def test_it_ends_in_an_error_where_something_was_refused() -> None:
    with listener(code=lambda _n: "AR") as port, pytest.raises(CommandError, match="acknowledged"):
        run(*port, "--patients", "1")


@pytest.mark.django_db
def test_another_machine_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(CommandError, match="this machine only"):
        run("--host", "192.0.2.7", "--port", "1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--rate", "0"), "--rate"),
        (("--patients", "-1"), "--patients"),
        (("--also", "typo"), "is no turn"),
        (("--answer", "typo"), "is no answer"),
        (("--other-species", "thaal:x"), "CODE:N"),
        (("--port", "70000"), "--port"),
        (("--door", "70000"), "--door"),
        (("--patience", "-1"), "--patience"),
        (("--zone", "Nowhere"), "no time zone"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run("--port", "1", *arguments)


@pytest.mark.django_db
def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        door = str(taken.getsockname()[1])
        with pytest.raises(CommandError, match="port cannot be opened"):
            run("--port", "1", "--door", door)


@pytest.mark.django_db
def test_a_report_needs_a_system_that_is_registered() -> None:
    with listener() as port, pytest.raises(CommandError, match="declares the sender"):
        run(*port, "--patients", "1", "--report")
