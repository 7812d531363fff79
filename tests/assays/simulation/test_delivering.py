"""Simulated instruments over a socket: each fault, and what the link layers make of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import measuring, writing
from assays.instruments.simulation.faults import Fault
from assays.instruments.simulation.measuring import Kind
from assays.instruments.simulation.messages import Device, Message
from assays.instruments.wire import Verdict
from assays.senders import simulated
from assays.senders.delivering import Delivery
from tests.assays.simulation.receivers import Receiver, receiver

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
BOTH = (Dialect.ASTM, Dialect.HL7)


def written(dialect: Dialect, number: int = 1, kind: Kind = Kind.CBC) -> bytes:
    sample = measuring.measure(kind, f"260000{number:04}", seed="1", observed_at=AT)
    message = Message(Device("SIM"), f"C-{number}", AT, [sample])
    return writing.write(message, dialect=dialect, kind=kind).content


def to(found: Receiver, **options: float) -> Delivery:
    return simulated.delivery(
        found.dialect, host="127.0.0.1", port=found.port, **{"patience": 5, "pause": 0, **options}
    )


def until_settled(found: Receiver, count: int) -> None:
    """The end of a lost connection is noticed after the sender has gone on."""
    until = time.monotonic() + 10
    while len(found.messages) < count and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize("kind", Kind)
def test_messages_arrive_as_they_were_written(dialect: Dialect, kind: Kind) -> None:
    contents = [written(dialect, number, kind) for number in range(1, 4)]

    with receiver(dialect) as found:
        delivery = to(found)
        done = [delivery.deliver(content) for content in contents]
        delivery.line.close()

    assert done == [True] * 3
    assert found.texts == contents
    assert str(delivery.tally).startswith("3 sent, 3 acknowledged, 0 NAKs, 0 resent")


def test_a_damaged_frame_is_sent_again() -> None:
    content = written(Dialect.ASTM)

    with receiver(Dialect.ASTM) as found:
        delivery = to(found)
        done = delivery.deliver(content, Fault.BAD_CHECKSUM)
        delivery.line.close()

    assert done
    assert found.texts == [content]
    assert found.verdicts.count(Verdict.BAD_CHECKSUM) == 1
    assert (delivery.tally.naks, delivery.tally.resent) == (1, 1)


@pytest.mark.parametrize("dialect", BOTH)
def test_a_message_that_is_cut_is_sent_anew_as_a_whole(dialect: Dialect) -> None:
    content = written(dialect)

    with receiver(dialect) as found:
        delivery = to(found)
        done = delivery.deliver(content, Fault.CUT)
        delivery.line.close()
        until_settled(found, 2)

    assert done
    assert found.texts == [content]
    assert len(found.broken) == 1
    assert delivery.tally.is_complete
    assert delivery.tally.resent == 1


@pytest.mark.parametrize("dialect", BOTH)
def test_a_duplicate_has_the_same_bytes(dialect: Dialect) -> None:
    content = written(dialect)

    with receiver(dialect) as found:
        delivery = to(found)
        done = delivery.deliver(content, Fault.DUPLICATE)
        delivery.line.close()

    assert done
    assert found.texts == [content, content]
    assert (delivery.tally.messages, delivery.tally.acknowledged) == (1, 1)


@pytest.mark.parametrize("dialect", BOTH)
def test_silence_inside_a_message_is_longer_than_the_receiver_waits(dialect: Dialect) -> None:
    content = written(dialect)

    with receiver(dialect, silence=0.2) as found:
        delivery = to(found, silence=0.6)
        done = delivery.deliver(content, Fault.SILENCE)
        delivery.line.close()

    assert done
    assert found.texts == [content]
    assert len(found.broken) == 1


@pytest.mark.parametrize("dialect", BOTH)
def test_what_could_not_be_stored_is_sent_until_it_is(dialect: Dialect) -> None:
    content = written(dialect)

    with receiver(dialect, is_stored=lambda number: number > 2) as found:
        delivery = to(found, patience=0.5)
        done = delivery.deliver(content)
        delivery.line.close()

    assert done
    assert found.texts == [content]


def test_a_receiver_with_a_trouble_of_its_own_is_asked_again() -> None:
    content = written(Dialect.HL7)

    with receiver(Dialect.HL7, code=lambda number: "AE" if number == 1 else "AA") as found:
        delivery = to(found)
        done = delivery.deliver(content)
        delivery.line.close()

    assert done
    assert found.texts == [content, content]
    assert (delivery.tally.naks, delivery.tally.resent) == (1, 1)


def test_a_refused_message_is_not_sent_again() -> None:
    with receiver(Dialect.HL7, code=lambda _number: "AR") as found:
        delivery = to(found)
        done = delivery.deliver(written(Dialect.HL7))
        delivery.line.close()

    assert not done
    assert len(found.texts) == 1
    assert (delivery.tally.refused, delivery.tally.is_complete) == (1, False)


@pytest.mark.parametrize("dialect", BOTH)
def test_an_instrument_gives_up_where_nobody_answers(dialect: Dialect) -> None:
    with receiver(dialect, is_stored=lambda _number: False) as found:
        delivery = to(found, patience=0.05, attempts=3)
        done = delivery.deliver(written(dialect))
        delivery.line.close()

    assert not done
    assert found.messages == []
    assert (delivery.tally.unanswered, delivery.tally.resent) == (1, 2)


@pytest.mark.parametrize("dialect", BOTH)
def test_an_instrument_gives_up_where_nobody_listens(dialect: Dialect) -> None:
    with receiver(dialect) as gone:
        pass

    delivery = to(gone, attempts=2)

    assert not delivery.deliver(written(dialect))
    assert delivery.tally.unanswered == 1
