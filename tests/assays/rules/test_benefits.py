"""Benefits kept or lost after a removal: three values, what chance explains, and what forbids a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.rules.benefit_changes import Change, Obstacle, Value, compare
from assays.rules.benefit_measures import Better, Measure, Windows
from assays.rules.benefit_totals import totals
from assays.rules.benefits import Act, Facts, Finding, Load, Verdict, Why, judge, onset
from assays.rules.interventions import Intervention
from labsys.lib.quantities import parse_quantity
from labsys.lib.units import Conversion

ZERO = datetime(2026, 6, 1, 8, tzinfo=UTC)
NOW = ZERO + timedelta(days=100)
CREAT = Measure("CREAT", Better.LOWER, Decimal("0.2"), "mg/dL")
HGB = Measure("HGB", Better.HIGHER, Decimal("1"), "g/dL")
WINDOWS = Windows()
MOLES = (
    Conversion("1", 1, "umol/L", "mg/dL", Decimal("0.0113"), Decimal(0)),
    Conversion("2", 1, "mg/dL", "umol/L", Decimal("88.42"), Decimal(0)),
)


def day(days: float) -> datetime:
    return ZERO + timedelta(days=days)


def value(days: float, text: str, *, unit: str = "mg/dL", **more: Any) -> Value:
    given = {
        **{"id": round(days * 10) + 10_000, "analyte": "CREAT", "assay": 1},
        **{"cv_method": Decimal("3"), "cv_within": Decimal("6"), "known_at": day(days)},
        **more,
    }
    return Value(quantity=parse_quantity(text, unit=unit), collected_at=day(days), **given)


def act(days: float, kind: str = "FILTRATION", *, id_: int = 1, hours: float = 6) -> Act:
    start = day(days)
    end = start + timedelta(hours=hours)
    return Act(Intervention(kind, start, id=id_), start, end, start)


TRIAL = act(40)
FOUND = Load(day(10), day(10), is_detected=True)
BEFORE, WITH, AFTER = -20, 38, 55


@pytest.mark.parametrize(
    ("kind", "effect", "is_one"),
    [
        ("FILTRATION", "", True),
        ("SET_POINT", "", False),
        ("SET_POINT", "stop replication", True),
        ("SET_POINT", "arr\u00eater la r\u00e9plication", True),
        ("HORMONE_LOWERING", "lower the LOAD", True),
        ("HORMONE_LOWERING", "calm down", False),
        ("TRANSFUSION", "treat overload", False),
        ("OTHER", "\u00e9liminer les nanites", True),
        ("SEDATION", "lower the nanite load", False),
    ],
)
def test_what_is_a_removal(kind: str, effect: str, is_one: bool) -> None:
    one = replace(act(40, kind), intended_effect=effect)

    assert one.is_removal is is_one
    assert one.changes_nanites is (is_one or kind == "SET_POINT")


def test_something_aimed_at_nanites_in_between_forbids_a_verdict() -> None:
    between = replace(act(44, "HORMONE_LOWERING", id_=2), intended_effect="lower the load")
    values = (value(BEFORE, "1.6"), value(WITH, "1.0"), value(AFTER, "1.05"))
    given = facts(*values, acts=(TRIAL, between))

    (one,) = judge([CREAT], TRIAL, given, windows=WINDOWS, conversions={}, at=NOW)

    assert (one.verdict, one.whys) == (Verdict.NOT_DETERMINABLE, (Why.OVERLAPPING,))


def facts(*values: Value, **more: Any) -> Facts:
    return Facts(values, **{"loads": (FOUND,), "acts": (TRIAL,), **more})


def three(before: str, with_: str, after: str, **more: Any) -> Facts:
    found = [value(at, text) for at, text in ((BEFORE, before), (WITH, with_), (AFTER, after))]
    return facts(*found, **more)


def found(given: Facts, *, measure: Measure = CREAT, at: datetime = NOW, **more: Any) -> Finding:
    rules: dict[str, Any] = {"windows": WINDOWS, "conversions": {"CREAT": MOLES}, **more}
    (one,) = judge([measure], TRIAL, given, at=at, **rules)
    return one


# With CVa 3 % and CVi 6 % chance alone moves a value by 18.6 % either way.
@pytest.mark.parametrize(
    ("before", "with_", "after", "verdict"),
    [
        ("1.60", "1.00", "1.05", Verdict.KEPT),
        ("1.60", "1.00", "1.50", Verdict.LOST),
        ("1.60", "1.55", "1.00", Verdict.GAINED),
        ("1.60", "1.55", "1.62", Verdict.NO_BENEFIT),
        ("1.00", "1.60", "1.00", Verdict.NO_BENEFIT),  # harm that passed is no benefit gained
        ("1.60", "1.25", "1.40", Verdict.NOT_DETERMINABLE),  # neither told from either
        ("0.50", "0.38", "0.38", Verdict.NO_BENEFIT),  # beyond chance, smaller than what matters
        ("1.60", "1.60", "1.60", Verdict.NO_BENEFIT),
    ],
)
def test_three_values_lead_to_one_verdict(
    before: str, with_: str, after: str, verdict: Verdict
) -> None:
    assert found(three(before, with_, after)).verdict is verdict


def test_what_is_neither_kept_nor_lost_for_certain_is_said_so() -> None:
    assert found(three("1.60", "1.25", "1.40")).whys == (Why.BETWEEN,)


def test_a_benefit_lost_in_part_is_told_from_one_lost_whole() -> None:
    part, whole = found(three("3.00", "1.00", "1.90")), found(three("1.60", "1.00", "1.60"))

    assert (part.verdict, part.is_partly_kept) == (Verdict.LOST, True)
    assert (whole.verdict, whole.is_partly_kept) == (Verdict.LOST, False)


def test_the_values_and_their_moments_are_those_of_the_three_windows() -> None:
    more = [value(-5, "1.61"), value(12, "1.3"), value(20, "1.2"), value(70, "0.9")]
    too_soon = value(42, "1.8")
    given = three("1.60", "1.00", "1.05")

    one = found(replace(given, values=[*more, *given.values, too_soon]))

    assert one.baseline is not None
    assert (one.baseline.collected_at, one.baseline.id) == (day(BEFORE), 9_800)
    assert one.carried is not None
    assert one.carried.collected_at == day(WITH)
    assert one.after is not None
    assert one.after.collected_at == day(AFTER)
    assert one.counts_from == TRIAL.end + timedelta(days=7)


# Nanites were first measured on day 10: without an exposure on record nothing of the 28 days before
# is from before them; with one, everything before it is.
@pytest.mark.parametrize(
    ("exposed", "verdict"), [((), Why.NO_BASELINE), (((day(5), day(6)),), None)]
)
def test_a_baseline_lies_before_nanites_may_have_come(exposed: Any, verdict: Why | None) -> None:
    values = [value(0, "1.6"), value(WITH, "1.0"), value(AFTER, "1.0")]

    one = found(facts(*values, exposed=exposed))

    assert (one.whys[0] if one.whys else None) is verdict


@pytest.mark.parametrize(
    ("given", "whys"),
    [
        (facts(value(WITH, "1"), value(AFTER, "1")), (Why.NO_BASELINE,)),
        (facts(value(BEFORE, "1"), value(AFTER, "1")), (Why.NONE_WITH,)),
        (facts(value(BEFORE, "1"), value(WITH, "1")), (Why.NONE_AFTER,)),
        (facts(), (Why.NO_BASELINE, Why.NONE_WITH, Why.NONE_AFTER)),
        (three("1.6", "1", "1", loads=()), (Why.NO_ONSET,)),
        (three("1.6", "1", "1", loads=(), exposed=[(day(1), day(1))]), (Why.NO_NANITES,)),
        (
            three("1.6", "1", "1", loads=(FOUND, Load(day(39), day(39), is_detected=False))),
            (Why.NO_NANITES,),
        ),
        (three("1.6", "1", "1", acts=(TRIAL, act(45, "CHARCOAL", id_=2))), (Why.OVERLAPPING,)),
        (three("1.6", "1", "1", acts=(TRIAL, act(33, "KILL_CODE", id_=2))), (Why.OVERLAPPING,)),
        (three("1.6", "1", "1", acts=(TRIAL, act(45, "TRAUMA_CARE", id_=2))), (Why.INTERVENED,)),
        (three("<1.6", "1", "1.0"), (Why.CENSORED,)),
        (three("0", "1", "1.0"), (Why.NOT_POSITIVE,)),
    ],
)
def test_why_nothing_can_be_said_is_said(given: Facts, whys: tuple[Why, ...]) -> None:
    one = found(given)

    assert (one.verdict, one.whys) == (Verdict.NOT_DETERMINABLE, whys)


def test_before_anything_can_count_it_is_too_early() -> None:
    given = facts(value(BEFORE, "1.6"), value(WITH, "1.0"))

    assert found(given, at=day(45)).whys == (Why.TOO_EARLY,)


def test_what_is_not_known_to_act_on_a_measure_is_told_beside_the_verdict() -> None:
    sedation = act(45, "SEDATION", id_=2)

    one = found(three("1.6", "1", "1", acts=(TRIAL, sedation)))

    assert (one.verdict, one.beside, one.confounders) == (Verdict.KEPT, (sedation,), ())


def test_what_acted_between_the_first_two_values_is_told() -> None:
    charcoal = act(20, "CHARCOAL", id_=2)

    one = found(three("1.6", "1", "1", acts=(TRIAL, charcoal)))

    assert (one.verdict, one.earlier) == (Verdict.KEPT, (charcoal,))


# "<" leaves several values possible; where all of them lead to one verdict it stands.
@pytest.mark.parametrize(
    ("before", "with_", "after", "verdict"),
    [
        ("1.60", "<0.5", "<0.5", Verdict.NOT_DETERMINABLE),  # after may be any factor above with
        ("1.60", "<0.5", "1.60", Verdict.LOST),
        (">3.00", "1.00", "2.50", Verdict.LOST),
        ("<0.5", "1.6", "1.6", Verdict.NO_BENEFIT),
    ],
)
def test_limits_count_as_what_they_leave_possible(
    before: str, with_: str, after: str, verdict: Verdict
) -> None:
    assert found(three(before, with_, after)).verdict is verdict


def test_values_of_different_assays_are_not_compared() -> None:
    other = value(AFTER, "1.0", assay=2)
    given = facts(value(BEFORE, "1.6"), value(WITH, "1.0"), other)

    assert found(given).whys == (Why.ASSAYS_DIFFER,)


def test_without_both_cvs_chance_is_not_known() -> None:
    given = facts(value(BEFORE, "1.6"), value(WITH, "1.0", cv_within=None), value(AFTER, "1.0"))

    assert found(given).whys == (Why.NO_CV,)


def test_without_an_approved_conversion_units_are_not_compared() -> None:
    given = facts(value(BEFORE, "141", unit="umol/L"), value(WITH, "1.0"), value(AFTER, "1.0"))

    assert found(given, conversions={}).whys == (Why.NO_CONVERSION,)
    assert found(given).verdict is Verdict.KEPT


def test_a_correction_takes_the_place_of_what_it_corrects_from_when_it_is_recorded() -> None:
    wrong = value(AFTER, "1.05", replaced_at=day(70))
    right = replace(value(AFTER, "1.60", id=99_999), known_at=day(70))
    given = facts(value(BEFORE, "1.6"), value(WITH, "1.0"), wrong, right)

    assert found(given, at=day(69)).verdict is Verdict.KEPT
    assert found(given, at=day(70)).verdict is Verdict.LOST


def test_where_higher_is_better_a_fall_is_a_loss() -> None:
    given = [
        value(at, text, unit="g/dL", analyte="HGB", cv_within=Decimal("2.85"), cv_method=Decimal(1))
        for at, text in ((BEFORE, "11.0"), (WITH, "14.0"), (AFTER, "11.2"))
    ]

    one = found(facts(*given), measure=HGB)

    assert one.verdict is Verdict.LOST
    assert one.left is not None
    assert one.left.change is Change.WORSE
    assert one.left.percent is not None
    assert round(one.left.percent) == -20


def test_exposure_after_the_first_load_does_not_move_the_onset() -> None:
    known = facts(exposed=[(day(12), day(12))]).at(NOW)

    began = onset(known, WINDOWS)

    assert began is not None
    assert (began.at, began.is_exposure) == (day(10), False)


def test_each_person_counts_once_and_only_kept_and_lost_are_of_the_share() -> None:
    people = [
        [found(three("1.60", "1.00", after))] for after in ("1.0", "1.0", "1.05", "1.6", "1.3")
    ]

    (total,) = totals([CREAT], [*people, [found(facts())]])

    assert total.verdicts == {Verdict.KEPT: 3, Verdict.LOST: 2, Verdict.NOT_DETERMINABLE: 1}
    assert total.whys == {Why.NO_BASELINE: 1, Why.NONE_WITH: 1, Why.NONE_AFTER: 1}
    assert (total.kept.numerator, total.kept.denominator, total.people) == (3, 5, 6)
    low, high = total.kept.interval or (0, 0)
    assert (round(low, 1), round(high, 1)) == (23.1, 88.2)


numbers = st.decimals("0.05", "9", places=2).map(str)
texts = st.tuples(st.sampled_from(["", "", "<", ">"]), numbers).map("".join)
days = st.floats(-60, 95).map(lambda at: round(at, 1))
values = st.lists(
    st.builds(
        lambda at, text, later, ok: value(
            at, text, known_at=day(at + later), replaced_at=None if ok else day(at + later + 9)
        ),
        days,
        texts,
        st.floats(0, 30),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)
acts = st.lists(
    st.builds(act, days, st.sampled_from(["CHARCOAL", "SEDATION", "OTHER"]), id_=st.just(2)),
    max_size=2,
)
moments = st.floats(0, 140).map(day)


def told(one: Finding) -> Any:
    return one.verdict, one.whys, one.baseline, one.carried, one.after, one.confounders


@settings(max_examples=50, deadline=None)
@given(values, acts, moments, st.randoms(use_true_random=False))
def test_the_order_of_results_does_not_matter(
    given: Sequence[Value], done: Sequence[Act], at: datetime, chance: Any
) -> None:
    done = [replace(one, what=replace(one.what, id=2 + n)) for n, one in enumerate(done)]
    mixed, other = list(given), [TRIAL, *done]
    chance.shuffle(mixed)
    chance.shuffle(other)

    one = found(facts(*given, acts=[TRIAL, *done]), at=at)

    assert told(found(facts(*mixed, acts=other), at=at)) == told(one)


@settings(max_examples=50, deadline=None)
@given(values, values, moments)
def test_a_value_recorded_later_does_not_count(
    given: Sequence[Value], more: Sequence[Value], at: datetime
) -> None:
    later = [replace(one, id=one.id + 50_000, known_at=at + timedelta(1)) for one in more]

    assert told(found(facts(*given, *later), at=at)) == told(found(facts(*given), at=at))


@given(st.lists(texts, min_size=3, max_size=3))
def test_a_measure_stated_in_another_unit_leads_to_the_same_verdict(given: list[str]) -> None:
    exact = (
        Conversion("1", 1, "umol/L", "mg/dL", Decimal("0.0125"), Decimal(0)),
        Conversion("2", 1, "mg/dL", "umol/L", Decimal(80), Decimal(0)),
    )
    moles = Measure("CREAT", Better.LOWER, Decimal(16), "umol/L")

    one = found(three(*given), conversions={"CREAT": exact})
    other = found(three(*given), measure=moles, conversions={"CREAT": exact})

    assert (one.verdict, one.whys) == (other.verdict, other.whys)


@given(texts, texts, numbers, numbers)
def test_what_a_limit_leaves_possible_holds_whatever_the_value_truly_was(
    one: str, other: str, near: str, far: str
) -> None:
    def true(text: str, drawn: str) -> str:
        bound = Decimal(text.lstrip("<>"))
        if text[0] == "<":
            return str(bound * Decimal(drawn) / 10)
        return str(bound + Decimal(drawn)) if text[0] == ">" else text

    written = compare(CREAT, value(0, one), value(9, other), MOLES)
    exact = compare(CREAT, value(0, true(one, near)), value(9, true(other, far)), MOLES)

    assert exact.change in written.possible


def test_a_value_below_zero_or_of_zero_before_is_not_compared() -> None:
    assert compare(CREAT, value(0, "-1"), value(9, "1"), ()).obstacle is Obstacle.NOT_POSITIVE
    assert compare(CREAT, value(0, "0"), value(9, "1"), ()).obstacle is Obstacle.NOT_POSITIVE
