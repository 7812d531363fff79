"""The gate learns a word and an end, and nothing from which a check could be guessed."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from consent.rules.clearance import Reason, decide
from consent.rules.facts import CheckOutcome
from consent.rules.gates import GateStatus, GateView, gate_view
from tests.consent.rules.people import CLEARED, DAY, PROGRAMME, START, TEXT, WEEK, check, plus

FAILED = check("failed", START + DAY, outcome=CheckOutcome.FAILED)

NEXT_TEXT = replace(TEXT, id="text-2", version=2, effective_from=START + DAY)


@pytest.mark.parametrize(
    ("facts", "at", "word"),
    [
        (CLEARED, START, GateStatus.CLEARED),
        (CLEARED, START + WEEK, GateStatus.EXPIRED),
        (plus(CLEARED, waiver_texts=NEXT_TEXT), START + WEEK, GateStatus.EXPIRED),
        (plus(CLEARED, checks=FAILED), START + DAY, GateStatus.REVOKED),
        (plus(CLEARED, checks=FAILED), START + WEEK, GateStatus.REVOKED),
        (replace(CLEARED, checks=CLEARED.checks[:1]), START, GateStatus.NOT_CLEARED),
    ],
)
def test_the_word_at_the_gate(facts, at, word):
    assert gate_view(decide(facts, programme=PROGRAMME, at=at)).status is word


def test_somebody_unknown_is_invalid():
    assert gate_view(None) == GateView(status=GateStatus.INVALID)


def test_a_first_check_that_failed_looks_like_one_that_never_was():
    never = replace(CLEARED, checks=CLEARED.checks[1:])
    failed = plus(never, checks=FAILED)

    words = {
        gate_view(decide(facts, programme=PROGRAMME, at=START + DAY)) for facts in (never, failed)
    }

    assert len(words) == 1


def test_the_gates_view_has_no_room_for_a_reason():
    assert [field.name for field in fields(GateView)] == ["status", "at", "valid_until"]
    view = gate_view(decide(plus(CLEARED, checks=FAILED), programme=PROGRAMME, at=START + DAY))
    assert not any(reason in repr(view) for reason in Reason)
