"""Release criteria: met, not met or not to be determined, from results as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.quarantine_release import (
    Found,
    Release,
    Reviewed,
    Says,
    Signs,
    Standing,
    Verdict,
    Why,
    decide,
    says,
)
from patients.rules.quarantine_criteria import Asks, Criterion

T = datetime(2031, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOAD = "NANITE-LOAD"
BELOW = Criterion(
    analyte=LOAD, asks=Asks.BELOW, times=2, hours_apart=24, limit=Decimal(5), unit="/uL"
)
NEGATIVE = Criterion(analyte="PCR", asks=Asks.NEGATIVE, times=1)


def load(hours: int, number: int | None, **stated) -> Found:
    given = {"comparator": "", "unit": "/uL", "standing": Standing.RELEASED, **stated}
    value = None if number is None else Decimal(number)
    return Found(
        id=given.pop("id", hours),
        specimen=given.pop("specimen", hours),
        analyte=LOAD,
        collected_at=T + hours * HOUR,
        number=value,
        **given,
    )


def judged(*results: Found, criteria=(BELOW,), reviews=(), signs_gone=False) -> Release:
    return decide(
        criteria=criteria,
        signs_gone=signs_gone,
        results=results,
        reviews=reviews,
        since=T,
        at=T + 1000 * HOUR,
    )


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ((), Verdict.NOT_MET),
        ((load(1, 1),), Verdict.NOT_MET),
        ((load(1, 1), load(25, 1)), Verdict.MET),
        ((load(1, 1), load(24, 1)), Verdict.NOT_MET),
        ((load(1, 1), load(24, 1), load(25, 4)), Verdict.MET),
        ((load(1, 1), load(10, 9), load(40, 1)), Verdict.NOT_MET),
        ((load(1, 1), load(10, 9), load(40, 1), load(64, 0)), Verdict.MET),
        ((load(1, 1), load(25, 1), load(30, 5)), Verdict.NOT_MET),
        ((load(1, 1), load(25, 10, comparator="<")), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, 5, comparator="<")), Verdict.MET),
        ((load(1, 1), load(25, 2, comparator=">")), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, 5, comparator=">")), Verdict.NOT_MET),
        ((load(1, 1), load(25, 1, unit="/L")), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, None)), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, 1, standing=Standing.WAITING)), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, 1, standing=Standing.HELD)), Verdict.UNDETERMINED),
        ((load(1, 1), load(25, 1, standing=Standing.CORRECTED)), Verdict.NOT_MET),
        ((load(1, 1), load(25, 1, standing=Standing.WITHDRAWN)), Verdict.NOT_MET),
        ((load(1, 1), load(25, 1), load(30, 1, standing=Standing.WAITING)), Verdict.UNDETERMINED),
        ((load(-5, 1), load(25, 1)), Verdict.NOT_MET),
        ((load(1, 1), load(2000, 1)), Verdict.NOT_MET),
        ((load(1, 1, specimen=7), load(25, 1, specimen=7)), Verdict.NOT_MET),
    ],
)
def test_a_limit_in_several_specimens(results, verdict) -> None:
    assert judged(*results).verdict is verdict


def test_what_is_said_names_each_result_and_why() -> None:
    line = judged(
        load(1, 1), load(10, 9), load(40, 1), load(50, 1), load(70, 1, standing=Standing.CORRECTED)
    ).judged[0]

    assert [one.why for one in line.reasons] == [
        Why.BEFORE_AGAINST,
        Why.AGAINST,
        Why.COUNTED,
        Why.TOO_CLOSE,
        Why.CORRECTED,
    ]
    assert line.missing == 1


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"code": "NEGATIVE"}, Says.FOR),
        ({"code": "NOT_DETECTED"}, Says.FOR),
        ({"code": "POSITIVE"}, Says.AGAINST),
        ({"code": "DETECTED_BELOW_LIMIT"}, Says.AGAINST),
        ({"code": "INDETERMINATE"}, Says.UNCLEAR),
        ({"code": ""}, Says.UNCLEAR),
        ({"number": Decimal(0)}, Says.FOR),
        ({"number": Decimal(3)}, Says.AGAINST),
        ({"number": Decimal(3), "comparator": "<"}, Says.UNCLEAR),
        ({"number": Decimal(0), "comparator": ">"}, Says.AGAINST),
        ({"number": Decimal(0), "comparator": ">="}, Says.UNCLEAR),
    ],
)
def test_what_a_value_says_of_being_negative(found, said) -> None:
    one = Found(
        **{"id": 1, "specimen": 1, "analyte": "PCR", "collected_at": T}
        | {"standing": Standing.RELEASED}
        | found
    )

    assert says(one, NEGATIVE) is said


@pytest.mark.parametrize(
    ("signs", "verdict"),
    [
        ((), Verdict.UNDETERMINED),
        ((Signs.ABSENT,), Verdict.MET),
        ((Signs.ABSENT, Signs.PRESENT), Verdict.NOT_MET),
        ((Signs.PRESENT, Signs.ABSENT), Verdict.MET),
        ((Signs.ABSENT, Signs.NOT_ASSESSED), Verdict.UNDETERMINED),
    ],
)
def test_the_last_review_says_whether_signs_are_gone(signs, verdict) -> None:
    reviews = [
        Reviewed(id=n, reviewed_at=T + n * HOUR, signs=one) for n, one in enumerate(signs, 1)
    ]

    assert judged(criteria=(), reviews=reviews, signs_gone=True).verdict is verdict


def test_the_worst_criterion_decides_and_none_asks_nothing() -> None:
    assert judged(criteria=()).verdict is Verdict.NONE
    both = judged(load(1, 1), load(25, 1), criteria=(BELOW, NEGATIVE))
    assert both.verdict is Verdict.NOT_MET
    assert [one.verdict for one in both.judged] == [Verdict.MET, Verdict.NOT_MET]


LOADS = st.lists(
    st.builds(
        lambda hours, number, comparator, standing: (hours, number, comparator, standing),
        st.integers(1, 200),
        st.integers(0, 9),
        st.sampled_from(["", "<", ">", "<=", ">="]),
        st.sampled_from(list(Standing)),
    ),
    max_size=8,
)


def _found(rows) -> list[Found]:
    return [
        load(hours, number, id=n, specimen=n, comparator=comparator, standing=standing)
        for n, (hours, number, comparator, standing) in enumerate(rows, 1)
    ]


@given(LOADS)
def test_a_result_that_is_taken_back_never_helps_as_if_it_stood(rows) -> None:
    results = _found(rows)
    before = judged(*results)
    for place, one in enumerate(results):
        if one.id in before.relied_on and before.verdict is Verdict.MET:
            gone = [
                *results[:place],
                replace(one, standing=Standing.WITHDRAWN),
                *results[place + 1 :],
            ]
            after = judged(*gone)
            assert one.id not in after.relied_on
            assert Why.WITHDRAWN in {each.why for each in after.judged[0].reasons}


@given(LOADS)
def test_a_later_positive_result_is_never_overlooked(rows) -> None:
    results = _found(rows)

    assert judged(*results, load(300, 50, id=99, specimen=99)).verdict is Verdict.NOT_MET


@given(LOADS, st.randoms())
def test_the_order_of_rows_means_nothing(rows, random) -> None:
    results = _found(rows)
    shuffled = list(results)
    random.shuffle(shuffled)

    assert judged(*results) == judged(*shuffled)


@given(LOADS)
def test_what_was_counted_lies_far_enough_apart(rows) -> None:
    line = judged(*_found(rows)).judged[0]
    moments = [one.result.collected_at for one in line.reasons if one.why is Why.COUNTED]

    assert all(b - a >= 24 * HOUR for a, b in zip(moments, moments[1:], strict=False))
    assert (line.verdict is Verdict.MET) == (len(moments) >= 2)
