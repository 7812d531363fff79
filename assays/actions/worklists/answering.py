"""Answering what instruments ask.

A question is answered once, in the transaction that marks its work item done: with the reply, where
its sender waits for one on its connection, and with dispatches. Whoever repeats it finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays.actions import dispatch_moves, dispatches
from assays.actions.dispatch_moves import DispatchMoved, Move
from assays.actions.worklists import lines
from assays.actions.worklists.lines import FOLLOW_UP, Plan
from assays.instruments import questions
from assays.instruments.astm import writing as astm
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import orders as hl7
from assays.instruments.hl7.writing import Envelope
from assays.instruments.questions import Asks, Question
from assays.models import Dispatch, Instrument, Specimen, TransmissionMessage, WorkAnswer
from assays.queries import families
from assays.queries import messages as read_messages
from assays.queries import worklists as queries
from assays.queries.worklists import Listener
from assays.rules import worklists
from assays.rules.dispatching import DispatchKind, DispatchStatus
from assays.rules.states import MessageStatus
from assays.rules.worklists import Answer
from labsys.accounts.models import Principal
from labsys.audit.context import acting

# For how long the sender of a question is kept waiting for its reply; later it hears of an error.
PATIENCE = timedelta(seconds=20)
_UNTAKEN = (MessageStatus.REJECTED, MessageStatus.INCOMPLETE)
_LONGEST = 200
# Of the protocol, as the sentences of `hl7.judging` are: in English and in ASCII.
_BEYOND_US = (
    "Which specimens stand in a rack or tray is not known here; ask for each by its identifier "
    "(WOS), or for all work (WOS_ALL)."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question, and to whom its answer goes."""

    message: TransmissionMessage
    question: Question
    to: Listener

    @property
    def instrument(self) -> Instrument:
        return self.to.instrument

    @property
    def is_replied_to(self) -> bool:
        """Whether its sender waits for a reply on the connection that it asked on.

        One that carries HL7 in frames of ASTM heard all it waits for: that its frames were taken.
        """
        is_of_hl7 = self.question.asks in (Asks.LAW, Asks.DSR, Asks.Z02)
        return is_of_hl7 and self.message.wire == Dialect.HL7


def read(message_ids: Sequence[int]) -> list[Asked]:
    """Read stored questions by the drivers of their instruments; what is none is left out."""
    rows = TransmissionMessage.objects.filter(pk__in=message_ids, instrument__isnull=False)
    found = {row.pk: row for row in rows.select_related("instrument__principal", "session")}
    taken = (_read(found[id_]) for id_ in message_ids if id_ in found)
    return [one for one in taken if one is not None]


def _read(message: TransmissionMessage) -> Asked | None:
    instrument = message.instrument
    assert instrument is not None
    to = None if message.status in _UNTAKEN else queries.listener(instrument)
    if to is None or read_messages.interpret(message).doubt is not None:
        return None
    driver = families.find(instrument.driver)
    question = questions.read(bytes(message.content), driver, instrument.settings)
    return None if question is None else Asked(message, question, to)


def answer(*, asked: Sequence[Asked], by: Principal, at: datetime) -> None:
    """Answer questions; what an instrument takes back is not answered any more."""
    for one in asked:
        with acting(by=by, at=at, action="assays.worklist.answer"):
            dispatches.lock([one.instrument.pk])
            if one.question.is_aborted:
                _take_back(one, by=by, at=at)
            elif not one.is_replied_to or at - one.message.received_at <= PATIENCE:
                _Answering(one, by, at).run()


class _Answering:
    """The answer to one question, from what is known of the specimens that it names."""

    def __init__(self, asked: Asked, by: Principal, at: datetime) -> None:
        self._message, self._question = asked.message, asked.question
        self._instrument, self._to = asked.instrument, asked.to
        self._is_replied_to = asked.is_replied_to
        charset = asked.question.charset or asked.to.form.charset
        self._form = replace(asked.to.form, charset=charset)
        self._by, self._at = by, at

    def run(self) -> None:
        if self._question.is_beyond_us:
            self._say(self._refusal)
            return
        answers = self._answers()
        plans = {
            place: lines.plan(one.sample)
            for place, one in enumerate(answers, start=1)
            if one.sample is not None
        }
        answers = [
            replace(one, sample=plans[place].sample) if place in plans else one
            for place, one in enumerate(answers, start=1)
        ]
        kept = self._keep(answers)
        sent = self._send(answers)
        for place, plan in plans.items():
            self._tell(plan, sent.get(place), kept[place])

    def _answers(self) -> Sequence[Answer]:
        if self._question.is_for_all:
            samples = queries.awaited(self._to, most=worklists.MOST_SAMPLES)
            return [Answer(one.name, one) for one in samples]
        names = self._question.specimens
        return worklists.answer(names, queries.known(self._to, names))

    def _keep(self, answers: Sequence[Answer]) -> Mapping[int, WorkAnswer]:
        """Record what is said of each identifier."""
        rows = WorkAnswer.objects.bulk_create(
            WorkAnswer(
                message=self._message,
                position=place,
                asked=one.asked.replace("\0", "?")[:_LONGEST],
                specimen_id=one.sample.specimen_id if one.sample else None,
                nothing=one.nothing.value if one.nothing else "",
                recorded_by=self._by,
                recorded_at=self._at,
            )
            for place, one in enumerate(answers, start=1)
        )
        return {row.position: row for row in rows}

    def _tell(self, plan: Plan, dispatch: Dispatch | None, kept: WorkAnswer) -> None:
        lines.keep(
            plan,
            instrument=self._instrument,
            dispatch=dispatch,
            answer=kept,
            by=self._by,
            at=self._at,
        )

    def _send(self, answers: Sequence[Answer]) -> Mapping[int, Dispatch | None]:
        places = range(1, len(answers) + 1)
        if self._question.asks is Asks.ASTM:
            return dict.fromkeys(places, self._in_one(answers))
        self._say(self._text(answers), behind=len(answers))
        return {place: self._after(place, answers[place - 1]) for place in places}

    def _say(self, content: Callable[[str], bytes], *, behind: int = 0) -> None:
        """Reply on the connection that asked, where its sender waits there; else queue it."""
        if self._is_replied_to:
            self._reply(content(f"R{self._message.pk}"))
        else:
            self._enqueue(behind + 1, content, None)

    def _reply(self, text: bytes) -> None:
        """Store what goes back on the connection that asked, behind what was said at once."""
        reply = bytes(self._message.reply) + b"\x0b" + text + b"\x1c\r"
        TransmissionMessage.objects.filter(pk=self._message.pk).update(reply=reply)

    def _text(self, answers: Sequence[Answer]) -> Callable[[str], bytes]:
        return lambda control_id: hl7.reply(self._question, answers, self._envelope(control_id))

    def _refusal(self, control_id: str) -> bytes:
        return hl7.failed(self._question, self._envelope(control_id), _BEYOND_US)

    def _in_one(self, answers: Sequence[Answer]) -> Dispatch:
        """Answer an ASTM question in one message, in a session of our own."""

        def content(control_id: str) -> bytes:
            letter = astm.Letter(control_id, self._at, self._instrument.time_zone)
            found = astm.answer(self._question, answers, self._form, letter)
            assert found is not None  # only a question that was taken back gets none
            return found

        ids = {one.sample.specimen_id for one in answers if one.sample}
        return self._enqueue(1, content, ids.pop() if len(ids) == 1 else None)

    def _after(self, place: int, one: Answer) -> Dispatch | None:
        """Queue what follows the reply about one identifier."""
        question, sample = self._question, one.sample
        rack = (question.rack, question.position)

        def content(control_id: str) -> bytes:
            envelope = hl7.back(question, self._envelope(control_id))
            if sample is None:
                return hl7.no_work(one.asked, envelope, rack=rack)
            if question.asks is Asks.DSR:
                return hl7.display(sample, self._form, envelope, question)
            return hl7.order(sample, self._form, envelope, rack=rack)

        if question.asks is Asks.Z02 or (question.asks is Asks.DSR and sample is None):
            return None
        return self._enqueue(place, content, sample.specimen_id if sample else None)

    def _enqueue(
        self, number: int, content: Callable[[str], bytes], specimen_id: int | None
    ) -> Dispatch:
        waits = timedelta(seconds=self._form.answers_within)
        return dispatches.enqueue(
            instrument=self._instrument,
            kind=DispatchKind.QUERY_ANSWER,
            subject=self._message,
            number=number,
            content=content,
            specimen=None if specimen_id is None else Specimen.objects.get(pk=specimen_id),
            until=self._message.received_at + waits,
            follow_up=FOLLOW_UP,
            by=self._by,
            at=self._at,
        )

    def _envelope(self, control_id: str) -> Envelope:
        return Envelope(control_id=control_id, sent_at=self._at, zone=self._instrument.time_zone)


def _take_back(asked: Asked, *, by: Principal, at: datetime) -> None:
    """Withdraw the answers that still wait to be sent to a question that is asked no more."""
    waiting = Dispatch.objects.filter(
        instrument=asked.instrument,
        kind=DispatchKind.QUERY_ANSWER,
        status=DispatchStatus.QUEUED,
        subject_table=TransmissionMessage._meta.db_table,
        subject_id__lt=asked.message.pk,
    )
    for dispatch in waiting.order_by("pk"):
        try:
            dispatch_moves.step(
                Move(dispatch, DispatchStatus.WITHDRAWN, reason=_("The instrument asks no more.")),
                by=by,
                at=at,
            )
        except DispatchMoved:
            continue  # it is on the line by now
