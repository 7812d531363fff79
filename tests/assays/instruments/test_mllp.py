"""What the MLLP link takes out of a stream, keeps, and answers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.dialects import Dialect
from assays.instruments.hl7.mllp import BLOCK_SECONDS, NOISE_LIMIT, TABLE, Input, Link, State
from assays.instruments.wire import Verdict
from assays.rules.states import SessionState
from tests.assays.instruments.played import Played, cut_at, drain, mllp_connection, play, sized

MSH = b"MSH|^~\\&|ANALYSER||LIS||20260105100000||ORU^R01|C-%d|P|2.5\r"
TEXT = MSH % 1 + b"OBR|1|ACC-1\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r"
OTHER = MSH % 2 + b"OBR|1|ACC-2\rOBX|1|NM|GLU||6.1|mmol/L|||||F\r"


def block(text: bytes) -> bytes:
    return b"\x0b" + text + b"\x1c\r"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("input_", Input)
def test_the_table_has_a_step_for_everything_that_can_come(state: State, input_: Input) -> None:
    assert TABLE[state][input_].to in State


def test_a_block_is_a_message() -> None:
    played = mllp_connection(block(TEXT))

    assert [(m.number, m.dialect, m.is_complete) for m in played.messages] == [
        (1, Dialect.HL7, True)
    ]
    assert played.complete == [TEXT]
    assert played.ends == ["ENDED"]


def test_the_conversation_is_the_connection() -> None:
    played = mllp_connection(block(TEXT), block(OTHER))

    assert [event.begins for event in played.events] == [True, False, False]
    assert [event.ends for event in played.events] == [None, None, SessionState.ENDED]
    assert [message.number for message in played.messages] == [1, 2]


def test_a_connection_without_a_byte_is_no_conversation() -> None:
    assert mllp_connection().events == []


def test_several_blocks_of_one_read_are_several_messages() -> None:
    assert mllp_connection(block(TEXT) + block(OTHER) + block(TEXT)).complete == [
        TEXT,
        OTHER,
        TEXT,
    ]


def test_a_block_is_taken_at_its_end_although_no_cr_came() -> None:
    link, played = Link(), Played()
    link.feed(block(TEXT)[:-1])

    drain(link, played)

    assert played.complete == [TEXT]
    assert link.deadline() is None


@pytest.mark.parametrize("between", [b"\x00", b"\r\n", b"\x00\r\n\x00", b"noise", b"M", b"MS"])
def test_bytes_between_blocks_are_kept_and_change_nothing(between: bytes) -> None:
    data = between + block(TEXT) + between + block(OTHER) + between

    played = mllp_connection(data)

    assert played.complete == [TEXT, OTHER]
    assert played.content == data


@pytest.mark.parametrize("lead", [b"", b"\x00", b"\r\n"])
def test_a_sender_that_omits_vt_is_understood_where_its_block_starts_with_msh(lead: bytes) -> None:
    played = mllp_connection(lead + block(TEXT)[1:] + lead + block(OTHER)[1:])

    assert played.complete == [TEXT, OTHER]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_other_segment_ends_are_left_as_they_are(ends: bytes) -> None:
    text = TEXT.replace(b"\r", ends)

    assert mllp_connection(block(text)).complete == [text]


def test_what_ends_without_having_begun_is_kept_and_is_no_message() -> None:
    played = mllp_connection(b"GET / HTTP/1.1\x1c\r", block(TEXT))

    assert played.verdicts[0] is Verdict.MALFORMED
    assert played.complete == [TEXT]


@pytest.mark.parametrize("text", [b"", b"\r", b"\r\n"])
def test_an_empty_block_is_no_message(text: bytes) -> None:
    played = mllp_connection(block(text))

    assert played.messages == []
    assert played.verdicts[0] is Verdict.MALFORMED


def test_a_message_that_another_begins_in_is_not_complete() -> None:
    played = mllp_connection(b"\x0b" + TEXT[:50], block(OTHER))

    assert [(m.text, m.is_complete) for m in played.messages] == [
        (TEXT[:50], False),
        (OTHER, True),
    ]


def test_a_vertical_tab_in_a_text_is_text() -> None:
    text = TEXT.replace(b"GLU", b"GL\x0bU\x0bMS")

    assert mllp_connection(*sized(block(text), 1)).complete == [text]


def test_a_connection_lost_in_a_block_leaves_an_incomplete_message() -> None:
    played = mllp_connection(block(TEXT)[:60])

    assert [(m.is_complete, m.text) for m in played.messages] == [(False, TEXT[:59])]
    assert played.verdicts == [Verdict.CUT]
    assert played.ends == ["LOST"]


def test_a_block_has_a_minute_from_its_first_byte() -> None:
    link, played = Link(), Played()
    for now, piece in enumerate(sized(block(TEXT)[:-2], 20)):
        link.feed(piece)
        drain(link, played, now=10.0 + now)
    assert link.deadline() == 10.0 + BLOCK_SECONDS
    assert link.expire(10.0 + BLOCK_SECONDS - 0.1) is None

    event = link.expire(10.0 + BLOCK_SECONDS)

    assert event is not None
    assert [(m.is_complete, m.text) for m in event.messages] == [(False, TEXT)]
    assert event.ends is SessionState.SILENT
    assert link.settle(is_stored=True, reply=b"") == b""
    assert link.is_finished


def test_between_blocks_a_connection_may_be_idle_for_ever() -> None:
    link, played = Link(), Played()
    link.feed(block(TEXT) + b"\x00")

    drain(link, played, now=1.0)

    assert link.deadline() is None


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_a_block_beyond_the_limit_ends_the_connection(size: int) -> None:
    link = Link(limit=500)

    played = play(link, sized(b"\x0b" + TEXT + b"A" * 5_000, size))

    assert link.is_finished
    assert played.verdicts == [Verdict.TOO_LONG]
    assert [(m.is_complete, len(m.text)) for m in played.messages] == [(False, 499)]
    assert played.ends == ["LOST"]


@pytest.mark.parametrize("room", range(5))
def test_another_message_begins_at_the_limit_however_it_is_cut(room: int) -> None:
    stream = b"\x0b" + TEXT + block(OTHER)
    limit = len(TEXT) + 1 + room

    whole = play(Link(limit=limit), [stream])
    in_bytes = play(Link(limit=limit), [bytes([one]) for one in stream])

    assert in_bytes.messages == whole.messages
    assert in_bytes.complete == ([OTHER] if room and len(block(OTHER)) - 2 <= limit else [])


def test_a_block_just_within_the_limit_is_taken() -> None:
    whole = block(TEXT)

    assert play(Link(limit=len(whole) - 1), [whole]).complete == [TEXT]


def test_the_answer_is_handed_on_only_where_the_message_was_stored() -> None:
    link = Link()
    link.feed(block(TEXT))
    link.next(0.0)
    assert link.settle(is_stored=False, reply=b"AA") == b""

    link.feed(block(TEXT))
    event = link.next(0.0)

    assert event is not None
    assert event.begins
    assert [message.number for message in event.messages] == [1]
    assert link.settle(is_stored=True, reply=b"AA") == b"AA"


def test_an_event_is_settled_before_the_next_is_asked_for() -> None:
    link = Link()
    link.feed(block(TEXT) * 2)
    link.next(0.0)

    with pytest.raises(RuntimeError, match="not settled"):
        link.next(0.0)


def test_a_large_message_that_comes_byte_by_byte_takes_time_by_its_length() -> None:
    """Doubling the length must not make it four times as long (with room for a busy machine)."""

    def seconds(length: int) -> float:
        pieces = sized(block(MSH % 1 + b"OBX|1|ED|||" + b"QUJD" * (length // 4)), 1)
        began = time.process_time()
        play(Link(), pieces)
        return time.process_time() - began

    # The shortest of three: what else the machine does only ever makes it longer.
    short, long = (min(seconds(length) for _ in range(3)) for length in (40_000, 320_000))

    assert long < 8 * short * 3


STREAMS = st.lists(
    st.one_of(
        st.sampled_from([block(TEXT), block(OTHER), block(TEXT)[1:], block(OTHER)[:-1]]),
        st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"\x00", b"MSH|", b"M", b"\x0bMS"]),
        st.integers(0, 90).map(lambda place: block(TEXT)[:place]),
        st.binary(max_size=8),
    ),
    max_size=12,
).map(b"".join)


@given(STREAMS, st.lists(st.integers(0, 10_000), max_size=30))
def test_however_a_stream_is_cut_it_gives_the_same(data: bytes, places: list[int]) -> None:
    whole = mllp_connection(data)

    assert mllp_connection(*cut_at(data, places)) == whole
    assert mllp_connection(*sized(data, 1)) == whole


@given(STREAMS)
def test_every_byte_is_part_of_exactly_one_frame(data: bytes) -> None:
    assert mllp_connection(data).content == data


@given(st.binary(max_size=20_000), st.integers(1, 7_000))
def test_random_bytes_raise_nothing_and_are_not_hoarded(data: bytes, size: int) -> None:
    link, played = Link(limit=3_000), Played()

    for piece in sized(data, size):
        link.feed(piece)
        drain(link, played)
        assert len(link._buffer) <= 3_000 + NOISE_LIMIT

    assert data.startswith(played.content)


@given(STREAMS)
def test_a_message_is_complete_only_from_a_beginning_to_an_end(data: bytes) -> None:
    for text in mllp_connection(data).complete:
        assert text + b"\x1c" in data
        assert text.startswith(b"MSH") or b"\x0b" + text in data
