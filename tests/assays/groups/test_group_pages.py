"""The pages of work groups: who works where, whom they look after, and nobody sees more by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from assays.actions.hand_overs import Item
from assays.models import GroupMember, GroupPatient, Shift, WorkGroup
from assays.pages import rota_weeks
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import links
from tests import factories
from tests.assays.groups import making
from tests.assays.groups.making import DAY, HOUR
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> WorkGroup:
    return making.group()


@pytest.fixture
def client() -> Client:
    return client_of(making.manager())


def page(client: Client, name: str, *args: Any, status: int = 200, **asked: Any) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def send(client: Client, name: str, *args: Any, **said: Any) -> Any:
    return client.post(reverse(name, args=args), said)


def local(moment: Any) -> str:
    return moment.astimezone(get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%S")


def test_the_list_says_who_is_on_duty_and_where_too_few_are(client, group) -> None:
    nurse, at = making.member(group), database_now()
    other = making.group(needed=2)
    making.on_duty(nurse, group, at - HOUR, at + 7 * HOUR)

    shown = page(client, "work-groups")

    assert nurse.display_name in shown
    assert f"{other.name}</a>" in shown
    assert "2 people too few" in shown
    assert "1 person too few" not in shown


def test_members_and_patients_are_added_and_their_time_ended_by_name(client, group) -> None:
    nurse, someone, at = factories.principal(Role.NURSE), people.person(), database_now()
    said = {"member-principal": nurse.pk, "member-since": local(at - HOUR)}

    added = send(client, "work-group", group.code, act="member", **said)
    asked = {"patient-person": someone.mrn, "patient-question": "Does charcoal help?"}
    send(
        client,
        "work-group",
        group.code,
        act="patient",
        **asked,
        **{"patient-since": local(at - HOUR)},
    )

    assert added.status_code == 302
    shown = page(client_of(nurse), "work-group", group.code)
    assert someone.mrn in shown
    assert "Does charcoal help?" in shown
    assert "Add the member" not in shown
    assert ReadEvent.objects.filter(purpose="work-group", person_id=someone.pk).exists()

    patient, member = GroupPatient.objects.get(), GroupMember.objects.get()
    send(client, "work-group", group.code, act="end-patient", row=patient.pk, reason="clear")
    assert someone.mrn not in page(client_of(nurse), "work-group", group.code)
    send(client, "work-group", group.code, act="end-member", row=member.pk, reason="moved")
    member.refresh_from_db()
    assert member.until is not None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"act": "nothing"}, 422),
        ({"act": "member"}, 422),
        ({"act": "patient", "patient-person": "1"}, 422),
        ({"act": "member", "member-principal": "9" * 30, "member-since": "x"}, 422),
        ({"act": "end-member", "row": "٣"}, 404),
        ({"act": "end-patient", "row": "9" * 40}, 404),
    ],
)
def test_what_is_no_act_changes_nothing(client, group, said, status) -> None:
    assert send(client, "work-group", group.code, **said).status_code == status
    assert not GroupMember.objects.exists()


def test_a_nurse_changes_no_group(group) -> None:
    nurse = client_of(making.member(group))

    for act in ("member", "patient", "end-member", "end-patient"):
        assert send(nurse, "work-group", group.code, act=act, row=1).status_code == 403


def test_a_nurse_of_another_group_sees_no_patient(group) -> None:
    someone = people.person()
    making.looks_after(group, someone)
    other = client_of(making.member(making.group()))

    assert someone.mrn not in page(other, "work-group", group.code)
    page(other, "work-group-worklist", group.code, status=404)
    page(other, "work-group-hand-overs", group.code, status=403)
    page(other, "person", someone.uid, status=404)


def test_two_entries_of_one_person_are_one_patient(client, group) -> None:
    one, double = people.person(), people.person()
    making.looks_after(group, one)
    making.looks_after(group, double)
    by = people.infection_control()
    links.link(by=by, at=database_now(), duplicate=double, survivor=one, reason="same passport")

    shown = page(client, "work-group", group.code)

    assert shown.count('href="' + reverse("person", args=[one.uid])) == 1
    assert double.mrn not in shown
    assert '<td class="num">1</td>' in page(client, "work-groups")


# The rota


def monday() -> Any:
    """Return the Monday after next, so that all of its week lies ahead."""
    return rota_weeks.monday_of("", at=database_now()) + timedelta(days=14)


def week_of(day: Any) -> str:
    return rota_weeks.code_of(day)


def at_hour(day: Any, hour: float) -> Any:
    return rota_weeks.bounds_of_day(day)[0] + hour * HOUR


def test_a_shift_is_put_by_the_lead_and_its_gap_closes(group) -> None:
    lead, nurse, day = making.member(group, is_lead=True), making.member(group), monday()
    client = client_of(lead)
    said = {"principal": nurse.pk, "week": week_of(day)}
    said |= {"starts_at": local(at_hour(day, 8)), "ends_at": local(at_hour(day, 20))}

    answer = send(client, "work-group-rota", group.code, act="put", **said)

    assert answer["Location"].endswith(f"?week={week_of(day)}")
    shown = page(client, "work-group-rota", group.code, week=week_of(day))
    assert "08:00–20:00" in shown
    assert "gap 00:00–08:00" in shown
    assert "gap 20:00–00:00" in shown
    assert "nobody on duty" in shown
    again = send(client, "work-group-rota", group.code, act="put", **said)
    assert again.status_code == 409
    assert "on duty then already" in again.content.decode()


def test_a_shift_is_cancelled_with_a_reason_and_stays_on_record(client, group) -> None:
    nurse, day = making.member(group), monday()
    shift = making.on_duty(nurse, group, at_hour(day, 22), at_hour(day, 30))
    week = week_of(day)
    assert "22:00–06:00" in page(client, "work-group-rota", group.code, week=week)
    asked = page(client, "work-group-rota", group.code, week=week, cancel=shift.pk)
    assert "Cancel the shift" in asked

    said = {"cancel": shift.pk, "week": week}
    unsaid = send(client, "work-group-rota", group.code, act="cancel", **said)
    done = send(client, "work-group-rota", group.code, act="cancel", reason="ill", **said)

    assert unsaid.status_code == 422
    assert done.status_code == 302
    assert Shift.objects.get().cancelled_because == "ill"
    assert "22:00–06:00" not in page(client, "work-group-rota", group.code, week=week)


def test_a_week_is_planned_as_the_last_or_not_at_all(client, group) -> None:
    nurse, day = making.member(group), monday()
    making.on_duty(nurse, group, at_hour(day, 8), at_hour(day, 16))
    making.on_duty(nurse, group, at_hour(day + DAY, 8), at_hour(day + DAY, 16))
    elsewhere = making.group()
    making.joins(nurse, elsewhere)
    blocking = making.on_duty(
        nurse, elsewhere, at_hour(day + 8 * DAY, 12), at_hour(day + 8 * DAY, 14)
    )
    week = week_of(day)

    shown = page(client, "work-group-rota", group.code, week=week, plan=1)
    refused = send(client, "work-group-rota", group.code, act="plan", week=week)

    assert f"on duty then already: {elsewhere.name}" in shown
    assert "Put all these shifts" not in shown
    assert refused.status_code == 409
    assert Shift.objects.filter(group=group).count() == 2

    making.shifts.cancel(shift=blocking, reason="free", by=making.manager(), at=database_now())
    assert "Put all these shifts" in page(client, "work-group-rota", group.code, week=week, plan=1)
    done = send(client, "work-group-rota", group.code, act="plan", week=week)
    assert done["Location"].endswith(week_of(day + 7 * DAY))
    assert Shift.objects.filter(group=group).count() == 4


def test_too_little_rest_and_too_many_hours_are_told(client, group) -> None:
    nurse, day = making.member(group), monday()
    for number in range(4):
        start = at_hour(day + number * DAY, 7)
        making.on_duty(nurse, group, start, start + 14 * HOUR)

    shown = page(client, "work-group-rota", group.code, week=week_of(day))

    assert "rests 10.0 h between" in shown
    assert "is on duty for 56.0 h this week" in shown


@pytest.mark.parametrize("week", ["2026-W60", "0001-W01", "9999-W01", "W", "٢٠٢٦-W01", "\0"])
def test_what_is_no_week_is_this_one(client, group, week) -> None:
    shown = page(client, "work-group-rota", group.code, week=week)

    assert f"Week {week_of(monday() - 14 * DAY)}" in shown


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"act": "put"}, 422),
        ({"act": "cancel", "cancel": "x"}, 404),
        ({"act": "put", "principal": "1", "starts_at": "0001-01-01T00:00", "ends_at": "x"}, 422),
    ],
)
def test_what_is_no_act_of_the_rota_changes_nothing(client, group, said, status) -> None:
    assert send(client, "work-group-rota", group.code, **said).status_code == status
    assert not Shift.objects.exists()


def test_a_member_who_does_not_lead_plans_nothing(group) -> None:
    client = client_of(making.member(group))

    assert "Put the shift" not in page(client, "work-group-rota", group.code)
    assert send(client, "work-group-rota", group.code, act="put").status_code == 403


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("work-groups", Role.NURSE),
        ("work-group", Role.NURSE),
        ("work-group-rota", Role.NURSE),
        ("work-group-hand-overs", Role.NURSE),
        ("work-group-worklist", Role.TECHNOLOGIST),
    ],
)
def test_pages_ask_as_many_questions_however_much_there_is(group, name, role) -> None:
    reader = making.member(group, role)
    client = client_of(reader)
    args = [] if name == "work-groups" else [group.code]

    def fill(times: int) -> None:
        for number in range(times):
            someone, at = people.person(), database_now()
            making.looks_after(group, someone)
            people.admitted(someone)
            making.handed(reader, group, Item("Watch", "3_WATCH", someone))
            one = making.member(group)
            making.on_duty(one, group, at - HOUR, at + (number + 2) * HOUR)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(captured)

    fill(2)
    asked()
    few = asked()
    fill(4)

    assert asked() == few


def test_a_link_that_proposes_a_moment_out_of_all_time_shows_the_rota(client, group) -> None:
    asked = {"starts_at": "9999-12-31T23:59:00-12:00", "ends_at": "0001-01-01T00:00:00+12:00"}

    assert page(client, "work-group-rota", group.code, **asked)
