"""How the receiving side of an ASTM link answers frames and puts messages together."""

from __future__ import annotations

import pytest

from assays.instruments.astm.link import LINE_END_SECONDS, Link
from assays.instruments.astm.sending import cut, frame
from assays.instruments.astm.steps import TABLE, Input, State
from assays.instruments.wire import Verdict
from tests.assays.instruments.astm_texts import OTHER, TEXT, H, records, wrong_sum
from tests.assays.instruments.played import (
    ACK,
    ENQ,
    EOT,
    Played,
    astm_session,
    drain,
    sized,
)


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


NUMBERED = [H, b"P|1\r", *(b"O|1|ACC-%d||^^^GLU\r" % n for n in range(12)), b"L|1|N\r"]


def counted(numbers: str, texts: list[bytes] = NUMBERED) -> bytes:
    """Return frames that carry these characters for their number, each with a right checksum."""
    out = b""
    for number, text in zip(numbers, texts, strict=False):
        body = number.encode("latin-1") + text + b"\x03"
        out += b"\x02" + body + b"%02X\r\n" % (sum(body) & 0xFF)
    return out


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize(
    "numbers",
    ["12345678901", "123456780123456", "1234567xx012345", "1234567xxxxxxxx01", "12x", "1x2345670"],
)
def test_a_sender_that_counts_otherwise_completes_no_message_with_records_missing(
    numbers: str, size: int
) -> None:
    texts = [*NUMBERED[: len(numbers) - 1], NUMBERED[-1]]

    played = astm_session(*sized(ENQ + counted(numbers, texts) + EOT, size))

    assert played.complete == []
    assert [message.is_complete for message in played.messages] == [False]


def test_a_frame_whose_number_came_garbled_is_repaired_by_its_repetition() -> None:
    texts = [H, b"P|1\r", b"P|1\r", b"L|1|N\r"]

    garbled = wrong_sum(counted("x", texts[1:]))
    played = astm_session(ENQ + counted("1", texts) + garbled + counted("23", texts[2:]) + EOT)

    assert played.answers == "AANAA"
    assert played.complete == [H + b"P|1\rL|1|N\r"]
