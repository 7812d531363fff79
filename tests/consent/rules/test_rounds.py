"""The due window of the round: when it opens, is due and lapses; it plans and never decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from consent.rules.clearance import decide
from consent.rules.facts import CheckKind, CheckOutcome, Enrolment, Withdrawal
from consent.rules.programmes import CheckRequirement, NaniteRequirement
from consent.rules.rounds import (
    DayState,
    Window,
    day_of_lapse,
    day_state,
    is_done,
    missing,
    passed,
    refused,
    window,
    window_of,
)
from tests.consent.rules.people import (
    CLEARED,
    DAY,
    HOUR,
    INSTANT,
    LOAD,
    PROGRAMME,
    START,
    WEEK,
    check,
    moments,
    nanite,
    people,
    plus,
    programmes,
)

NEED = CheckRequirement(kind=CheckKind.MEDICAL, opens_before=2 * DAY, grace=DAY)
PARIS = ZoneInfo("Europe/Paris")


def asked(facts=CLEARED, at=START, programme=PROGRAMME, **more) -> Window | None:
    return window(facts, programme=programme, at=at, **more)


def test_a_round_opens_is_due_and_lapses_a_week_after_what_was_passed_first() -> None:
    found = asked()

    assert found == Window(
        opens_at=START + WEEK - timedelta(hours=48),
        due_at=datetime(2026, 3, 9, tzinfo=UTC),
        lapses_at=START + WEEK,
        overdue_at=START + WEEK,
        basis="check medical-1",
        renewed_at=START,
    )


def test_the_requirement_that_lapses_first_decides_and_the_first_to_open_opens() -> None:
    facts = replace(CLEARED, nanites=(nanite("nanite-1", START - DAY),))
    version = replace(
        PROGRAMME.versions[0],
        nanites=(NaniteRequirement(analyte=LOAD, opens_before=HOUR),),
    )

    found = asked(facts, programme=replace(PROGRAMME, versions=(version,)))

    assert found.lapses_at == START + 6 * DAY
    assert found.basis == "nanite result nanite-1"
    assert found.opens_at == START + 5 * DAY


@pytest.mark.parametrize("needs", [{"checks": ()}, {"nanites": ()}])
def test_what_was_never_met_is_due_from_the_enrolment_on(needs) -> None:
    found = asked(replace(CLEARED, **needs))

    assert (found.opens_at, found.due_at, found.lapses_at) == (
        START - DAY,
        START - DAY,
        START + DAY,
    )
    assert found.basis == "enrolment enrolment-1"


def test_a_refusal_is_due_in_its_own_moment_until_a_pass_lifts_it() -> None:
    failed = check("medical-2", START + DAY, outcome=CheckOutcome.FAILED)
    refused_too = plus(CLEARED, checks=failed)
    lifted = plus(
        refused_too, checks=check("medical-3", START + 2 * DAY, lifts=frozenset({"medical-2"}))
    )

    found = asked(refused_too, START + DAY)

    assert (found.opens_at, found.lapses_at, found.basis) == (
        START + DAY,
        START + DAY,
        "check medical-2",
    )
    assert asked(lifted, START + 2 * DAY).lapses_at == START + WEEK


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        (replace(CLEARED, enrolments=()), START),
        (CLEARED, START - 40 * DAY),
        (
            plus(CLEARED, withdrawals=Withdrawal(id="w", effective_at=START, recorded_at=START)),
            START,
        ),
        (
            replace(
                CLEARED,
                enrolments=(
                    Enrolment(
                        id="e",
                        programme="posting",
                        start=START - DAY,
                        recorded_at=START - DAY,
                        end=START,
                    ),
                ),
            ),
            START,
        ),
    ],
    ids=["never enrolled", "no rules yet", "withdrew", "left"],
)
def test_nobody_is_called_who_does_not_take_part(facts, at) -> None:
    assert asked(facts, at) is None


@pytest.mark.parametrize(
    ("lapses_at", "day"),
    [
        (datetime(2026, 3, 9, 8, tzinfo=UTC), datetime(2026, 3, 8, 23, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 3, 7, 23, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, tzinfo=UTC) + INSTANT, datetime(2026, 3, 8, 23, tzinfo=UTC)),
        # The day on which clocks go forward begins at 23:00 UTC and ends at 22:00 UTC.
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (datetime(2026, 3, 29, 22, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_the_day_of_a_lapse_is_the_hospitals_and_that_of_the_instant_before(lapses_at, day) -> None:
    assert day_of_lapse(lapses_at, PARIS) == day


def test_grace_moves_what_is_overdue_and_nothing_else() -> None:
    version = PROGRAMME.versions[0]
    checks = tuple(replace(need, grace=3 * DAY) for need in version.checks)
    later = asked(programme=replace(PROGRAMME, versions=(replace(version, checks=checks),)))

    assert later == replace(asked(), overdue_at=START + WEEK + 3 * DAY)


@pytest.mark.parametrize(
    ("validity", "opens_after"),
    [(WEEK, 5 * DAY), (4 * DAY, 2 * DAY), (DAY, 12 * HOUR), (HOUR, HOUR / 2)],
)
def test_a_round_opens_not_before_half_of_the_validity_is_over(validity, opens_after) -> None:
    need = replace(NEED, validity=validity)

    found = passed(need, "c", since=START, lapses_at=START + validity)

    assert found.opens_at == START + opens_after


def test_without_a_span_to_open_in_everything_is_due_where_it_lapses() -> None:
    need = replace(NEED, opens_before=timedelta(0))

    for standing in (
        passed(need, "c", since=START, lapses_at=START + WEEK),
        missing(need, "e", joined_at=START),
        refused(need, "c", since=START),
    ):
        assert standing.opens_at == standing.lapses_at == standing.overdue_at - DAY


def test_of_one_met_and_one_never_met_the_second_is_due_first() -> None:
    never = missing(NEED, "e", joined_at=START + 3 * DAY)
    met = passed(NEED, "c", since=START, lapses_at=START + WEEK)

    found = window_of([met, never], zone=UTC)

    assert (found.due_at, found.lapses_at) == (START + 3 * DAY, START + 5 * DAY)
    assert window_of([met], zone=UTC).due_at == datetime(2026, 3, 9, tzinfo=UTC)


def test_no_requirement_makes_no_window() -> None:
    assert window_of([], zone=UTC) is None


@pytest.mark.parametrize(
    ("opens_at", "renewed_at", "is_over"),
    [
        (START + 2 * DAY + INSTANT, START + DAY, True),
        (START + 2 * DAY, START + DAY, False),  # one of two is passed, the other is still due
        (START + 5 * DAY, START, False),  # it was opened by this very pass
        (START + 5 * DAY, None, False),
        (START + 5 * DAY, START - DAY, False),  # the window moved because the rules changed
    ],
)
def test_a_round_is_done_once_something_was_passed_and_nothing_is_due(
    opens_at, renewed_at, is_over
) -> None:
    found = replace(asked(), opens_at=opens_at, renewed_at=renewed_at)

    assert is_done(found, opened_at=START, at=START + 2 * DAY) == is_over


@pytest.mark.parametrize(("done", "recalled", "away"), list(product([True, False], repeat=3)))
@pytest.mark.parametrize("late", [-INSTANT, timedelta(0), DAY])
def test_how_somebody_stands_on_a_day(done, recalled, away, late) -> None:
    found = day_state(
        at=START + late, overdue_at=START, is_done=done, is_away=away, is_recalled=recalled
    )

    if done:
        assert found is DayState.DONE
    elif recalled:
        assert found is DayState.RECALLED
    elif away:
        assert found is DayState.AWAY
    else:
        assert found is (DayState.DUE if late < timedelta(0) else DayState.OVERDUE)


def _joined(facts) -> set[datetime]:
    return {max(one.start, one.recorded_at) for one in facts.enrolments}


@given(facts=people, programme=programmes, at=moments)
def test_a_window_is_in_order_and_its_day_holds_the_lapse(facts, programme, at) -> None:
    found = asked(facts, at, programme)

    if found is not None:
        assert found.opens_at <= found.due_at <= found.lapses_at <= found.overdue_at
        assert found.lapses_at - found.due_at <= DAY or found.due_at in _joined(facts)


@given(facts=people, programme=programmes, at=moments)
def test_nobody_is_cleared_beyond_their_window(facts, programme, at) -> None:
    found, answer = asked(facts, at, programme), decide(facts, programme=programme, at=at)

    if answer.is_cleared and found is not None:
        assert at < found.lapses_at
        assert decide(facts, programme=programme, at=found.lapses_at, known_at=at).reasons


@given(facts=people, programme=programmes, at=moments)
def test_whoever_is_cleared_under_requirements_has_a_window(facts, programme, at) -> None:
    version = programme.version_at(at, known_at=at)

    if decide(facts, programme=programme, at=at).is_cleared and (version.checks or version.nanites):
        assert asked(facts, at, programme) is not None


@given(facts=people, at=moments)
def test_what_is_recorded_later_moves_no_earlier_window(facts, at) -> None:
    later = at + HOUR
    more = plus(
        facts,
        checks=check("later", at, recorded_at=later, kind=CheckKind.PSYCHOLOGICAL),
        withdrawals=Withdrawal(id="later", effective_at=at, recorded_at=later),
    )

    assert asked(more, at) == asked(facts, at)
