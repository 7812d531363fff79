"""What the receiving side of an ASTM link answers, keeps and puts together."""

from __future__ import annotations

import pytest

from assays.instruments.astm.link import LINE_END_SECONDS, SILENCE_SECONDS, Link, replay
from assays.instruments.astm.scanning import NOISE_LIMIT
from assays.instruments.astm.sending import cut, frame
from assays.instruments.astm.steps import TABLE, Input, State
from assays.instruments.dialects import Dialect
from assays.instruments.wire import Verdict
from assays.rules.states import SessionState
from tests.assays.instruments.played import (
    ACK,
    ENQ,
    EOT,
    NAK,
    Played,
    astm_session,
    drain,
    play,
    sized,
)

H = b"H|\\^&|||ANALYSER^1|||||||P|1|20260105100000\r"
TEXT = H + b"P|1\rO|1|ACC-1||^^^GLU\rR|1|^^^GLU|5.4|mmol/L||N||F\rL|1|N\r"
OTHER = H + b"P|1\rO|1|ACC-2||^^^GLU\rR|1|^^^GLU|6.1|mmol/L||N||F\rL|1|N\r"
MSH = b"MSH|^~\\&|ANALYSER||LIS||20260105100000||ORU^R01|C-1|P|2.5\r"
HL7 = MSH + b"OBR|1|ACC-1\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r"


def records(text: bytes) -> list[bytes]:
    """One frame per record, each ended by ETX."""
    lines = text.splitlines(keepends=True)
    return [frame(number, line, is_last=True) for number, line in enumerate(lines, start=1)]


def wrong_sum(whole: bytes) -> bytes:
    return whole[:-4] + (b"00" if whole[-4:-2] != b"00" else b"01") + whole[-2:]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("input_", Input)
def test_the_table_has_a_step_for_everything_that_can_come(state: State, input_: Input) -> None:
    assert TABLE[state][input_].to in State


@pytest.mark.parametrize("state", State)
def test_only_what_is_taken_into_a_message_or_was_taken_before_is_acknowledged(
    state: State,
) -> None:
    acknowledged = {name for name, step in TABLE[state].items() if step.reply == ACK}

    assert acknowledged <= {Input.BID, Input.DUE, Input.AGAIN}
    assert all(step.unstored != ACK for step in TABLE[state].values())
    assert all(TABLE[state][name].takes for name in acknowledged & {Input.DUE})


@pytest.mark.parametrize("limit", [1, 7, 240, 10_000])
def test_a_message_is_put_together_from_frames_of_any_size(limit: int) -> None:
    frames = list(cut([TEXT], limit=limit))

    played = astm_session(ENQ, *frames, EOT)

    assert played.complete == [TEXT]
    assert played.answers == "A" * (len(frames) + 1)
    assert played.ends == ["ENDED"]


def test_a_message_is_complete_with_the_frame_of_its_last_record() -> None:
    played = astm_session(ENQ, *records(TEXT), closes=False)

    assert [bool(event.messages) for event in played.events] == [False] * 5 + [True]
    assert {frame.message for frame in played.frames[1:]} == {1}


def test_messages_of_one_session_are_told_apart_and_numbers_run_on() -> None:
    played = astm_session(ENQ, *cut([TEXT, OTHER, TEXT], limit=30), EOT)

    assert played.complete == [TEXT, OTHER, TEXT]
    assert [message.number for message in played.messages] == [1, 2, 3]


def test_messages_of_one_frame_are_told_apart() -> None:
    played = astm_session(ENQ, frame(1, TEXT + OTHER, is_last=True), EOT)

    assert played.complete == [TEXT, OTHER]


def test_numbers_count_on_over_the_sessions_of_a_connection() -> None:
    played = astm_session(ENQ, *cut([TEXT]), EOT, ENQ, *cut([OTHER]), EOT)

    assert [message.number for message in played.messages] == [1, 2]


def test_a_record_ends_with_its_frame_where_it_has_no_end_of_its_own() -> None:
    bare = [
        frame(number, line, is_last=True) for number, line in enumerate(TEXT.split(b"\r")[:-1], 1)
    ]

    assert astm_session(ENQ, *bare, EOT).complete == [TEXT]


def test_a_character_cut_in_two_by_a_frame_is_whole_again() -> None:
    text = TEXT.replace(b"ACC-1", "ÄCC-1".encode())

    assert astm_session(ENQ, *cut([text], limit=1), EOT).complete == [text]


def test_another_header_before_the_last_record_begins_another_message() -> None:
    played = astm_session(ENQ, *cut([TEXT[:-6], OTHER]), EOT)

    assert [message.is_complete for message in played.messages] == [False, True]
    assert played.messages[0].remark == "Another message began before its L record."


def test_a_message_without_header_is_not_complete() -> None:
    played = astm_session(ENQ, *cut([b"P|1\rL|1|N\r"]), EOT)

    assert [(m.is_complete, m.remark) for m in played.messages] == [
        (False, "The message has no header record.")
    ]


def test_a_checksum_in_lower_case_is_right() -> None:
    first = frame(1, TEXT, is_last=True)
    lower = first[:-4] + first[-4:-2].lower() + first[-2:]

    assert astm_session(ENQ, lower, EOT).complete == [TEXT]


@pytest.mark.parametrize("end", [b"", b"\r"])
def test_a_frame_without_its_line_end_ends_where_another_begins(end: bytes) -> None:
    bare = [one[:-2] + end for one in records(TEXT)]

    assert astm_session(ENQ + b"".join(bare) + EOT).complete == [TEXT]


def test_a_frame_without_its_line_end_is_taken_after_half_a_second() -> None:
    link, played = Link(), Played()
    link.feed(ENQ + frame(1, TEXT, is_last=True)[:-2])
    drain(link, played, now=100.0)

    assert link.deadline() == 100.0 + LINE_END_SECONDS
    event = link.expire(100.0 + LINE_END_SECONDS)

    assert event is not None
    assert [message.text for message in event.messages] == [TEXT]
    assert link.settle(is_stored=True) == ACK


def test_a_damaged_frame_is_asked_for_again_and_its_repair_taken_once() -> None:
    frames = records(TEXT)
    frames.insert(2, wrong_sum(frames[2]))

    played = astm_session(ENQ, *frames, EOT)

    assert played.complete == [TEXT]
    assert played.answers == "AAANAAA"
    assert played.verdicts.count(Verdict.BAD_CHECKSUM) == 1


def test_the_last_frame_again_is_acknowledged_and_dropped() -> None:
    frames = records(TEXT)
    frames.insert(3, frames[2])

    played = astm_session(ENQ, *frames, EOT)

    assert played.complete == [TEXT]
    assert played.answers == "A" * 7
    assert played.verdicts.count(Verdict.REPEATED) == 1


def test_the_last_number_with_another_text_breaks_the_message() -> None:
    frames = records(TEXT)
    frames.insert(3, frame(3, b"O|1|ACC-9||^^^GLU\r", is_last=True))

    played = astm_session(ENQ, *frames, EOT)

    assert Verdict.CHANGED in played.verdicts
    assert played.complete == []
    assert [message.text for message in played.messages] == [b"".join(TEXT.partition(b"GLU\r")[:2])]


def test_a_missing_frame_breaks_the_message_also_when_its_number_comes_round_again() -> None:
    text = TEXT.replace(b"L|1|N\r", b"C|1|I|note\r" * 20 + b"L|1|N\r")
    frames = records(text)
    del frames[2]

    played = astm_session(ENQ, *frames, EOT)

    assert played.answers == "AAA" + "N" * (len(frames) - 2)
    assert [message.is_complete for message in played.messages] == [False]


def test_a_sender_that_goes_back_to_the_number_that_is_due_repairs_its_message() -> None:
    frames = records(TEXT)
    frames.insert(2, frames[3])

    played = astm_session(ENQ, *frames, EOT)

    assert played.complete == [TEXT]
    assert played.answers == "AAANAAA"


def test_seven_damaged_frames_leave_their_bytes_and_an_incomplete_message() -> None:
    first, second, *_ = records(TEXT)

    played = astm_session(ENQ, first, *[wrong_sum(second)] * 7, EOT)

    assert played.answers == "AA" + "N" * 7
    assert [(m.is_complete, m.text) for m in played.messages] == [(False, H)]


def test_a_message_no_frame_of_which_came_through_is_still_told_of() -> None:
    bad = wrong_sum(records(TEXT)[0])

    played = astm_session(ENQ, *[bad] * 7, EOT)

    assert [(m.is_complete, m.text) for m in played.messages] == [(False, bad)]
    assert {frame.message for frame in played.frames if frame.content == bad} == {1}


def test_a_repetition_that_came_damaged_first_owes_nothing() -> None:
    first, *following = records(TEXT)

    played = astm_session(ENQ, first, wrong_sum(first), first, *following, EOT)

    assert played.complete == [TEXT]
    assert [message.is_complete for message in played.messages] == [True]
    assert played.answers == "AANAAAAA"


def test_a_bid_after_frames_that_were_all_refused_tells_of_them() -> None:
    first, second = cut([TEXT, OTHER], limit=1000)
    changed = frame(1, OTHER, is_last=True)

    played = astm_session(ENQ, first, changed, ENQ, second.replace(b"\x022", b"\x021", 1))

    assert [(m.number, m.is_complete) for m in played.messages][:2] == [(1, True), (2, False)]
    assert played.ends[0] == "LOST"


def test_a_broken_conversation_stays_so_when_a_frame_like_the_last_comes_by() -> None:
    text = H + b"C|1|I|note\r" * 20 + b"L|1|N\r"
    frames = records(text)
    del frames[2]

    played = astm_session(ENQ, *frames, frames[1], EOT)

    assert played.answers == "AAA" + "N" * (len(frames) - 1)
    assert [message.is_complete for message in played.messages] == [False]


def test_a_damaged_frame_after_the_last_message_does_not_touch_it() -> None:
    frames = [*cut([TEXT, OTHER], limit=1000)]

    played = astm_session(ENQ, frames[0], wrong_sum(frames[1]), EOT)

    assert [(m.number, m.is_complete) for m in played.messages] == [(1, True), (2, False)]


def test_a_frame_that_another_begins_in_is_kept_and_the_second_is_answered() -> None:
    whole = frame(1, TEXT, is_last=True)

    played = astm_session(ENQ, whole[:20] + whole, EOT)

    assert played.complete == [TEXT]
    assert played.answers == "AA"
    assert played.verdicts == [Verdict.BID, Verdict.MALFORMED, Verdict.ACCEPTED, Verdict.END]


@pytest.mark.parametrize(
    "content",
    [
        b"\x02\r\x0341\r\n",
        b"\x028H|\\^&\r\x0300\r\n",
        b"\x021H|\\^&\r\x03G0\r\n",
        b"\x021H|\\^&\r\x03\r\n",
        b"\x02\x03",
    ],
)
def test_a_malformed_frame_is_refused_and_its_bytes_kept(content: bytes) -> None:
    played = astm_session(ENQ, content, EOT)

    assert played.content == ENQ + content + EOT
    assert played.answers == "AN"
    assert Verdict.MALFORMED in played.verdicts


@pytest.mark.parametrize("noise", [b"\x00", b"\x11\x13", b"\r\n", b"\x06\x15", b"text"])
def test_bytes_between_frames_are_kept_as_noise_and_change_nothing(noise: bytes) -> None:
    frames = [noise + one for one in records(TEXT)]

    played = astm_session(noise + ENQ, *frames, noise + EOT)

    assert played.complete == [TEXT]
    assert played.answers == "A" * 6
    assert played.content == b"".join([noise + ENQ, *frames, noise + EOT])


def test_noise_alone_is_a_conversation_that_ended_and_nothing_to_worry_about() -> None:
    played = astm_session(b"\x00" * (NOISE_LIMIT + 10))

    assert [frame.verdict for frame in played.frames] == [Verdict.NOISE] * 2
    assert played.ends == ["ENDED", "ENDED"]
    assert played.messages == []


def test_an_empty_conversation_is_normal() -> None:
    played = astm_session(ENQ + EOT + ENQ + EOT)

    assert played.ends == ["ENDED", "ENDED"]
    assert played.messages == []


def test_a_bid_repeated_before_any_frame_is_the_same_conversation() -> None:
    played = astm_session(ENQ, ENQ, *records(TEXT), EOT)

    assert played.complete == [TEXT]
    assert [event.begins for event in played.events].count(True) == 1


def test_a_bid_in_the_middle_ends_the_former_conversation_and_begins_another() -> None:
    frames = records(TEXT)

    played = astm_session(ENQ, *frames[:3], ENQ, *frames, EOT)

    assert played.ends == ["LOST", "ENDED"]
    assert [message.is_complete for message in played.messages] == [False, True]
    assert played.answers == "A" * 10


def test_a_bid_after_the_last_record_leaves_the_message_complete() -> None:
    played = astm_session(ENQ, *records(TEXT), ENQ, *records(OTHER), EOT)

    assert played.complete == [TEXT, OTHER]
    assert played.ends == ["LOST", "ENDED"]


def test_a_lost_connection_keeps_the_frames_and_an_incomplete_message() -> None:
    frames = records(TEXT)

    played = astm_session(ENQ, *frames[:2], frames[2][:9])

    assert played.verdicts[-1] is Verdict.CUT
    assert [(m.is_complete, m.text) for m in played.messages] == [(False, H + b"P|1\r")]
    assert played.ends == ["LOST"]


def test_half_a_minute_of_silence_ends_the_conversation() -> None:
    link, played = Link(), Played()
    link.feed(ENQ + records(TEXT)[0])
    drain(link, played, now=10.0)
    assert link.expire(10.0 + SILENCE_SECONDS - 0.1) is None

    event = link.expire(10.0 + SILENCE_SECONDS)

    assert event is not None
    assert event.ends is SessionState.SILENT
    assert [(m.is_complete, m.text) for m in event.messages] == [(False, H)]
    assert link.settle(is_stored=True) == b""
    assert link.deadline() is None


def test_the_time_of_the_sender_begins_with_our_answer() -> None:
    link = Link()
    link.feed(ENQ)
    link.next(10.0)
    assert link.deadline() is None

    link.settle(is_stored=True)
    link.next(70.0)

    assert link.deadline() == 70.0 + SILENCE_SECONDS


def test_noise_does_not_put_off_the_end_of_a_silent_conversation() -> None:
    link, played = Link(), Played()
    link.feed(ENQ)
    drain(link, played, now=0.0)

    link.feed(b"\x00")
    drain(link, played, now=20.0)

    assert link.deadline() == SILENCE_SECONDS


def test_a_frame_nobody_bid_for_is_refused_so_that_its_sender_begins_anew() -> None:
    played = astm_session(records(TEXT)[0])

    assert played.answers == "N"
    assert played.ends == ["LOST"]
    assert played.messages == []


def test_a_frame_up_to_the_limit_is_taken() -> None:
    text = H + b"C|1|I|" + b"x" * (64_000 - 7 - len(H) - 7 - 6) + b"\r" + b"L|1|N\r"
    whole = frame(1, text, is_last=True)
    assert len(whole) == 64_000

    assert astm_session(ENQ, whole, EOT).complete == [text]


@pytest.mark.parametrize("size", [1, 1000, 200_000])
def test_a_frame_without_end_is_refused_at_the_limit_and_ends_the_connection(size: int) -> None:
    link = Link()

    played = play(link, [ENQ, b"\x021", *sized(b"A" * 150_000, size)])

    assert link.is_finished
    assert played.answers == "AN"
    assert played.verdicts == [Verdict.BID, Verdict.TOO_LONG]
    assert len(played.content) < 64_001
    assert played.ends == ["LOST"]


def test_a_message_without_end_is_refused_at_its_limit() -> None:
    link = Link(message_limit=1000)
    frames = cut([H + b"C|1|I|x\r" * 200])

    played = play(link, [ENQ, *frames])

    assert link.is_finished
    assert played.answers == "AAAAAN"
    assert [message.is_complete for message in played.messages] == [False]


# --- HL7 carried in frames


def test_a_payload_of_hl7_is_complete_with_its_last_frame_and_eot() -> None:
    played = astm_session(ENQ, *cut([HL7], limit=40), EOT)

    assert [(m.dialect, m.is_complete, m.text) for m in played.messages] == [
        (Dialect.HL7, True, HL7)
    ]


def test_a_payload_of_hl7_may_have_a_frame_for_each_segment() -> None:
    assert astm_session(ENQ, *records(HL7), EOT).complete == [HL7]


def test_two_payloads_of_hl7_are_told_apart() -> None:
    assert astm_session(ENQ, *cut([HL7, HL7]), EOT).complete == [HL7, HL7]


@pytest.mark.parametrize("end", [EOT, ENQ, b""])
def test_a_payload_of_hl7_without_its_last_frame_is_not_complete(end: bytes) -> None:
    frames = list(cut([HL7], limit=40))[:-1]

    played = astm_session(ENQ, *frames, end)

    assert [(m.dialect, m.is_complete) for m in played.messages] == [(Dialect.HL7, False)]


# --- what could not be stored


def test_what_is_not_stored_has_not_happened() -> None:
    link, played = Link(), Played()
    for piece in (ENQ, *records(TEXT)):
        link.feed(piece)
        drain(link, played, is_stored=False)
        assert played.replies[-1] == NAK
        link.feed(piece)
        drain(link, played)
        assert played.replies[-1] == ACK
    link.feed(EOT)
    drain(link, played)

    assert played.messages[-1].text == TEXT
    assert {message.number for message in played.messages} == {1}


def test_frames_cut_anywhere_survive_that_none_of_them_could_be_stored_at_first() -> None:
    link, played = Link(), Played()
    for piece in (ENQ, *cut([TEXT, OTHER], limit=11)):
        for is_stored in (False, False, True):
            link.feed(piece)
            stored = played if is_stored else Played()
            drain(link, stored, is_stored=is_stored)

    assert played.complete == [TEXT, OTHER]


def test_a_repetition_that_cannot_be_stored_is_asked_for_once_more() -> None:
    frames = records(TEXT)
    link, played = Link(), Played()
    link.feed(ENQ + frames[0])
    drain(link, played)

    link.feed(frames[0])
    drain(link, played, is_stored=False)

    assert played.replies[-1] == NAK


def test_an_end_that_cannot_be_stored_is_answered_with_nothing() -> None:
    link, played = Link(), Played()
    link.feed(ENQ + records(TEXT)[0])
    drain(link, played)

    link.feed(EOT)
    drain(link, played, is_stored=False)

    assert played.replies[-1] == b""
    assert link.state is State.TRANSFER


def test_a_bid_is_busy_while_the_loss_of_the_former_conversation_cannot_be_stored() -> None:
    link, played = Link(), Played()
    link.feed(ENQ + records(TEXT)[0])
    drain(link, played)
    link.feed(ENQ)
    drain(link, played, is_stored=False)
    assert played.replies[-1] == NAK

    link.feed(ENQ)
    drain(link, played)

    assert played.ends == ["LOST", "LOST"]
    assert played.replies[-2:] == [b"", ACK]


def test_an_event_is_settled_before_the_next_is_asked_for() -> None:
    link = Link()
    link.feed(ENQ + ENQ)
    link.next(0.0)

    with pytest.raises(RuntimeError, match="not settled"):
        link.next(0.0)
    link.settle(is_stored=True)

    with pytest.raises(RuntimeError, match="no event"):
        link.settle(is_stored=True)


# --- after the listener died


@pytest.mark.parametrize("count", range(1, 12))
def test_a_killed_listeners_messages_come_out_of_the_stored_bytes_again(count: int) -> None:
    pieces = [b"\x00" + ENQ, *cut([TEXT, OTHER], limit=60)][:count]
    played = astm_session(*pieces)
    stored = [frame.content for event in played.events for frame in event.frames]

    assert list(replay(stored)) == played.messages
