"""What is fed, and what must hold of it whatever comes: the laws of every target.

A target takes a maker of inputs, makes one, and raises AssertionError (or whatever the code raises
where it must raise nothing). It ends after a bounded number of steps, or fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from assays.instruments import charsets, drivers, interpret, unwrapping, visible
from assays.instruments.astm.assembly import NEVER_RIGHT
from assays.instruments.astm.link import Link as AstmLink
from assays.instruments.astm.link import replay
from assays.instruments.astm.options import LinkOptions
from assays.instruments.astm.sending import Unsendable
from assays.instruments.astm.station import Station
from assays.instruments.hl7 import mllp, replies
from assays.instruments.interpreted import Interpreted, Of
from assays.instruments.readings import Doubt
from assays.instruments.wire import Event, Verdict
from bench.fuzzing.making import Maker

ACK = b"\x06"
NAMES = tuple(drivers.names())
CHARSETS = ("ASCII", "UTF-8", "8859/1", "WINDOWS-1252", "ISO IR87", "SHIFT_JIS", "GB 18030-2000")
_AT = datetime(2026, 1, 5, tzinfo=UTC)
_BLANK = b" \t\r\n\x0b\x0c"


class Played:
    """What a link made of a stream that was cut into reads."""

    def __init__(self, link: Any, pieces: list[bytes]) -> None:
        self.events: list[Event] = []
        self.replies: list[bytes] = []
        self._link = link
        self._steps = 2 * sum(map(len, pieces)) + 20
        for piece in pieces:
            link.feed(piece)
            while (event := link.next(0.0)) is not None:
                self._settle(event)
            deadline = link.deadline()
            assert deadline is None or deadline >= 0.0
        if (event := link.close()) is not None:
            self._settle(event)

    def _settle(self, event: Event) -> None:
        self._steps -= 1
        assert self._steps > 0, "it gives events without end"
        self.events.append(event)
        self.replies.append(
            self._link.settle(is_stored=True, reply=b"R" if event.messages else b"")
        )

    @property
    def kept(self) -> bytes:
        return b"".join(frame.content for event in self.events for frame in event.frames)

    @property
    def messages(self) -> list[Any]:
        return [message for event in self.events for message in event.messages]

    def check_told_in_turn(self) -> None:
        is_open = False
        for event in self.events:
            assert event.begins is not is_open
            is_open = event.ends is None
        numbers = [message.number for message in self.messages]
        assert numbers == list(range(1, len(numbers) + 1))


def astm_link(maker: Maker) -> None:
    """However it is cut it gives the same; every byte is kept, nothing acknowledged is left out."""
    _dialect, options, stream = maker.stream()
    if maker.random.random() < 0.2:
        stream = maker.noise()
    whole = Played(AstmLink(options), [stream])
    whole.check_told_in_turn()
    assert stream.startswith(whole.kept)
    if len(whole.kept) < len(stream):
        assert any(frame.verdict is Verdict.TOO_LONG for e in whole.events for frame in e.frames)
    in_reads = Played(AstmLink(options), maker.pieces(stream))
    assert (in_reads.events, in_reads.replies) == (whole.events, whole.replies)
    _check_given_out(whole, options)
    kept = [frame.content for event in whole.events for frame in event.frames]
    assert list(replay(kept, options)) == whole.messages


def _check_given_out(played: Played, options: LinkOptions) -> None:
    """The texts of acknowledged frames are those of the messages, blanks apart."""
    accepted = b""
    for event, reply in zip(played.events, played.replies, strict=True):
        for frame in event.frames:
            if frame.verdict is Verdict.ACCEPTED:
                assert reply == ACK
                end = max(frame.content.rfind(b"\x03"), frame.content.rfind(b"\x17"))
                accepted += frame.content[1 if options.frameless else 2 : end]
    given = b"".join(one.text for one in played.messages if one.remark != NEVER_RIGHT)
    assert accepted.translate(None, _BLANK) == given.translate(None, _BLANK)


def mllp_link(maker: Maker) -> None:
    _dialect, _options, stream = maker.stream()
    if maker.random.random() < 0.2:
        stream = maker.noise()
    limit = maker.random.choice((60, 400, mllp.BLOCK_LIMIT))
    whole = Played(mllp.Link(limit=limit), [stream])
    whole.check_told_in_turn()
    assert stream.startswith(whole.kept)
    in_reads = Played(mllp.Link(limit=limit), maker.pieces(stream))
    assert in_reads.messages == whole.messages
    assert in_reads.kept == whole.kept
    accepted = sum(f.verdict is Verdict.ACCEPTED for event in whole.events for f in event.frames)
    assert accepted == sum(message.is_complete for message in whole.messages)


def station(maker: Maker) -> None:
    """A text is delivered only where as many acknowledgements came as it has frames, and one more."""
    _dialect, options, stream = maker.stream()
    made, now, steps, heard = Station(options), 0.0, 0, b""
    offered = 0
    outcomes = []
    for piece in maker.pieces(maker.random.choice((stream, maker.noise(), ACK * 30))):
        if made.can_offer and maker.random.random() < 0.7:
            try:
                made.offer(maker.text()[:2_000])
                offered += 1
            except Unsendable:
                pass
        made.feed(piece)
        heard += piece
        while (made.next(now) or made.expire(now)) is not None:
            made.settle(is_stored=maker.random.random() < 0.9)
            steps += 1
        made.outgoing(now)
        outcomes += [one for one in (made.outcome(),) if one]
        deadline = made.deadline()
        if deadline is not None and maker.random.random() < 0.3:
            now = max(now, deadline)
        assert steps <= 3 * len(heard) + 50, "it gives events without end"
    while (made.next(now) or made.close()) is not None:
        made.settle(is_stored=True)
    outcomes += [one for one in (made.outcome(),) if one]
    assert len(outcomes) == offered
    assert sum(one.accepted + 1 for one in outcomes if one.is_delivered) <= heard.count(ACK)


def parsing(maker: Maker) -> None:
    """Every driver reads everything without an exception, and says why where it cannot."""
    name = maker.random.choice(NAMES)
    raw = maker.text() if maker.random.random() < 0.7 else maker.stream()[2]
    settings = {"decimal_comma": True} if maker.random.random() < 0.1 else {}
    for one in interpret(raw, name, settings=settings, zone="Europe/Zurich"):
        assert isinstance(one, Interpreted)
        assert one.driver == name
        assert one.of is not Of.UNREAD or one.held
        assert one.value is None or one.value.is_finite()
        assert "\x00" not in one.specimen_id + one.code + one.value_as_sent + one.text
        one.as_json()


def wrapping(maker: Maker) -> None:
    """Bytes kept in any wrapping are parted, made visible and recognised."""
    raw = maker.stream()[2] if maker.random.random() < 0.5 else maker.text()
    for number, message in enumerate(unwrapping.unwrap(raw), start=1):
        assert message.number == number
        assert message.is_complete or message.remark
    suggested = drivers.suggest(raw)
    assert suggested is None or suggested in NAMES
    assert visible.typed(visible.plain(raw, charset="latin-1"), charset="latin-1") is not None


def answers(maker: Maker) -> None:
    """What is answered to HL7 is one block each, is never an answer to an answer, and stays the same."""
    text = maker.text()
    judged = replies.judge(text)
    given = replies.reply(judged, sent_at=_AT)
    assert given == replies.reply(replies.judge(text), sent_at=_AT)
    for block in given:
        assert block.startswith(b"\x0bMSH")
        assert block.endswith(b"\r\x1c\r")
        assert block.count(b"\x1c") == 1
        assert b"MSA" in block
    if judged.is_answer:
        assert given == ()
    if not judged.is_accepted:
        assert not any(b"MSA|AA|" in block or b"MSA|CA|" in block for block in given)


def texts(maker: Maker) -> None:
    """Bytes are read in a character set as they are, or not at all."""
    name = maker.random.choice(CHARSETS)
    content = maker.text() if maker.random.random() < 0.5 else maker.random.randbytes(60)
    found = charsets.decode(content, name)
    wrong = charsets.first_wrong(content, charsets.codec(name) or "ascii")
    if isinstance(found, Doubt):
        return
    assert wrong is None
    assert "\ufffd" not in found
    assert "\x00" not in found


# How often of a hundred: what is fast, and what most bytes reach first, is fed most.
TARGETS: dict[str, tuple[Callable[[Maker], None], int]] = {
    "astm link": (astm_link, 20),
    "mllp link": (mllp_link, 15),
    "station": (station, 10),
    "interpret": (parsing, 30),
    "unwrap and suggest": (wrapping, 10),
    "judge and reply": (answers, 10),
    "character sets": (texts, 5),
}
