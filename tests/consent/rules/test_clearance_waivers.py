"""Clearance by waiver, withdrawal, enrolment, age and identity: each boundary, each tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from consent.rules.clearance import Reason, decide
from consent.rules.facts import (
    BirthRecord,
    CapacityFinding,
    Enrolment,
    IdentityCheck,
    Signature,
    WaiverText,
    Withdrawal,
)
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    HOUR,
    INSTANT,
    MINOR,
    PROGRAMME,
    START,
    VERSION,
    WITH_MINORS,
    plus,
    reasons,
)

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


def found(id: str, at: datetime, *, lacks: bool, **changes: object) -> CapacityFinding:
    return replace(CapacityFinding(id=id, lacks=lacks, assessed_at=at, recorded_at=at), **changes)


LACKS = found("capacity-1", START + DAY, lacks=True)


def test_who_cannot_decide_is_cleared_by_no_earlier_signature_until_found_able_again():
    facts = plus(CLEARED, capacities=(LACKS, found("capacity-2", START + 2 * DAY, lacks=False)))

    assert reasons(facts, START + DAY - INSTANT) == []
    assert reasons(facts, START + DAY) == [Reason.NO_WAIVER]
    assert reasons(facts, START + 2 * DAY - INSTANT) == [Reason.NO_WAIVER]
    assert reasons(facts, START + 2 * DAY) == []
    (ground,) = decide(facts, programme=PROGRAMME, at=START + DAY).grounds
    assert [(one.kind, one.id) for one in ground.facts] == [("capacity", "capacity-1")]


@pytest.mark.parametrize(
    ("capacities", "at", "expected"),
    [
        # Told late, it counts from when it was found; the answer given before stays.
        ((replace(LACKS, recorded_at=START + 3 * DAY),), START + 2 * DAY, []),
        ((replace(LACKS, recorded_at=START + 3 * DAY),), START + 3 * DAY, [Reason.NO_WAIVER]),
        # Found able and unable in one moment: unable.
        ((LACKS, found("able", START + DAY, lacks=False)), START + 2 * DAY, [Reason.NO_WAIVER]),
        # Found able before, or found able but not told yet.
        ((LACKS, found("able", START, lacks=False)), START + 2 * DAY, [Reason.NO_WAIVER]),
        (
            (LACKS, found("able", START + 2 * DAY, lacks=False, recorded_at=START + 4 * DAY)),
            START + 3 * DAY,
            [Reason.NO_WAIVER],
        ),
        ((found("able", START, lacks=False),), START + DAY, []),
    ],
)
def test_the_newest_assessment_known_decides(capacities, at, expected):
    assert reasons(plus(CLEARED, capacities=capacities), at) == expected


def test_hindsight_takes_back_what_a_late_finding_contradicts():
    facts = plus(CLEARED, capacities=replace(LACKS, recorded_at=START + 3 * DAY))

    assert reasons(facts, START + 2 * DAY, known_at=START + 3 * DAY) == [Reason.NO_WAIVER]


def test_what_was_signed_while_unable_to_decide_never_counts():
    facts = replace(
        plus(CLEARED, capacities=(LACKS, found("able", START + 3 * DAY, lacks=False))),
        signatures=(signed("while-unable", START + 2 * DAY),),
    )
    anew = plus(facts, signatures=signed("anew", START + 4 * DAY))

    assert reasons(facts, START + 5 * DAY) == [Reason.NO_WAIVER]
    assert reasons(anew, START + 5 * DAY) == []


def test_a_finding_undoes_no_withdrawal_and_needs_none():
    facts = plus(CLEARED, capacities=LACKS, withdrawals=withdrawal(START + 2 * DAY))

    assert reasons(facts, START + DAY) == [Reason.NO_WAIVER]
    assert reasons(facts, START + 2 * DAY) == [Reason.WITHDRAWN]


def test_who_signed_again_is_not_withdrawn_for_being_unable_to_decide():
    facts = plus(
        CLEARED,
        withdrawals=withdrawal(START),
        signatures=signed("again", START + HOUR),
        capacities=LACKS,
    )

    assert reasons(facts, START + 2 * HOUR) == []
    assert reasons(facts, START + DAY) == [Reason.NO_WAIVER]


def test_where_a_guardian_signs_the_minor_need_not_be_able():
    facts = plus(MINOR, capacities=LACKS)

    assert reasons(facts, START + DAY, WITH_MINORS) == []


def test_a_new_text_supersedes_when_the_old_one_is_no_longer_accepted():
    facts = plus(CLEARED, waiver_texts=NEXT_TEXT)

    assert reasons(facts, START + 4 * DAY - INSTANT) == []
    assert reasons(facts, START + 4 * DAY) == [Reason.WAIVER_SUPERSEDED]
    assert decide(facts, programme=PROGRAMME, at=START).valid_until == START + 4 * DAY


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
