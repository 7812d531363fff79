"""What keeps somebody who came back from being free to go, from values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.rules.facts import Check, CheckKind, CheckOutcome
from consent.rules.returns import Lacking, lacking, latest
from tests.consent.rules.people import HOUR, INSTANT, START, check

MEDICAL = check("1", START)
INTERVIEW = replace(MEDICAL, id="2", kind=CheckKind.PSYCHOLOGICAL)
FAILED, INCOMPLETE = CheckOutcome.FAILED, CheckOutcome.INCOMPLETE


def later(one: Check, id: str, outcome: CheckOutcome) -> Check:
    return replace(one, id=id, outcome=outcome, performed_at=one.performed_at + HOUR)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((), (Lacking.MEDICAL_EVALUATION, Lacking.INTERVIEW)),
        ((MEDICAL,), (Lacking.INTERVIEW,)),
        ((INTERVIEW,), (Lacking.MEDICAL_EVALUATION,)),
        ((MEDICAL, INTERVIEW), ()),
        ((replace(MEDICAL, outcome=FAILED), INTERVIEW), (Lacking.MEDICAL_NOT_PASSED,)),
        ((MEDICAL, later(MEDICAL, "3", FAILED), INTERVIEW), (Lacking.MEDICAL_NOT_PASSED,)),
        ((MEDICAL, later(MEDICAL, "3", INCOMPLETE), INTERVIEW), ()),
        ((MEDICAL, replace(INTERVIEW, outcome=FAILED)), ()),
        ((MEDICAL, replace(INTERVIEW, outcome=INCOMPLETE)), (Lacking.INTERVIEW,)),
        ((replace(MEDICAL, annulled_at=START), INTERVIEW), (Lacking.MEDICAL_EVALUATION,)),
    ],
)
def test_both_are_wanted_and_the_last_one_counts(checks, expected) -> None:
    assert lacking(checks, since=START) == expected
    assert lacking(tuple(reversed(checks)), since=START) == expected


def test_what_was_performed_at_the_return_counts_and_not_what_was_before() -> None:
    assert latest([MEDICAL], CheckKind.MEDICAL, since=START) == MEDICAL
    assert latest([MEDICAL], CheckKind.MEDICAL, since=START + INSTANT) is None


def test_of_two_of_one_moment_the_later_recorded_counts() -> None:
    other = replace(MEDICAL, id="10", outcome=FAILED)

    assert latest([other, MEDICAL], CheckKind.MEDICAL, since=START) == other
