"""Half duplex: two stations on one line give way, repeat, and say of every text what became of it."""

from __future__ import annotations

import pytest

from assays.instruments.astm.options import LinkOptions
from assays.instruments.astm.scanning import FRAME_LIMIT
from assays.instruments.astm.sending import Failure, Unsendable, framed
from assays.instruments.astm.station import QUIET_SECONDS, Outcome, Station
from assays.instruments.wire import Verdict
from tests.assays.instruments.astm_texts import OTHER, TEXT, records
from tests.assays.instruments.played import ACK, ENQ, EOT, NAK, astm_session
from tests.assays.instruments.two_stations import Both, host, instrument

DELIVERED = Outcome(accepted=5)
FRAMES = framed(TEXT)


class Alone:
    """A station that a test speaks to; the clock stands where the test puts it."""

    def __init__(self, options: LinkOptions | None = None) -> None:
        self.station = Station(options) if options else Station()
        self.now = 0.0
        self.received: list[bytes] = []
        self.noise = b""

    def offer(self, text: bytes = TEXT) -> bytes:
        self.station.offer(text)
        return self.station.outgoing(self.now)

    def hears(self, data: bytes, *, is_stored: bool = True) -> bytes:
        self.station.feed(data)
        out = b""
        while event := self.station.next(self.now):
            self.received += [one.text for one in event.messages if one.is_complete]
            self.noise += b"".join(
                frame.content for frame in event.frames if frame.verdict is Verdict.NOISE
            )
            out += self.station.settle(is_stored=is_stored)
        return out + self.station.outgoing(self.now)

    def waits(self) -> bytes:
        """Let the time pass until the station has something to do."""
        deadline = self.station.deadline()
        assert deadline is not None
        self.now = deadline
        event = self.station.expire(self.now)
        out = self.station.settle(is_stored=True) if event else b""
        return out + self.station.outgoing(self.now)


@pytest.fixture
def alone() -> Alone:
    return Alone()


def bidding(alone: Alone) -> Alone:
    assert alone.offer() == ENQ
    return alone


def sending(alone: Alone) -> Alone:
    assert bidding(alone).hears(ACK) == FRAMES[0]
    return alone


# --- sending


def test_a_text_is_bid_for_sent_and_ended(alone: Alone) -> None:
    sending(alone)

    written = [alone.hears(ACK) for _ in FRAMES]

    assert written == [*FRAMES[1:], EOT]
    assert alone.station.outcome() == DELIVERED
    assert alone.station.outcome() is None
    assert alone.station.can_offer
    assert alone.station.deadline() is None


def test_one_text_is_under_way_at_a_time(alone: Alone) -> None:
    bidding(alone)

    with pytest.raises(RuntimeError):
        alone.station.offer(OTHER)


def test_a_bid_without_an_answer_is_ended_after_fifteen_seconds(alone: Alone) -> None:
    bidding(alone)

    assert alone.waits() == EOT

    assert alone.now == 15.0
    assert alone.station.outcome() == Outcome(Failure.NO_ANSWER)


def test_a_busy_instrument_is_asked_six_times_ten_seconds_apart(alone: Alone) -> None:
    bidding(alone)
    times = []

    for _ in range(5):
        assert alone.hears(NAK) == b""
        assert alone.waits() == ENQ
        times.append(alone.now)
    alone.hears(NAK)
    alone.waits()

    assert times == [10.0, 20.0, 30.0, 40.0, 50.0]
    assert alone.station.outcome() == Outcome(Failure.BUSY)


def test_a_refused_frame_is_repeated_six_times(alone: Alone) -> None:
    sending(alone)

    written = [alone.hears(NAK) for _ in range(7)]

    assert written == [FRAMES[0]] * 6 + [EOT]
    assert alone.station.outcome() == Outcome(Failure.REFUSED)


def test_a_frame_without_an_answer_ends_the_connection_too(alone: Alone) -> None:
    sending(alone)

    assert alone.waits() == EOT

    assert alone.station.outcome() == Outcome(Failure.SILENT, hang_up=True)


def test_after_an_interrupt_the_line_is_left_alone_for_fifteen_seconds(alone: Alone) -> None:
    sending(alone)
    alone.now = 3.0
    alone.hears(ACK)

    assert alone.hears(EOT) == EOT

    assert alone.station.outcome() == Outcome(Failure.INTERRUPTED, accepted=2)
    assert alone.offer(OTHER) == b""
    assert alone.hears(ENQ) == ACK  # it asked for the line to send
    assert alone.hears(EOT) == b""
    assert alone.waits() == ENQ
    assert alone.now == 3.0 + QUIET_SECONDS


def test_an_instrument_that_bids_amid_our_frames_is_received(alone: Alone) -> None:
    sending(alone)

    assert alone.hears(ENQ) == ACK
    for frame in records(OTHER):
        assert alone.hears(frame) == ACK
    alone.hears(EOT)

    assert alone.station.outcome() == Outcome(Failure.INTERRUPTED)
    assert alone.received == [OTHER]


def test_an_answer_is_counted_once(alone: Alone) -> None:
    bidding(alone)

    assert alone.hears(ACK + ACK) == FRAMES[0]

    assert alone.hears(b"") == b""
    assert alone.hears(ACK) == FRAMES[1]


def test_noise_between_answers_is_kept_and_means_nothing(alone: Alone) -> None:
    sending(alone)

    assert alone.hears(b"\x00\x11" + ACK + b"\x13") == FRAMES[1]

    assert alone.noise == b"\x00\x11\x13"
    assert alone.station.deadline() == 15.0


def test_noise_does_not_prolong_the_waiting(alone: Alone) -> None:
    sending(alone)

    for second in range(14):
        alone.now = float(second)
        alone.hears(b"\x00")

    assert alone.station.deadline() == 15.0


def test_a_line_that_is_lost_is_said_of_the_text(alone: Alone) -> None:
    sending(alone)

    assert alone.station.close() is None

    assert alone.station.outcome() == Outcome(Failure.LOST)


@pytest.mark.parametrize("text", [b"", b"H|\\^&\nL|1\r", b"H|\x05\r", b"H|\x03\r"])
def test_what_no_frame_can_carry_is_refused_before_it_is_sent(alone: Alone, text: bytes) -> None:
    with pytest.raises(Unsendable):
        alone.station.offer(text)

    assert alone.station.can_offer


# --- giving way


def test_in_contention_the_host_waits_twenty_seconds_for_the_other_to_bid(alone: Alone) -> None:
    bidding(alone)

    assert alone.hears(ENQ) == b""
    assert alone.waits() == ENQ

    assert alone.now == 20.0


def test_in_contention_the_instrument_sends_first_and_we_right_after_it(alone: Alone) -> None:
    bidding(alone)
    alone.hears(ENQ)
    alone.now = 1.0

    assert alone.hears(ENQ) == ACK
    for frame in records(OTHER):
        assert alone.hears(frame) == ACK

    assert alone.hears(EOT) == ENQ
    assert alone.received == [OTHER]


def test_nobody_is_bid_against_who_is_sending(alone: Alone) -> None:
    alone.hears(ENQ + records(OTHER)[0])

    assert alone.offer() == b""
    for frame in records(OTHER)[1:]:
        assert alone.hears(frame) == ACK

    assert alone.hears(EOT) == ENQ


def test_who_falls_silent_in_a_message_is_bid_against_after_half_a_minute(alone: Alone) -> None:
    alone.hears(ENQ + records(OTHER)[0])
    alone.offer()

    assert alone.waits() == ENQ

    assert alone.now == 30.0


def test_a_bid_waits_for_what_is_being_stored(alone: Alone) -> None:
    alone.station.feed(ENQ)
    assert alone.station.next(0.0) is not None

    assert alone.offer() == b""
    assert alone.station.settle(is_stored=True) == ACK
    assert alone.station.outgoing(0.0) == b""


def test_who_sends_without_bidding_is_given_way_to() -> None:
    alone = Alone(LinkOptions(frameless=True))
    alone.offer()

    assert alone.hears(b"\x02" + OTHER + b"\x03") == ACK

    assert alone.received == [OTHER]


def test_without_an_offer_a_station_is_the_link() -> None:
    stream = [ENQ, *records(TEXT), EOT]
    alone = Alone()

    answers = [alone.hears(piece) for piece in stream]

    assert answers == [ACK] * 6 + [b""]
    assert alone.received == astm_session(*stream).complete


def test_a_conversation_that_is_broken_off_is_told_of_at_the_end(alone: Alone) -> None:
    alone.hears(ENQ + records(OTHER)[0])

    event = alone.station.close()

    assert event is not None
    assert [message.is_complete for message in event.messages] == [False]


# --- frames as the instrument takes them


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (LinkOptions(), 6),
        (LinkOptions(joins_records=True), 2),
        (LinkOptions(text_limit=FRAME_LIMIT - 7), 5),
        (LinkOptions(text_limit=FRAME_LIMIT - 7, joins_records=True), 1),
        (LinkOptions(text_limit=10, numbering=10, first=0), 37),
        (LinkOptions(has_checksum=False), 6),
        (LinkOptions(frameless=True), 2),
    ],
)
def test_what_is_framed_as_declared_is_received_as_declared(
    options: LinkOptions, count: int
) -> None:
    text = TEXT.replace(b"mmol/L", b"mmol/L" + b"x" * 250)
    assert len(framed(text, options)) == count
    ours, theirs = host([(0.0, text)], options), instrument([(90.0, OTHER)], options)

    Both(ours, theirs).run()

    assert theirs.received == [text]
    assert ours.received == [OTHER]
    assert ours.outcomes == [Outcome(accepted=count)]


def test_a_frame_has_no_more_text_than_the_instrument_takes() -> None:
    longest = max(map(len, framed(b"R" * 200_000 + b"\r", LinkOptions(text_limit=63_993))))

    assert longest == FRAME_LIMIT
