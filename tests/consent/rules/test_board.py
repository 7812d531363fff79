"""The board plans the round; it never decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.rules.board import DueState, board_state
from consent.rules.clearance import decide
from consent.rules.facts import CheckKind, CheckOutcome, Reference
from consent.rules.grounds.checks import standing_refusals
from consent.rules.programmes import CheckRequirement
from consent.rules.views import Known
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    INSTANT,
    LOAD,
    PROGRAMME,
    START,
    WEEK,
    check,
    nanite,
    plus,
)

NEED = CheckRequirement(kind=CheckKind.MEDICAL, opens_before=2 * DAY, grace=DAY)
ROUND = replace(PROGRAMME, versions=(replace(PROGRAMME.versions[0], checks=(NEED,), nanites=()),))


@pytest.mark.parametrize(
    ("at", "state", "is_cleared"),
    [
        (START, DueState.CURRENT, True),
        (START + 5 * DAY - INSTANT, DueState.CURRENT, True),
        (START + 5 * DAY, DueState.DUE, True),
        (START + WEEK - INSTANT, DueState.DUE, True),
        (START + WEEK, DueState.WITHIN_GRACE, False),
        (START + WEEK + DAY - INSTANT, DueState.WITHIN_GRACE, False),
        (START + WEEK + DAY, DueState.OVERDUE, False),
    ],
)
def test_grace_moves_a_person_on_the_board_and_never_clears(at, state, is_cleared):
    [entry] = board_state(CLEARED, programme=ROUND, at=at)

    assert entry.state is state
    assert (entry.opens_at, entry.due_at, entry.overdue_at) == (
        START + 5 * DAY,
        START + WEEK,
        START + WEEK + DAY,
    )
    assert decide(CLEARED, programme=ROUND, at=at).is_cleared == is_cleared


def test_what_was_never_done_has_no_date():
    [entry] = board_state(replace(CLEARED, checks=()), programme=ROUND, at=START)

    assert (entry.state, entry.due_at, entry.last) == (DueState.NEVER, None, None)


def test_the_board_names_what_a_pass_has_to_lift():
    failed = check("failed", START + DAY, outcome=CheckOutcome.FAILED)
    facts = plus(CLEARED, checks=failed)
    at = START + 2 * DAY

    [entry] = board_state(facts, programme=ROUND, at=at)

    assert entry.state is DueState.CURRENT
    assert entry.refusals == (Reference(kind="check", id="failed"),)
    known = Known(facts=facts, at=at, known_at=at)
    assert standing_refusals(known, CheckKind.MEDICAL) == [failed]
    assert standing_refusals(known, CheckKind.PSYCHOLOGICAL) == []


def test_nanite_results_are_on_the_board_too():
    refusing = nanite("refusing", START + DAY, is_allowed=False)

    entries = board_state(plus(CLEARED, nanites=refusing), programme=PROGRAMME, at=START + 2 * DAY)

    assert [entry.need for entry in entries] == ["MEDICAL", "PSYCHOLOGICAL", LOAD]
    assert entries[-1].last == Reference(kind="nanite result", id="nanite-1")
    assert entries[-1].refusals == (Reference(kind="nanite result", id="refusing"),)


@pytest.mark.parametrize(
    ("facts", "programme"),
    [
        (replace(CLEARED, enrolments=()), PROGRAMME),
        (CLEARED, replace(PROGRAMME, versions=())),
    ],
)
def test_who_is_not_enrolled_is_not_on_the_board(facts, programme):
    assert board_state(facts, programme=programme, at=START) == ()
