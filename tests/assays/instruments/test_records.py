"""LIS2-A2 text to records."""

from __future__ import annotations

import pytest

from assays.instruments.astm import records
from assays.instruments.messages import Kind, Message
from assays.instruments.readings import Doubt
from assays.rules.filing import Hold


def parsed(*lines: str, end: str = "\r") -> Message:
    found = records.parse("".join(line + end for line in lines).encode(), charset="UTF-8")
    assert isinstance(found, Message)
    return found


def text(message: Message, number: int, name: str, field: int, component: int = 0) -> str:
    (segment,) = message.entries[number].scope.named(name)
    return segment.text(field, component)


def test_the_header_says_how_its_message_is_delimited() -> None:
    message = parsed(r"H@*!#@C-1", "P@1", "O@1@S!1*S!2", "R@1@!!!GLU@5.4", "L@1")

    assert text(message, 0, "R", 3, 4) == "GLU"
    # Two repetitions: to take a part of the first would be to choose.
    assert text(message, 0, "O", 3, 1) == "S!1*S!2"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_record_ends_with_cr_lf_or_both(end: str) -> None:
    message = parsed(r"H|\^&", "P|1", "O|1|S-1", "R|1|^^^GLU|5.4", "L|1|N", end=end)

    assert [entry.kind for entry in message.entries] == [Kind.RESULT]
    assert text(message, 0, "O", 3) == "S-1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a&F&b&S&c&R&d&E&e", r"a|b^c\d&e"),
        ("&H&loud&N& and plain", "loud and plain"),
        ("caf&XC3A9&", "café"),
        ("&XZZ&", "&XZZ&"),
        ("&XFF&", "&XFF&"),
        ("&X00&", "&X00&"),
        ("Smith & Sons", "Smith & Sons"),
        ("&Q&", "&Q&"),
    ],
)
def test_escapes_are_resolved_after_splitting(written: str, meant: str) -> None:
    message = parsed(r"H|\^&", "P|1", "O|1|S-1", f"R|1|^^^GLU|{written}|x", "L|1")

    assert (text(message, 0, "R", 4), text(message, 0, "R", 5)) == (meant, "x")


def test_a_record_closes_those_of_its_own_and_of_lower_levels() -> None:
    message = parsed(
        r"H|\^&",
        *("P|1|A", "O|1|S-1", "R|1|^^^GLU|1", "O|1|S-2", "R|1|^^^GLU|2"),
        *("P|1|B", "R|1|^^^GLU|3", "O|1|S-3", "R|1|^^^GLU|4"),
        "L|1",
    )

    of = [
        (text(message, n, "P", 3), [one.text(3) for one in entry.scope.named("O")])
        for n, entry in enumerate(message.entries)
    ]
    assert of == [("A", ["S-1"]), ("A", ["S-2"]), ("B", []), ("B", ["S-3"])]


def test_a_comment_belongs_to_the_record_before_it() -> None:
    message = parsed(
        r"H|\^&",
        *("P|1", "C|1|I|of the patient", "O|1|S-1", "C|1|I|of the order"),
        *("R|1|^^^GLU|1", "C|1|I|of the first", "C|2|I|and again", "R|2|^^^CREA|2"),
        "L|1",
    )

    assert [entry.comments for entry in message.entries] == [["of the first", "and again"], []]
    assert message.entries[1].order_comments == ["of the order", "of the first", "and again"]


def test_records_of_the_maker_are_passed_over_and_unknown_ones_are_not() -> None:
    message = parsed(r"H|\^&", "M|1|RGT|lot", "S|1|x", "Z|1|what", "L|1", "R|1|^^^GLU|1")

    assert [(entry.kind, entry.detail) for entry in message.entries] == [
        (Kind.BROKEN, "record 4 is of no known type"),
        (Kind.BROKEN, "record 6 follows the end record"),
    ]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "does not begin with a header"),
        (b"P|1\rL|1\r", "does not begin with a header"),
        (b"H\r", "declares no delimiters"),
        (b"H|\\\rP|1", "declares no delimiters"),
        (b"H|^^&\r", "declares one delimiter twice"),
        (b"Hello\r", "declares no delimiters"),
    ],
)
def test_text_that_is_no_message_is_unreadable(content: bytes, detail: str) -> None:
    found = records.parse(content, charset="UTF-8")

    assert isinstance(found, Doubt)
    assert found.hold is Hold.UNREADABLE
    assert detail in found.params["detail"]


def test_a_second_header_makes_a_message_unreadable_as_a_whole() -> None:
    message = parsed(r"H|\^&", "P|1", r"H|\^&", "L|1")

    assert message.doubt is not None
    assert message.doubt.params == {"detail": "record 3 is a second header"}


@pytest.mark.parametrize(
    ("content", "charset", "detail"),
    [
        ("H|\\^&\rC|1|I|é".encode("latin-1"), "UTF-8", "byte 0xE9 at position 12"),
        ("H|\\^&\rC|1|I|é".encode(), "ASCII", "byte 0xC3 at position 12"),
        ("H|\\^&\rC|é|I|\ufffd".encode(), "UTF-8", "U+FFFD at byte 13"),
        (b"H|\\^&\rC|1\x00", "UTF-8", "U+0000 at byte 9"),
        (b"H|\\^&\rC|it\x92s", "8859/1", "U+0092 at byte 10"),
        (b"H|\\^&\r", "KLINGON", "this character set is not known here"),
    ],
)
def test_bytes_that_are_no_text_are_never_made_up(
    content: bytes, charset: str, detail: str
) -> None:
    found = records.parse(content, charset=charset)

    assert found == Doubt(Hold.UNDECODABLE, {"charset": charset, "detail": detail})
