"""Recorded ASTM sessions, good and bad, and what has to be answered and kept of each.

Where a recording's statement belongs to a later stage, it is not asked here: that a second, identical
message is a duplicate is a matter of filing, that bytes are no text in the instrument's character set
one of its driver. Here both are messages that are complete.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from assays.instruments.astm.link import replay
from assays.instruments.astm.scanning import FRAME_LIMIT
from assays.instruments.dialects import Dialect
from assays.instruments.wire import Verdict
from tests.assays.instruments import corpus
from tests.assays.instruments.played import Played, astm_session, sized

MALFORMED = "malformed/astm/"


@dataclass(frozen=True)
class Reaction:
    """The answers (A, N), whether each message is complete, how each conversation ended."""

    answers: str
    complete: list[bool]
    ends: list[str]
    verdicts: tuple[Verdict, ...] = ()


def acknowledged(frames: int) -> str:
    return "A" * (frames + 1)


WHOLE, NONE = [True], [False]
REACTIONS = {
    "hl7_oru_r32_inside_astm_frames": Reaction(acknowledged(3), WHOLE, ["ENDED"]),
    "m2000_all_records_in_one_frame": Reaction(acknowledged(1), WHOLE, ["ENDED"]),
    "m2000_bad_checksum_7_times": Reaction(
        "AA" + "N" * 7, NONE, ["ENDED"], (Verdict.BAD_CHECKSUM,)
    ),
    "m2000_bad_checksum_then_good": Reaction(
        "AAANAAAAA", WHOLE, ["ENDED"], (Verdict.BAD_CHECKSUM,)
    ),
    "m2000_contention_enq_enq": Reaction("A" * 9, WHOLE, ["ENDED"]),
    "m2000_etb_every_7_bytes": Reaction(acknowledged(71), WHOLE, ["ENDED"]),
    "m2000_etb_splits_utf8_char": Reaction(acknowledged(1085), WHOLE, ["ENDED"]),
    "m2000_frame_200000_unterminated": Reaction("AN", NONE, ["LOST"], (Verdict.TOO_LONG,)),
    "m2000_frame_64000": Reaction(acknowledged(8), WHOLE, ["ENDED"]),
    "m2000_frame_number_gap": Reaction("AAA" + "N" * 4, NONE, ["ENDED"], (Verdict.BAD_NUMBER,)),
    "m2000_latin1_bytes_on_utf8_driver": Reaction(acknowledged(17), WHOLE, ["ENDED"]),
    "m2000_lowercase_checksum": Reaction(acknowledged(7), WHOLE, ["ENDED"]),
    "m2000_missing_eot_new_enq": Reaction("A" * 16, [True, True], ["LOST", "ENDED"]),
    "m2000_no_L_record": Reaction(acknowledged(6), NONE, ["ENDED"]),
    "m2000_noise_nul_xon_before_stx": Reaction(acknowledged(7), WHOLE, ["ENDED"], (Verdict.NOISE,)),
    "m2000_one_record_per_frame_no_cr_before_etx": Reaction(acknowledged(7), WHOLE, ["ENDED"]),
    "m2000_restricted_char_inside": Reaction(
        "AA" + "N" * 6, NONE, ["ENDED"], (Verdict.MALFORMED, Verdict.BAD_NUMBER)
    ),
    "m2000_retransmitted_frame_same_number": Reaction(
        acknowledged(8), WHOLE, ["ENDED"], (Verdict.REPEATED,)
    ),
    "m2000_truncated_mid_frame": Reaction(acknowledged(3), NONE, ["LOST"], (Verdict.CUT,)),
    "m2000_two_sessions_one_chunk": Reaction("A" * 16, [True, True], ["ENDED", "ENDED"]),
}
PLAIN = {Verdict.BID, Verdict.ACCEPTED, Verdict.END}


def name(path: Path) -> str:
    return path.name.removesuffix(".astm")


@pytest.mark.parametrize("path", corpus.files("**/*.astm"))
def test_a_recording_gives_the_same_however_it_is_cut(path: Path) -> None:
    data = path.read_bytes()

    whole = astm_session(data)

    assert all(astm_session(*sized(data, size)) == whole for size in (1, 7, 100))


@pytest.mark.parametrize("path", corpus.files("**/*.astm"))
def test_every_byte_of_a_recording_is_kept(path: Path) -> None:
    data = path.read_bytes()

    played = astm_session(data)

    assert played.content == data[: len(played.content)]
    assert len(played.content) == len(data) or Verdict.TOO_LONG in played.verdicts


@pytest.mark.parametrize("path", corpus.files("astm/*/*.astm"))
def test_a_good_recording_is_acknowledged_and_gives_its_messages(path: Path) -> None:
    data = path.read_bytes()

    played = astm_session(data)

    assert played.answers == "A" * (data.count(b"\x02") + data.count(b"\x05"))
    assert set(played.verdicts) <= PLAIN | {Verdict.NOISE}
    # Of two headers before one last record, the first message is not complete.
    assert len(played.messages) == records(data, b"H")
    assert len(played.complete) == records(data, b"L")
    assert set(played.ends) == {"ENDED"}


def records(data: bytes, letter: bytes) -> int:
    return sum(line[:2] == letter + b"|" for line in text_of(data).split(b"\r"))


def text_of(data: bytes) -> bytes:
    """Join the texts of frames by hand: without their numbers, sums and ends."""
    out = b""
    for piece in data.split(b"\x02")[1:]:
        ends = [place for place in (piece.find(b"\x03"), piece.find(b"\x17")) if place >= 0]
        out += piece[1 : min(ends)]
    return out


@pytest.mark.parametrize("path", corpus.files("malformed/astm/*.astm"))
def test_a_malformed_recording_gets_its_stated_reaction(path: Path) -> None:
    expected = REACTIONS[name(path)]

    played = astm_session(path.read_bytes())

    assert played.answers == expected.answers
    assert [message.is_complete for message in played.messages] == expected.complete
    assert played.ends == expected.ends
    assert set(played.verdicts) - PLAIN == set(expected.verdicts)


@pytest.mark.parametrize("path", corpus.files("malformed/astm/*.expected.json"))
def test_the_reactions_asked_for_are_those_that_are_stated(path: Path) -> None:
    stated = json.loads(path.read_text())["expected"]
    recording = path.with_name(path.name.removesuffix(".expected.json"))

    played = astm_session(recording.read_bytes())

    if "replies" in stated:
        letters = "".join(reply[0] for reply in stated["replies"])
        assert played.answers.startswith(letters)
    if stated.get("results") == 0:
        assert played.complete == []
    assert name(recording) in REACTIONS


@pytest.mark.parametrize("path", corpus.files("**/*.astm"))
def test_a_recording_comes_out_of_its_stored_bytes_again(path: Path) -> None:
    played = astm_session(path.read_bytes())
    stored = [frame.content for frame in played.frames if frame.verdict is not Verdict.TOO_LONG]

    messages = list(replay(stored))

    assert [m.text for m in messages if m.is_complete] == played.complete


def test_a_cut_utf8_character_is_whole_again() -> None:
    played: Played = astm_session(corpus.content(MALFORMED + "m2000_etb_splits_utf8_char.astm"))

    assert "É" in played.complete[0].decode()


def test_latin1_bytes_are_kept_as_they_came() -> None:
    name = MALFORMED + "m2000_latin1_bytes_on_utf8_driver.astm"
    played = astm_session(corpus.content(name))

    assert b"Op\xe9ration arr\xeat\xe9e" in played.complete[0]


def test_hl7_inside_frames_is_known_as_hl7() -> None:
    played = astm_session(corpus.content(MALFORMED + "hl7_oru_r32_inside_astm_frames.astm"))

    assert [(m.dialect, m.is_complete) for m in played.messages] == [(Dialect.HL7, True)]
    assert b"\rSPM|1|00726^|" in played.messages[0].text


def test_a_frame_without_end_is_kept_up_to_the_limit() -> None:
    played = astm_session(corpus.content(MALFORMED + "m2000_frame_200000_unterminated.astm"))

    assert FRAME_LIMIT - 10 < len(played.frames[-1].content) <= FRAME_LIMIT
