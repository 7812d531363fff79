"""What the fixed laws forbid stays, whatever the rules pass."""

from __future__ import annotations

import pytest

from assays.models import (
    CriticalCall,
    ResultHold,
)
from assays.rules.autoverification import laws
from assays.rules.autoverification.traces import Outcome, Verdict
from assays.rules.range_rows import WORDS, RowKind
from assays.rules.states import ResultStatus
from tests.assays.rulesets.judging import (
    ANYTHING,
    Judged,
    trace_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "sent", "law"),
    [
        ("6.9", {}, "CRITICAL_VALUE"),
        ("20.1", {}, "CRITICAL_VALUE"),
        ("11.9", {}, "FLAGGED"),
        ("15.6", {}, "FLAGGED"),
        ("31", {}, "HELD"),
        ("13.2", {"flags": ["H"]}, "FLAGGED_BY_INSTRUMENT"),
        ("13.2", {"flags": ["N", "?"]}, "FLAGGED_BY_INSTRUMENT"),
    ],
)
def test_what_the_laws_forbid_stays_whatever_the_rules_pass(
    judged: Judged, value: str, sent: dict, law: str
) -> None:
    judged.live(ANYTHING)

    result = judged.judge(value, **sent)

    assert result.status == ResultStatus.RESULTED
    holding = {one["rule"] for one in trace_of(result).lines if one["outcome"] == "HOLD"}
    assert law in holding


def test_a_flag_of_the_instrument_that_says_normal_keeps_nothing_back(judged: Judged) -> None:
    judged.live(ANYTHING)

    assert judged.judge(flags=["N"]).status == ResultStatus.RELEASED


@pytest.mark.parametrize("options", [{"low": None, "high": None}, {}])
def test_a_value_without_a_signed_range_stays(options: dict) -> None:
    judged = Judged(is_signed=False, **options)
    judged.live(ANYTHING)

    assert judged.judge().status == ResultStatus.RESULTED


LIMITS_BESIDE = [RowKind.CRITICAL, RowKind.PLAUSIBILITY, RowKind.REPORTABLE]


@pytest.mark.parametrize("unsigned", LIMITS_BESIDE)
def test_a_value_stays_whose_other_limits_nobody_signed_until_somebody_does(
    unsigned: RowKind,
) -> None:
    judged = Judged(is_signed=False, measured=(2, 25))
    judged.sign("HGB", [kind for kind in RowKind if kind is not unsigned])
    judged.live(ANYTHING)

    before = judged.judge()
    judged.sign("HGB", [unsigned])
    after = judged.judge()

    assert (before.status, after.status) == (ResultStatus.RESULTED, ResultStatus.RELEASED)
    (line,) = [one for one in trace_of(before).lines if one["outcome"] == "HOLD"]
    assert line["rule"] == "UNSIGNED_RANGE"
    assert WORDS[unsigned] in line["message"] % line["inputs"]


@pytest.mark.parametrize("unsigned", LIMITS_BESIDE)
def test_the_release_asks_the_database_for_unsigned_limits_whatever_was_judged_before(
    unsigned: RowKind, monkeypatch
) -> None:
    judged = Judged(is_signed=False, measured=(2, 25))
    judged.sign("HGB", [kind for kind in RowKind if kind is not unsigned])
    judged.live(ANYTHING)
    monkeypatch.setitem(laws.LAWS, "UNSIGNED_RANGE", lambda subject: Verdict(Outcome.PASS, "", {}))
    monkeypatch.setattr(laws, "broken", lambda subject: False)

    result = judged.judge()

    assert trace_of(result).decision == "RELEASE"
    assert result.status == ResultStatus.RESULTED


def test_unsigned_critical_and_plausibility_limits_act_in_the_stricter_direction() -> None:
    judged = Judged(is_signed=False)
    judged.live(ANYTHING)

    critical, implausible = judged.judge("6.9"), judged.judge("31")

    assert CriticalCall.objects.filter(result=critical).exists()
    hold = ResultHold.objects.get(result=implausible, kind="IMPLAUSIBLE")
    assert "unsigned plausibility limits" in hold.reason
