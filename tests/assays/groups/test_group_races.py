"""Of two who do the same at once, one is told so."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import hand_overs
from assays.actions.hand_overs import Item
from assays.models import HandOverItemEnd, Shift
from labsys.lib.clock import database_now
from tests.assays.groups import making
from tests.assays.groups.making import HOUR
from tests.patients.test_races import race

TRIALS = 5


def test_nobody_is_put_on_duty_twice_by_two_who_plan_at_once(fresh_database: str) -> None:
    groups = [making.group(), making.group()]
    for _trial in range(TRIALS):
        nurse, at = making.member(groups[0]), database_now()
        making.joins(nurse, groups[1])

        refusals = race(
            *(
                lambda group=group, nurse=nurse, at=at, late=late: making.on_duty(
                    nurse, group, at + late * HOUR, at + 8 * HOUR
                )
                for late, group in enumerate(groups)
            )
        )

        assert len(refusals) == 1
        assert "is on duty then already" in refusals[0]
        assert Shift.objects.filter(principal=nurse).count() == 1


def test_one_of_two_finishes_an_item(fresh_database: str) -> None:
    group = making.group()
    nurses = [making.member(group), making.member(group)]
    for _trial in range(TRIALS):
        one = making.handed(nurses[0], group, Item("Weigh", "2_SHIFT"))
        item, at = one.items.get(), database_now()

        refusals = race(
            *(
                lambda who=who, item=item, at=at: hand_overs.finish(
                    item=item, done="weighed", by=who, at=at
                )
                for who in nurses
            )
        )

        assert refusals == ["Somebody finished this meanwhile."]
        assert HandOverItemEnd.objects.filter(item=item).count() == 1


def test_what_is_being_set_right_is_neither_taken_nor_worked_off_meanwhile(db: None) -> None:
    group = making.group()
    giver, other = making.member(group), making.member(group)
    one, at = making.handed(giver, group, Item("Weigh", "2_SHIFT")), database_now()
    item = one.items.get()
    given = {"hand_over": one, "note": "x", "items": [], "reason": "y", "by": giver, "at": at}

    for act in (
        lambda: hand_overs.take(hand_over=one, by=other, at=at),
        lambda: hand_overs.finish(item=item, done="x", by=other, at=at),
        lambda: hand_overs.correct(**given),
    ):
        with CaptureQueriesContext(connection) as asked:
            act()
        said = [query["sql"] for query in asked]
        (held,) = [n for n, sql in enumerate(said) if f"assays.handover {one.pk}" in sql]
        assert held < min(n for n, sql in enumerate(said) if sql.startswith("INSERT"))
        standing = [n for n, sql in enumerate(said) if '"corrects_id" = ' in sql]
        assert not standing or held < min(standing)
