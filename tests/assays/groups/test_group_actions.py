"""Groups, shifts and hand-overs by their actions: who may, what is refused, what opens and ends a reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assays.actions import hand_overs, shifts, work_groups
from assays.actions.hand_overs import Item
from assays.models import GroupMember, GroupPatient, HandOver, Shift, WorkGroup
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refusal
from patients.actions import links
from patients.models import Person
from tests import factories
from tests.assays.groups import making
from tests.assays.groups.making import DAY, HOUR
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> WorkGroup:
    return making.group()


def reaches(who: Any, person: Person) -> bool:
    rows = Person.objects.filter(pk=person.pk)
    return bool(policy.scope(who, rows, "assays.group.patients").exists())


def test_a_group_opens_its_patients_to_its_members_and_ends_with_either(group) -> None:
    nurse, theirs, other = making.member(group), people.person(), people.person()
    elsewhere = making.member(making.group())
    row = making.looks_after(group, theirs)

    assert reaches(nurse, theirs)
    assert not reaches(nurse, other)
    assert not reaches(elsewhere, theirs)

    at = database_now()
    work_groups.end_patient(patient=row, reason="clear", by=making.manager(), at=at)
    assert not reaches(nurse, theirs)
    making.looks_after(group, theirs)
    assert reaches(nurse, theirs)
    work_groups.end_member(
        member=GroupMember.objects.get(principal=nurse), reason="left", by=making.manager(), at=at
    )
    assert not reaches(nurse, theirs)


def test_all_entries_of_a_patient_are_reached(group) -> None:
    nurse, one, double = making.member(group), people.person(), people.person()
    making.looks_after(group, one)
    by = people.infection_control()
    links.link(by=by, at=database_now(), duplicate=double, survivor=one, reason="same")

    assert reaches(nurse, double)
    with pytest.raises(Conflict, match="looks after this patient already"):
        making.looks_after(group, double)


def test_nobody_opens_records_to_themselves(group) -> None:
    with pytest.raises(InvalidInput, match="Nobody opens patients' records to themselves"):
        making.joins(making.manager(), group)


@pytest.mark.parametrize("role", [Role.NURSE, Role.WARD_DOCTOR, Role.TECHNOLOGIST])
def test_members_do_not_manage_their_group(group, role) -> None:
    who, at = making.member(group, role), database_now()

    for act in (
        lambda: work_groups.make(code="x", name="X", kind="OTHER", aim="x", by=who, at=at),
        lambda: work_groups.add_member(group=group, principal=who, since=at, by=who, at=at),
        lambda: making.shifts.put(
            group=group, principal=who, starts_at=at, ends_at=at + HOUR, by=who, at=at
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_ward_doctor_gives_a_group_those_in_their_care_alone(group) -> None:
    ward, mine, other, at = people.ward(), people.person(), people.person(), database_now()
    people.admitted(mine, ward)
    doctor = people.doctor_of(ward)
    given = {"group": group, "question": "Why?", "since": at, "by": doctor, "at": at}

    work_groups.add_patient(person=mine, **given)
    with pytest.raises(NotFound):
        work_groups.add_patient(person=other, **given)

    assert GroupPatient.objects.get().person == mine


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "Name the group"),
        ({"aim": ""}, "Say what the group is for"),
        ({"needed": 0}, "Between 1 and 50"),
        ({"needed": 51}, "Between 1 and 50"),
        ({"kind": "PARTY"}, "not a valid choice"),
        ({"code": "not a code"}, "valid"),
        ({"name": "x\x00"}, "control character"),
    ],
)
def test_what_is_no_group_is_not_made(change, said) -> None:
    with pytest.raises(InvalidInput, match=said):
        making.group(**change)


def test_a_group_is_changed_as_it_was_seen(group) -> None:
    stated = {"name": "New", "aim": group.aim, "needed": 2, "is_active": True, "reason": "grown"}
    by, at = making.manager(), database_now()
    seen_by_two = WorkGroup.objects.get(pk=group.pk)
    work_groups.change(group=group, **stated, by=by, at=at)

    with pytest.raises(Conflict, match="changed meanwhile"):
        work_groups.change(group=seen_by_two, **{**stated, "name": "Other"}, by=by, at=at)

    assert WorkGroup.objects.get(pk=group.pk).name == "New"


def test_a_closed_group_takes_nobody_plans_nothing_and_opens_nobody(group) -> None:
    nurse, by, at = making.member(group), making.manager(), database_now()
    theirs = people.person()
    making.looks_after(group, theirs)
    handed = making.handed(nurse, group, Item("Weigh", "2_SHIFT", theirs))
    assert policy.scope(nurse, HandOver.objects.filter(pk=handed.pk)).exists()
    closed = work_groups.change(
        group=group, name="Done", aim="done", needed=1, is_active=False, reason="over", by=by, at=at
    )

    assert not reaches(nurse, theirs)
    assert not policy.scope(nurse, HandOver.objects.filter(pk=handed.pk)).exists()
    with pytest.raises(InvalidInput, match="closed"):
        making.looks_after(closed, people.person())
    with pytest.raises(InvalidInput, match="closed"):
        making.on_duty(nurse, closed, at, at + HOUR)


# Shifts


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (0, 25 * HOUR, "24 hours at most"),
        (0, HOUR / 60, "quarter of an hour"),
        (2 * HOUR, HOUR, "quarter of an hour"),
        (-3 * HOUR, -2 * HOUR, "over already"),
        (400 * DAY, 400 * DAY + HOUR, "a year ahead"),
    ],
)
def test_what_is_no_shift_is_not_put(group, since, until, said) -> None:
    nurse, at = making.member(group), database_now()

    with pytest.raises(InvalidInput, match=said):
        making.on_duty(nurse, group, at + (since or timedelta(0)), at + until)


def test_nobody_is_on_duty_twice_at_once_also_in_another_group(group) -> None:
    nurse, other, at = making.member(group), making.group(), database_now()
    making.joins(nurse, other)
    making.on_duty(nurse, other, at, at + 8 * HOUR)

    with pytest.raises(Conflict, match=f"on duty then already: {other.name}"):
        making.on_duty(nurse, group, at + 7 * HOUR, at + 15 * HOUR)
    making.on_duty(nurse, group, at + 8 * HOUR, at + 15 * HOUR)


def test_a_cancelled_shift_gives_its_time_back_once(group) -> None:
    nurse, at = making.member(group), database_now()
    one = making.on_duty(nurse, group, at, at + 8 * HOUR)
    by = making.manager()

    shifts.cancel(shift=one, reason="ill", by=by, at=at)
    with pytest.raises(Conflict, match="cancelled already"):
        shifts.cancel(shift=one, reason="ill", by=by, at=at)
    making.on_duty(nurse, group, at, at + 8 * HOUR)

    assert Shift.objects.count() == 2


def test_only_members_throughout_are_on_duty(group) -> None:
    at, outsider = database_now(), factories.principal(Role.NURSE)
    leaving = factories.principal(Role.NURSE)
    work_groups.add_member(
        group=group, principal=leaving, since=at, until=at + DAY, by=making.manager(), at=at
    )

    making.on_duty(leaving, group, at + HOUR, at + 9 * HOUR)
    for who, since in ((outsider, at), (leaving, at + 20 * HOUR)):
        with pytest.raises(InvalidInput, match="no member of this group throughout"):
            making.on_duty(who, group, since, since + 8 * HOUR)


def test_a_week_that_cannot_be_planned_whole_is_not_planned(group) -> None:
    nurse, at = making.member(group), database_now()
    week = [
        making.on_duty(nurse, group, at + number * DAY, at + number * DAY + 8 * HOUR)
        for number in range(3)
    ]
    making.on_duty(nurse, group, at + 9 * DAY, at + 9 * DAY + HOUR)
    given = {"group": group, "shifts": week, "later": 7 * DAY, "by": making.manager(), "at": at}

    with pytest.raises(Conflict, match="on duty then already"):
        shifts.plan_again(**given)
    assert Shift.objects.count() == 4


# Hand-overs


def test_a_hand_over_is_taken_by_somebody_else_of_the_group_once_each(group) -> None:
    giver, taker, outsider = (
        making.member(group),
        making.member(group),
        factories.principal(Role.NURSE),
    )
    one, at = making.handed(giver, group), database_now()

    hand_overs.take(hand_over=one, by=taker, at=at)

    for who, refusal in ((giver, NotAllowed), (outsider, NotAllowed), (taker, Conflict)):
        with pytest.raises(refusal):
            hand_overs.take(hand_over=one, by=who, at=at)


def test_what_was_set_right_is_no_longer_taken_or_worked_off(group) -> None:
    giver, taker, at = making.member(group), making.member(group), database_now()
    old = making.handed(giver, group, Item("Weigh", "2_SHIFT"))
    given = {"note": "second", "items": [], "reason": "forgot", "by": giver, "at": at}
    hand_overs.correct(hand_over=old, **given)

    for act in (
        lambda: hand_overs.take(hand_over=old, by=taker, at=at),
        lambda: hand_overs.finish(item=old.items.get(), done="x", by=taker, at=at),
        lambda: hand_overs.correct(hand_over=old, **given),
    ):
        with pytest.raises(Conflict):
            act()


def test_an_item_is_finished_once(group) -> None:
    giver, at = making.member(group), database_now()
    item = making.handed(giver, group, Item("Weigh", "2_SHIFT")).items.get()

    with pytest.raises(InvalidInput, match="Say what was done"):
        hand_overs.finish(item=item, done=" ", by=giver, at=at)
    hand_overs.finish(item=item, done="72 kg", by=giver, at=at)
    with pytest.raises(Conflict, match="finished this meanwhile"):
        hand_overs.finish(item=item, done="71 kg", by=giver, at=at)


def test_items_are_about_the_groups_own_patients(group) -> None:
    giver, stranger = making.member(group), people.person()

    for items, note in (
        ([Item("x", "1_NOW", stranger)], "x"),
        ([], " "),
        ([Item(" ", "1_NOW")], "x"),
    ):
        with pytest.raises(Refusal):
            making.handed(giver, group, *items, note=note)
    assert not HandOver.objects.exists()
