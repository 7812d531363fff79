"""One message of ours at a time: what settles it, what never does, and what comes in meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.delivery import Delivery, Fate
from assays.instruments.hl7.exchange import LOST, SILENT, Awaited, Exchange, awaited, block
from assays.instruments.wire import Event, Verdict
from tests.assays.instruments.played import cut_at

ID, BEFORE = "L7X0A1B2C", "L6XFFFFFF"
SECONDS = 30.0
RESULT = (
    b"MSH|^~\\&|Reader||LIS||20260105100000||ORU^R01|1|P|2.5\rOBR|1|A1\rOBX|1|NM|HB||5|g/L|||||F\r"
)


def ours(*, accept: str = "", application: str = "", control_id: str = ID, more: str = "") -> bytes:
    head = (
        f"MSH|^~\\&|labsys||Reader||20260105||OML^O33|{control_id}|P|2.5.1|||{accept}|{application}"
    )
    return f"{head}\r{more}ORC|NW\r".encode()


def answer(code: str, control_id: str = ID, *more: str, kind: str = "ACK") -> bytes:
    head = f"MSH|^~\\&|Reader||labsys||20260105||{kind}|9|P|2.5.1"
    return "".join(f"{one}\r" for one in (head, f"MSA|{code}|{control_id}", *more)).encode()


def sending(text: bytes = b"", *, now: float = 0.0) -> Exchange:
    """An exchange that has written its message."""
    exchange = Exchange(seconds=SECONDS)
    exchange.offer(text or ours())
    assert exchange.outgoing(now) == block(text or ours())
    return exchange


def hear(exchange: Exchange, data: bytes, *, now: float = 1.0) -> list[Event]:
    exchange.feed(data)
    events = []
    while (event := exchange.next(now)) is not None:
        events.append(event)
        exchange.settle(is_stored=True)
    return events


def after(said: bytes, text: bytes = b"") -> Delivery | None:
    exchange = sending(text)
    hear(exchange, block(said))
    return exchange.delivery()


@pytest.mark.parametrize("code", ["AA", "CA"])
def test_an_acceptance_of_its_id_settles_a_message(code: str) -> None:
    # One that answers CA to what asked for nothing keeps it all the same.
    asking = "" if code == "AA" else "AL"
    found = after(answer(code), ours(accept=asking))

    assert found is not None
    assert (found.fate, found.answer) == (Fate.ACCEPTED, answer(code))


@pytest.mark.parametrize(
    ("said", "fate"),
    [
        (answer("AR"), Fate.REFUSED),
        (answer("CR"), Fate.REFUSED),
        (answer("AE"), Fate.AGAIN),
        (answer("CE"), Fate.AGAIN),
        (answer("AE", ID, "ERR||SPM^1^2|204^Unknown key^HL70357|E"), Fate.REFUSED),
        (answer("AE", ID, "ERR|ORC^1^2^101&Required field missing&HL70357"), Fate.REFUSED),
        (answer("AE", ID, "ERR|||207^Application internal error^HL70357|E"), Fate.AGAIN),
        (answer("AR", ID, "ERR|||207^Application internal error^HL70357|E"), Fate.AGAIN),
        (answer("", ID), Fate.AGAIN),
        (answer("OK", ID), Fate.AGAIN),
    ],
)
def test_what_the_content_is_at_fault_for_is_refused_and_trouble_passes(
    said: bytes, fate: Fate
) -> None:
    found = after(said)

    assert found is not None
    assert found.fate is fate
    assert found.reason
    assert not found.hang_up


def test_what_the_receiver_said_stands_in_the_reason() -> None:
    found = after(answer("AE", ID, "ERR|||207^Busy^HL70357|E||||The disk is full"))

    assert found is not None
    assert found.reason == "It was answered AE: The disk is full"


def test_an_answer_to_a_message_before_never_settles_this_one() -> None:
    exchange = sending()

    events = hear(exchange, block(answer("AA", BEFORE)))

    assert exchange.delivery() is None
    assert [frame.verdict for event in events for frame in event.frames] == [Verdict.STRAY]
    assert not any(event.messages for event in events)


def test_an_answer_that_comes_when_nobody_waits_is_kept_as_a_frame() -> None:
    events = hear(Exchange(), block(answer("AA", BEFORE)))

    assert [(frame.verdict, frame.message) for event in events for frame in event.frames] == [
        (Verdict.STRAY, 0)
    ]


def test_an_answer_to_nothing_of_ours_stays_a_message() -> None:
    events = hear(sending(), block(answer("AA", "4711")))

    assert [message.text for event in events for message in event.messages] == [
        answer("AA", "4711")
    ]


def test_an_order_answer_settles_with_all_that_it_says() -> None:
    said = answer("AA", ID, "ORC|UA", kind="ORL^O34^ORL_O42")

    found = after(said, ours(accept="NE", application="AL"))

    assert found == Delivery(Fate.ACCEPTED, answer=said)


def test_a_commit_is_not_the_answer_where_the_application_is_asked() -> None:
    exchange = sending(ours(accept="AL", application="AL"))

    hear(exchange, block(answer("CA")), now=20.0)

    assert exchange.delivery() is None
    assert exchange.deadline() == 20.0 + SECONDS
    hear(exchange, block(answer("AA")), now=40.0)
    assert exchange.delivery() == Delivery(Fate.ACCEPTED, answer=answer("AA"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ours(), Awaited(commit=False, application=True)),
        (ours(accept="NE", application="AL"), Awaited(commit=False, application=True)),
        (ours(accept="AL", application="NE"), Awaited(commit=True, application=False)),
        (ours(accept="NE", application="NE"), Awaited(commit=False, application=False)),
        (ours(accept="ER", application="NE"), Awaited(commit=False, application=False)),
        (ours(more="MSA|AA|5\r"), Awaited(commit=False, application=False)),
    ],
)
def test_a_message_says_itself_what_is_awaited(text: bytes, wanted: Awaited) -> None:
    assert awaited(text) == wanted


def test_what_asks_for_no_answer_is_accepted_when_it_is_written() -> None:
    exchange = sending(ours(more="MSA|AA|5\r"))

    assert exchange.delivery() == Delivery(Fate.ACCEPTED)
    assert exchange.can_offer


def test_after_a_silence_the_line_is_closed_before_anything_else_is_sent() -> None:
    exchange = sending(now=5.0)

    assert exchange.deadline() == 5.0 + SECONDS
    exchange.expire(5.0 + SECONDS)

    assert exchange.delivery() == Delivery(Fate.AGAIN, SILENT, hang_up=True)


def test_a_lost_line_leaves_a_message_to_be_sent_again() -> None:
    exchange = sending()

    exchange.close()

    assert exchange.delivery() == Delivery(Fate.AGAIN, LOST)


def test_one_is_under_way_at_a_time() -> None:
    exchange = sending()

    with pytest.raises(RuntimeError):
        exchange.offer(ours(control_id=BEFORE))


def test_nothing_is_written_into_a_message_that_is_coming_in() -> None:
    exchange = Exchange()
    hear(exchange, block(RESULT)[:40])
    exchange.offer(ours())

    assert exchange.outgoing(1.0) == b""
    hear(exchange, block(RESULT)[40:])
    assert exchange.outgoing(1.0) == block(ours())


def test_results_come_in_while_an_answer_is_waited_for() -> None:
    exchange = sending()

    events = hear(exchange, block(RESULT) + block(answer("AA")) + block(RESULT))

    texts = [message.text for event in events for message in event.messages]
    assert texts == [RESULT, RESULT]
    assert exchange.delivery() == Delivery(Fate.ACCEPTED, answer=answer("AA"))


def test_a_result_that_names_our_message_is_a_result() -> None:
    result = RESULT + f"MSA|AA|{ID}\r".encode()

    events = hear(sending(), block(result))

    assert [message.text for event in events for message in event.messages] == [result]


@given(st.lists(st.integers(0, 400), max_size=6))
def test_however_the_stream_is_cut_the_answer_is_found(places: list[int]) -> None:
    exchange = sending()

    for part in cut_at(block(RESULT) + block(answer("AA", BEFORE)) + block(answer("AR")), places):
        hear(exchange, part)

    found = exchange.delivery()
    assert found is not None
    assert found.fate is Fate.REFUSED


@given(st.binary(max_size=200))
def test_no_bytes_stop_an_exchange(noise: bytes) -> None:
    exchange = sending()

    hear(exchange, block(answer("AA").replace(b"ACK", noise) + noise))

    found = exchange.delivery()
    assert found is None or isinstance(found, Delivery)
