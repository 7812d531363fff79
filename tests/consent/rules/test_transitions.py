"""The transition log of one eventful fortnight."""

from __future__ import annotations

from consent.rules.clearance import Reason
from consent.rules.facts import CheckKind, CheckOutcome, Withdrawal
from consent.rules.transitions import transitions
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    PROGRAMME,
    START,
    WEEK,
    check,
    nanite,
    plus,
)

FACTS = plus(
    CLEARED,
    checks=(
        check("psych-2", START + 2 * DAY, kind=CheckKind.PSYCHOLOGICAL),
        check("failed", START + 3 * DAY, recorded_at=START + 4 * DAY, outcome=CheckOutcome.FAILED),
        check("medical-2", START + 5 * DAY, lifts=frozenset({"failed"})),
    ),
    nanites=nanite("nanite-2", START + 5 * DAY),
    withdrawals=Withdrawal(
        id="withdrawal-1", effective_at=START + 10 * DAY, recorded_at=START + 10 * DAY
    ),
)


def log(**asked):
    found = transitions(FACTS, programme=PROGRAMME, since=START, until=START + 2 * WEEK, **asked)
    return [((one.at - START) / DAY, one.come, one.gone) for one in found]


def test_each_change_of_the_answer_is_one_entry():
    assert log() == [
        (0, (), ()),
        (4, (Reason.MEDICAL_FAILED,), ()),
        (5, (), (Reason.MEDICAL_FAILED,)),
        (9, (Reason.PSYCH_LAPSED,), ()),
        (10, (Reason.WITHDRAWN,), ()),
        (12, (Reason.MEDICAL_LAPSED, Reason.NANITE_LAPSED), ()),
    ]


def test_in_hindsight_the_failure_acts_from_the_day_it_was_found():
    assert log(known_at=START + 2 * WEEK)[1] == (3, (Reason.MEDICAL_FAILED,), ())


def test_an_empty_span_has_no_entries():
    assert transitions(FACTS, programme=PROGRAMME, since=START, until=START) == ()
