"""Clearance, case by case: what is missing, a week's boundaries, refusals, versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from consent.rules.clearance import Reason, Status, decide
from consent.rules.facts import (
    CheckKind,
    CheckOutcome,
    Facts,
    Reference,
)
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
    ORDER,
    PROGRAMME,
    START,
    VERSION,
    WEEK,
    check,
    nanite,
    plus,
    reasons,
)


def test_who_has_everything_is_cleared():
    answer = decide(CLEARED, programme=PROGRAMME, at=START)

    assert answer.status is Status.CLEARED
    assert answer.programme_version == 1
    assert answer.valid_until == START + WEEK
    assert answer.relied_on == (
        Reference(kind="birth", id="birth-1"),
        Reference(kind="check", id="medical-1"),
        Reference(kind="check", id="psych-1"),
        Reference(kind="enrolment", id="enrolment-1"),
        Reference(kind="identity", id="identity-1"),
        Reference(kind="nanite result", id="nanite-1"),
        Reference(kind="signature", id="signature-1"),
    )


def test_of_several_facts_the_latest_is_relied_on():
    again = (CLEARED.signatures[0], CLEARED.identity[0])
    facts = plus(
        CLEARED,
        signatures=(
            replace(again[0], id="signature-2", signed_at=START, recorded_at=START),
            replace(again[0], id="signature-3", signed_at=START, recorded_at=START),
        ),
        identity=replace(again[1], id="identity-2", happened_at=START, recorded_at=START),
        checks=check("medical-2", START + HOUR),
    )

    answer = decide(facts, programme=PROGRAMME, at=START + HOUR)

    relied_on = {one.id for one in answer.relied_on}
    assert {"signature-3", "identity-2", "medical-2"} <= relied_on
    assert not {"signature-1", "signature-2", "identity-1", "medical-1"} & relied_on


def test_of_somebody_unknown_every_reason_is_given():
    assert reasons(Facts(), START) == [
        Reason.NOT_ENROLLED,
        Reason.UNDER_AGE,
        Reason.IDENTITY_UNCONFIRMED,
        Reason.NO_WAIVER,
        Reason.MEDICAL_MISSING,
        Reason.PSYCH_MISSING,
        Reason.NANITE_MISSING,
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(CLEARED, enrolments=()), Reason.NOT_ENROLLED),
        (replace(CLEARED, births=()), Reason.UNDER_AGE),
        (replace(CLEARED, identity=()), Reason.IDENTITY_UNCONFIRMED),
        (replace(CLEARED, signatures=()), Reason.NO_WAIVER),
        (replace(CLEARED, checks=CLEARED.checks[1:]), Reason.MEDICAL_MISSING),
        (replace(CLEARED, checks=CLEARED.checks[:1]), Reason.PSYCH_MISSING),
        (replace(CLEARED, nanites=()), Reason.NANITE_MISSING),
    ],
)
def test_each_missing_fact_is_one_reason(facts, expected):
    assert reasons(facts, START) == [expected]


# --- a week is 168 hours ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (START - INSTANT, "MISSING"),
        (START, None),
        (START + WEEK - INSTANT, None),
        (START + WEEK, "LAPSED"),
        (START + WEEK + INSTANT, "LAPSED"),
    ],
)
def test_a_pass_holds_from_its_moment_up_to_168_hours_later(moment, expected):
    answer = reasons(CLEARED, moment)

    prefixes = ("MEDICAL", "PSYCH", "NANITE")
    assert answer == ([] if expected is None else [f"{one}_{expected}" for one in prefixes])


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", [date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 2)])
def test_a_change_of_the_clocks_neither_adds_nor_takes_an_hour(zone, day):
    performed = datetime(day.year, day.month, day.day, 9, 0, tzinfo=ZoneInfo(zone))
    facts = replace(
        CLEARED,
        nanites=(nanite("n", performed),),
        checks=(check("m", performed), check("p", performed, kind=CheckKind.PSYCHOLOGICAL)),
    )

    answer = decide(facts, programme=PROGRAMME, at=performed)

    assert answer.valid_until == performed.astimezone(UTC) + timedelta(hours=168)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        decide(CLEARED, programme=PROGRAMME, at=datetime(2026, 3, 2))
    with pytest.raises(ValueError, match="no time zone"):
        check("m", datetime(2026, 3, 2))


def test_a_pass_counts_from_its_recording_and_lapses_from_its_performance():
    late = check("medical-1", START, recorded_at=START + DAY)
    facts = replace(CLEARED, checks=(late, CLEARED.checks[1]))

    assert reasons(facts, START + DAY - INSTANT) == [Reason.MEDICAL_MISSING]
    assert reasons(facts, START + DAY) == []
    assert Reason.MEDICAL_LAPSED in reasons(facts, START + WEEK)


def test_a_pass_dated_ahead_counts_from_its_date():
    ahead = check("medical-1", START + HOUR, recorded_at=START)
    facts = replace(CLEARED, checks=(ahead, CLEARED.checks[1]))

    assert reasons(facts, START + HOUR - INSTANT) == [Reason.MEDICAL_MISSING]
    assert reasons(facts, START + HOUR) == []


def test_a_pass_recorded_after_its_week_never_clears():
    late = check("medical-1", START, recorded_at=START + WEEK)
    facts = replace(CLEARED, checks=(late, CLEARED.checks[1]))

    assert reasons(facts, START + WEEK - INSTANT) == [Reason.MEDICAL_MISSING]
    assert Reason.MEDICAL_LAPSED in reasons(facts, START + WEEK)


def test_of_two_passes_the_later_performed_one_decides_the_end():
    older_recorded_last = check("medical-2", START - DAY, recorded_at=START + HOUR)
    facts = plus(CLEARED, checks=older_recorded_last)

    assert decide(facts, programme=PROGRAMME, at=START + DAY).valid_until == START + WEEK


def test_a_new_pass_carries_on_without_a_gap():
    facts = plus(CLEARED, checks=check("medical-2", START + WEEK))

    assert Reason.MEDICAL_LAPSED not in reasons(facts, START + WEEK)
    assert Reason.PSYCH_LAPSED in reasons(facts, START + WEEK)


# --- refusals --------------------------------------------------------------------------------

FAILED = check("failed", START + DAY, outcome=CheckOutcome.FAILED)


def test_a_failure_revokes_at_its_moment():
    facts = plus(CLEARED, checks=FAILED)

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.MEDICAL_FAILED]


def test_a_failure_recorded_late_refuses_from_then_and_in_hindsight_from_its_performance():
    late = replace(FAILED, recorded_at=START + 2 * DAY)
    facts = plus(CLEARED, checks=late)
    asked = START + DAY + HOUR

    assert reasons(facts, asked) == []
    assert reasons(facts, asked, known_at=START + 2 * DAY - INSTANT) == []
    assert reasons(facts, asked, known_at=START + 2 * DAY) == [Reason.MEDICAL_FAILED]
    assert reasons(facts, START + DAY - INSTANT, known_at=START + 9 * DAY) == []


def test_a_failure_dated_ahead_refuses_as_soon_as_it_is_recorded():
    facts = plus(CLEARED, checks=replace(FAILED, recorded_at=START + HOUR))

    assert reasons(facts, START + HOUR) == [Reason.MEDICAL_FAILED]


def test_a_first_check_that_failed_leaves_the_pass_missing_too():
    facts = replace(CLEARED, checks=(FAILED, CLEARED.checks[1]))

    assert reasons(facts, START + DAY) == [Reason.MEDICAL_MISSING, Reason.MEDICAL_FAILED]


@pytest.mark.parametrize(
    ("lifting", "lifts"),
    [
        ({}, True),
        ({"lifts": frozenset()}, False),
        ({"lifts": frozenset({"another"})}, False),
        ({"outcome": CheckOutcome.INCOMPLETE}, False),
        ({"outcome": CheckOutcome.REFERRED}, False),
        ({"kind": CheckKind.PSYCHOLOGICAL}, False),
        ({"performed_at": FAILED.performed_at}, False),
        ({"performed_at": FAILED.performed_at - HOUR}, False),
        ({"performed_at": FAILED.performed_at + INSTANT}, True),
        ({"annulled_at": START + 2 * DAY}, False),
        ({"annulled_at": START + 4 * DAY}, True),
        ({"recorded_at": START + 3 * DAY + INSTANT}, False),
    ],
)
def test_a_failure_is_lifted_by_a_later_pass_of_its_kind_that_names_it(lifting, lifts):
    later = replace(check("later", START + 2 * DAY, lifts=frozenset({"failed"})), **lifting)

    answer = reasons(plus(CLEARED, checks=(FAILED, later)), START + 3 * DAY)

    assert (Reason.MEDICAL_FAILED not in answer) == lifts


def test_a_lift_is_no_pass_for_the_time_before_it():
    later = check("later", START + 2 * DAY, lifts=frozenset({"failed"}))
    facts = plus(CLEARED, checks=(FAILED, later))

    assert reasons(facts, START + DAY, known_at=START + 3 * DAY) == [Reason.MEDICAL_FAILED]


def test_two_refusals_need_both_names():
    referred = check("referred", START + DAY, outcome=CheckOutcome.REFERRED)
    one = check("later", START + 2 * DAY, lifts=frozenset({"referred"}))
    both = check("last", START + 3 * DAY, lifts=frozenset({"referred", "failed"}))
    facts = plus(CLEARED, checks=(FAILED, referred, one, both))

    assert reasons(facts, START + DAY) == [Reason.MEDICAL_REFERRED, Reason.MEDICAL_FAILED]
    assert reasons(facts, START + 2 * DAY) == [Reason.MEDICAL_FAILED]
    assert reasons(facts, START + 3 * DAY) == []


def test_a_lift_outlives_its_own_pass():
    later = check("later", START + 2 * DAY, lifts=frozenset({"failed"}))
    facts = plus(CLEARED, checks=(FAILED, later))

    assert Reason.MEDICAL_FAILED not in reasons(facts, START + 20 * DAY)
    assert Reason.MEDICAL_LAPSED in reasons(facts, START + 20 * DAY)


def test_a_pass_and_a_failure_of_one_moment_refuse():
    facts = plus(CLEARED, checks=check("failed", START, outcome=CheckOutcome.FAILED))

    assert reasons(facts, START) == [Reason.MEDICAL_FAILED]


def test_an_annulled_pass_never_counted_once_that_is_known():
    annulled = replace(CLEARED.checks[0], annulled_at=START + DAY)
    facts = replace(CLEARED, checks=(annulled, CLEARED.checks[1]))

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.MEDICAL_MISSING]
    assert reasons(facts, START, known_at=START + DAY) == [Reason.MEDICAL_MISSING]


def test_a_failure_stands_although_the_programme_stops_asking_for_that_check():
    lenient = ProgrammeVersion(
        number=2,
        effective_from=START + 2 * DAY,
        recorded_at=START,
        minimum_age_years=None,
        nanites=(),
        checks=(CheckRequirement(kind=CheckKind.PSYCHOLOGICAL),),
    )
    programme = Programme(id="posting", versions=(VERSION, lenient))

    answer = reasons(plus(CLEARED, checks=FAILED), START + 3 * DAY, programme)

    assert answer == [Reason.MEDICAL_FAILED]


# --- programme versions ----------------------------------------------------------------------


def test_rules_change_with_their_version_and_never_backwards():
    stricter = replace(
        VERSION,
        number=2,
        effective_from=START + DAY,
        recorded_at=START + 2 * DAY,
        checks=(CheckRequirement(kind=CheckKind.MEDICAL, validity=DAY),),
    )
    programme = Programme(id="posting", versions=(VERSION, stricter))

    assert reasons(CLEARED, START + 2 * DAY - INSTANT, programme) == []
    assert reasons(CLEARED, START + 2 * DAY, programme) == [Reason.MEDICAL_LAPSED]
    assert reasons(CLEARED, START + DAY, programme, known_at=START + 3 * DAY) == []


def test_a_version_still_to_come_is_foreseen_in_valid_until():
    shorter = replace(
        VERSION,
        number=2,
        effective_from=START + 2 * DAY,
        recorded_at=START,
        nanites=(NaniteRequirement(analyte=LOAD, validity=3 * DAY),),
    )
    programme = Programme(id="posting", versions=(VERSION, shorter))

    assert decide(CLEARED, programme=programme, at=START).valid_until == START + 3 * DAY


@pytest.mark.parametrize("shorter", CheckKind)
def test_each_check_lapses_by_its_own_validity(shorter):
    needs = tuple(
        CheckRequirement(kind=kind, validity=3 * DAY if kind is shorter else WEEK)
        for kind in CheckKind
    )
    programme = Programme(id="posting", versions=(replace(VERSION, checks=needs),))

    assert decide(CLEARED, programme=programme, at=START).valid_until == START + 3 * DAY
    assert len(reasons(CLEARED, START + 3 * DAY, programme)) == 1


def test_a_programme_without_rules_in_force_has_nobody():
    programme = Programme(id="posting", versions=())

    assert reasons(CLEARED, START, programme) == [Reason.NOT_ENROLLED]


def test_a_requirement_of_nonsense_is_refused():
    with pytest.raises(ValueError, match="longer than nothing"):
        CheckRequirement(kind=CheckKind.MEDICAL, validity=timedelta(0))
    with pytest.raises(ValueError, match="required twice"):
        replace(VERSION, checks=(VERSION.checks[0], VERSION.checks[0]))
    for limit in ("-1", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="no limit"):
            NaniteRequirement(analyte=LOAD, maximum=Decimal(limit))
    with pytest.raises(ValueError, match="no age"):
        replace(VERSION, minimum_age_years=-1)


def test_each_ground_names_the_facts_behind_it():
    facts = plus(CLEARED, checks=(FAILED, replace(FAILED, id="again")), quarantines=ORDER)

    grounds = decide(facts, programme=PROGRAMME, at=START + DAY).grounds

    assert {ground.reason: [one.id for one in ground.facts] for ground in grounds} == {
        Reason.MEDICAL_FAILED: ["again", "failed"],
        Reason.QUARANTINED: ["order-1"],
    }
