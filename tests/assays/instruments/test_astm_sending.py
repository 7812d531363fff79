"""The sending side of an ASTM link: what it writes, how long it waits, when it gives up."""

from __future__ import annotations

import pytest

from assays.instruments.astm.sending import (
    REPETITIONS,
    TABLE,
    Patience,
    Phase,
    Sender,
    Signal,
    cut,
    frame,
)
from tests.assays.instruments.played import ACK, ENQ, EOT, NAK, astm_session

TEXT = b"H|\\^&|||ANALYSER\rP|1\rO|1|ACC-1||^^^GLU\rR|1|^^^GLU|5.4|mmol/L\rL|1|N\r"


def sending(limit: int = 240) -> Sender:
    """A sender whose bid was accepted and whose first frame is on its way."""
    sender = Sender([TEXT], limit=limit)
    sender.begin()
    sender.receive(ACK)
    return sender


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("signal", Signal)
def test_the_table_has_a_move_for_every_signal(phase: Phase, signal: Signal) -> None:
    assert TABLE[phase][signal]


def test_a_frame_is_written_as_the_standard_says() -> None:
    # The sum of 1, A and ETX: 0x31 + 0x41 + 0x03.
    assert frame(1, b"A", is_last=True) == b"\x021A\x0375\r\n"
    assert frame(9, b"A", is_last=False)[:2] == b"\x021"


def test_frames_hold_240_characters_and_their_numbers_run_on_over_messages() -> None:
    frames = list(cut([b"x" * 500, b"y" * 240]))

    assert [one[1:2] for one in frames] == [b"1", b"2", b"3", b"4"]
    assert [len(one) - 7 for one in frames] == [240, 240, 20, 240]
    assert [one[-5:-4] for one in frames] == [b"\x17", b"\x17", b"\x03", b"\x03"]


def test_what_is_sent_is_what_is_received() -> None:
    played = astm_session(ENQ, *cut([TEXT, TEXT]), EOT)

    assert played.complete == [TEXT, TEXT]


def test_a_conversation_is_bid_frames_end() -> None:
    sender = Sender([TEXT], limit=40)
    written = [sender.begin().data]

    while not sender.is_delivered:
        written.append(sender.receive(ACK).data)

    assert written == [ENQ, *cut([TEXT], limit=40), EOT]


def test_a_refused_frame_is_sent_six_times_more_and_then_given_up() -> None:
    sender = sending()
    first = next(cut([TEXT]))

    acts = [sender.receive(NAK) for _ in range(REPETITIONS + 1)]

    assert [act.data for act in acts] == [first] * REPETITIONS + [EOT]
    assert sender.phase is Phase.FAILED
    assert not acts[-1].goes_on


def test_a_busy_receiver_is_asked_again_after_ten_seconds() -> None:
    sender = Sender([TEXT])
    sender.begin()

    act = sender.receive(NAK)

    assert (act.data, act.seconds) == (b"", 10.0)
    assert sender.receive(b"").data == ENQ


def test_in_contention_the_instrument_bids_again_after_a_second_and_a_host_after_twenty() -> None:
    for patience, seconds in ((Patience(), 1.0), (Patience(contention=20.0), 20.0)):
        sender = Sender([TEXT], patience=patience)
        sender.begin()

        assert sender.receive(ENQ).seconds == seconds
        assert sender.receive(b"").data == ENQ


def test_a_receiver_that_stays_busy_is_given_up() -> None:
    sender = Sender([TEXT], patience=Patience(bids=2))
    sender.begin()
    sender.receive(NAK)
    sender.receive(b"")
    sender.receive(NAK)

    act = sender.receive(b"")

    assert not act.goes_on
    assert sender.phase is Phase.FAILED


def test_without_an_answer_in_fifteen_seconds_the_sender_ends_the_conversation() -> None:
    sender = Sender([TEXT])
    assert sender.begin().seconds == 15.0

    act = sender.receive(b"")

    assert (act.data, act.goes_on) == (EOT, False)


def test_an_interrupt_accepts_the_frame_and_ends_the_conversation() -> None:
    sender = sending(limit=40)

    act = sender.receive(EOT)

    assert (act.data, act.goes_on) == (EOT, False)
    assert sender.accepted == 1
    assert not sender.is_delivered


def test_bytes_that_mean_nothing_are_no_answer() -> None:
    sender = sending(limit=40)

    assert sender.receive(b"\x00").data == b""
    assert sender.receive(b"\x00" + ACK).data == list(cut([TEXT], limit=40))[1]


def test_ready_frames_are_sent_as_they_are() -> None:
    faulty = [b"\x021no sum\x03??\r\n"]
    sender = Sender(frames=faulty)
    sender.begin()

    assert sender.receive(ACK).data == faulty[0]
