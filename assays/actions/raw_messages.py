"""Messages that come in the body of a request instead of over a wire: stored, then answered.

A middleware, or an analyser in somebody's cloud, posts what others send over MLLP or in ASTM frames.
It is stored as any conversation is and goes the same way from there: read by the driver of its
instrument, filed by the same rules, the same bytes again a repetition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import intake
from assays.actions.intake import Arrival, Message, Origin
from assays.instruments import origins
from assays.instruments.astm.assembly import NO_END
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import replies
from assays.instruments.unwrapping import lacks_end
from assays.instruments.wire import Assembled, Frame, Verdict
from assays.models import Instrument
from assays.queries import families, sources
from assays.rules.sources import Source
from assays.rules.states import SessionState
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput, NotAllowed

SEND = "assays.result.send"
LISTENER = "http"
LARGEST = 16 * 1024 * 1024
MOST_MESSAGES = 1000
_FRAMING = b"\x0b\x1c"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored of a body: each message in its order, and the answers to those of HL7."""

    messages: tuple[Message, ...]
    answer: bytes

    @property
    def is_hl7(self) -> bool:
        return all(one.assembled.dialect is Dialect.HL7 for one in self.messages)


def receive(
    *, instrument: Instrument, content: bytes, peer: str, by: Principal, at: datetime
) -> Receipt:
    """Store every message of a body, in one transaction; nothing is stored of what is refused.

    `by` is the instrument. A message whose end is missing is stored as INCOMPLETE and never filed.
    """
    policy.check(by, SEND)
    if not instrument.is_active or instrument.principal_id != by.pk:
        raise NotAllowed(_("This instrument's connection is switched off."))
    if instrument.protocol == Instrument.Protocol.HTTP:
        raise NotAllowed(
            _(
                "This instrument is registered to send structured values to /api/v1/results. One that "
                "sends HL7 or ASTM is registered with that protocol, its driver and its own key."
            )
        )
    if not instrument.driver:
        raise NotAllowed(
            _("This instrument has no driver: choose the family that reads its messages first.")
        )
    driver = families.to_take_apart(instrument.driver)
    found = driver.unwrap(content, instrument.settings)
    if not found:
        raise InvalidInput(_("The body holds no message: neither MSH of HL7 nor H of ASTM."))
    if len(found) > MOST_MESSAGES:
        raise InvalidInput(
            _("The body holds %(count)d messages; at most %(most)d are taken at once.")
            % {"count": len(found), "most": MOST_MESSAGES}
        )
    source = sources.of(instrument)
    messages = tuple(message_of(one, source) for one in found)
    arrival = Arrival(
        origin=Origin(LISTENER, found[0].dialect, peer, 0),
        source=source,
        frames=(Frame(content, Verdict.ACCEPTED, found[0].number),),
        messages=messages,
        ends=SessionState.ENDED,
    )
    system = Principal.objects.system("interpret")
    (standing,) = intake.store(arrivals=[arrival], by=system, at=at)
    return Receipt(messages, standing.answer.translate(None, _FRAMING))


def message_of(assembled: Assembled, source: Source) -> Message:
    """Return a message that came whole, from whoever it is known to be; HL7 is judged."""
    if assembled.is_complete and lacks_end(assembled):
        assembled = replace(assembled, is_complete=False, remark=NO_END)
    message = Message(assembled, source, origins.read(assembled).control_id)
    if assembled.dialect is not Dialect.HL7 or not assembled.is_complete:
        return message
    taken = frozenset(source.processing_ids)
    judgement = replies.judge(assembled.text, processing_ids=taken, is_hospital=source.is_hospital)
    return replace(message, judgement=judgement)
