"""Follow-up per agent: its own clock, set anew by exposure alone, and nothing of another agent counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.follow_ups import (
    Decided,
    Deciding,
    Duty,
    Exposed,
    FollowUp,
    Rule,
    State,
    Visited,
    Visiting,
    follow_up,
    in_force,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def exposed(day: float = 0, *, id: int = 1, known: float | None = None, **more: Any) -> Exposed:
    at = START + day * DAY
    known_at = at + HOUR if known is None else START + known * DAY
    return Exposed(id=id, recorded_at=known_at, first_at=at, last_at=at, **{"agent": "A", **more})


def ruled(days: int = 14, *, id: int = 1, agent: str = "A", begins: float = -9) -> Rule:
    at = START + begins * DAY
    return Rule(id=id, agent=agent, days=days, visits_per_day=1, approved_at=at, in_force_from=at)


def decided(day: float, kind: Deciding, *, id: int = 1, **more: Any) -> Decided:
    at = START + day * DAY
    return Decided(id=id, kind=kind, decided_at=at, **{"agent": "A", "recorded_at": at, **more})


def visited(day: float, *, id: int = 1, outcome: Visiting = Visiting.SEEN, **more: Any) -> Visited:
    at = START + day * DAY
    return Visited(
        id=id, outcome=outcome, visited_at=at, **{"agent": "A", "recorded_at": at, **more}
    )


def of(*rows: Any, day: float, rules: tuple[Rule, ...] | None = None) -> FollowUp | None:
    return follow_up(
        agent="A",
        exposures=[one for one in rows if isinstance(one, Exposed)],
        decisions=[one for one in rows if isinstance(one, Decided)],
        visits=[one for one in rows if isinstance(one, Visited)],
        rules=(ruled(),) if rules is None else rules,
        at=START + day * DAY,
        zone=UTC,
    )


def state(*rows: Any, day: float, **more: Any) -> State | None:
    found = of(*rows, day=day, **more)
    return None if found is None else found.state


CANCEL, LOST = Deciding.CANCELLED, Deciding.LOST


@pytest.mark.parametrize(
    ("rows", "day", "expected"),
    [
        ((), 1, None),
        ((exposed(),), 0, None),  # not known yet
        ((exposed(),), 0.1, State.ACTIVE),
        ((exposed(),), 13.9, State.ACTIVE),
        ((exposed(),), 14, State.COMPLETED),
        ((exposed(is_excluded=True),), 1, None),
        ((exposed(), exposed(id=2, corrects=1, is_retraction=True, known=2)), 1, State.ACTIVE),
        ((exposed(), exposed(id=2, corrects=1, is_retraction=True, known=2)), 3, None),
        ((exposed(), decided(2, CANCEL)), 3, State.CANCELLED),
        ((exposed(), decided(2, CANCEL)), 1, State.ACTIVE),
        ((exposed(), decided(2, CANCEL, recorded_at=START + 4 * DAY)), 3, State.ACTIVE),
        ((exposed(), decided(2, LOST)), 20, State.LOST),
        ((exposed(), decided(2, LOST), decided(3, Deciding.RESUMED, id=2)), 4, State.ACTIVE),
        (
            (
                exposed(),
                decided(2, CANCEL),
                decided(3, CANCEL, id=2, corrects=1, is_retraction=True),
            ),
            4,
            State.ACTIVE,
        ),
        # A further exposure sets the clock anew, whatever was decided before it.
        ((exposed(), decided(2, CANCEL), exposed(3, id=2)), 4, State.ACTIVE),
        ((exposed(), decided(2, LOST), exposed(3, id=2)), 4, State.ACTIVE),
        ((exposed(), exposed(20, id=2)), 21, State.ACTIVE),
        # So does one from before the decision of which nobody knew.
        ((exposed(), decided(2, CANCEL), exposed(1, id=2, known=3)), 4, State.ACTIVE),
        (
            (exposed(), decided(9, Deciding.EXTENDED, until=START + 20 * DAY)),
            19,
            State.ACTIVE,
        ),
        ((exposed(), decided(9, Deciding.EXTENDED, until=START + 20 * DAY)), 20, State.COMPLETED),
    ],
)
def test_the_state_follows_from_what_was_known(
    rows: tuple[Any, ...], day: float, expected: State | None
) -> None:
    assert state(*rows, day=day) is expected


def test_an_exposure_without_a_rule_in_force_is_never_silent() -> None:
    assert state(exposed(), day=1, rules=()) is State.NO_RULE
    assert state(exposed(), day=1, rules=(ruled(agent="B"),)) is State.NO_RULE
    assert state(exposed(), day=1, rules=(ruled(begins=2),)) is State.NO_RULE
    assert state(exposed(), day=3, rules=(ruled(begins=2),)) is State.ACTIVE


def test_the_rule_that_came_into_force_last_holds() -> None:
    first, second = ruled(14, id=1), ruled(21, id=2, begins=10)

    assert in_force([second, first], at=START + 9 * DAY) is first
    assert in_force([second, first], at=START + 10 * DAY) is second
    assert state(exposed(), day=15, rules=(first, second)) is State.ACTIVE


@pytest.mark.parametrize(
    ("rows", "day", "duty", "unseen"),
    [
        ((exposed(),), 0.1, Duty.DUE, 0),
        ((exposed(),), 1, Duty.OVERDUE, 1),
        ((exposed(), visited(0.2)), 1, Duty.DUE, 0),
        ((exposed(), visited(0.2)), 2, Duty.OVERDUE, 1),
        ((exposed(), visited(2)), 2.1, Duty.DONE, 0),
        ((exposed(), visited(2, outcome=Visiting.REFUSED)), 2.1, Duty.OVERDUE, 2),
        ((exposed(), visited(2, agent="B")), 2.1, Duty.OVERDUE, 2),
        ((exposed(), decided(1, CANCEL)), 2, Duty.NONE, 2),
        ((exposed(), decided(1, LOST), decided(5, Deciding.RESUMED, id=2)), 5.2, Duty.DUE, 0),
        ((exposed(), exposed(20, id=2)), 20.2, Duty.DUE, 0),
    ],
)
def test_what_is_to_be_done_today(
    rows: tuple[Any, ...], day: float, duty: Duty, unseen: int
) -> None:
    found = of(*rows, day=day)

    assert found is not None
    assert (found.duty, found.unseen_days) == (duty, unseen)


def test_of_two_visits_a_day_both_are_needed() -> None:
    twice = replace(ruled(), visits_per_day=2)

    once = of(exposed(), visited(2), day=2.1, rules=(twice,))
    both = of(exposed(), visited(2), visited(2.1, id=2), day=2.2, rules=(twice,))

    assert once is not None
    assert both is not None
    assert (once.duty, both.duty) == (Duty.DUE, Duty.DONE)


# --- laws

days = st.integers(0, 40)
agents = st.sampled_from(["A", "B"])


@st.composite
def facts(draw: st.DrawFn) -> list[Any]:
    """Rows of both agents, some corrected, in the order in which they were recorded."""
    rows: list[Any] = []
    for id_ in range(1, draw(st.integers(1, 8)) + 1):
        kind = draw(st.sampled_from(["exposed", "decided", "visited"]))
        day, agent = draw(days), draw(agents)
        known = START + (day + draw(st.integers(0, 5))) * DAY
        if kind == "exposed":
            excluded = draw(st.booleans())
            rows.append(exposed(day, id=id_, agent=agent, is_excluded=excluded))
        elif kind == "visited":
            outcome = draw(st.sampled_from(Visiting))
            rows.append(visited(day, id=id_, agent=agent, outcome=outcome, recorded_at=known))
        else:
            what = draw(st.sampled_from(Deciding))
            until = START + draw(st.integers(0, 60)) * DAY if what is Deciding.EXTENDED else None
            rows.append(decided(day, what, id=id_, agent=agent, recorded_at=known, until=until))
    return rows


@given(facts(), days, days)
def test_the_end_never_moves_earlier_by_another_exposure(
    rows: list[Any], day: int, at: int
) -> None:
    rules = (ruled(14), ruled(7, id=2, agent="B"))
    before = of(*rows, day=at, rules=rules)
    after = of(*rows, exposed(day, id=99), day=at, rules=rules)

    if before is not None:
        assert after is not None
        assert after.until is not None
        assert before.until is not None
        assert after.until >= before.until


@given(facts(), days)
def test_nothing_about_another_agent_changes_anything(rows: list[Any], at: int) -> None:
    rules = (ruled(14), ruled(7, id=2, agent="B"))
    own = [row for row in rows if row.agent == "A"]

    assert of(*rows, day=at, rules=rules) == of(*own, day=at, rules=rules[:1])


@given(facts(), days)
def test_what_is_recorded_later_changes_no_earlier_answer(rows: list[Any], at: int) -> None:
    known = [row for row in rows if row.recorded_at <= START + at * DAY]

    assert of(*rows, day=at) == of(*known, day=at)


@given(facts(), st.integers(0, 40))
def test_an_exposure_after_everything_is_always_followed_up(rows: list[Any], day: int) -> None:
    last = max([day, *((row.recorded_at - START) // DAY for row in rows)]) + 1

    assert state(*rows, exposed(last, id=99), day=last + 1) is State.ACTIVE
