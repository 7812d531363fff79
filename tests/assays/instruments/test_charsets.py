"""Bytes are read in the character set that is named, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments import charsets
from assays.instruments.readings import Doubt

# Escape sequences of ISO 2022, others that are none of any set here, and bytes of all kinds.
PIECES = [
    b"\x1b$B",
    b"\x1b(I",
    b"\x1b(J",
    b"\x1b$(D",
    b"\x1b(B",
    b"\x1b.A",
    b"\x1b",
    b'$"',
    b"\x93",
]
NAMES = ["ISO IR87", "GB 18030-2000", "SHIFT_JIS", "KS X 1001", "GBK", "BIG-5", "8859/1", "UTF-8"]


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b'\x1b$B$"\x1b(BA', "ISO IR87", "\u3042A"),
        ("5 \u00b5g".encode("latin-1"), "8859/1", "5 \u00b5g"),
        ("5 \u00b5g".encode(), "UNICODE UTF-8", "5 \u00b5g"),
        ("\u4e2d\u6587".encode("gb18030"), "GB 18030-2000", "\u4e2d\u6587"),
    ],
)
def test_letters_are_read(content: bytes, name: str, text: str) -> None:
    assert charsets.decode(content, name) == text


@pytest.mark.parametrize(
    ("content", "name", "detail"),
    [
        (b"A\x93B", "ISO IR87", "byte 0x93 at position 1"),
        (b"A\x1b\x93B", "ISO IR87", "U+001B at byte 1"),
        (b'\x1b$B$"\x1b(BA\x1bqB', "ISO IR87", "U+001B at byte 9"),
        ("\u4e2d\x00".encode("gb18030"), "GB 18030-2000", "U+0000 at byte 2"),
        ("5 \ufffdg".encode(), "UTF-8", "U+FFFD at byte 2"),
        (b"5 \x93g", "8859/1", "U+0093 at byte 2"),
        ("5 \u00b5g".encode(), "8859/1", "they are UTF-8"),
        (b"A", "EBCDIC", "this character set is not known here"),
    ],
)
def test_what_is_none_of_the_set_is_said_with_its_place(
    content: bytes, name: str, detail: str
) -> None:
    found = charsets.decode(content, name)

    assert isinstance(found, Doubt)
    assert found.params == {"charset": name, "detail": detail}


@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=8).map(b"".join),
    st.sampled_from(NAMES),
)
def test_what_is_read_is_text_of_the_set_itself(content: bytes, name: str) -> None:
    found = charsets.decode(content, name)

    if isinstance(found, str):
        assert found.encode(charsets.codec(name) or "").decode(charsets.codec(name) or "") == found
