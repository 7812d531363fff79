"""The delta check: what it finds, and when it says that it cannot tell."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.delta_check import Delta, DeltaRule, Verdict, check, rcv_factors
from assays.rules.interventions import ACTS_ON, Intervention
from labsys.lib.quantities import Coded, Comparator, Quantity, parse_quantity

DAY = timedelta(days=1)
LUTROPIN = DeltaRule(cv_method_percent=Decimal(5), cv_within_percent=Decimal(23))


def compare(previous: str, current: str, rule: DeltaRule, elapsed: timedelta = DAY) -> Delta:
    return check(
        parse_quantity(current, unit="U"),
        parse_quantity(previous, unit="U"),
        elapsed=elapsed,
        rule=rule,
    )


def rule(**limits: str) -> DeltaRule:
    return DeltaRule(**{name: Decimal(limit) for name, limit in limits.items()})  # type: ignore[arg-type]


def test_the_log_normal_reference_change_value_of_lutropin_is_the_published_one() -> None:
    factors = rcv_factors(LUTROPIN)

    assert float(factors.high - 1) * 100 == pytest.approx(90.3403273528604, rel=1e-12)
    assert float(factors.low - 1) * 100 == pytest.approx(-47.46252599712301, rel=1e-12)


def test_the_symmetric_reference_change_value_holds_up_to_ten_per_cent() -> None:
    expected = 1.96 * math.sqrt(2) * math.sqrt(3**2 + 10**2) / 100

    factors = rcv_factors(rule(cv_method_percent="3", cv_within_percent="10"))

    assert float(factors.high) == pytest.approx(1 + expected, rel=1e-12)
    assert float(factors.low) == pytest.approx(1 - expected, rel=1e-12)


CASES = [
    # absolute: a change equal to the limit is within it
    ("4.0", "5.0", rule(absolute="1"), "WITHIN"),
    ("4.0", "5.1", rule(absolute="1"), "EXCEEDED"),
    ("5.0", "3.9", rule(absolute="1"), "EXCEEDED"),
    ("0", "0", rule(absolute="1"), "WITHIN"),
    ("0", "2", rule(absolute="1"), "EXCEEDED"),
    ("-2", "2", rule(absolute="3"), "EXCEEDED"),
    # relative
    ("100", "150", rule(percent="50"), "WITHIN"),
    ("100", "150.1", rule(percent="50"), "EXCEEDED"),
    ("100", "50", rule(percent="50"), "WITHIN"),
    ("100", "49.9", rule(percent="50"), "EXCEEDED"),
    ("0", "0", rule(percent="50"), "WITHIN"),
    ("0", "1", rule(percent="50"), "previous_is_zero"),
    ("-1", "1", rule(percent="50"), "negative_value"),
    ("5", "0", rule(percent="99"), "EXCEEDED"),
    ("5", "0", rule(percent="200"), "WITHIN"),
    # reference change value
    ("10", "19.0", LUTROPIN, "WITHIN"),
    ("10", "19.1", LUTROPIN, "EXCEEDED"),
    ("10", "5.3", LUTROPIN, "WITHIN"),
    ("10", "5.2", LUTROPIN, "EXCEEDED"),
    ("10", "30", rule(cv_within_percent="23"), "no_method_cv"),
    ("10", "30", rule(cv_method_percent="5"), "no_rule"),
    # one criterion is enough
    ("10", "11.5", rule(absolute="1", percent="50"), "EXCEEDED"),
    ("10", "11", rule(absolute="1", percent="50"), "WITHIN"),
    ("0", "0.5", rule(absolute="1", percent="50"), "previous_is_zero"),
    ("0", "2", rule(absolute="1", percent="50"), "EXCEEDED"),
    # censored values are sets
    ("<0.5", "10", rule(absolute="5"), "EXCEEDED"),
    ("<0.5", "5.2", rule(absolute="5"), "censored_value"),
    ("<0.5", "0.4", rule(absolute="5"), "WITHIN"),
    ("<0.5", "10", rule(percent="50"), "EXCEEDED"),
    ("<0.5", "0.6", rule(percent="50"), "censored_value"),
    ("<0.5", "<0.5", rule(percent="50"), "censored_value"),
    (">1000", ">1000", rule(absolute="5"), "censored_value"),
    (">1000", "100", rule(percent="50"), "EXCEEDED"),
    ("100", ">1000", rule(percent="50"), "EXCEEDED"),
    ("900", ">1000", rule(percent="50"), "censored_value"),
    ("<0", "1", rule(percent="50"), "previous_is_zero"),
    ("1", "2", DeltaRule(), "no_rule"),
]


@pytest.mark.parametrize(
    ("previous", "current", "limits", "expected"), CASES, ids=[f"{a} to {b}" for a, b, *_ in CASES]
)
def test_a_change_is_judged(previous: str, current: str, limits: DeltaRule, expected: str) -> None:
    found = compare(previous, current, limits)

    if expected in ("WITHIN", "EXCEEDED"):
        assert found.verdict == expected
    else:
        assert (found.verdict, found.reasons) == (Verdict.NOT_ASSESSABLE, (expected,))


@pytest.mark.parametrize(
    ("elapsed", "reason"),
    [
        (timedelta(0), "previous_not_earlier"),
        (-DAY, "previous_not_earlier"),
        (timedelta(days=3, seconds=1), "previous_too_old"),
    ],
)
def test_a_value_outside_the_window_is_not_compared(elapsed: timedelta, reason: str) -> None:
    limits = DeltaRule(absolute=Decimal(1), window=timedelta(days=3))

    assert compare("1", "9", limits, elapsed).reasons == (reason,)
    assert compare("1", "9", limits, timedelta(days=3)).verdict is Verdict.EXCEEDED


def test_the_first_value_of_a_person_has_nothing_to_be_compared_with() -> None:
    found = check(parse_quantity("5", unit="U"), None, elapsed=None, rule=LUTROPIN)

    assert (found.verdict, found.reasons) == (Verdict.NOT_ASSESSABLE, ("no_previous_value",))


def test_codes_and_other_units_are_not_compared() -> None:
    value = parse_quantity("5", unit="U")

    coded = check(Coded("T4", "local"), value, elapsed=DAY, rule=LUTROPIN)
    other = check(value, parse_quantity("5", unit="g/L"), elapsed=DAY, rule=LUTROPIN)

    assert (coded.reasons, other.reasons) == (("not_numeric",), ("units_differ",))


def test_what_was_compared_is_kept_with_its_limits() -> None:
    found = compare("10", "30", LUTROPIN).to_json()

    assert found["criteria"] == [
        {"name": "rcv", "verdict": "EXCEEDED", "low": "0.5254", "high": "1.9034", "reason": ""}
    ]
    assert found["reasons"] == ["rcv_exceeded"]


def test_negative_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="not below zero"):
        rule(absolute="-1")
    with pytest.raises(ValueError, match="needs the method's"):
        rcv_factors(rule(percent="5"))


values = st.decimals(0, 1000, places=2)


@given(values, values, st.sampled_from(Comparator), st.sampled_from(Comparator), st.data())
def test_a_verdict_on_censored_values_holds_for_whatever_they_truly_are(
    now: Decimal, before: Decimal, comparator: Comparator, other: Comparator, data: st.DataObject
) -> None:
    limits = rule(absolute="7", percent="40")
    truths = {
        Comparator.EQUAL: lambda value: st.just(value),
        Comparator.LESS: lambda value: values.filter(lambda true: true < value),
        Comparator.AT_MOST: lambda value: st.decimals(0, value, places=2),
        Comparator.GREATER: lambda value: st.decimals(value + Decimal("0.01"), 2000, places=2),
        Comparator.AT_LEAST: lambda value: st.decimals(value, 2000, places=2),
    }
    found = check(
        Quantity(now, "U", comparator), Quantity(before, "U", other), elapsed=DAY, rule=limits
    )
    if (Comparator.LESS in (comparator, other) and 0 in (now, before)) or (
        found.verdict is Verdict.NOT_ASSESSABLE
    ):
        return

    true = compare(
        str(data.draw(truths[other](before))), str(data.draw(truths[comparator](now))), limits
    )

    assert true.verdict in (found.verdict, Verdict.NOT_ASSESSABLE)


@given(values, values)
def test_looking_back_exceeds_the_absolute_limit_as_looking_forward_does(
    first: Decimal, second: Decimal
) -> None:
    limits = rule(absolute="7")

    assert (
        compare(str(first), str(second), limits).verdict
        == compare(str(second), str(first), limits).verdict
    )


RATES = [
    # previous, current, hours, limit per day, verdict
    ("10.0", "8.0", 24, "2", "WITHIN"),
    ("10.0", "7.9", 24, "2", "EXCEEDED"),
    ("10.0", "8.9", 12, "2", "EXCEEDED"),
    ("10.0", "9.0", 12, "2", "WITHIN"),
    ("10.0", "4.0", 72, "2", "WITHIN"),
    ("1.0", "1.6", 48, "0.3", "WITHIN"),
    ("1.0", "1.61", 48, "0.3", "EXCEEDED"),
    ("<5", "1.0", 24, "2", "NOT_ASSESSABLE"),
]


@pytest.mark.parametrize(("previous", "current", "hours", "limit", "verdict"), RATES)
def test_a_rate_is_a_change_per_day_of_elapsed_time(
    previous: str, current: str, hours: int, limit: str, verdict: str
) -> None:
    found = compare(previous, current, rule(per_day=limit), timedelta(hours=hours))

    assert found.verdict == verdict


TRANSFUSION = Intervention("TRANSFUSION")


def across(
    intervention: Intervention, current: str, *, analyte: str = "HGB", **limits: str
) -> Delta:
    return check(
        parse_quantity(current, unit="g/dL"),
        parse_quantity("7.0", unit="g/dL"),
        elapsed=DAY,
        rule=rule(**limits),
        interventions=[intervention],
        analyte=analyte,
    )


def test_a_change_across_an_intervention_that_acts_on_it_is_explained_and_names_it() -> None:
    found = across(TRANSFUSION, "9.5", percent="10")

    assert found.verdict is Verdict.EXPLAINED
    assert found.reasons == ("percent_exceeded", "intervention TRANSFUSION")
    assert found.to_json()["interventions"][0]["kind"] == "TRANSFUSION"


def test_no_change_across_an_intervention_is_never_called_within() -> None:
    found = across(TRANSFUSION, "7.1", percent="10")

    assert found.verdict is Verdict.NOT_ASSESSABLE
    assert found.reasons == ("intervention TRANSFUSION",)


def test_an_intervention_that_acts_on_something_else_changes_nothing() -> None:
    assert across(TRANSFUSION, "7.1", analyte="TSH", percent="10").verdict is Verdict.WITHIN
    assert across(TRANSFUSION, "9.5", analyte="TSH", percent="10").verdict is Verdict.EXCEEDED


@pytest.mark.parametrize("kind", ["OTHER", "FILTRATION", "CHARCOAL", "SOMETHING_NEW"])
def test_what_is_not_known_to_leave_an_analyte_alone_acts_on_it(kind: str) -> None:
    assert across(Intervention(kind), "7.1", percent="10").verdict is Verdict.NOT_ASSESSABLE


def test_an_intervention_says_nothing_of_values_that_are_not_compared() -> None:
    found = check(
        parse_quantity("7.1", unit="g/dL"),
        None,
        elapsed=None,
        rule=rule(percent="10"),
        interventions=[TRANSFUSION],
        analyte="HGB",
    )

    assert found.reasons == ("no_previous_value",)


@given(
    st.sampled_from(sorted(ACTS_ON)),
    st.decimals(Decimal("0.1"), Decimal(100), places=1),
    st.decimals(Decimal("0.1"), Decimal(100), places=1),
)
def test_across_an_acting_intervention_nothing_is_ever_within(
    kind: str, previous: Decimal, current: Decimal
) -> None:
    found = check(
        current, previous, elapsed=DAY, rule=rule(percent="20"), interventions=[Intervention(kind)]
    )

    assert found.verdict in (Verdict.EXPLAINED, Verdict.NOT_ASSESSABLE)
    assert f"intervention {kind}" in found.reasons


def test_plain_numbers_are_taken_to_be_in_one_unit() -> None:
    found = check(5.1, "4.0", elapsed=DAY, rule=DeltaRule(absolute=1))  # type: ignore[arg-type]

    assert found.verdict is Verdict.EXCEEDED
