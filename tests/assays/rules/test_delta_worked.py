"""Delta checks worked by hand from the definitions of Harris and Yasaka, Fokkema, and KDIGO.

Within-person CVs: Ricos et al., biological variation database of 2014.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assays.rules.delta_check import DeltaRefused, DeltaRule, Verdict, check, rcv_symmetric
from assays.rules.interventions import Intervention

DAY = timedelta(days=1)


def rule(**limits: Any) -> DeltaRule:
    return DeltaRule(**limits)


# Potassium, CVi 4.6 %, CVa 2.3 %: 2.7719 x sqrt(26.45) = 14.26 %, symmetric; from 4.00 to 3.43, 4.57.
POTASSIUM = rule(cv_method_percent=2.3, cv_within_percent=4.6)
# Creatinine, CVi 5.95 %, CVa 2 %: 17.40 %; from 1.00 to 0.826, 1.174 mg/dL.
CREATININE = rule(cv_method_percent=2, cv_within_percent="5.95")
# CVi 12 %, CVa 5 %: sigma 0.12945, log-normal +43.17 % and -30.15 %.
SKEWED = rule(cv_method_percent=5, cv_within_percent=12)
# CVi of 10 % exactly is still symmetric: 2.7719 x sqrt(109) = 28.94 %.
TEN = rule(cv_method_percent=3, cv_within_percent=10)
# KDIGO 2012, acute kidney injury: 0.3 mg/dL within 48 hours.
KIDNEY_INJURY = rule(absolute="0.3", window=timedelta(hours=48))

WORKED: list[tuple[DeltaRule, Any, Any, timedelta, str]] = [
    (POTASSIUM, "4.00", "4.57", DAY, "WITHIN"),
    (POTASSIUM, "4.00", "4.58", DAY, "EXCEEDED"),
    (POTASSIUM, "4.00", "3.43", DAY, "WITHIN"),
    (POTASSIUM, "4.00", "3.42", DAY, "EXCEEDED"),
    (CREATININE, "1.00", "1.17", DAY, "WITHIN"),
    (CREATININE, "1.00", "1.18", DAY, "EXCEEDED"),
    (CREATININE, "1.00", "0.82", DAY, "EXCEEDED"),
    (SKEWED, "10", "14.3", DAY, "WITHIN"),
    (SKEWED, "10", "14.4", DAY, "EXCEEDED"),
    (SKEWED, "10", "7.0", DAY, "WITHIN"),
    (SKEWED, "10", "6.9", DAY, "EXCEEDED"),
    (TEN, "100", "128.9", DAY, "WITHIN"),
    (TEN, "100", "129", DAY, "EXCEEDED"),
    (TEN, "100", "71.1", DAY, "WITHIN"),
    (TEN, "100", "71", DAY, "EXCEEDED"),
    (KIDNEY_INJURY, "0.9", "1.2", timedelta(hours=48), "WITHIN"),
    (KIDNEY_INJURY, "0.9", "1.21", timedelta(hours=48), "EXCEEDED"),
    (KIDNEY_INJURY, "0.9", "1.9", timedelta(hours=48, microseconds=1), "NOT_ASSESSABLE"),
    # A base excess from +2 to -4 fell by 6; a share of it means nothing.
    (rule(absolute=5), "2", "-4", DAY, "EXCEEDED"),
    (rule(percent=50), "2", "-4", DAY, "NOT_ASSESSABLE"),
    # 0.5 g/dL a day over 36 hours is 0.75 g/dL.
    (rule(per_day="0.5"), "13.00", "12.25", timedelta(hours=36), "WITHIN"),
    (rule(per_day="0.5"), "13.00", "12.24", timedelta(hours=36), "EXCEEDED"),
    # Whatever <5 is, it fell by more than half from 50; whether it did from 9 nobody knows.
    (rule(percent=50), "50", "<5", DAY, "EXCEEDED"),
    (rule(percent=50), "9", "<5", DAY, "NOT_ASSESSABLE"),
    (rule(absolute=10), "<5", "<5", DAY, "WITHIN"),
]


@pytest.mark.parametrize(("limits", "before", "now", "elapsed", "verdict"), WORKED)
def test_a_change_worked_by_hand(
    limits: DeltaRule, before: Any, now: Any, elapsed: timedelta, verdict: str
) -> None:
    assert check(now, before, elapsed=elapsed, rule=limits).verdict == verdict


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [
        (rule(percent=20), "0.8", "1.2"),
        (rule(percent=150), "0", "2.5"),
        (rule(absolute="0.00002"), "-0.00002", "0.00002"),
        (rule(absolute="12345.6"), "-12345.6", "12345.6"),
        (rule(absolute="1e18"), f"-1{'0' * 18}", f"1{'0' * 18}"),
        (SKEWED, "0.6985", "1.4317"),
        (rule(cv_method_percent=0, cv_within_percent=0), "1", "1"),
    ],
)
def test_a_limit_is_shown_so_that_it_can_be_checked(limits: DeltaRule, low: str, high: str) -> None:
    (criterion,) = check(5, 4, elapsed=DAY, rule=limits).criteria

    assert (criterion.low, criterion.high) == (low, high)


@pytest.mark.parametrize(
    "given",
    [Decimal("1e25"), "1e400000", 10**5000, "1e-30"],
    ids=["decimal", "text", "integer", "small"],
)
def test_a_limit_off_every_scale_is_refused_and_never_an_error(given: Any) -> None:
    with pytest.raises(DeltaRefused):
        rule(absolute=given)
    with pytest.raises(DeltaRefused):
        rcv_symmetric(given, 5)


def test_a_value_off_every_scale_is_no_number() -> None:
    found = check(10**5000, 4, elapsed=DAY, rule=rule(percent=20))

    assert found.reasons == ("not_numeric",)


@pytest.mark.parametrize("given", [None, "TRANSFUSION", ["TRANSFUSION"], [None]])
def test_what_is_no_intervention_is_refused_in_words(given: Any) -> None:
    with pytest.raises(DeltaRefused, match="list of Interventions"):
        check(5, 4, elapsed=DAY, rule=rule(percent=20), interventions=given)


def test_the_widest_reference_change_value_can_still_be_shown() -> None:
    wide = rule(cv_method_percent=5, cv_within_percent="1e9")

    found = check(5, 4, elapsed=DAY, rule=wide)

    assert found.verdict is Verdict.WITHIN


def test_hours_are_those_that_went_by_also_where_clocks_were_put_forward() -> None:
    # On 29 March 2026 two o'clock is three o'clock in Berlin: from 1.30 to 3.30 one hour goes by.
    berlin = ZoneInfo("Europe/Berlin")
    drawn = datetime(2026, 3, 29, 1, 30, tzinfo=berlin).astimezone(UTC)
    again = datetime(2026, 3, 29, 3, 30, tzinfo=berlin).astimezone(UTC)
    limits = rule(per_day=24)

    assert check("11", "10", elapsed=again - drawn, rule=limits).verdict is Verdict.WITHIN
    assert check("11.1", "10", elapsed=again - drawn, rule=limits).verdict is Verdict.EXCEEDED


def test_two_units_of_blood_explain_a_rise_of_haemoglobin_and_nothing_else() -> None:
    transfused = [Intervention("TRANSFUSION")]

    def judged(analyte: str) -> Verdict:
        return check(
            "9.0", "7.0", elapsed=DAY, rule=rule(absolute=1), interventions=transfused,
            analyte=analyte,
        ).verdict  # fmt: skip

    assert (judged("HGB"), judged("TSH")) == (Verdict.EXPLAINED, Verdict.EXCEEDED)
