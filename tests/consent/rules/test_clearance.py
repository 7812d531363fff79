"""Clearance, case by case: each reason, each boundary, each tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from consent.rules.clearance import Reason, Status, decide
from consent.rules.facts import (
    BirthRecord,
    CheckKind,
    CheckOutcome,
    Enrolment,
    Facts,
    Finding,
    IdentityCheck,
    QuarantineOrder,
    Reference,
    Signature,
    WaiverText,
    Withdrawal,
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
    PROGRAMME,
    START,
    VERSION,
    WEEK,
    check,
    nanite,
    plus,
)


def reasons(facts: Facts, at: datetime, programme: Programme = PROGRAMME, **asked) -> list[str]:
    return list(decide(facts, programme=programme, at=at, **asked).reasons)


def test_who_has_everything_is_cleared():
    answer = decide(CLEARED, programme=PROGRAMME, at=START)

    assert answer.status is Status.CLEARED
    assert answer.programme_version == 1
    assert answer.cleared_until == START + WEEK
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

    assert answer.cleared_until == performed.astimezone(UTC) + timedelta(hours=168)


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

    assert decide(facts, programme=PROGRAMME, at=START + DAY).cleared_until == START + WEEK


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


# --- waiver and withdrawal -------------------------------------------------------------------


def signed(id: str, at: datetime, text: str = "text-1", **changes: object) -> Signature:
    return replace(Signature(id=id, text=text, signed_at=at, recorded_at=at), **changes)


def withdrawal(at: datetime, **changes: object) -> Withdrawal:
    return replace(Withdrawal(id="withdrawal-1", effective_at=at, recorded_at=at), **changes)


NEXT_TEXT = WaiverText(
    id="text-2",
    version=2,
    effective_from=START + 2 * DAY,
    recorded_at=START,
    predecessor_until=START + 4 * DAY,
)


def test_withdrawal_acts_in_its_instant_and_a_later_signature_reopens():
    facts = plus(
        CLEARED,
        withdrawals=withdrawal(START + DAY),
        signatures=signed("signature-2", START + 2 * DAY),
    )

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.WITHDRAWN]
    assert reasons(facts, START + 2 * DAY - INSTANT) == [Reason.WITHDRAWN]
    assert reasons(facts, START + 2 * DAY) == []


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (signed("s", START + DAY), [Reason.WITHDRAWN]),
        (signed("s", START + HOUR, recorded_at=START + 2 * DAY), [Reason.WITHDRAWN]),
        (signed("s", START + DAY + INSTANT), []),
        (signed("s", START + 2 * DAY, annulled_at=START + 3 * DAY), [Reason.WITHDRAWN]),
        (signed("s", START + 2 * DAY, text="unknown"), [Reason.WITHDRAWN]),
    ],
)
def test_only_a_signature_after_the_withdrawal_reopens(signature, expected):
    facts = plus(CLEARED, withdrawals=withdrawal(START + DAY), signatures=signature)

    assert reasons(facts, START + 3 * DAY) == expected


def test_a_withdrawal_written_for_later_acts_as_soon_as_it_is_recorded():
    facts = plus(CLEARED, withdrawals=withdrawal(START + 3 * DAY, recorded_at=START + DAY))

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.WITHDRAWN]


def test_a_withdrawal_written_for_later_is_ended_by_signing_in_between():
    facts = plus(
        CLEARED,
        withdrawals=withdrawal(START + 3 * DAY, recorded_at=START + DAY),
        signatures=signed("signature-2", START + 2 * DAY),
    )

    assert reasons(facts, START + 4 * DAY) == []


def test_a_withdrawal_from_another_programme_leaves_this_one():
    facts = plus(CLEARED, withdrawals=withdrawal(START, programme="other"))

    assert reasons(facts, START + HOUR) == []


def test_a_new_text_supersedes_when_the_old_one_is_no_longer_accepted():
    facts = plus(CLEARED, waiver_texts=NEXT_TEXT)

    assert reasons(facts, START + 4 * DAY - INSTANT) == []
    assert reasons(facts, START + 4 * DAY) == [Reason.WAIVER_SUPERSEDED]
    assert decide(facts, programme=PROGRAMME, at=START).cleared_until == START + 4 * DAY


@pytest.mark.parametrize(
    ("signed_at", "expected"),
    [
        (NEXT_TEXT.effective_from - INSTANT, []),
        (NEXT_TEXT.effective_from, [Reason.NO_WAIVER]),
    ],
)
def test_a_replaced_text_can_be_signed_up_to_the_next_ones_beginning(signed_at, expected):
    facts = plus(
        replace(CLEARED, signatures=()),
        waiver_texts=NEXT_TEXT,
        signatures=signed("signature-2", signed_at),
    )

    assert reasons(facts, START + 3 * DAY) == expected


def test_a_new_text_without_transition_supersedes_at_once():
    facts = plus(CLEARED, waiver_texts=replace(NEXT_TEXT, predecessor_until=None))

    assert reasons(facts, START + 2 * DAY) == [Reason.WAIVER_SUPERSEDED]


def test_a_text_can_be_signed_ahead_and_counts_from_its_date():
    ahead = signed("signature-2", START + DAY, text="text-2")
    facts = plus(replace(CLEARED, signatures=()), waiver_texts=NEXT_TEXT, signatures=ahead)

    assert reasons(facts, START + 2 * DAY - INSTANT) == [Reason.NO_WAIVER]
    assert reasons(facts, START + 2 * DAY) == []


def test_after_a_withdrawal_signing_the_replaced_text_is_worth_nothing():
    facts = plus(
        CLEARED,
        waiver_texts=NEXT_TEXT,
        withdrawals=withdrawal(START + DAY),
        signatures=signed("signature-2", START + 3 * DAY, text="text-1"),
    )

    assert reasons(facts, START + 3 * DAY) == [Reason.WITHDRAWN]


# --- who and where ---------------------------------------------------------------------------


def test_enrolment_is_half_open_and_may_begin_again():
    first = replace(CLEARED.enrolments[0], end=START + DAY, end_recorded_at=START)
    again = Enrolment(
        id="enrolment-2", programme="posting", start=START + 2 * DAY, recorded_at=START
    )
    facts = replace(CLEARED, enrolments=(first, again))

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.NOT_ENROLLED]
    assert reasons(facts, START + 2 * DAY) == []


def test_an_end_of_enrolment_that_is_not_known_yet_does_not_act():
    ended = replace(CLEARED.enrolments[0], end=START + DAY, end_recorded_at=START + 2 * DAY)
    facts = replace(CLEARED, enrolments=(ended,))

    assert reasons(facts, START + DAY) == []
    assert reasons(facts, START + DAY, known_at=START + 2 * DAY) == [Reason.NOT_ENROLLED]
    assert reasons(facts, START + 2 * DAY) == [Reason.NOT_ENROLLED]


def test_enrolment_in_another_programme_is_none():
    facts = replace(CLEARED, enrolments=(replace(CLEARED.enrolments[0], programme="other"),))

    assert reasons(facts, START) == [Reason.NOT_ENROLLED]


def born(latest: date | None, at: datetime = START - DAY, id: str = "birth") -> BirthRecord:
    return BirthRecord(id=id, latest_birth_date=latest, recorded_at=at)


@pytest.mark.parametrize(
    ("latest", "at", "is_of_age"),
    [
        (None, START, False),
        (date(2008, 3, 3), START, False),
        (date(2008, 3, 3), datetime(2026, 3, 2, 23, 59, 59, 999999, UTC), False),
        (date(2008, 3, 3), datetime(2026, 3, 3, tzinfo=UTC), True),
        (date(2008, 2, 29), START, True),
    ],
)
def test_the_minimum_age_must_be_shown(latest, at, is_of_age):
    facts = replace(CLEARED, births=(born(latest),))

    assert (Reason.UNDER_AGE not in reasons(facts, at)) == is_of_age


def test_a_birthday_begins_at_midnight_of_the_hospital():
    west = replace(PROGRAMME, zone=ZoneInfo("America/New_York"))
    facts = replace(CLEARED, births=(born(date(2008, 3, 3)),))
    midnight = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)

    assert reasons(facts, midnight - INSTANT, west) == [Reason.UNDER_AGE]
    assert reasons(facts, midnight, west) == []


def test_a_corrected_birth_date_acts_from_its_recording_and_never_makes_older_in_hindsight():
    young, old = born(date(2010, 1, 1)), born(date(1990, 1, 1), START + DAY, "corrected")
    facts = replace(CLEARED, births=(young, old))

    assert reasons(facts, START) == [Reason.UNDER_AGE]
    assert reasons(facts, START + DAY) == []
    assert reasons(facts, START, known_at=START + DAY) == [Reason.UNDER_AGE]


def test_no_age_is_asked_where_the_programme_asks_none():
    version = replace(VERSION, minimum_age_years=None)
    programme = replace(PROGRAMME, versions=(version,))

    assert reasons(replace(CLEARED, births=()), START, programme) == []


def test_a_doubt_about_identity_refuses_until_it_is_confirmed_again():
    doubt = IdentityCheck(
        id="doubt", is_confirmed=False, happened_at=START + DAY, recorded_at=START + DAY
    )
    again = replace(
        doubt,
        id="again",
        is_confirmed=True,
        happened_at=START + 2 * DAY,
        recorded_at=START + 2 * DAY,
    )
    facts = plus(CLEARED, identity=(doubt, again))

    assert reasons(facts, START + DAY) == [Reason.IDENTITY_UNCONFIRMED]
    assert reasons(facts, START + 2 * DAY) == []


# --- nanites, quarantine, findings -----------------------------------------------------------


def test_a_result_clears_from_its_release_and_lapses_by_collection():
    facts = replace(
        CLEARED,
        nanites=(nanite("n", START, recorded_at=START + HOUR, released_at=START + 2 * HOUR),),
    )

    assert reasons(facts, START + 2 * HOUR - INSTANT) == [Reason.NANITE_MISSING]
    assert reasons(facts, START + 2 * HOUR) == []
    assert Reason.NANITE_LAPSED in reasons(facts, START + WEEK)


def test_a_result_that_was_never_released_does_not_clear():
    facts = replace(CLEARED, nanites=(nanite("n", START, released_at=None),))

    assert reasons(facts, START + HOUR) == [Reason.NANITE_MISSING]


REFUSING = nanite("refusing", START + DAY, is_allowed=False, released_at=START + DAY + HOUR)


def test_a_refusing_result_refuses_once_released_until_a_later_specimen_allows():
    facts = plus(CLEARED, nanites=(REFUSING, nanite("later", START + 2 * DAY)))

    assert reasons(facts, START + DAY + HOUR - INSTANT) == []
    assert reasons(facts, START + DAY + HOUR) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + DAY, known_at=START + DAY + HOUR) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 2 * DAY) == []


def test_an_allowed_result_of_the_same_collection_does_not_overcome_a_refusing_one():
    facts = plus(CLEARED, nanites=(REFUSING, nanite("twin", START + DAY)))

    assert reasons(facts, START + 2 * DAY) == [Reason.NANITE_STATUS]


def test_a_correction_overcomes_only_once_it_is_released():
    corrected = nanite(
        "corrected",
        START + DAY,
        recorded_at=START + 2 * DAY,
        released_at=START + 3 * DAY,
        corrects="refusing",
    )
    facts = plus(CLEARED, nanites=(REFUSING, corrected))

    assert reasons(facts, START + 3 * DAY - INSTANT) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 3 * DAY) == []


def test_a_correction_of_a_correction_still_overcomes_the_first():
    first = replace(REFUSING, id="first-correction", corrects="refusing")
    second = nanite("second", START + DAY, corrects="first-correction")
    facts = plus(CLEARED, nanites=(REFUSING, first, second))

    assert reasons(facts, START + 2 * DAY) == []


def test_a_refusing_correction_replaces_the_refusal_only_once_it_is_released():
    pending = replace(REFUSING, id="pending", corrects="refusing", released_at=None)

    grounds = decide(
        plus(CLEARED, nanites=(REFUSING, pending)), programme=PROGRAMME, at=START + 2 * DAY
    ).grounds

    assert [one.id for ground in grounds for one in ground.facts] == ["refusing"]


def test_a_refusal_stands_again_while_its_correction_is_itself_being_corrected():
    first = nanite("first", START + DAY, corrects="refusing")
    second = nanite(
        "second",
        START + DAY,
        recorded_at=START + 2 * DAY,
        released_at=START + 3 * DAY,
        corrects="first",
    )
    facts = plus(CLEARED, nanites=(REFUSING, first, second))

    assert reasons(facts, START + 2 * DAY - INSTANT) == []
    assert reasons(facts, START + 2 * DAY) == [Reason.NANITE_STATUS]
    assert reasons(facts, START + 3 * DAY) == []


def test_an_allowed_result_under_correction_no_longer_clears():
    pending = nanite(
        "pending", START, recorded_at=START + DAY, released_at=None, corrects="nanite-1"
    )

    answer = reasons(plus(CLEARED, nanites=pending), START + DAY)

    assert answer == [Reason.NANITE_MISSING]


def test_corrections_that_name_each_other_in_a_ring_end():
    ring = (
        nanite("a", START, is_allowed=False, corrects="b"),
        nanite("b", START, is_allowed=False, corrects="a"),
    )

    assert Reason.NANITE_MISSING in reasons(replace(CLEARED, nanites=ring), START)


LIMITED = replace(
    PROGRAMME,
    versions=(replace(VERSION, nanites=(NaniteRequirement(analyte=LOAD, maximum=Decimal(100)),)),),
)


@pytest.mark.parametrize(
    ("result", "is_cleared"),
    [
        ({"at_most": Decimal(0)}, True),
        ({"at_most": Decimal(100)}, True),
        ({"at_most": Decimal("100.1")}, False),
        ({"at_most": None}, False),
        ({"at_most": Decimal("NaN")}, False),
        ({"at_most": Decimal(10), "is_allowed": False}, False),
    ],
)
def test_a_load_must_surely_not_exceed_the_programmes_maximum(result, is_cleared):
    facts = replace(CLEARED, nanites=(nanite("n", START, **result),))

    answer = reasons(facts, START, LIMITED)

    assert answer == ([] if is_cleared else [Reason.NANITE_MISSING, Reason.NANITE_STATUS])


def test_a_version_with_a_lower_maximum_refuses_from_its_start_and_is_foreseen():
    lower = replace(
        VERSION,
        number=2,
        effective_from=START + DAY,
        recorded_at=START,
        nanites=(NaniteRequirement(analyte=LOAD, maximum=Decimal(50)),),
    )
    programme = Programme(id="posting", versions=(*LIMITED.versions, lower))
    facts = replace(CLEARED, nanites=(nanite("n", START, at_most=Decimal(80)),))

    assert decide(facts, programme=programme, at=START).cleared_until == START + DAY
    assert Reason.NANITE_STATUS in reasons(facts, START + DAY, programme)


def test_another_analyte_neither_clears_nor_refuses():
    other = replace(REFUSING, analyte="NANITE-RATIO")

    assert reasons(plus(CLEARED, nanites=other), START + 2 * DAY) == []
    assert reasons(replace(CLEARED, nanites=(other,)), START + 2 * DAY) == [Reason.NANITE_MISSING]


def test_a_finding_refuses_when_recorded_without_any_release():
    finding = Finding(
        id="finding-1",
        result="nanite-2",
        found_at=START + HOUR,
        recorded_at=START + 2 * HOUR,
        cleared_at=START + DAY,
    )
    facts = plus(CLEARED, findings=finding)

    assert reasons(facts, START + 2 * HOUR - INSTANT) == []
    assert reasons(facts, START + 2 * HOUR) == [Reason.OPEN_FINDING]
    assert reasons(facts, START + DAY - INSTANT) == [Reason.OPEN_FINDING]
    assert reasons(facts, START + DAY) == []
    assert reasons(facts, START + HOUR, known_at=START + DAY) == [Reason.OPEN_FINDING]


ORDER = QuarantineOrder(id="order-1", start=START + DAY, recorded_at=START, end=START + 3 * DAY)


@pytest.mark.parametrize(
    ("orders", "at", "refuses"),
    [
        ((ORDER,), START + DAY - INSTANT, False),
        ((ORDER,), START + DAY, True),
        ((ORDER,), START + 3 * DAY - INSTANT, True),
        ((ORDER,), START + 3 * DAY, False),
        ((replace(ORDER, lifted_at=START + 2 * DAY),), START + 2 * DAY - INSTANT, True),
        ((replace(ORDER, lifted_at=START + 2 * DAY),), START + 2 * DAY, False),
        (
            (replace(ORDER, lifted_at=START + DAY, lift_recorded_at=START + 2 * DAY),),
            START + 2 * DAY - INSTANT,
            True,
        ),
        (
            (ORDER, replace(ORDER, id="order-2", start=START + 2 * DAY, end=START + 5 * DAY)),
            START + 4 * DAY,
            True,
        ),
        ((replace(ORDER, end=None),), START + 6 * DAY, True),
        ((replace(ORDER, recorded_at=START + 2 * DAY),), START + 2 * DAY - INSTANT, False),
    ],
)
def test_quarantine_refuses_from_its_start_to_its_end_or_lifting(orders, at, refuses):
    assert (Reason.QUARANTINED in reasons(plus(CLEARED, quarantines=orders), at)) == refuses


def test_who_leaves_quarantine_in_time_is_cleared_again():
    facts = plus(CLEARED, quarantines=ORDER)

    assert decide(facts, programme=PROGRAMME, at=START).cleared_until == START + DAY
    assert decide(facts, programme=PROGRAMME, at=START + 3 * DAY).cleared_until == START + WEEK


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


def test_a_version_still_to_come_is_foreseen_in_cleared_until():
    shorter = replace(
        VERSION,
        number=2,
        effective_from=START + 2 * DAY,
        recorded_at=START,
        nanites=(NaniteRequirement(analyte=LOAD, validity=3 * DAY),),
    )
    programme = Programme(id="posting", versions=(VERSION, shorter))

    assert decide(CLEARED, programme=programme, at=START).cleared_until == START + 3 * DAY


@pytest.mark.parametrize("shorter", CheckKind)
def test_each_check_lapses_by_its_own_validity(shorter):
    needs = tuple(
        CheckRequirement(kind=kind, validity=3 * DAY if kind is shorter else WEEK)
        for kind in CheckKind
    )
    programme = Programme(id="posting", versions=(replace(VERSION, checks=needs),))

    assert decide(CLEARED, programme=programme, at=START).cleared_until == START + 3 * DAY
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
