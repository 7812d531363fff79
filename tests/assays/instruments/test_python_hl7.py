"""Our tree of an HL7 message holds what python-hl7's does, over every message of the corpus."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assays.instruments import charsets
from assays.instruments.hl7 import tree
from assays.instruments.hl7.tree import Tree
from tests.assays.instruments.drivers import recorded
from tests.assays.instruments.drivers.messages import MSH, hl7, obx
from tests.assays.instruments.drivers.recorded import Recording

python_hl7 = pytest.importorskip("hl7")

# The fields of a message as lists of repetitions of components of subcomponents.
Fields = list[list[list[list[str]]]]
WRITTEN = hl7(
    MSH % "ORU^R01",
    "PID|1||A^^^B&C~D|",
    obx("GLU^Glucose & x", r"a\F\b\S\c\T\d\R\e\E\f", sub="1&2^3~4"),
    "NTE|1||Crème brûlée",
)


def ours(found: Tree) -> list[tuple[str, Fields]]:
    marks = found.header.delimiters
    return [
        (
            segment.name,
            [
                [
                    [
                        component.split(marks.subcomponent)
                        for component in raw.split(marks.component)
                    ]
                    for raw in text.split(marks.repeat)
                ]
                for text in segment.fields[3 if segment.name == "MSH" else 1 :]
            ],
        )
        for segment in found.segments
    ]


def theirs(message: Any) -> list[tuple[str, Fields]]:
    return [
        (
            str(segment[0]),
            [_field(field) for field in segment[3 if str(segment[0]) == "MSH" else 1 :]],
        )
        for segment in message
    ]


def _field(field: Any) -> list[list[list[str]]]:
    return [
        [
            [str(sub) for sub in component] if not isinstance(component, str) else [component]
            for component in repetition
        ]
        if not isinstance(repetition, str)
        else [[repetition]]
        for repetition in field
    ]


def same(content: bytes) -> None:
    found = tree.parse(content, charset="UTF-8")
    assert isinstance(found, Tree)
    text = content.decode(charsets.codec(found.charset) or "").strip("\ufeff")
    # python-hl7 ends a segment by CR alone.
    lines = re.split("\r\n|\r|\n", text)
    text = "\r".join(line for line in lines if line.strip())
    message = python_hl7.parse(text)

    assert ours(found) == theirs(message)


def test_a_message_written_for_it() -> None:
    same(WRITTEN)


def test_the_escapes_of_delimiters() -> None:
    found = tree.parse(WRITTEN)
    assert isinstance(found, Tree)

    message = python_hl7.parse(WRITTEN.decode())
    assert found.segments[2].text(5) == message.unescape(str(message.segment("OBX")[5]))


HL7_FILES = [
    one for one in recorded.recordings() if one.file.startswith(("hl7/", "malformed/hl7/"))
]
NO_TEXT = ("alinity_invalid_utf8", "alinity_unknown_charset")


@pytest.mark.skipif(recorded.CORPUS is None, reason=recorded.ABSENT)
@pytest.mark.parametrize(
    "recording",
    [one for one in HL7_FILES if not any(name in one.file for name in NO_TEXT)],
    ids=lambda one: one.file,
)
def test_every_message_of_the_corpus(recording: Recording) -> None:
    for message in recorded.messages(recording):
        same(message.text)
