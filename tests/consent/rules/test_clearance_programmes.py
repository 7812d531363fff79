"""Clearance by what a programme asks: ages and guardians, types, control, drift, quarantine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from consent.rules.answers import Reason
from consent.rules.clearance import decide
from consent.rules.coverage import medical_asks, medical_covers
from consent.rules.facts import BirthRecord, Check, CheckKind, CheckOutcome, NaniteControl
from consent.rules.programmes import (
    CheckRequirement,
    NaniteRequirement,
    Programme,
    ProgrammeVersion,
)
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    HOUR,
    INSTANT,
    LOAD,
    MINOR,
    ORDER,
    PROGRAMME,
    START,
    VERSION,
    WEEK,
    WITH_MINORS,
    check,
    nanite,
    plus,
    reasons,
)

COMES_OF_AGE = datetime(2026, 3, 5, tzinfo=UTC)
BIRTH = BirthRecord(id="birth-1", latest_birth_date=date(2008, 3, 5), recorded_at=START - DAY)


def asking(**changes) -> Programme:
    return replace(PROGRAMME, versions=(replace(VERSION, **changes),))


def load(**changes) -> Programme:
    return asking(nanites=(NaniteRequirement(analyte=LOAD, **changes),))


def control(id: str, at: datetime, **changes) -> NaniteControl:
    plain = NaniteControl(id=id, is_controlled=True, observed_at=at, recorded_at=at)
    return replace(plain, **changes)


# --- ages and guardians ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minimum", "majority", "minors", "required"),
    [
        (None, None, False, None),
        (18, None, False, 18),
        (None, 18, False, 18),
        (12, 18, False, 18),
        (21, 18, False, 21),
        (12, 18, True, 12),
        (None, 18, True, None),
    ],
)
def test_minors_are_admitted_only_where_a_version_says_so(minimum, majority, minors, required):
    version = replace(
        VERSION, minimum_age_years=minimum, majority_years=majority, admits_minors=minors
    )

    assert version.required_age_years == required


def test_an_age_of_majority_refuses_a_minor_whatever_the_minimum():
    programme = asking(minimum_age_years=12, majority_years=18)
    young = replace(CLEARED, births=(BIRTH,))

    assert reasons(young, COMES_OF_AGE - INSTANT, programme)[0] is Reason.UNDER_AGE
    assert Reason.UNDER_AGE not in reasons(young, COMES_OF_AGE, programme)


def test_a_guardian_signs_for_a_minor_until_the_day_they_come_of_age():
    answer = decide(MINOR, programme=WITH_MINORS, at=START)

    assert answer.is_cleared
    assert answer.valid_until == COMES_OF_AGE
    assert reasons(MINOR, COMES_OF_AGE, WITH_MINORS) == [Reason.NO_WAIVER]


def test_what_a_minor_signed_is_worth_nothing_even_later():
    alone = replace(CLEARED, births=(BIRTH,))

    assert reasons(alone, START, WITH_MINORS) == [Reason.NO_WAIVER]
    assert reasons(alone, COMES_OF_AGE, WITH_MINORS) == [Reason.NO_WAIVER]
    signed_since = replace(
        alone.signatures[0], id="s-2", signed_at=COMES_OF_AGE, recorded_at=COMES_OF_AGE
    )
    assert reasons(plus(alone, signatures=signed_since), COMES_OF_AGE, WITH_MINORS) == []


@pytest.mark.parametrize("programme", [PROGRAMME, asking(majority_years=18), WITH_MINORS])
def test_nobody_signs_for_who_is_of_age(programme):
    guarded = replace(CLEARED, signatures=(replace(CLEARED.signatures[0], by_guardian=True),))
    measured = replace(guarded, nanites=(nanite("n", START, at_most=Decimal(10)),))

    assert reasons(measured, START, programme) == [Reason.NO_WAIVER]


def test_a_guardian_is_not_believed_where_any_later_record_shows_somebody_of_age():
    older = replace(
        BIRTH, id="birth-2", latest_birth_date=date(1990, 1, 1), recorded_at=START + DAY
    )
    corrected = plus(MINOR, births=older)

    assert reasons(corrected, START, WITH_MINORS) == []
    assert reasons(corrected, START, WITH_MINORS, known_at=START + DAY) == [Reason.NO_WAIVER]


# --- nanite types, control, drift ------------------------------------------------------------

TYPED = asking(nanites=(NaniteRequirement(analyte="NANITE-TYPE", codes=frozenset({"T1", "T2"})),))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((), [Reason.NANITE_MISSING]),
        (({"code": "T1"},), []),
        (({"code": "UNKNOWN"},), [Reason.NANITE_STATUS, Reason.NANITE_MISSING]),
        (({"code": ""},), [Reason.NANITE_STATUS, Reason.NANITE_MISSING]),
        (({"code": "T1", "released_at": None},), [Reason.NANITE_MISSING]),
        (({"code": "T1", "collected_at": START - WEEK},), [Reason.NANITE_LAPSED]),
        (({"code": "T1"}, {"code": "T9", "collected_at": START - DAY}), []),
    ],
)
def test_a_known_type_is_asked_for(results, expected):
    rows = tuple(
        nanite(f"n-{number}", START, analyte="NANITE-TYPE", **one)
        for number, one in enumerate(results)
    )

    assert sorted(reasons(replace(CLEARED, nanites=rows), START, TYPED)) == sorted(expected)


OVER = replace(CLEARED, nanites=(nanite("over", START, at_most=Decimal(500)),))
CONTROLLED = load(maximum=Decimal(100), control_counts=True)


def test_a_load_above_the_limit_is_allowed_while_it_is_under_control():
    seen = plus(OVER, controls=control("c", START + HOUR))
    refused = [Reason.NANITE_MISSING, Reason.NANITE_STATUS]

    assert reasons(OVER, START + HOUR, CONTROLLED) == refused
    assert reasons(seen, START + HOUR - INSTANT, CONTROLLED) == refused
    answer = decide(seen, programme=CONTROLLED, at=START + HOUR)
    assert answer.is_cleared
    assert ("nanite control", "c") in {(one.kind, one.id) for one in answer.relied_on}
    assert reasons(seen, START + HOUR, load(maximum=Decimal(100))) == refused


@pytest.mark.parametrize(
    "changes",
    [
        {"is_controlled": False},
        {"observed_at": START - INSTANT},
        {"annulled_at": START + HOUR},
        {"observed_at": START + DAY, "recorded_at": START + DAY},
    ],
)
def test_a_control_that_does_not_hold_allows_nothing(changes):
    seen = plus(OVER, controls=control("c", START, **changes))

    assert Reason.NANITE_STATUS in reasons(seen, START + HOUR, CONTROLLED)


def test_a_loss_of_control_refuses_at_once_and_until_control_is_seen_again():
    lost = control("lost", START + DAY, is_controlled=False, annulled_at=START + DAY)
    again = control("again", START + 2 * DAY)
    seen = plus(OVER, controls=(control("c", START), lost, again))

    assert reasons(seen, START + DAY - INSTANT, CONTROLLED) == []
    assert Reason.NANITE_STATUS in reasons(seen, START + DAY, CONTROLLED)
    assert reasons(seen, START + 2 * DAY, CONTROLLED) == []


def test_a_control_runs_out_like_a_result():
    short = load(maximum=Decimal(100), control_counts=True, validity=2 * DAY)
    facts = replace(CLEARED, nanites=(nanite("over", START, at_most=Decimal(500)),))
    seen = plus(facts, controls=control("c", START))

    assert decide(seen, programme=short, at=START).valid_until == START + 2 * DAY


@pytest.mark.parametrize(
    ("before", "now", "steady"),
    [(10, 25, True), (10, 26, False), (25, 10, True), (26, 10, False), (0, 0, True), (0, 1, False)],
)
def test_a_load_stays_within_the_factor_of_those_before(before, now, steady):
    facts = replace(
        CLEARED,
        nanites=(
            nanite("before", START - WEEK, at_most=Decimal(before)),
            nanite("now", START, at_most=Decimal(now)),
        ),
    )

    answer = reasons(facts, START, load(drift_factor=Decimal("2.5")))

    assert (Reason.NANITE_STATUS not in answer) == steady


@pytest.mark.parametrize(
    ("age", "changes", "compared"),
    [
        (2 * WEEK - INSTANT, {}, True),
        (2 * WEEK, {}, False),
        (DAY, {"released_at": None}, False),
        (DAY, {"at_most": None}, True),
        (DAY, {"is_allowed": False}, False),
        (DAY, {"annulled_at": START}, False),
    ],
)
def test_a_load_is_compared_with_what_was_released_in_the_last_two_validities(
    age, changes, compared
):
    before = nanite("before", START - age, at_most=Decimal(1))
    now = nanite("now", START, at_most=Decimal(100))
    facts = replace(CLEARED, nanites=(replace(before, **changes), now))

    answer = reasons(facts, START, load(drift_factor=Decimal(2)))

    assert (Reason.NANITE_STATUS in answer) == compared


def test_a_corrected_load_is_compared_by_its_correction():
    wrong = nanite("wrong", START - DAY, at_most=Decimal(1))
    right = nanite("right", START - DAY, at_most=Decimal(90), corrects="wrong")
    now = nanite("now", START, at_most=Decimal(100))
    facts = replace(CLEARED, nanites=(wrong, right, now))

    assert reasons(facts, START, load(drift_factor=Decimal(2))) == []


# --- quarantine ------------------------------------------------------------------------------


@pytest.mark.parametrize("ended", ["end", "lift"])
def test_who_was_in_quarantine_is_kept_back_for_the_programmes_span_after_it(ended):
    over = START + 2 * DAY
    order = replace(ORDER, start=START, end=over if ended == "end" else None)
    if ended == "lift":
        order = replace(order, lifted_at=over, lift_recorded_at=over)
    facts = plus(CLEARED, quarantines=order)
    clear = asking(quarantine_clear=timedelta(hours=72))

    assert reasons(facts, over) == []
    assert reasons(facts, over + 72 * HOUR - INSTANT, clear) == [Reason.QUARANTINED]
    assert reasons(facts, over + 72 * HOUR, clear) == []


def test_an_order_lifted_before_it_began_keeps_nobody_back():
    order = replace(ORDER, start=START + DAY, end=None, lifted_at=START, lift_recorded_at=START)
    clear = asking(quarantine_clear=timedelta(hours=72))

    assert reasons(plus(CLEARED, quarantines=order), START + DAY, clear) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"majority_years": -1},
        {"quarantine_clear": timedelta(hours=-1)},
    ],
)
def test_a_version_that_cannot_be_meant_is_refused(changes):
    with pytest.raises(ValueError, match=r"age|negative"):
        replace(VERSION, **changes)


@pytest.mark.parametrize("factor", [Decimal("0.9"), Decimal("NaN"), Decimal("Infinity")])
def test_a_drift_factor_that_cannot_be_meant_is_refused(factor):
    with pytest.raises(ValueError, match="no factor"):
        NaniteRequirement(analyte=LOAD, drift_factor=factor)


def test_a_version_is_what_it_was_where_nothing_new_is_asked():
    plain = ProgrammeVersion(
        number=1,
        effective_from=START,
        recorded_at=START,
        minimum_age_years=None,
        nanites=(),
    )

    assert (plain.required_age_years, plain.quarantine_clear) == (None, timedelta(0))


# --- what a check covered ----------------------------------------------------------------------

ASKS = frozenset({"questionnaire PHQ-9", "questionnaire GAD-7"})
LITTLE = frozenset({"questionnaire GAD-7"})
PSYCH = CheckRequirement(kind=CheckKind.PSYCHOLOGICAL, asks=ASKS)
MUCH_ASKED = asking(checks=(CheckRequirement(kind=CheckKind.MEDICAL), PSYCH))


def interviewed(id: str, at: datetime, covers: frozenset[str] | None, **changes) -> Check:
    return check(id, at, kind=CheckKind.PSYCHOLOGICAL, covers=covers, **changes)


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        (LITTLE, [Reason.PSYCH_MISSING]),
        (frozenset(), [Reason.PSYCH_MISSING]),
        (ASKS, []),
        (ASKS | {"questionnaire K10"}, []),
        (None, []),  # of an older check nobody knows: it counts as it did
    ],
)
def test_a_pass_counts_only_where_it_covered_what_is_asked(covers, expected):
    person = replace(CLEARED, checks=(CLEARED.checks[0], interviewed("psych-1", START, covers)))

    assert reasons(person, START, MUCH_ASKED) == expected
    assert reasons(person, START, PROGRAMME) == []


def test_a_pass_that_covered_less_neither_renews_nor_lifts():
    refused = interviewed("referred", START + DAY, LITTLE, outcome=CheckOutcome.REFERRED)
    less = interviewed("less", START + 2 * DAY, LITTLE, lifts=frozenset({"referred"}))
    person = plus(CLEARED, checks=(refused, less))

    assert reasons(person, START + 2 * DAY, PROGRAMME) == []
    assert reasons(person, START + 2 * DAY, MUCH_ASKED) == [Reason.PSYCH_REFERRED]
    whole = interviewed("whole", START + 3 * DAY, ASKS, lifts=frozenset({"referred"}))
    assert reasons(plus(person, checks=whole), START + 3 * DAY, MUCH_ASKED) == []


def test_a_refusal_counts_whatever_it_covered():
    refused = interviewed("referred", START, frozenset(), outcome=CheckOutcome.REFERRED)

    assert reasons(plus(CLEARED, checks=refused), START, MUCH_ASKED) == [Reason.PSYCH_REFERRED]


def test_a_version_that_asks_for_more_ends_what_covered_less():
    stricter = replace(
        VERSION, number=2, effective_from=START + DAY, checks=MUCH_ASKED.versions[0].checks
    )
    programme = replace(PROGRAMME, versions=(VERSION, stricter))
    person = replace(CLEARED, checks=(CLEARED.checks[0], interviewed("psych-1", START, LITTLE)))

    answer = decide(person, programme=programme, at=START)

    assert answer.valid_until == START + DAY
    assert reasons(person, START + DAY, programme) == [Reason.PSYCH_MISSING]


@pytest.mark.parametrize(
    ("held", "asked", "is_covered"),
    [
        ({"panels": ["COAG"], "refer_from": 3}, {"panels": ["COAG"], "refer_from": 3}, True),
        ({"panels": ["COAG"], "refer_from": 3}, {"panels": [], "refer_from": 5}, True),
        ({"panels": ["COAG"], "refer_from": 3}, {"panels": ["LIVER"], "refer_from": 3}, False),
        ({"panels": [], "refer_from": 3}, {"panels": [], "refer_from": 2}, False),
        ({"panels": [], "refer_from": 3, "total": 1}, {"panels": [], "refer_from": 2}, True),
        ({"panels": [], "refer_from": 3, "total": 2}, {"panels": [], "refer_from": 2}, False),
        ({"panels": [], "refer_from": 3, "total": 4}, {"panels": [], "refer_from": 3}, True),
    ],
)
def test_a_medical_check_covers_its_panels_and_every_threshold_above(held, asked, is_covered):
    assert (medical_asks(**asked) <= medical_covers(**held)) is is_covered
