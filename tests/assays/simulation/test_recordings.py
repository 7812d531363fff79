"""Recorded sessions cut into what an instrument sends at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import recordings
from assays.instruments.simulation.recordings import Piece

FRAMES = [b"\x021H|\\^&\r\x0312\r\n", b"\x022P|1\r\x17AF\r\n", b"\x023L|1\r\x0340\r\n"]
BLOCK = b"\x0bMSH|^~\\&|X\r\x1c\r"


def test_a_session_is_sent_frame_by_frame() -> None:
    session = b"\x05" + b"".join(FRAMES) + b"\x04"

    found = recordings.pieces(session, Dialect.ASTM)

    assert [piece.content for piece in found] == [b"\x05", *FRAMES, b"\x04"]
    assert [piece.awaits for piece in found] == [True, True, True, True, False]


def test_noise_goes_with_what_follows_it() -> None:
    found = recordings.pieces(b"\x00\x00\x05" + b"\r\n" + FRAMES[0] + b"\x00", Dialect.ASTM)

    assert found == [
        Piece(b"\x00\x00\x05", awaits=True),
        Piece(b"\r\n" + FRAMES[0], awaits=True),
        Piece(b"\x00", awaits=False),
    ]


def test_blocks_in_one_chunk_are_sent_one_by_one() -> None:
    assert recordings.pieces(BLOCK + BLOCK, Dialect.HL7) == [Piece(BLOCK, awaits=True)] * 2


def test_a_bare_message_gets_its_block() -> None:
    [piece] = recordings.pieces(b"MSH|^~\\&|X\r\n", Dialect.HL7)

    assert piece == Piece(BLOCK, awaits=True)


@given(st.lists(st.sampled_from([b"\x05", b"\x04", b"\x00", b"x", b"\r\n", b"\x02", *FRAMES])))
def test_nothing_recorded_is_left_out(parts: list[bytes]) -> None:
    recording = b"".join(parts)

    assert b"".join(one.content for one in recordings.pieces(recording, Dialect.ASTM)) == recording


@pytest.mark.parametrize(
    ("start", "dialect"),
    [
        (b"\x05\x021H|", Dialect.ASTM),
        (b"\x00\x00\x05", Dialect.ASTM),
        (BLOCK, Dialect.HL7),
        (b"\x00" + BLOCK, Dialect.HL7),
        (b"MSH|^~\\&", Dialect.HL7),
    ],
)
def test_the_first_bytes_tell_the_dialect(start: bytes, dialect: Dialect) -> None:
    assert recordings.dialect_of(start) == dialect
