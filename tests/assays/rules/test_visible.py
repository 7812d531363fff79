"""Bytes on a page: all of them can be seen, none of them does anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.visible import Kind, of_text, pieces, plain


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"\x05", "<ENQ>"),
        (b"\x021H|\\^&\r\x03A5\r\n", "<STX>1H|\\^&<CR><ETX>A5<CR><LF>"),
        (b"\x0bMSH|\r\x1c\r", "<VT>MSH|<CR><FS><CR>"),
        (b"a\x00b\x7f", "a<NUL>b<DEL>"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "caf\\xE9"),
        (b"\xc3", "\\xC3"),
        ("a\u202eb\u200bc\ufeff".encode(), "a<U+202E>b<U+200B>c<U+FEFF>"),
        ("5\u00a0mg\u00ad".encode(), "5<U+00A0>mg<U+00AD>"),
        ("10 \u00b5L".encode(), "10 µL"),
        ("検体".encode(), "検体"),
        (b"", ""),
    ],
)
def test_what_could_not_be_seen_is_named(content: bytes, shown: str) -> None:
    assert plain(content) == shown


def test_a_line_ends_once_after_carriage_return_line_feed() -> None:
    kinds = [piece.kind for piece in pieces(b"A\r\nB\rC\nD")]

    assert kinds.count(Kind.BREAK) == 3


@pytest.mark.parametrize(
    ("charset", "shown"),
    [
        ("latin-1", "é<ESC>$B"),
        ("iso2022_jp", "\\xE9<ESC>$B"),  # its escapes would vanish: shown byte by byte
        ("utf-7", "\\xE9<ESC>$B"),
        ("no-such-set", "\\xE9<ESC>$B"),
    ],
)
def test_a_character_set_is_used_where_every_byte_stays_visible(charset: str, shown: str) -> None:
    assert plain(b"\xe9\x1b$B", charset=charset) == shown


@given(st.binary(max_size=300))
def test_nothing_is_lost_and_nothing_is_invented(content: bytes) -> None:
    back = b""
    for piece in pieces(content):
        match piece.kind:
            case Kind.TEXT:
                back += piece.text.encode()
            case Kind.BYTE:
                back += bytes.fromhex(piece.text.replace("\\x", ""))
            case Kind.HIDDEN:
                back += chr(int(piece.text[3:-1], 16)).encode()
            case Kind.CONTROL:
                (only,) = (n for n in [*range(32), 127] if plain(bytes([n])) == piece.text)
                back += bytes([only])

    assert back == content


@given(st.text(max_size=100))
def test_text_is_shown_like_its_bytes(text: str) -> None:
    shown = "".join(piece.text for piece in of_text(text))

    assert not any(ord(character) < 32 and character != "\n" for character in shown)
