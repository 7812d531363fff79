"""An ASTM line through every state, in any order of bytes, silence, full disks and lost lines."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assays.instruments.astm.link import Link
from assays.instruments.astm.options import LinkOptions
from assays.instruments.astm.sending import frame
from assays.instruments.astm.steps import State
from assays.instruments.wire import Verdict

ACK, ENQ, EOT = b"\x06", b"\x05", b"\x04"
TEXTS = [
    b"H|\\^&|||X\r",
    b"P|1\r",
    b"R|1|^^^A|5\r",
    b"L|1|N\r",
    b"H|\\^&\rP|1\rL|1\r",
    b"half a",
    b"\r",
]
MOST_HELD = 2_000
OPTIONS = [LinkOptions(limit=400), LinkOptions(limit=400, numbering=10)]


class LinkMachine(RuleBasedStateMachine):
    """The link beside what little can be said of it without writing it again."""

    def __init__(self) -> None:
        super().__init__()
        self.link = Link(OPTIONS[0], message_limit=MOST_HELD)
        self.now = 0.0
        self.number = 1
        self.accepted = b""
        self.given = b""
        self.told = 0
        self.is_open = False

    def drain(self, *, is_stored: bool) -> None:
        for _ in range(1_000):
            state = self.link.state
            event = self.link.next(self.now)
            if event is None:
                return
            reply = self.link.settle(is_stored=is_stored)
            if is_stored:
                self.take(event)
            else:
                assert reply != ACK
                assert self.link.state in (state, State.FINISHED)
                if state is not State.FINISHED and self.link.state is not State.FINISHED:
                    return
        raise AssertionError("it gives events without end")

    def take(self, event) -> None:  # type: ignore[no-untyped-def]
        assert event.begins is not self.is_open
        self.is_open = event.ends is None
        for one in event.frames:
            if one.verdict is Verdict.ACCEPTED:
                end = max(one.content.rfind(b"\x03"), one.content.rfind(b"\x17"))
                self.accepted += one.content[2:end]
        for message in event.messages:
            self.told += 1
            assert message.number == self.told
            if message.remark != "No frame of it came through; this is the last as it came.":
                self.given += message.text

    @rule(stored=st.booleans())
    def bids(self, stored: bool) -> None:
        self.number = 1
        self.link.feed(ENQ)
        self.drain(is_stored=stored)

    @rule(text=st.sampled_from(TEXTS), is_last=st.booleans(), stored=st.integers(0, 4))
    def sends_the_next_frame(self, text: bytes, is_last: bool, stored: int) -> None:
        self.link.feed(frame(self.number, text, is_last=is_last))
        self.number += stored > 0
        self.drain(is_stored=stored > 0)

    @rule(number=st.integers(0, 9), text=st.sampled_from(TEXTS))
    def sends_any_frame(self, number: int, text: bytes) -> None:
        self.link.feed(b"\x02%d" % number + frame(number, text, is_last=True)[2:])
        self.drain(is_stored=True)

    @rule(data=st.binary(max_size=12))
    def sends_noise(self, data: bytes) -> None:
        self.link.feed(data)
        self.drain(is_stored=True)

    @rule(stored=st.booleans())
    def ends(self, stored: bool) -> None:
        self.link.feed(EOT)
        self.drain(is_stored=stored)

    @rule()
    def falls_silent(self) -> None:
        deadline = self.link.deadline()
        if deadline is None:
            return
        self.now = max(self.now, deadline)
        event = self.link.expire(self.now)
        if event is not None:
            self.link.settle(is_stored=True)
            self.take(event)
        self.drain(is_stored=True)

    @invariant()
    def what_is_held_is_bounded(self) -> None:
        assert self.link._assembly.size <= MOST_HELD + 1
        assert len(self.link._scanner._buffer) <= 400 + 4_096

    def teardown(self) -> None:
        event = self.link.close()
        if event is not None:
            self.link.settle(is_stored=True)
            self.take(event)
        blank = b" \t\r\n\x0b\x0c"
        assert self.accepted.translate(None, blank) == self.given.translate(None, blank)


TestLink = LinkMachine.TestCase
TestLink.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
