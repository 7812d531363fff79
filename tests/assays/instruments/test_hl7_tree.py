"""HL7 bytes to segments and fields."""

from __future__ import annotations

import pytest

from assays.instruments.hl7 import tree
from assays.instruments.hl7.tree import Tree
from assays.instruments.readings import Doubt
from assays.rules.filing import Hold

HEAD = r"MSH|^~\&|S|F|||20260105||ORU^R01|1|P|2.5.1||||||"


def parsed(content: bytes, charset: str = "ASCII") -> Tree:
    found = tree.parse(content, charset=charset)
    assert isinstance(found, Tree)
    return found


def test_fields_are_numbered_as_the_standard_does() -> None:
    found = parsed(HEAD.encode() + b"\rOBX|1|NM|GLU^Glucose||5.4")

    header, obx = found.segments
    assert (header.text(1), header.raw(2), header.text(9, 2)) == ("|", r"^~\&", "R01")
    assert (obx.text(2), obx.text(3, 2), obx.text(5), obx.text(99)) == ("NM", "Glucose", "5.4", "")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r"])
def test_a_segment_ends_with_cr_lf_or_both(end: str) -> None:
    found = parsed(end.join([HEAD, "PID|1", "OBX|1", ""]).encode())

    assert [one.name for one in found.segments] == ["MSH", "PID", "OBX"]


def test_a_line_feed_inside_a_text_stays_and_one_before_a_segment_ends_it() -> None:
    found = parsed(f"{HEAD}\rNTE|1||one\ntwo\nOBX|1||GLU\r".encode())

    assert [one.name for one in found.segments] == ["MSH", "NTE", "OBX"]
    assert found.segments[1].text(3) == "one\ntwo"


def test_other_delimiters_hold_where_they_are_declared() -> None:
    found = parsed(b"MSH#*!/:#S*T#F\rOBX#1#NM#GLU:a*Glu/S/cose")

    assert found.header.text(3, 2) == "T"
    assert (found.segments[1].text(3, 1, 2), found.segments[1].text(3, 2)) == ("a", "Glu*cose")


def test_five_delimiters_are_as_good_as_four() -> None:
    found = parsed(b"MSH|^~\\&#|S\rOBX|1||GLU&x^y")

    assert found.segments[1].text(3, 1, 2) == "x"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"g\X0D\h\.br\i", "g\rh\ni"),
        (r"\H\loud\N\ plain", "loud plain"),
        (r"\Q\ \XG1\ \X00\ ", r"\Q\ \XG1\ \X00\ "),
        (r"one \ alone", r"one \ alone"),
    ],
)
def test_escapes_are_resolved_after_splitting(written: str, meant: str) -> None:
    found = parsed(f"{HEAD}\rNTE|1||{written}|x".encode())

    assert (found.segments[1].text(3), found.segments[1].text(4)) == (meant, "x")


@pytest.mark.parametrize(
    ("named", "encoding"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("UNICODE", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/15", "iso8859-15"),
        ("WINDOWS-1252", "cp1252"),
    ],
)
def test_the_text_is_in_the_character_set_that_msh_18_names(named: str, encoding: str) -> None:
    found = parsed(f"{HEAD}{named}\rNTE|1||Crème brûlée, 5 µg".encode(encoding))

    assert found.segments[1].text(3) == "Crème brûlée, 5 µg"


@pytest.mark.parametrize("named", ["ISO IR87", "ASCII~ISO IR87", "ISO IR6~ISO IR87~ISO IR14"])
def test_japanese_is_switched_to_inside_ascii(named: str) -> None:
    found = parsed(f"{HEAD}{named}\rNTE|1||検体 ^|x".encode("iso2022_jp"))

    assert (found.segments[1].text(3), found.segments[1].text(4)) == ("検体 ^", "x")


def test_without_msh_18_the_connection_says_the_character_set() -> None:
    content = f"{HEAD}\rNTE|1||é".encode()

    assert parsed(content, "UTF-8").segments[1].text(3) == "é"
    assert tree.parse(content) == Doubt(
        Hold.UNDECODABLE, {"charset": "ASCII", "detail": "byte 0xC3 at position 56"}
    )


def test_a_byte_order_mark_says_utf_8() -> None:
    assert parsed(f"\ufeff{HEAD}\rNTE|1||é".encode()).segments[1].text(3) == "é"


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "does not begin with an MSH"),
        (b"PID|1", "does not begin with an MSH"),
        (b"MSH", "declares no delimiters"),
        (b"MSH|^\rPID|1", "declares no delimiters"),
        (b"MSH|^^\\&|S", "one delimiter twice"),
        (b"MSHA^~\\&AS", "declares no delimiters"),
    ],
)
def test_text_that_is_no_message_is_unreadable(content: bytes, detail: str) -> None:
    found = tree.parse(content)

    assert isinstance(found, Doubt)
    assert found.hold is Hold.UNREADABLE
    assert detail in found.params["detail"]
