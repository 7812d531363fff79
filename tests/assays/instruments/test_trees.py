"""Any message as a tree to look at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assays.instruments.dialects import Dialect
from assays.instruments.trees import MOST_PARTS, MOST_RECORDS, Node, tree


def lines(nodes: tuple[Node, ...]) -> list[tuple[str, str, str]]:
    return [
        line
        for node in nodes
        for line in ((node.label, node.title, node.value), *lines(node.parts))
    ]


def test_records_are_named_by_their_number_and_fields_by_their_place() -> None:
    found = tree(b"H|\\^&||x\rP|1\rR|2|^^^GLU|5&F&4^|g/L\\mg\r", Dialect.ASTM)

    assert lines(found) == [
        ("H", "Header", ""),
        ("H.2", "Delimiters", "\\^&"),
        ("H.4", "", "x"),
        ("P|1", "Patient", ""),
        ("P.2", "Number", "1"),
        ("R|2", "Result", ""),
        ("R.2", "Number", "2"),
        ("R.3", "Test", ""),
        ("R.3.4", "", "GLU"),
        ("R.4", "Value", ""),
        ("R.4.1", "", "5|4"),
        ("R.5", "Unit", ""),
        ("R.5(1)", "", "g/L"),
        ("R.5(2)", "", "mg"),
    ]


def test_segments_are_counted_by_their_name() -> None:
    found = tree(b"MSH|^~\\&|S\rOBX|1||A\rNTE|1\rOBX|2||B^Bee", Dialect.HL7)

    assert [node.label for node in found] == ["MSH[1]", "OBX[1]", "NTE[1]", "OBX[2]"]
    assert lines(found[3:])[2:] == [
        ("OBX-3", "Test", ""),
        ("OBX-3.1", "", "B"),
        ("OBX-3.2", "", "Bee"),
    ]


def test_hl7_that_came_in_astm_frames_is_shown_as_hl7() -> None:
    assert tree(b"MSH|^~\\&|S\rPID|1", Dialect.ASTM)[1].label == "PID[1]"


def test_bytes_that_are_no_text_are_shown_as_bytes() -> None:
    astm = tree(b"H|\\^&\rC|1|I|caf\xe9\r", Dialect.ASTM)
    hl7 = tree(b"MSH|^~\\&|S|||||||||||||||KLINGON\rNTE|1||caf\xe9", Dialect.HL7)

    assert (astm[1].parts[-1].value, hl7[1].parts[-1].value) == ("caf\\xe9", "caf\\xe9")


def test_what_has_no_header_has_no_tree() -> None:
    assert tree(b"GET / HTTP/1.1\r\n", Dialect.ASTM) == ()
    assert tree(b"MSH", Dialect.HL7) == ()
    assert tree(b'{"results": []}', Dialect.HTTP) == ()


def test_of_a_huge_message_the_beginning_is_shown() -> None:
    found = tree(b"MSH|^~\\&|S\r" + b"NTE|1||" + b"a~" * 5000 + b"\rOBX|1\r" * 5000, Dialect.HL7)

    assert len(found) == MOST_RECORDS
    assert len(found[1].parts[-1].parts) == MOST_PARTS


@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=200).map(lambda rest: b"H|\\^&|" + rest),
        st.binary(max_size=200).map(lambda rest: b"MSH|^~\\&|" + rest),
        st.text(max_size=200).map(lambda rest: f"MSH|^~\\&|{rest}\r{rest}".encode()),
    ),
    dialect=st.sampled_from(Dialect),
    charset=st.sampled_from([None, "UTF-8", "8859/1", "ISO IR87", "KLINGON", ""]),
)
def test_anything_can_be_looked_at(content: bytes, dialect: Dialect, charset: str | None) -> None:
    assert all(node.label for node in tree(content, dialect, charset))
