"""When a message is sent again, how long that takes, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.dispatching import (
    AGES,
    DISPATCH,
    LEFT,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    OPEN,
    Again,
    DispatchKind,
    DispatchStatus,
    GivenUp,
    expires,
    failed,
    pause,
)

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_doubles_up_to_five_minutes_half_more_or_less(attempts: int, chance: float) -> None:
    middle = min(LONGEST_PAUSE, 2.0 ** min(attempts, 16))

    assert middle / 2 <= pause(attempts, chance) <= middle * 1.5


def test_what_failed_together_does_not_come_again_together() -> None:
    assert len({pause(5, chance / 10) for chance in range(10)}) == 10


@pytest.mark.parametrize("attempts", range(1, MOST_ATTEMPTS))
def test_an_attempt_without_an_answer_is_repeated(attempts: int) -> None:
    assert isinstance(failed(attempts, 0.5), Again)


def test_after_the_last_attempt_a_person_decides() -> None:
    assert isinstance(failed(MOST_ATTEMPTS, 0.5), GivenUp)


@pytest.mark.parametrize("kind", DispatchKind)
def test_every_kind_has_a_time_in_which_it_is_of_use(kind: DispatchKind) -> None:
    assert expires(kind, AT) == AT + AGES[kind] > AT


def test_whoever_waits_less_long_is_not_answered_later() -> None:
    until = AT + timedelta(seconds=60)

    assert expires(DispatchKind.QUERY_ANSWER, AT, until) == until


def test_what_is_on_the_line_is_never_withdrawn() -> None:
    assert not DISPATCH.can_move(DispatchStatus.SENDING, DispatchStatus.WITHDRAWN)


def test_an_accepted_dispatch_is_never_sent_again() -> None:
    assert DispatchStatus.ACCEPTED in DISPATCH.final


def test_every_dispatch_is_open_left_to_a_person_or_at_its_end() -> None:
    assert set(DispatchStatus) == {*OPEN, *LEFT, *DISPATCH.final}
