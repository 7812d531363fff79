"""The receiving side of LIS1-A (LIS01-A2, E1381), as a table; see `assays.instruments.wire` for its use.

    link = Link()
    link.feed(data)                         # whatever a read gave
    while (event := link.next(now)) is not None:
        transport.write(link.settle(is_stored=store(event)))
    if link.is_finished:                    # a frame without end: nothing more is taken from there
        transport.close()
    ...                                     # at link.deadline(): expire(now), which is settled likewise
    event = link.close()                    # the connection is lost; drain next() before

`now` is any clock in seconds that only goes forward. What is not stored has not happened: the state
stays, a bid is told that we are busy, a frame is asked for again. A frame is one answer, so a frame
that another began in gets none of its own: the answer to the second is the answer.

A message that had a NAK is only ever completed by its repair. A sender that goes on to other numbers
comes back to the one that is due after eight frames; from such a conversation nothing more is taken
(BROKEN), and its message stays incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assays.instruments.astm import assembly
from assays.instruments.astm.assembly import MESSAGE_LIMIT, Assembly, Mark
from assays.instruments.astm.fitting import Content, Memory, fit, read, remember
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import ACK, Kind, Scanner, Unit
from assays.instruments.astm.steps import TABLE, UNASKED, Input, State, Step
from assays.instruments.wire import Assembled, Event, Frame, Verdict
from assays.rules.states import SessionState

# LIS1-A: the receiver gives up after 30 s without frame or EOT.
SILENCE_SECONDS = 30.0
# A frame whose checksum has come is taken without its CR LF after this.
LINE_END_SECONDS = 0.5
# A sender without frames that waits after its STX is answered after this; one that goes on is not.
TOKEN_SECONDS = 0.5

_I = Input
_OF_KIND = {
    Kind.ENQ: _I.BID,
    Kind.EOT: _I.END,
    Kind.RESTARTED: _I.RESTARTED,
    Kind.CUT: _I.CUT,
    Kind.TOO_LONG: _I.TOO_LONG,
    Kind.NOISE: _I.NOISE,
}
_REMARKS = {
    SessionState.ENDED: assembly.NO_END,
    SessionState.LOST: assembly.LOST,
    SessionState.SILENT: assembly.SILENT,
}


@dataclass(slots=True)
class _Pending:
    """An event on its way: what is done when it is settled."""

    step: Step
    memory: Memory
    mark: Mark
    unit: Unit | None = None


class Link:
    """One connection. `limit` is that of a frame with its overhead, in bytes; `options` say how its
    instrument frames otherwise than the standard."""

    def __init__(
        self,
        options: LinkOptions = STANDARD,
        *,
        limit: int | None = None,
        message_limit: int = MESSAGE_LIMIT,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._options = options
        self._scanner = Scanner(
            limit=options.limit if limit is None else limit,
            has_trailer=not options.frameless,
            has_checksum=options.has_checksum,
        )
        self._fresh = Memory(due=options.first)
        self._assembly = Assembly()
        self._message_limit = message_limit
        self._silence = silence
        self._state = State.NEUTRAL
        self._memory = self._fresh
        self._has_told_start = False
        self._pending: _Pending | None = None
        self._waiting: Unit | None = None
        self._has_heard = False
        self._has_answered = False  # the sender's time begins with our answer
        self._last_heard = 0.0

    @property
    def state(self) -> State:
        return self._state

    @property
    def is_idle(self) -> bool:
        """Whether nobody is sending: no conversation is open, no frame has begun, nothing waits."""
        is_open = self._state is not State.NEUTRAL or self._scanner.is_inside
        return not is_open and self._pending is None and self._waiting is None

    @property
    def is_finished(self) -> bool:
        """Whether the connection must be closed: what it sends cannot be taken apart any more."""
        return self._state is State.FINISHED

    def feed(self, data: bytes) -> None:
        if not self.is_finished:
            self._has_heard = True
            self._scanner.feed(data)

    def next(self, now: float) -> Event | None:
        """Return what has to be stored next, or None where more bytes are needed."""
        self._check_settled()
        if self.is_finished:
            return None
        unit, self._waiting = self._waiting or self._scanner.next(), None
        self._has_told_start = self._has_told_start and unit is None
        is_sign_of_life = unit.kind is not Kind.NOISE if unit else self._scanner.is_inside
        if self._has_answered or (self._has_heard and is_sign_of_life):
            self._last_heard = now
        self._has_answered, self._has_heard = False, self._has_heard and unit is not None
        return None if unit is None else self._event(unit)

    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes:
        """Apply the last event and return the answer to its sender; `reply` is of no use here."""
        pending, self._pending = self._pending, None
        if pending is None:
            raise RuntimeError("There is no event to settle.")
        self._has_answered = True
        if pending.step.to is State.FINISHED:
            self._state = State.FINISHED
        if not is_stored:
            self._assembly.back_to(pending.mark)
            return pending.step.unstored
        self._state, self._memory = pending.step.to, pending.memory
        if pending.step.comes_again and pending.unit:
            self._waiting = Unit(pending.unit.kind, pending.unit.content)
        return pending.step.reply

    def deadline(self) -> float | None:
        """When to call `expire`, on the clock given to `next`; None while there is nothing to wait for."""
        if self._pending or self.is_finished:
            return None
        if self._scanner.lacks_only_line_end:
            return self._last_heard + LINE_END_SECONDS
        if self._is_start_untold:
            return self._last_heard + TOKEN_SECONDS
        if self._state is State.NEUTRAL and not self._scanner.is_inside:
            return None
        return self._last_heard + self._silence

    def expire(self, now: float) -> Event | None:
        """Return what the silence until `now` amounts to, if the deadline has passed."""
        deadline = self.deadline()
        if deadline is None or now < deadline:
            return None
        self._last_heard = now  # should it not be stored, it is asked again one silence later
        if self._is_start_untold:
            return self._tell_start()
        unit = self._scanner.finish()
        return self._event(unit) if unit else self._break_off(SessionState.SILENT)

    def close(self) -> Event | None:
        """The connection is gone: return what has to be stored of it still, None where nothing."""
        self._check_settled()
        if self.is_finished:
            return None
        event = self._break_off(SessionState.LOST)
        if event.frames or self._state is not State.NEUTRAL:
            return event
        self._pending = None
        return None

    @property
    def _is_start_untold(self) -> bool:
        """Whether a sender that acknowledges its tokens one by one may wait behind its STX."""
        is_open = self._state in (State.AWAITING, State.TRANSFER)
        is_new = not self._has_told_start and self._scanner.has_only_begun
        return self._options.frameless and is_open and is_new

    def _tell_start(self) -> Event:
        """Answer the STX alone; it is stored with the text that follows."""
        self._has_told_start = True
        step = Step(self._state, Verdict.NOISE, ACK)
        self._pending = _Pending(step, self._memory, self._assembly.mark())
        return Event()

    def _check_settled(self) -> None:
        if self._pending is not None:
            raise RuntimeError("The last event is not settled.")

    def _event(self, unit: Unit) -> Event:
        frame = read(unit.content, self._options) if unit.kind is Kind.FRAME else None
        input_ = fit(frame, self._memory, self._options) if frame else _OF_KIND[unit.kind]
        if input_ is _I.DUE and frame and self._is_too_much(frame.text):
            input_ = _I.TOO_LONG
        step = TABLE[self._state][input_]
        if self._options.frameless:
            step = self._of_tokens(step, input_)
        mark = self._assembly.mark()
        is_of_last = frame is not None and frame.number == self._before
        number = self._number_of(input_, is_of_last=is_of_last)
        messages: list[Assembled] = []
        if step.takes and frame:
            number = self._assembly.number
            messages += self._taken(frame)
            number = min(number, self._assembly.count)
        memory = remember(self._memory, input_, step, frame, unit.content, self._options)
        if step.ends:
            if step.takes or not step.begins:
                messages += self._finish(step.ends, memory.refused, is_long=input_ is _I.TOO_LONG)
            memory = self._fresh
        self._pending = _Pending(step, memory, mark, unit)
        # A bid that begins the next conversation is kept with that one.
        own = () if step.comes_again else (Frame(unit.content, step.verdict, number),)
        return Event(_noise(unit) + own, tuple(messages), step.begins, step.ends)

    def _of_tokens(self, step: Step, input_: Input) -> Step:
        """What is otherwise without frames: EOT is answered, and a text may come without a bid."""
        if self._state is State.NEUTRAL:
            return UNASKED if input_ is _I.DUE else step
        return replace(step, reply=ACK) if input_ is _I.END else step

    def _taken(self, frame: Content) -> list[Assembled]:
        if self._options.frameless and frame.is_last:
            return self._assembly.take_alone(frame.text)
        return self._assembly.take(frame.text, is_last=frame.is_last)

    def _break_off(self, ends: SessionState) -> Event:
        unit = self._scanner.rest()
        is_neutral = self._state is State.NEUTRAL
        refused = self._memory.refused
        frames: tuple[Frame, ...] = ()
        mark = self._assembly.mark()
        if unit is not None:
            input_ = _OF_KIND[unit.kind]
            if is_neutral and input_ is _I.NOISE:
                ends = SessionState.ENDED
            elif input_ is _I.CUT:
                refused = unit.content
            verdict = TABLE[self._state][input_].verdict
            frames = (*_noise(unit), Frame(unit.content, verdict, self._number_of(input_)))
        messages = [] if is_neutral else self._finish(ends, refused)
        step = Step(State.NEUTRAL, Verdict.CUT, begins=is_neutral, ends=ends)
        self._pending = _Pending(step, self._fresh, mark)
        return Event(frames, tuple(messages), is_neutral, ends)

    def _finish(
        self, ends: SessionState, refused: bytes, *, is_long: bool = False
    ) -> list[Assembled]:
        remark = assembly.TOO_LONG if is_long else _REMARKS[ends]
        is_over = ends is SessionState.ENDED and self._state is State.TRANSFER and not refused
        return self._assembly.finish(remark, is_over=is_over, refused=refused)

    @property
    def _before(self) -> int:
        """The number of the last accepted frame."""
        return (self._memory.due - 1) % self._options.numbering

    def _is_too_much(self, text: bytes) -> bool:
        return self._assembly.size + len(text) > self._message_limit

    def _number_of(self, input_: Input, *, is_of_last: bool = False) -> int:
        """Return the message a frame is part of: the one under way or, where there is none, the next.

        A frame numbered as the last accepted one (`is_of_last`) is of that one's message.
        """
        if self._state is State.NEUTRAL or input_ in (_I.BID, _I.END, _I.NOISE):
            return 0
        if is_of_last and self._memory.last is not None and not self._assembly.is_under_way:
            return self._assembly.number - 1
        return self._assembly.number


def _noise(unit: Unit) -> tuple[Frame, ...]:
    return (Frame(unit.noise, Verdict.NOISE),) if unit.noise else ()


def replay(contents: Iterable[bytes], options: LinkOptions = STANDARD) -> tuple[Assembled, ...]:
    """Put the messages of an abandoned conversation together from its stored bytes.

    `contents` are the frames that came in, in their order, from the bid on. The messages are those
    the link gave, in the same order, numbered from 1; the last is incomplete if one was under way.
    """
    link = Link(options)
    messages: list[Assembled] = []
    for content in contents:
        link.feed(content)
        while (event := link.next(0.0)) is not None:
            messages += event.messages
            link.settle(is_stored=True)
    event = link.close()
    return (*messages, *(event.messages if event else ()))
