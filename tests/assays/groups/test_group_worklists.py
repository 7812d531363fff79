"""A group's worklist: the most pressing first, what is new since the last hand-over, nothing beyond reach."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assays.actions.hand_overs import Item
from assays.models import WorkGroup
from assays.queries import group_worklists as queries
from assays.queries.group_worklists import Place
from assays.rules.group_worklists import Pressing, pressing
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import interventions, links
from patients.models import Person
from tests.assays.analyses import loads
from tests.assays.groups import making
from tests.assays.groups.making import HOUR
from tests.assays.reports.making import Bench
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> WorkGroup:
    return making.group()


def patient(group: WorkGroup) -> Person:
    made = people.person()
    making.looks_after(group, made)
    return made


def lines(by: Principal, group: WorkGroup) -> dict[int, queries.Line]:
    found = queries.page(by, group, at=database_now())
    return {line.person.pk: line for line in found.lines}


def shown(client: Client, group: WorkGroup, **asked: str) -> str:
    answer = client.get(reverse("work-group-worklist", args=[group.code]), asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("critical", "item", "new", "found"),
    [
        (True, "1_NOW", True, Pressing.CRITICAL),
        (False, "1_NOW", True, Pressing.NOW),
        (False, "2_SHIFT", True, Pressing.THIS_SHIFT),
        (False, "3_WATCH", True, Pressing.NEW_RESULTS),
        (False, "3_WATCH", False, Pressing.NOTHING_NEW),
        (False, None, False, Pressing.NOTHING_NEW),
    ],
)
def test_how_pressing_a_patient_is(critical, item, new, found) -> None:
    assert pressing(has_critical=critical, item=item, has_new=new) is found


def test_a_line_holds_what_a_member_wants_to_see_at_once(group) -> None:
    doctor, someone, ward = making.member(group, Role.WARD_DOCTOR), patient(group), people.ward()
    bed = people.ward(parent=ward, kind="BED")
    people.admitted(someone, bed)
    loads.measured(someone, ("900", "700", "400"), loads.assay())
    loads.intervened(someone, ago=3 * HOUR)
    making.handed(doctor, group, Item("Weigh at noon", "2_SHIFT", someone))

    page = shown(client_of(doctor), group)

    for said in (
        ward.name,
        bed.name,
        "400",
        "filtration",
        "Weigh at noon",
        "to be done this shift",
    ):
        assert said in page
    assert "<svg" in page
    assert ReadEvent.objects.filter(purpose="group-worklist", person_id=someone.pk).exists()


def test_only_values_the_reader_may_read_are_shown(group) -> None:
    doctor, someone = making.member(group, Role.WARD_DOCTOR), patient(group)
    assay = loads.assay()
    loads.measured(someone, ("900",), assay)
    loads.measured(someone, ("41234",), assay, status="RESULTED")
    technologist = making.member(group, Role.TECHNOLOGIST)

    read = lines(doctor, group)[someone.pk].loads
    every = lines(technologist, group)[someone.pk]

    assert read is not None
    assert [str(row.result.value) for row in read.rows] == ["900"]
    assert every.loads is not None
    assert len(every.loads.rows) == 2
    assert every.to_verify == 2  # the one verified waits for its release
    assert "41234" not in shown(client_of(doctor), group)


def test_new_is_what_was_released_since_the_last_hand_over(group) -> None:
    doctor, someone, other = making.member(group, Role.WARD_DOCTOR), patient(group), patient(group)
    bench = Bench("GRPA", "GRPB", of=someone)
    bench.reported("GRPA", "13.2")
    making.handed(doctor, group, ago=0 * HOUR)
    before = lines(doctor, group)[someone.pk]
    bench.reported("GRPB", "14.4")

    after = queries.page(doctor, group, at=database_now())

    assert (before.released, before.pressing) == ([], Pressing.NOTHING_NEW)
    assert [line.person.pk for line in after.lines] == [someone.pk, other.pk]
    assert [row.result.analyte.code for row in after.lines[0].released] == ["grpb"]
    assert after.lines[0].pressing is Pressing.NEW_RESULTS


def test_a_critical_value_nobody_was_told_of_comes_first(group) -> None:
    doctor, first, second = making.member(group, Role.WARD_DOCTOR), patient(group), patient(group)
    making.handed(doctor, group, Item("Now", "1_NOW", first))
    Bench("GRPC", of=second).record("GRPC", "21.0")

    found = list(lines(doctor, group).values())

    assert [line.person.pk for line in found] == [second.pk, first.pk]
    assert found[0].criticals == 1


def test_the_list_goes_on_by_key_and_shows_everybody_once(group) -> None:
    nurse = making.member(group)
    everybody = [patient(group) for _number in range(5)]
    making.handed(nurse, group, Item("Now", "1_NOW", everybody[3]))
    by = people.infection_control()
    links.link(
        by=by, at=database_now(), duplicate=everybody[4], survivor=everybody[0], reason="same"
    )

    seen, after = [], None
    for _page in range(5):
        page = queries.page(nurse, group, at=database_now(), after=after, limit=2)
        seen += [line.person.pk for line in page.lines]
        after = page.after
        if after is None:
            break

    assert page.patients == 4
    assert seen == [everybody[3].pk, *(one.pk for one in everybody[:3])]


def test_what_was_done_to_another_entry_is_of_the_same_person(group) -> None:
    doctor, one, double = making.member(group, Role.WARD_DOCTOR), patient(group), people.person()
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=double, survivor=one, reason="same passport")
    loads.measured(double, ("512",), loads.assay())
    interventions.record(
        by=making.manager(),
        at=at,
        person=double,
        kind="CHARCOAL",
        detail="60 g",
        started_at=at - HOUR,
    )

    line = lines(doctor, group)[one.pk]

    assert line.loads is not None
    assert str(line.loads.latest.result.value) == "512"
    assert line.intervention is not None
    assert line.intervention.detail == "60 g"


@pytest.mark.parametrize("after", ["", "x", "1", "1-", "-1", "٣-4", "1-" + "9" * 40, "\0"])
def test_what_is_no_place_begins_at_the_top(group, after) -> None:
    nurse, someone = making.member(group), patient(group)

    assert Place.read(after) is None
    assert someone.mrn in shown(client_of(nurse), group, after=after)
