"""Questions over real lines: the reply on the connection that asked, and the work behind it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from assays.models import (
    Dispatch,
    EndpointState,
    Instrument,
    Specimen,
    TransmissionMessage,
    WorkOrder,
)
from assays.rules.dispatching import DispatchStatus
from tests.assays import laboratory
from tests.assays.dispatches.receiving import enqueue, send_answer, wait_for
from tests.assays.dispatches.test_records import take
from tests.assays.endpoints.lines import Analyser, client
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    CR,
    FS,
    VT,
    Line,
    Listening,
    hl7_message,
    listening,
    wrapped,
)
from tests.assays.worklists.asking import analyser, astm, lines, parts, qbp, qry, z03
from tests.processes import wait_until

ROUNDS = 8


@pytest.fixture
def lab(fresh_database: str) -> SimpleNamespace:
    return SimpleNamespace(assays=laboratory.assays(GLU={}, HGB={}))


@pytest.fixture
def listeners(lab: SimpleNamespace) -> Iterator[Listening]:
    with listening() as made:
        yield made


def ordered(lab: SimpleNamespace, *codes: str) -> Specimen:
    return laboratory.specimen([lab.assays[code] for code in codes])


def mapped(lab: SimpleNamespace) -> dict[str, object]:
    return dict(lab.assays)


def ask(line: Line, text: bytes) -> bytes:
    line.send(wrapped(text))
    return block(line)


def block(line: Line) -> bytes:
    """Read one block and no byte more: another may stand behind it already."""
    found = b""
    while not found.endswith(FS + CR):
        byte = line.answer()
        if not byte:
            return b""
        found += byte
    return found.removeprefix(VT).removesuffix(FS + CR)


def test_the_reply_to_a_question_is_its_answer_and_the_order_follows(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab), driver="hl7-oru-oul")
    specimen = ordered(lab, "GLU", "HGB")
    with listeners.mllp() as line:
        reply = ask(line, qbp(specimen.accession))
        order = block(line)
        made = Dispatch.objects.get(instrument=machine)
        one, two = WorkOrder.objects.order_by("pk")
        send_answer(line, made.control_id, "AA", f"ORC|OK|{one.label}", f"ORC|UA|{two.label}")
        wait_for(made, DispatchStatus.ACCEPTED)

    assert parts(reply, "MSH")[0].raw(9) == "RSP^K11^RSP_K11"
    assert (parts(reply, "MSA")[0].text(2), parts(reply, "QAK")[0].text(2)) == ("Q-9", "OK")
    assert bytes(TransmissionMessage.objects.get().reply) == wrapped(reply)
    assert order == bytes(made.content)
    assert {one.text(2) for one in parts(order, "SPM")} == {specimen.accession}
    work_off()
    assert [status for *_rest, status in lines(machine)] == ["TAKEN", "REFUSED"]


def test_a_question_that_is_replied_to_counts_as_one_message(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab), driver="hl7-oru-oul")
    with listeners.mllp() as line:
        ask(line, qbp("NOBODY"))
        heard = EndpointState.objects.filter(instrument=machine, messages_in__gt=0)
        wait_until(heard.exists, seconds=30, what="the message counted")

    assert heard.get().messages_in == 1


def test_a_mindray_question_gets_both_its_answers(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    analyser(mapped(lab), driver="mindray-bs")
    with listeners.mllp() as line:
        first = ask(line, qry(ordered(lab, "GLU").accession))
        second = block(line)

    assert parts(first, "MSH")[0].raw(9) == "QCK^Q02"
    assert parts(second, "MSH")[0].raw(9) == "DSR^Q03"


def test_an_astm_question_is_answered_in_a_session_of_ours(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab))
    specimen = ordered(lab, "GLU")
    with listeners.astm() as line:
        line.send_message(astm(specimen.accession))
        wait_until_told(machine)
        made = Dispatch.objects.get(instrument=machine)
        take(line, bytes(made.content))
        wait_for(made, DispatchStatus.ACCEPTED)

    assert parts(made.content, "O")[0].text(3) == specimen.accession


def test_a_question_of_hl7_in_frames_of_astm_is_answered_in_such_frames(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab), driver="cepheid-genexpert")
    specimen = ordered(lab, "GLU")
    with listeners.astm() as line:
        line.send_message(z03(specimen.accession))
        wait_until_told(machine)
        made = Dispatch.objects.get(instrument=machine)
        take(line, bytes(made.content))
        wait_for(made, DispatchStatus.ACCEPTED)

    assert parts(made.content, "MSH")[0].raw(9) == "RSP^Z02"
    assert (parts(made.content, "MSA")[0].text(2), parts(made.content, "QAK")[0].text(2)) == (
        "Z-5",
        "OK",
    )
    assert specimen.accession.encode() in bytes(made.content)
    assert bytes(TransmissionMessage.objects.get().reply) == b""
    assert [code for _name, code, *_rest in lines(machine)] == ["GLU"]


def test_both_answers_to_such_a_question_follow_each_other(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = laboratory.instrument(
        mapped(lab), protocol="ASTM", driver="mindray-bs", peer_networks=list(wires.LOOPBACK)
    )
    specimen = ordered(lab, "GLU")
    with listeners.astm() as line:
        line.send_message(qry(specimen.accession))
        wait_until(
            lambda: Dispatch.objects.filter(instrument=machine).count() == 2,
            seconds=30,
            what="both answers",
        )
        first, second = Dispatch.objects.filter(instrument=machine).order_by("pk")
        for made in (first, second):
            take(line, bytes(made.content))
            wait_for(made, DispatchStatus.ACCEPTED)

    kinds = [parts(one.content, "MSH")[0].raw(9) for one in (first, second)]
    assert kinds == ["QCK^Q02", "DSR^Q03"]


def test_the_order_behind_a_reply_leaves_over_the_endpoint_that_sends(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab), driver="hl7-oru-oul")
    specimen = ordered(lab, "GLU")
    with Analyser() as called:
        client(machine, called.port, sends=True)
        with called.answer() as orders, listeners.mllp() as asking:
            reply = ask(asking, qbp(specimen.accession))
            order = block(orders)
            settle(orders, order)
            wait_for(Dispatch.objects.get(instrument=machine), DispatchStatus.ACCEPTED)

    assert parts(reply, "MSH")[0].raw(9) == "RSP^K11^RSP_K11"
    assert parts(order, "SPM")[0].text(2) == specimen.accession


def test_of_two_lines_that_one_gets_the_orders_on_which_was_asked(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    machine = analyser(mapped(lab), driver="hl7-oru-oul")
    with listeners.mllp() as asking, listeners.mllp() as telling:
        ask(asking, qbp("NOBODY"))
        settle(asking, block(asking))
        telling.send(wrapped(hl7_message("later")))
        assert b"MSA|AA|later" in block(telling)

        made = enqueue(machine)

        assert block(asking) == bytes(made.content)
        settle(asking, bytes(made.content))
        wait_for(made, DispatchStatus.ACCEPTED)


def test_a_family_that_is_told_nothing_hears_that_its_question_is_not_answered(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    laboratory.instrument(
        protocol="HL7", driver="ss-mix2", peer_networks=["127.0.0.0/8", "::1/128"]
    )
    with listeners.mllp() as line:
        reply = ask(line, qbp("NOBODY"))

    assert parts(reply, "MSA")[0].text(1) == "AR"


def test_two_that_ask_within_milliseconds_are_each_told_of_their_own_specimen(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    """FDA recalls Z-2091-2023 and Z-1051-2019: results tied to another sample within milliseconds."""
    analyser(mapped(lab), driver="hl7-oru-oul")
    asked = [ordered(lab, "GLU").accession for _n in range(2 * ROUNDS)]

    def play(names: list[str]) -> list[tuple[str, bytes]]:
        said = []
        with listeners.mllp() as line:
            for name in names:
                reply = ask(line, qbp(name, control_id=f"Q{name}"))
                while parts(reply, "MSH")[0].raw(9) != "RSP^K11^RSP_K11":
                    settle(line, reply)
                    reply = block(line)
                said.append((name, reply))
        return said

    with ThreadPoolExecutor(2) as pool:
        found = [one for said in pool.map(play, (asked[::2], asked[1::2])) for one in said]

    for name, reply in found:
        assert parts(reply, "MSA")[0].text(2) == f"Q{name}"
        assert parts(reply, "QPD")[0].text(3) == name
        assert parts(reply, "QAK")[0].fields[1:3] == [f"T-Q{name}", "OK"]
    rows = WorkOrder.objects.select_related("specimen", "dispatch", "answer__message")
    assert rows.count() == len(asked)
    for row in rows:
        (specimen,) = parts(row.dispatch.content, "SPM")
        (container,) = parts(row.dispatch.content, "SAC")
        (order,) = parts(row.dispatch.content, "OBR")
        name = row.specimen.accession
        assert (specimen.text(2), container.text(3), row.answer.asked) == (name, name, name)
        assert order.text(2) == row.label
        assert name.encode() in bytes(row.answer.message.content)
        assert not [
            one for one in asked if one != name and one.encode() in bytes(row.dispatch.content)
        ]


def settle(line: Line, order: bytes) -> None:
    """Answer an order that came while a reply is waited for."""
    send_answer(line, parts(order, "MSH")[0].text(10), "AA")


def wait_until_told(machine: Instrument) -> None:
    wait_until(
        lambda: Dispatch.objects.filter(instrument=machine).exists(),
        seconds=30,
        what="an answer",
    )


def test_a_question_is_answered_by_the_listener_without_any_worker(
    lab: SimpleNamespace, listeners: Listening
) -> None:
    analyser(mapped(lab), driver="hl7-oru-oul")
    with listeners.mllp() as line:
        reply = ask(line, qbp("NOBODY"))

    # Nobody worked off anything here: the message itself is still to be read.
    assert TransmissionMessage.objects.get().status == "RECEIVED"
    assert parts(reply, "QAK")[0].text(2) == "NF"
