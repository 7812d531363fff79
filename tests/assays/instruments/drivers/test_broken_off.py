"""A message that is not whole, or more than one, is never filed as if it were one whole message."""

from __future__ import annotations

import pytest

from assays.instruments.readings import Sort
from tests.assays.instruments.drivers.messages import (
    GLU,
    ORDER,
    ORU,
    H,
    P,
    hl7,
    holds,
    read,
    result,
)


def ended(code: str, *records: str) -> bytes:
    return "".join(f"{one}\r" for one in (H, P, ORDER, *records, f"L|1|{code}")).encode()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("T", "T in L.3: its sender broke the message off"),
        ("E", "E in L.3: its sender met an error of its own"),
        ("R", "R in L.3: the message was broken off as its receiver asked"),
        ("t", "T in L.3: its sender broke the message off"),
    ],
)
def test_values_of_a_message_that_was_broken_off_are_doubted(code: str, why: str) -> None:
    first, second = read(ended(code, result(), result("CREA", "80", "umol/L"))).readings

    assert [holds(one) for one in (first, second)] == [["QUESTIONABLE"]] * 2
    assert first.doubts[0].params == {"status": why}
    assert first.value is not None


@pytest.mark.parametrize("code", ["N", "", "F", "Q", "I", "N "])
def test_an_ordinary_end_casts_no_doubt(code: str) -> None:
    (one,) = read(ended(code, result())).readings

    assert holds(one) == []


def test_a_control_of_a_message_that_was_broken_off_is_doubted_too() -> None:
    content = ended("T", "O|2|QC-1||^^^GLU|||||||Q", result())

    (one,) = [each for each in read(content).readings if each.sort is Sort.CONTROL]

    assert holds(one) == ["QUESTIONABLE"]


def test_what_else_is_doubtful_of_such_a_value_comes_first() -> None:
    (one,) = read(ended("T", result(status="P"))).readings

    assert holds(one) == ["NOT_FINAL", "QUESTIONABLE"]


SECOND = ORU.replace("|P|2.5.1", "|T|2.5.1").replace("C-1", "C-2")


@pytest.mark.parametrize("before", ["", "\x0b", " "])
def test_two_messages_in_one_block_are_held_as_a_whole(before: str) -> None:
    found = read(hl7(ORU, "PID|1||A", *GLU, before + SECOND, *GLU))

    assert (found.readings, found.doubt and found.doubt.hold) == ((), "UNREADABLE")


def test_a_second_header_is_one_whatever_its_delimiters() -> None:
    found = read(hl7(ORU, *GLU, SECOND.replace("|", "#"), *GLU))

    assert found.doubt is not None
    assert found.doubt.params == {"detail": "segment 4 is a second header (MSH)"}
