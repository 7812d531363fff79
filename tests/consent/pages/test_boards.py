"""The board of a day: who is due, overdue and done, counted alike and decided for those shown."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import recalls
from consent.models import Posting, Recall, RoundSlot
from consent.pages import boards as pages
from consent.queries import boards
from consent.rules.recalls import RecallState
from consent.rules.rounds import DayState, day_state
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(asks={"check_grace_hours": 24})


def examined(world: World, days: float):
    """Enrol somebody whose two checks were passed so many days ago."""
    person = world.person()
    world.enrol(person)
    world.sign(person)
    at = database_now() - timedelta(days=days)
    world.medical(person, performed_at=at)
    world.psychological(person, performed_at=at)
    return person


def board(world: World, who=None, **asked: str):
    address = reverse("board", args=[world.programme.code])
    return client_of(who or world.officer).get(address, asked)


def numbers(answer) -> dict[str, int]:
    return {name: people for name, people, _address, _shown in answer.context["tabs"]}


def people(answer) -> set[str]:
    return {row.person.mrn for row in answer.context["rows"]}


def test_a_day_shows_who_lapses_in_it_and_today_also_who_lapsed_before(world) -> None:
    overdue, done = examined(world, 9), examined(world, 1)
    today = hospital_day(database_now())

    now, later = board(world), board(world, day=str(today + timedelta(days=6)))

    assert people(now) == {overdue.mrn}
    assert numbers(now) == {
        "TO_EXAMINE": 1,
        "RECALLED": 0,
        "AWAY": 0,
        "OVERDUE": 1,
        "DUE": 0,
        "DONE": 1,
    }
    assert people(board(world, show="DONE")) == {done.mrn}
    assert numbers(later)["DUE"] == 1
    assert people(later) == {done.mrn}


def test_who_is_within_grace_is_due_and_not_cleared(world) -> None:
    person = examined(world, 7.5)

    [row] = board(world).context["rows"]

    assert (row.person, row.state) == (person, DayState.DUE)
    assert not row.clearance.is_cleared


def test_a_refusal_stands_on_todays_board_with_its_reason(world) -> None:
    person = examined(world, 1)
    world.medical(person, FAILED)

    answer = board(world)

    assert people(answer) == {person.mrn}
    assert "medical check failed" in answer.content.decode()


def test_who_was_never_examined_is_due_on_the_day_of_the_enrolment(world) -> None:
    person = world.person()
    world.enrol(person)

    [row] = board(world).context["rows"]

    assert (row.person, row.state) == (person, DayState.DUE)


def test_whoever_withdrew_is_on_no_board(world) -> None:
    world.withdraw(examined(world, 9))

    assert numbers(board(world))["TO_EXAMINE"] == 0


def test_each_round_is_counted_as_the_rule_has_it(world) -> None:
    for days in (0, 1, 5.5, 6.5, 6.9, 7.1, 7.9, 8.1, 12):
        examined(world, days)
    at = database_now()
    for ahead in range(-2, 8):
        day = hospital_day(at) + timedelta(days=ahead)
        counted = boards.counts(world.programme, day, principal=world.officer, at=at)
        said = Counter(_by_the_rule(slot, day, at) for slot in RoundSlot.objects.all())
        assert counted == {state: said[state] for state in DayState}, day


def _by_the_rule(slot: RoundSlot, day, at: datetime) -> DayState | None:
    """Say how a round stands on a day, and None where it is not on its board."""
    start, end = bounds_of_day(day)
    if slot.state == "DONE":
        is_shown = slot.closed_at is not None and start <= slot.closed_at < end
    else:
        is_shown = slot.state == "OPEN" and start <= slot.due_at < end
        if day == hospital_day(at):
            is_shown = slot.state == "OPEN" and slot.due_at < end
    if not is_shown:
        return None
    return day_state(at=at, overdue_at=slot.overdue_at, is_done=slot.state == "DONE")


def test_pages_go_on_where_they_ended(world, monkeypatch) -> None:
    overdue = [examined(world, days) for days in (9, 10, 11)]
    monkeypatch.setattr(boards, "PAGE", 2)

    first = board(world)
    rest = client_of(world.officer).get(first.context["next"])

    assert [row.person for row in first.context["rows"]] == [overdue[2], overdue[1]]
    assert [row.person for row in rest.context["rows"]] == [overdue[0]]
    assert rest.context["next"] == ""


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "never"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "2026-02-30"},
        {"day": "\x00"},
    ],
)
def test_a_day_that_is_none_is_refused_with_a_sentence(world, asked) -> None:
    answer = board(world, **asked)

    assert answer.status_code == 422
    assert "is not a day" in answer.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "\x00", "٣", ""])
@pytest.mark.parametrize("show", ["nothing", "", "<script>"])
def test_what_no_link_says_shows_the_first_page_of_whom_to_examine(world, after, show) -> None:
    person = examined(world, 9)

    answer = board(world, after=after, show=show)

    assert people(answer) == {person.mrn}
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_the_board_asks_as_many_questions_of_fifty_as_of_five(world) -> None:
    client, address = client_of(world.officer), reverse("board", args=[world.programme.code])
    asked = []
    for more in (5, 45):
        for _each in range(more):
            examined(world, 9)
        client.get(address)  # what is asked once a minute, such as when a login was seen last
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        asked.append((len(answer.context["rows"]), len(queries)))

    assert [rows for rows, _queries in asked] == [5, 50]
    assert asked[0][1] == asked[1][1]


def test_examiners_find_their_check_beside_each_name(world) -> None:
    person = examined(world, 9)
    address = reverse("check-medical", args=[person.uid, world.programme.code])

    assert address in board(world, world.examiner).content.decode()
    assert address not in board(world, world.officer).content.decode()


def test_who_looked_at_the_board_is_on_record(world) -> None:
    person = examined(world, 9)

    board(world)

    assert ReadEvent.objects.filter(purpose="round", person_id=person.pk).exists()


def test_the_board_is_for_those_who_plan_and_examine(world) -> None:
    assert board(world, principal(Role.GATE_OFFICER)).status_code == 403
    assert set(pages.SHOWN) == {"TO_EXAMINE", *DayState}


def test_whoever_is_being_brought_back_is_recalled_until_they_return(world) -> None:
    person, still = examined(world, 1), examined(world, 1)
    for one in (person, still):
        world.post(one)
    world.withdraw(person)
    day = str(hospital_day(RoundSlot.objects.get(person=still, state="OPEN").lapses_at))

    # Whoever withdrew is called to no further check; somebody else loses it by a failed one.
    world.medical(still, FAILED, performed_at=database_now() - timedelta(hours=1))
    recalled = board(world, show="RECALLED")
    world.come_back(Posting.objects.get(person=still))
    after = board(world)

    assert people(recalled) == {still.mrn}
    assert numbers(recalled)["RECALLED"] == 1
    assert numbers(after)["RECALLED"] == 0
    assert numbers(board(world, day=day))["RECALLED"] == 0


def test_a_recall_that_was_cancelled_leaves_somebody_away(world) -> None:
    person = examined(world, 1)
    posting = world.post(person)
    failed = world.medical(person, FAILED, performed_at=database_now() - timedelta(hours=1))
    world.medical(person, lifts=[failed])
    day = str(hospital_day(RoundSlot.objects.get(person=person, state="OPEN").lapses_at))
    before = board(world, day=day)
    recalls.step(
        recall=Recall.objects.get(posting=posting),
        to=RecallState.CANCELLED,
        happened_at=database_now(),
        note="Cleared again.",
        by=world.officer,
        at=database_now(),
    )

    after = board(world, day=day)

    assert (numbers(before)["RECALLED"], numbers(before)["AWAY"]) == (1, 0)
    assert (numbers(after)["RECALLED"], numbers(after)["AWAY"]) == (0, 1)


def test_who_asks_for_the_overdue_is_led_to_a_programme_that_has_some(world) -> None:
    first, other = world.programme, World(asks={"name": "The last by name"})
    overdue = examined(other, 9)
    client = client_of(world.officer)

    found, all_of_first = (
        client.get(reverse("board-first"), {"show": name}) for name in ("OVERDUE", "TO_EXAMINE")
    )

    assert (found.context["programme"], people(found)) == (other.programme, {overdue.mrn})
    assert all_of_first.context["programme"] == first
