"""Work groups over HTTP: by the same acts as the pages, once however often sent, nothing beyond reach."""

from __future__ import annotations

from typing import Any

import pytest

from assays.actions.hand_overs import Item
from assays.models import HandOver, HandOverItemEnd, HandOverTaken, Shift, WorkGroup
from labsys.lib.clock import database_now
from tests.assays.groups import making
from tests.assays.groups.making import HOUR
from tests.calls import get, is_problem, post
from tests.patients import people

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def group() -> WorkGroup:
    return making.group()


def test_a_patient_and_a_shift_are_added_and_listed(group) -> None:
    by, nurse, someone, at = making.manager(), making.member(group), people.person(), database_now()
    asked = {"group": group.code, "person": str(someone.uid), "question": "Which way?"}
    night = {"group": group.code, "principal": nurse.name}
    night |= {"starts_at": at.isoformat(), "ends_at": (at + 8 * HOUR).isoformat()}

    given = post(by, f"{API}/work-group-patients", asked)
    put = post(by, f"{API}/shifts", night)
    again = post(by, f"{API}/shifts", night)

    assert (given.status_code, put.status_code, again.status_code) == (201, 201, 409)
    listed = get(nurse, f"{API}/work-group-patients", group=group.code).json()
    assert [one["person"] for one in listed["work_group_patients"]] == [str(someone.uid)]
    assert get(nurse, f"{API}/shifts", group=group.code).json()["shifts"] == [put.json()]
    found = get(nurse, f"{API}/work-groups", group=group.code).json()["work_groups"]
    assert [one["group"] for one in found] == [group.code]


def test_what_is_handed_over_is_taken_and_worked_off_by_members_alone(group) -> None:
    giver, taker, someone = making.member(group), making.member(group), people.person()
    outsider = making.member(making.group())
    making.looks_after(group, someone)
    weigh = {"text": "Weigh", "priority": "2_SHIFT", "person": str(someone.uid)}

    told = post(giver, f"{API}/hand-overs", {"group": group.code, "note": "x", "items": [weigh]})
    (item,) = get(taker, f"{API}/hand-over-items").json()["hand_over_items"]
    address = f"{API}/hand-overs/{told.json()['id']}/takings"
    taken, far = post(taker, address, {}), post(outsider, address, {})
    done = post(taker, f"{API}/hand-over-items/{item['id']}/ends", {"done": "72 kg"})

    assert (told.status_code, taken.status_code, done.status_code) == (201, 201, 201)
    assert far.status_code == 404
    assert item["person"] == str(someone.uid)
    assert get(taker, f"{API}/hand-over-items").json()["hand_over_items"] == []
    assert get(outsider, f"{API}/hand-overs").json()["hand_overs"] == []
    assert HandOverTaken.objects.get().recorded_by == taker
    assert HandOverItemEnd.objects.get().done == "72 kg"


def test_items_out_of_reach_are_not_listed(group) -> None:
    nurse, someone = making.member(group), people.person()
    row = making.looks_after(group, someone)
    making.handed(nurse, group, Item("Secret", "1_NOW", someone), Item("Order gloves", "3_WATCH"))
    at = database_now()
    making.work_groups.end_patient(patient=row, reason="clear", by=making.manager(), at=at)

    left = get(nurse, f"{API}/hand-over-items").json()["hand_over_items"]

    assert [one["text"] for one in left] == ["Order gloves"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "group"),
        ({"group": "none", "note": "x"}, "group"),
        ({"group": "G", "items": "x"}, "items"),
        ({"group": "G", "items": [1]}, "items"),
        ({"group": "G", "items": [{"text": "x", "priority": "9"}]}, "items"),
        ({"group": "G", "items": [{"text": "x", "other": 1}]}, "items"),
        ({"group": "G", "items": [{"text": 1, "priority": "1_NOW"}]}, "text"),
        ({"group": "G", "note": 5}, "note"),
        ({"group": "G", "more": 5}, "more"),
    ],
)
def test_what_is_no_hand_over_is_refused_by_field(group, said: dict[str, Any], field) -> None:
    said = {**said, **({"group": group.code} if said.get("group") == "G" else {})}

    assert is_problem(post(making.member(group), f"{API}/hand-overs", said), 422, field)
    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"principal": "nobody-of-this-name"}, "principal"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"ends_at": None}, "ends_at"),
        ({"group": 7}, "group"),
    ],
)
def test_what_is_no_shift_is_refused_by_field(group, change: dict[str, Any], field) -> None:
    nurse, at = making.member(group), database_now()
    said = {"group": group.code, "principal": nurse.name}
    said |= {"starts_at": at.isoformat(), "ends_at": (at + HOUR).isoformat(), **change}

    assert is_problem(post(making.manager(), f"{API}/shifts", said), 422, field)
    assert not Shift.objects.exists()
