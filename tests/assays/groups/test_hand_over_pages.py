"""The pages of hand-overs: given, taken by name, worked off, set right, and read by nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.actions import hand_overs
from assays.actions.hand_overs import Item
from assays.models import HandOver, HandOverItemEnd, WorkGroup
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests.assays.groups import making
from tests.assays.groups.making import HOUR
from tests.assays.groups.test_group_pages import page, send
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> WorkGroup:
    return making.group()


def items(*rows: dict[str, str]) -> dict[str, str]:
    said = {"items-TOTAL_FORMS": str(len(rows)), "items-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        said |= {f"items-{number}-{name}": value for name, value in row.items()}
    return said


def test_what_is_handed_over_is_taken_by_name_and_worked_off(group) -> None:
    giver, taker, someone = making.member(group), making.member(group), people.person()
    making.looks_after(group, someone)
    watch = {"priority": "1_NOW", "person": str(someone.uid), "text": "Load rising, call."}
    empty = {"priority": "2_SHIFT", "person": "", "text": ""}

    given = send(
        client_of(giver), "work-group-hand-overs", group.code, act="give", note="Quiet.",
        **items(watch, empty),
    )  # fmt: skip
    one = HandOver.objects.get()
    taken = send(client_of(taker), "work-group-hand-overs", group.code, act="take", row=one.pk)
    own = send(client_of(giver), "work-group-hand-overs", group.code, act="take", row=one.pk)
    item = one.items.get()
    done = send(
        client_of(taker),
        "work-group-hand-overs",
        group.code,
        act="finish",
        row=item.pk,
        done="told",
    )

    assert (given.status_code, taken.status_code, own.status_code) == (302, 302, 403)
    assert done.status_code == 302
    shown = page(client_of(giver), "work-group-hand-overs", group.code)
    assert f"Taken by {taker.display_name}" in shown
    assert "Nothing is open." in shown
    assert HandOverItemEnd.objects.get().done == "told"
    assert ReadEvent.objects.filter(purpose="hand-overs", person_id=someone.pk).exists()


def test_a_hand_over_is_set_right_by_whoever_gave_it(group) -> None:
    giver, other, someone = making.member(group), making.member(group), people.person()
    making.looks_after(group, someone)
    one = making.handed(giver, group, Item("Weigh", "2_SHIFT", someone), note="first")
    address = ("work-group-hand-over", group.code, one.pk)
    said = items({"priority": "2_SHIFT", "person": str(someone.uid), "text": "Weigh twice"})

    prefilled = page(client_of(giver), *address)
    assert 'value="Weigh"' in prefilled
    assert "Set it right" not in page(client_of(other), *address)
    assert send(client_of(other), *address, note="no", reason="no", **said).status_code == 403
    made = send(client_of(giver), *address, note="second", reason="forgot", **said)

    newer = HandOver.objects.get(corrects=one)
    assert made["Location"].endswith(f"/{newer.pk}/")
    shown = page(client_of(other), "work-group-hand-overs", group.code)
    assert "Weigh twice" in shown
    assert "first" not in shown
    assert "This hand-over was set right" in page(client_of(other), *address)


def test_an_item_is_read_no_longer_than_the_patient_is_in_reach(group) -> None:
    nurse, someone = making.member(group), people.person()
    row = making.looks_after(group, someone)
    making.handed(nurse, group, Item("Secret weighing", "1_NOW", someone), note="Quiet.")
    assert "Secret weighing" in page(client_of(nurse), "work-group-hand-overs", group.code)

    at = database_now()
    making.work_groups.end_patient(patient=row, reason="clear", by=making.manager(), at=at)

    shown = page(client_of(nurse), "work-group-hand-overs", group.code)
    assert "Secret weighing" not in shown
    assert "Further items are about patients who are out of your reach." in shown


def test_setting_right_says_again_what_is_open_and_nothing_that_is_done(group) -> None:
    giver, other, someone = making.member(group), making.member(group), people.person()
    row = making.looks_after(group, someone)
    told = (Item("Weigh", "2_SHIFT"), Item("Call", "1_NOW", someone), Item("Rinse", "1_NOW"))
    one, at = making.handed(giver, group, *told), database_now()
    hand_overs.finish(item=one.items.get(text="Rinse"), done="rinsed", by=other, at=at)
    making.work_groups.end_patient(patient=row, reason="clear", by=making.manager(), at=at)
    address = ("work-group-hand-over", group.code, one.pk)

    prefilled = page(client_of(giver), *address)
    assert 'value="Weigh"' in prefilled
    assert 'value="Rinse"' not in prefilled
    said = items({"priority": "2_SHIFT", "person": "", "text": "Weigh twice"})
    assert send(client_of(giver), *address, note="x", reason="y", **said).status_code == 302

    newer = HandOver.objects.get(corrects=one)
    assert set(newer.items.values_list("text", "person")) == {
        ("Weigh twice", None),
        ("Call", someone.pk),
    }


def test_what_nobody_took_within_the_hour_is_on_the_home_page(group) -> None:
    giver, other = making.member(group), making.member(group)
    making.handed(giver, group, ago=2 * HOUR)
    outside = making.member(making.group())

    assert "Hand-overs nobody took" in page(client_of(other), "home")
    assert page(client_of(other), "work-group-hand-overs", group.code).count("nobody took it") == 1
    card = page(client_of(outside), "home").split("Hand-overs nobody took")[0]
    assert card.rsplit("card-count", 1)[-1].startswith('">0<')


def test_a_shift_that_ended_without_a_hand_over_is_told(group) -> None:
    nurse, at = making.member(group), database_now()
    making.shifts.put(
        group=group, principal=nurse, starts_at=at - 9 * HOUR, ends_at=at - 2 * HOUR,
        by=making.manager(), at=at - 10 * HOUR,
    )  # fmt: skip

    shown = page(client_of(nurse), "work-group-hand-overs", group.code)

    assert f"The shift of {nurse.display_name} ended" in shown


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"act": "give"}, 422),
        ({"act": "give", **items()}, 422),
        ({"act": "give", **items({"priority": "9", "person": "", "text": "x"})}, 422),
        ({"act": "give", **items({"priority": "1_NOW", "person": "x", "text": "x"})}, 422),
        ({"act": "give", "items-TOTAL_FORMS": "99999", "items-INITIAL_FORMS": "0"}, 422),
        ({"act": "give", "items-TOTAL_FORMS": "x"}, 422),
        ({"act": "take", "row": "x"}, 404),
        ({"act": "finish", "row": "9" * 30}, 404),
    ],
)
def test_what_is_no_hand_over_is_not_kept(group, said, status) -> None:
    client = client_of(making.member(group))

    assert send(client, "work-group-hand-overs", group.code, **said).status_code == status
    assert not HandOver.objects.exists()


def test_looking_at_an_item_in_the_admin_is_on_record(group) -> None:
    nurse, someone = making.member(group), people.person()
    making.looks_after(group, someone)
    item = making.handed(nurse, group, Item("Weigh", "1_NOW", someone)).items.get()
    address = reverse("admin:assays_handoveritem_change", args=[item.pk])

    assert client_of(nurse).get(address).status_code == 200
    assert ReadEvent.objects.filter(purpose="admin", person_id=someone.pk).exists()
