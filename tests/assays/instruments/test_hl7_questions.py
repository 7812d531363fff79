"""What is said at once of a question that comes by HL7."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assays.instruments.hl7.replies import judge, reply
from tests.assays.instruments.hl7_texts import message

AT = datetime(2026, 1, 5, 10, 0, 30, tzinfo=UTC)
QUERY = "QPD|WOS^Work Order Step^IHELAW|T-1|ACC-1\rRCP|I\r"


def said(payload: bytes, *, is_stored: bool = True) -> list[bytes]:
    """MSA-1 of what is said of a question at once, on a connection that answers them."""
    judgement = judge(payload, answers=True)
    found = reply(judgement, sent_at=AT, is_stored=is_stored)
    return [one.split(b"\rMSA|")[1][:2] for one in found]


@pytest.mark.parametrize(
    ("changed", "codes_"),
    [
        ({}, []),
        ({"f15": "NE", "f16": "AL"}, []),
        ({"f15": "ER", "f16": "AL"}, []),
        ({"f15": "AL", "f16": "AL"}, [b"CA"]),
        ({"f15": "SU"}, [b"CA"]),
        ({"f12": "9.9"}, [b"AR"]),
        ({"f12": "9.9", "f15": "AL"}, [b"CR"]),
    ],
)
def test_of_a_question_nothing_is_said_but_that_it_is_kept(
    changed: dict[str, str], codes_: list[bytes]
) -> None:
    assert said(message(QUERY, f9="QBP^Q11^QBP_Q11", **changed)) == codes_


def test_of_a_question_that_cannot_be_answered_now_an_error_is_said() -> None:
    assert said(message(QUERY, f9="QBP^Q11^QBP_Q11"), is_stored=False) == [b"AE"]


def test_a_question_that_asks_nothing_is_refused() -> None:
    assert said(message("RCP|I\r", f9="QBP^Q11^QBP_Q11")) == [b"AE"]


def test_that_a_question_is_taken_back_is_acknowledged_as_any_message() -> None:
    text = message("QID|T-1|N/D\r", f9="QCN^J01^QCN_J01")

    assert said(text) == [b"AA"]
    assert said(message("QID|T-1\r", f9="QCN^J01", f15="AL", f16="NE")) == [b"CA"]


@pytest.mark.parametrize("kind", ["QBP^Q13", "QRY^R02", "QSB^Z01"])
def test_other_questions_are_not_answered(kind: str) -> None:
    assert said(message(QUERY, f9=kind)) == [b"AR"]
