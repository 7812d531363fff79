"""Laws of the ASTM link, over sessions with whatever goes wrong on the way."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from assays.instruments.astm.link import Link, replay
from assays.instruments.astm.sending import Sender, cut
from tests.assays.instruments.played import (
    ENQ,
    EOT,
    Played,
    astm_session,
    cut_at,
    drain,
    play,
    sized,
)

FAULTS = ("none", "none", "none", "none", "damaged", "damaged then good", "twice", "lost", "broken")
FAULTS += ("noise", "lower case", "restarted", "without line end", "changed", "bid", "swapped")
LIMIT = 3_000


def text(number: int, results: int) -> bytes:
    """A message unlike every other."""
    values = b"".join(b"R|%d|^^^GLU|%d.%d\r" % (n, number, n) for n in range(results))
    return b"H|\\^&|||ANALYSER\rP|1\rO|1|ACC-%d\r" % number + values + b"L|1|N\r"


def faulty(frame: bytes, fault: str, following: bytes) -> bytes:
    bad = frame[:-4] + (b"00" if frame[-4:-2] != b"00" else b"01") + b"\r\n"
    return {
        "none": frame,
        "damaged": bad,
        "damaged then good": bad + frame,
        "twice": frame + frame,
        "lost": b"",
        "broken": frame[: len(frame) // 2],
        "noise": b"\x00\x11" + frame,
        "lower case": frame[:-4] + frame[-4:-2].lower() + frame[-2:],
        "restarted": frame[: len(frame) // 2] + frame,
        "without line end": frame[:-2],
        "changed": frame + following[:1] + frame[1:2] + following[2:],
        "bid": frame + ENQ,
        "swapped": following + frame,
    }[fault]


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """What an instrument that heeds no answer could send, and the messages it meant."""
    messages = [text(number, draw(st.integers(0, 6))) for number in range(draw(st.integers(1, 4)))]
    frames = list(cut(messages, limit=draw(st.sampled_from([5, 13, 40, 240]))))
    out = b"\x00" * draw(st.integers(0, 2)) + ENQ
    for place, frame in enumerate(frames):
        fault = draw(st.sampled_from(FAULTS)) if draw(st.booleans()) else "none"
        out += faulty(frame, fault, (frames[place + 1 :] or [frame])[0])
        if fault == "bid" and draw(st.booleans()):
            out += b"".join(frames[:place])
    return out + draw(st.sampled_from([EOT, b"", ENQ, EOT + ENQ + EOT])), messages


NOISY = st.lists(
    st.one_of(
        st.sampled_from(
            [b"\x02", b"\x03", b"\x04", b"\x05", b"\x17", b"\r", b"\n", b"\r\n", b"1", b"H|", b"L|"]
        ),
        st.sampled_from([*cut([text(1, 2), text(2, 2)], limit=30)]),
        st.binary(max_size=8),
    ),
    max_size=60,
).map(b"".join)


@given(streams(), st.lists(st.integers(0, 10_000), max_size=40))
def test_however_a_stream_is_cut_it_gives_the_same(
    stream: tuple[bytes, list[bytes]], places: list[int]
) -> None:
    data, _ = stream

    whole = astm_session(data)

    assert astm_session(*cut_at(data, places)) == whole
    assert astm_session(*sized(data, 1)) == whole


@given(NOISY, st.lists(st.integers(0, 10_000), max_size=20))
def test_however_noise_is_cut_it_gives_the_same_and_every_byte_is_kept(
    data: bytes, places: list[int]
) -> None:
    whole = astm_session(data)

    assert whole.content == data
    assert astm_session(*cut_at(data, places)) == whole


@given(streams())
def test_every_byte_is_part_of_exactly_one_frame(stream: tuple[bytes, list[bytes]]) -> None:
    data, _ = stream

    assert astm_session(data).content == data


@settings(max_examples=400)
@given(streams())
def test_no_message_is_ever_complete_that_was_not_sent_so(
    stream: tuple[bytes, list[bytes]],
) -> None:
    data, messages = stream

    assert set(astm_session(data).complete) <= set(messages)


@given(streams())
def test_conversations_begin_and_end_in_turn(stream: tuple[bytes, list[bytes]]) -> None:
    data, _ = stream
    events = astm_session(data).events

    is_open = False
    for event in events:
        assert event.begins is not is_open
        is_open = event.ends is None
    assert not is_open


@given(streams())
def test_message_numbers_count_up_and_frames_name_none_that_is_not_told_of(
    stream: tuple[bytes, list[bytes]],
) -> None:
    data, _ = stream
    played = astm_session(data)

    numbers = [message.number for message in played.messages]

    assert numbers == list(range(1, len(numbers) + 1))
    assert {frame.message for frame in played.frames} <= {0, *numbers}


@given(streams())
def test_stored_bytes_give_the_same_messages_again(stream: tuple[bytes, list[bytes]]) -> None:
    data, _ = stream
    played = astm_session(data)

    assert list(replay([frame.content for frame in played.frames])) == played.messages


@given(st.binary(max_size=20_000), st.integers(1, 7_000))
def test_random_bytes_raise_nothing_and_are_not_hoarded(data: bytes, size: int) -> None:
    link, played = Link(limit=LIMIT), Played()

    for piece in sized(data, size):
        link.feed(piece)
        drain(link, played)
        assert len(link._scanner._buffer) <= LIMIT + 4_096

    assert data.startswith(played.content)


@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=4),
    st.sampled_from([7, 40, 240]),
    st.lists(st.sampled_from(["fine", "damaged", "unheard", "unstored", "deaf"]), max_size=40),
)
def test_a_sender_that_heeds_the_answers_delivers_every_message_once(
    sizes: list[int], limit: int, line: list[str]
) -> None:
    messages = [text(number, results) for number, results in enumerate(sizes)]
    sender, link, played = Sender(messages, limit=limit), Link(), Played()
    troubles = iter(line)
    act = sender.begin()
    run = 0

    while act.goes_on:
        trouble = next(troubles, "fine") if re.match(rb"\x02", act.data) else "fine"
        run = run + 1 if trouble != "fine" else 0
        # A sender gives up after six repetitions, which is another test.
        trouble = trouble if run < 6 else "fine"
        data = act.data[:-3] + b"?\r\n" if trouble == "damaged" else act.data
        before = len(played.replies)
        link.feed(data)
        drain(link, played, is_stored=trouble != "unstored")
        if trouble == "unstored":
            played.events.pop()
        reply = b"".join(played.replies[before:])
        # An answer that is not understood is NAK to its sender.
        act = sender.receive(b"\x15" if trouble in ("deaf", "unheard") else reply)
    link.feed(act.data)
    drain(link, played)

    assert sender.is_delivered
    assert played.complete == messages
    assert [message for message in played.messages if not message.is_complete] == []
    assert play(link, []).events == []
