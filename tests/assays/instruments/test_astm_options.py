"""Links of instruments that frame otherwise than LIS1-A says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments import drivers, interpret
from assays.instruments.astm.link import TOKEN_SECONDS, Link, replay
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.settings import SettingRefused, Settings
from assays.instruments.settings import read as read_settings
from assays.instruments.wire import Verdict
from tests.assays.instruments.astm_texts import OTHER, TEXT
from tests.assays.instruments.played import ACK, ENQ, EOT, Played, cut_at, drain, play, sized

SIZES = [1, 7, 100, 100_000]


@dataclass(frozen=True)
class Style:
    """How a sender frames: the options that read it, and what it writes for a frame."""

    options: LinkOptions
    trailer: str = "sum"  # sum, wrong, line, none

    def frame(self, number: int, text: bytes) -> bytes:
        if self.options.frameless:
            return b"\x02" + text + b"\x03"
        numbered = (number + self.options.first) % self.options.numbering
        body = b"%d" % numbered + text + b"\x03"
        end = {"sum": b"%02X\r\n" % (sum(body) & 0xFF), "line": b"\r\n", "none": b""}
        return b"\x02" + body + end.get(self.trailer, b"zz\r\n"[:0] + b"00\r\n")

    def session(self, *messages: bytes) -> bytes:
        """One frame a record; without frames, one text a message."""
        texts = messages if self.options.frameless else b"".join(messages).splitlines(keepends=True)
        frames = (self.frame(number, text) for number, text in zip(count(), texts, strict=False))
        return ENQ + b"".join(frames) + EOT


STYLES = {
    "frameless": Style(LinkOptions(frameless=True)),
    "wrong checksum": Style(LinkOptions(has_checksum=False), "wrong"),
    "line end alone": Style(LinkOptions(has_checksum=False), "line"),
    "nothing behind": Style(LinkOptions(has_checksum=False), "none"),
    "right checksum, not looked at": Style(LinkOptions(has_checksum=False)),
    "numbers to 9": Style(LinkOptions(numbering=10)),
    "first is 0": Style(LinkOptions(first=0)),
    "first is 0, to 9, without checksum": Style(
        LinkOptions(first=0, numbering=10, has_checksum=False), "line"
    ),
}
MESSAGES = [TEXT, OTHER, TEXT.replace(b"ACC-1", b"ACC-3")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", STYLES)
def test_each_way_of_framing_gives_the_messages_that_were_sent(name: str, size: int) -> None:
    style = STYLES[name]

    played = play(Link(style.options), sized(style.session(*MESSAGES), size))

    assert played.complete == MESSAGES
    assert [message for message in played.messages if not message.is_complete] == []
    assert "N" not in played.answers


@pytest.mark.parametrize("name", [name for name in STYLES if "right" not in name])
def test_no_way_of_framing_is_taken_for_the_standard(name: str) -> None:
    played = play(Link(), [STYLES[name].session(*MESSAGES)])

    # A message that ends before frame 8 is the same in both.
    assert played.complete == (MESSAGES[:1] if name == "numbers to 9" else [])


@given(
    st.sampled_from(list(STYLES)),
    st.lists(st.integers(0, 10_000), max_size=30),
    st.lists(st.sampled_from(["fine", "twice", "lost", "cut", "noise", "bid"]), max_size=20),
)
def test_however_a_faulty_stream_is_cut_it_gives_the_same_and_nothing_is_made_up(
    name: str, places: list[int], faults: list[str]
) -> None:
    style = STYLES[name]
    pieces = style.session(*MESSAGES).split(b"\x02")
    data = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        whole = b"\x02" + piece
        fault = faults[number] if number < len(faults) else "fine"
        data += {
            "fine": whole,
            "twice": whole + whole,
            "lost": b"",
            "cut": whole[: len(whole) // 2],
            "noise": b"\x00" + whole,
            "bid": whole + ENQ,
        }[fault]

    whole_stream = play(Link(style.options), [data])

    assert whole_stream.content == data
    assert play(Link(style.options), cut_at(data, places)) == whole_stream
    assert play(Link(style.options), sized(data, 1)) == whole_stream
    assert set(whole_stream.complete) <= set(MESSAGES)
    frames = [frame.content for frame in whole_stream.frames]
    assert list(replay(frames, style.options)) == whole_stream.messages


def test_a_sender_to_nine_that_leaves_frames_out_completes_nothing() -> None:
    style = STYLES["numbers to 9"]
    frames = style.session(TEXT, OTHER).split(b"\x02")
    without = b"\x02".join(frames[:3] + frames[4:])

    assert play(Link(style.options), [without]).complete == []


def test_a_frame_that_is_not_stored_is_asked_for_again_and_taken_once() -> None:
    link, played = Link(LinkOptions(frameless=True)), Played()
    link.feed(ENQ)
    drain(link, played)
    for is_stored in (False, True):
        link.feed(b"\x02" + TEXT + b"\x03")
        drain(link, played, is_stored=is_stored)
    link.feed(EOT)
    drain(link, played)

    assert played.answers == "ANAA"
    assert [message.text for message in played.messages] == [TEXT, TEXT]


def test_a_sender_that_waits_behind_its_stx_is_answered_and_one_that_goes_on_is_not() -> None:
    link, played = Link(LinkOptions(frameless=True)), Played()
    link.feed(ENQ)
    drain(link, played)
    link.feed(b"\x02")
    drain(link, played)

    assert link.deadline() == TOKEN_SECONDS
    event = link.expire(TOKEN_SECONDS)
    assert event is not None
    assert (event.frames, event.messages) == ((), ())
    assert link.settle(is_stored=True) == ACK
    assert link.deadline() == TOKEN_SECONDS + 30.0

    link.feed(TEXT + b"\x03" + EOT)
    drain(link, played, now=1.0)
    assert (played.complete, played.answers) == ([TEXT], "AAA")


def test_a_frame_without_checksum_ends_where_nothing_follows_it() -> None:
    style = STYLES["nothing behind"]
    link, played = Link(style.options), Played()
    link.feed(ENQ + style.frame(0, TEXT))
    drain(link, played)

    assert played.complete == []
    assert link.deadline() is not None
    event = link.expire(0.5)
    assert event is not None
    assert [message.text for message in event.messages] == [TEXT]


def test_a_frame_longer_than_its_limit_is_refused() -> None:
    link = Link(LinkOptions(limit=247))

    played = play(link, [ENQ + STYLES["numbers to 9"].frame(0, b"H" * 300)])

    assert Verdict.TOO_LONG in played.verdicts
    assert link.is_finished


# Declared, and set


def test_a_setting_goes_before_the_family_and_what_is_not_set_stays() -> None:
    premier = drivers.find("trinity-premier")

    assert premier.link == LinkOptions(numbering=10)
    assert premier.framing({}) == premier.link
    assert premier.framing({"frame_numbers": 8, "first_frame": 0}) == LinkOptions(first=0)
    assert drivers.find("snibe-maglumi").framing({"frameless": False}) == STANDARD
    assert drivers.find("lis2a2").framing({"checksum": False, "frame_limit": 9000}) == LinkOptions(
        has_checksum=False, limit=9000
    )
    sent = {"text_limit": 63_993, "joins_records": True}
    assert drivers.find("lis2a2").framing(sent) == LinkOptions(
        text_limit=63_993, joins_records=True
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("frameless", "yes"),
        ("checksum", 0),
        ("frame_numbers", 9),
        ("frame_numbers", True),
        ("first_frame", 2),
        ("first_frame", False),
        ("frame_limit", 246),
        ("frame_limit", "64000"),
        ("text_limit", 63_994),
        ("text_limit", True),
        ("joins_records", 1),
    ],
)
def test_a_framing_that_cannot_be_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(SettingRefused, match=key):
        read_settings({key: value})


def test_nothing_is_set_unless_it_is_said() -> None:
    assert read_settings({}) == Settings()
    assert STANDARD.with_settings(Settings()) == STANDARD


@pytest.mark.parametrize(
    ("driver", "style"), [("trinity-premier", "numbers to 9"), ("snibe-maglumi", "frameless")]
)
def test_a_capture_is_read_as_its_driver_frames_or_as_the_standard_does(
    driver: str, style: str
) -> None:
    text = TEXT.replace(b"O|1|ACC-1|", b"O|1|ACC-1|ACC-1").replace(
        b"R|1", b"R|0|^^^A|1|%||N||F\r" * 9 + b"R|1"
    )

    for captured in (STYLES[style].session(text), Style(STANDARD).session(text)):
        found = interpret(captured, driver)

        assert {value.specimen_id for value in found} == {"ACC-1"}
        assert len(found) == 10
        assert [value.held for value in found] == [()] * 10
