"""What came over the wires is stored in one transaction, and every conversation says how it stands."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import intake
from assays.actions.intake import Arrival, ConversationOver
from assays.instruments.hl7 import replies
from assays.instruments.wire import Verdict
from assays.models import (
    TransmissionFrame,
    TransmissionItem,
    TransmissionMessage,
    TransmissionSession,
)
from assays.rules.filing import Held, Hold
from assays.rules.states import SessionState
from labsys.accounts.models import Principal
from labsys.audit.models import AuditEvent
from labsys.lib import bulk
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db


def frames() -> list[tuple[int, str, str, bytes, int | None]]:
    found = TransmissionFrame.objects.order_by("session_id", "sequence")
    rows = found.values_list("sequence", "direction", "verdict", "content", "message_id")
    return [(n, way, verdict, bytes(content), id_) for n, way, verdict, content, id_ in rows]


def test_a_conversation_is_stored_event_by_event_and_its_message_with_the_last_frame() -> None:
    analyser = wires.instrument("ASTM")
    source = wires.source_of(analyser)
    bid = Arrival(
        wires.origin(), source=source, frames=(wires.frame(b"\x05", verdict=Verdict.BID),)
    )

    (standing,) = wires.store(bid)
    first = replace(bid, standing=standing, frames=(wires.frame(b"one", message=1),))
    (standing,) = wires.store(first)
    (begun,) = standing.messages.values()
    assert not TransmissionMessage.objects.exists()
    last = replace(
        bid,
        standing=standing,
        frames=(wires.frame(b"two", message=1),),
        messages=(wires.message(b"onetwo", source, control_id="7", remark="late"),),
    )
    (standing,) = wires.store(last)
    end = (wires.frame(b"\x04", verdict=Verdict.END),)
    (over,) = wires.store(
        Arrival(wires.origin(), standing, source, frames=end, ends=SessionState.ENDED)
    )

    assert over == intake.Standing()
    session = TransmissionSession.objects.get()
    assert (session.state, session.frames, session.messages) == ("ENDED", 4, 1)
    assert (session.instrument, session.dialect, session.peer_port) == (analyser, "ASTM", 40_001)
    assert session.opened_at < session.closed_at
    assert frames() == [
        (1, "IN", "BID", b"\x05", None),
        (2, "IN", "ACCEPTED", b"one", begun),
        (3, "IN", "ACCEPTED", b"two", begun),
        (4, "IN", "END", b"\x04", None),
    ]
    stored = TransmissionMessage.objects.get()
    assert (stored.pk, stored.session, stored.instrument) == (begun, session, analyser)
    assert (stored.status, stored.reason, stored.control_id) == ("RECEIVED", "late", "7")
    assert bytes(stored.content) == b"onetwo"
    assert bytes(stored.sha256) == hashlib.sha256(b"onetwo").digest()


def test_a_received_message_waits_to_be_interpreted_in_the_order_of_its_connection() -> None:
    analyser = wires.instrument("ASTM")
    source = wires.source_of(analyser)

    wires.store(wires.whole(b"a", source), wires.whole(b"b", source, port=2))

    work = WorkItem.objects.order_by("id")
    messages = TransmissionMessage.objects.order_by("id")
    assert [one.subject_id for one in work] == [one.pk for one in messages]
    for one in work:
        assert (one.kind, one.subject_table) == ("interpret", "assays_transmissionmessage")
        assert (one.ordering_key, one.priority) == (f"connection:{analyser.pk}", 3)


def test_each_instrument_is_on_record_as_the_sender_of_its_own_messages() -> None:
    one, other = wires.instrument("ASTM"), wires.instrument("ASTM")

    wires.store(
        wires.whole(b"a", wires.source_of(one)),
        wires.whole(b"b", wires.unknown(), port=2),
        wires.whole(b"c", wires.source_of(other), port=3),
    )

    messages = TransmissionMessage.objects.order_by("id")
    events = AuditEvent.objects.filter(model="assays.transmissionmessage").order_by("pk_of")
    actors = dict(zip((bytes(m.content) for m in messages), (e.actor for e in events), strict=True))
    system = Principal.objects.system("interpret").pk
    assert actors == {b"a": one.principal_id, b"b": system, b"c": other.principal_id}


@pytest.mark.parametrize("hold", [Hold.UNKNOWN_SOURCE, Hold.AMBIGUOUS_SOURCE])
def test_a_message_of_an_unknown_source_is_kept_whole_and_held(hold: Hold) -> None:
    wires.store(wires.whole(b"who?", wires.unknown(hold)))

    stored = TransmissionMessage.objects.get()
    assert (stored.instrument, stored.status, stored.item_count) == (None, "HELD", 1)
    held = TransmissionItem.objects.get()
    assert (held.message, held.position, held.status) == (stored, 0, "HELD")
    assert held.hold_code == hold
    assert "127.0.0.1" in held.hold_reason
    assert not WorkItem.objects.exists()


def test_a_message_cut_short_is_kept_and_never_interpreted() -> None:
    source = wires.source_of(wires.instrument("ASTM"))

    wires.store(wires.whole(b"H|", source, is_complete=False, remark="No L record came."))

    stored = TransmissionMessage.objects.get()
    assert (stored.status, stored.reason) == ("INCOMPLETE", "No L record came.")
    assert not WorkItem.objects.exists()


def test_a_message_refused_for_its_syntax_is_kept_with_the_refusal_and_the_reply() -> None:
    source = wires.source_of(wires.instrument("HL7"))
    text = b"MSH|^~\\&|X|||||||7|P|2.5.1\r"

    (standing,) = wires.store(wires.whole(text, source, judgement=replies.judge(text)))

    stored = TransmissionMessage.objects.get()
    assert stored.status == "REJECTED"
    assert "MSH-9" in stored.reason
    assert b"MSA|AR|7" in bytes(stored.reply)
    assert standing.answer == bytes(stored.reply)
    assert not WorkItem.objects.exists()


def test_any_bytes_and_any_control_id_are_kept() -> None:
    source = wires.source_of(wires.instrument("HL7"))
    content = bytes(range(256)) * 3

    wires.store(wires.whole(content, source, control_id="\x00é" + "9" * 400))

    stored = TransmissionMessage.objects.get()
    assert bytes(stored.content) == content
    assert bytes(TransmissionFrame.objects.get().content) == content
    assert stored.control_id == "?é" + "9" * 198


@pytest.mark.parametrize(
    "head", [b"MSH|^~\\&|X||||||OR\0U^R01|7|P|2.5.1\r", b"MSH|^~\\&|X||||||ORU^R01|7|P|2\0\r"]
)
def test_a_refusal_may_repeat_what_no_text_can_hold(head: bytes) -> None:
    source = wires.source_of(wires.instrument("HL7"))

    (standing,) = wires.store(wires.whole(head, source, judgement=replies.judge(head)))

    stored = TransmissionMessage.objects.get()
    assert (stored.status, bytes(stored.content)) == ("REJECTED", head)
    assert "\\x00" in stored.reason
    assert b"MSA|AR|7" in standing.answer


def test_a_sender_may_call_itself_what_no_text_can_hold() -> None:
    nobody = Held(Hold.UNKNOWN_SOURCE, {"peer": "127.0.0.1", "sender": "No\0body"})

    wires.store(wires.whole(b"H|\\^&|||No\0body\rL|1\r", nobody))

    assert "No\\x00body" in TransmissionItem.objects.get().hold_reason


def test_a_batch_is_stored_whole_or_not_at_all() -> None:
    source = wires.source_of(wires.instrument("ASTM"))
    nowhere = replace(wires.whole(b"b", source), standing=intake.Standing(session_id=10**9))

    with pytest.raises(ConversationOver):
        wires.store(wires.whole(b"a", source), nowhere)

    assert not TransmissionMessage.objects.exists()
    assert not TransmissionFrame.objects.exists()


def test_a_session_closed_by_somebody_else_takes_nothing_more() -> None:
    source = wires.source_of(wires.instrument("ASTM"))
    (standing,) = wires.store(Arrival(wires.origin(), source=source))
    TransmissionSession.objects.update(state="LOST")

    with pytest.raises(ConversationOver):
        wires.store(replace(wires.whole(b"a", source), standing=standing))

    assert not TransmissionFrame.objects.exists()


def test_a_frame_that_comes_again_names_the_message_it_named_before() -> None:
    source = wires.source_of(wires.instrument("ASTM"))
    arrival = wires.whole(b"a", source)
    (standing,) = wires.store(arrival)
    again = wires.frame(b"a", message=1, verdict=Verdict.REPEATED)

    wires.store(replace(arrival, standing=standing, frames=(again,), messages=()))

    stored = TransmissionMessage.objects.get()
    assert [(verdict, id_) for _n, _way, verdict, _content, id_ in frames()] == [
        ("ACCEPTED", stored.pk),
        ("REPEATED", stored.pk),
    ]


def test_a_batch_costs_as_many_statements_as_it_has_instruments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = wires.source_of(wires.instrument("ASTM"))
    counted: list[str] = []
    run = bulk.run
    monkeypatch.setattr(bulk, "run", lambda *given: counted.append("run") or run(*given))

    def cost(size: int) -> int:
        arrivals = [wires.whole(b"%d" % n, source, port=n) for n in range(size)]
        before = len(counted)
        with CaptureQueriesContext(connection) as captured:
            wires.store(*arrivals)
        return len(captured) + len(counted) - before

    assert cost(1) == cost(40)


def test_a_caller_from_elsewhere_is_on_record() -> None:
    by, at = Principal.objects.system("interpret"), database_now()

    intake.refuse(origin=wires.origin(), by=by, at=at)

    session = TransmissionSession.objects.get()
    assert (session.state, session.peer, session.closed_at) == ("REFUSED", "127.0.0.1", at)
