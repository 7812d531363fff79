"""Lists of the registry in the admin: within reach, found by number or name, looks recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin import RelatedFieldListFilter
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.middleware import principal_of
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib import admin_lists as lists
from labsys.lib import policy as rights
from labsys.lib.clock import database_now
from patients import models, policy
from patients.actions import encounters
from patients.admin.base import PlaceFilter
from patients.forms import MOMENT
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.admin_forms import TABLES, additions, address, filled_in, moved, typed

pytestmark = pytest.mark.django_db
# Who sees all of a table that another role adds to.
READER = {"person": Role.TECHNOLOGIST, "encounter": Role.TECHNOLOGIST}


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def test_a_list_is_searched_by_number_and_name_within_reach(client: Client) -> None:
    someone = people.person(family="Okafor", given="Ngozi")
    other = people.person(family="Lindqvist")
    people.admitted(someone)
    people.admitted(other)

    for table in ("person", "encounter"):
        for text in (someone.mrn, "okaf", "ngozi oka"):
            page = client.get(address(table, "changelist"), {"q": text}).content.decode()
            assert "Okafor, Ngozi" in page
            assert "Lindqvist" not in page
        assert (
            "Okafor" not in client.get(address(table, "changelist"), {"q": "zz"}).content.decode()
        )


def test_a_doctors_list_holds_the_patients_in_care() -> None:
    ward, mine = people.ward(), people.person(family="Okafor")
    other = people.person(family="Lindqvist")
    people.admitted(mine, ward)
    client = client_of(people.doctor_of(ward))

    page = client.get(address("person", "changelist")).content.decode()

    assert "Okafor" in page
    assert "Lindqvist" not in page
    assert client.get(address("person", "change", mine.pk)).status_code == 200
    assert client.get(address("person", "change", other.pk)).status_code == 404


def test_a_page_finds_the_patients_in_care_once_and_the_next_page_anew() -> None:
    ward, someone = people.ward(), people.person(family="Okafor")
    stay = people.admitted(someone, ward)
    client = client_of(people.doctor_of(ward))

    with CaptureQueriesContext(connection) as captured:
        assert "Okafor" in client.get(address("person", "changelist")).content.decode()
    assert sum("WITH found" in query["sql"] for query in captured) == 1

    at = database_now()
    encounters.discharge(by=people.infection_control(), at=at, encounter=stay, ended_at=at)

    assert "Okafor" not in client.get(address("person", "changelist")).content.decode()


def test_more_patients_than_are_kept_are_found_by_each_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ward = people.ward()
    for family in ("Okafor", "Haddad"):
        people.admitted(people.person(family=family), ward)
    people.admitted(people.person(family="Lindqvist"))
    monkeypatch.setattr(policy, "MOST", 1)

    page = client_of(people.doctor_of(ward)).get(address("person", "changelist")).content.decode()

    assert "Okafor" in page
    assert "Haddad" in page
    assert "Lindqvist" not in page


def test_an_act_asks_for_the_patients_in_care_at_its_own_moment() -> None:
    """What is kept while a page is read is not there where something is changed."""
    doctor = people.doctor_of(people.ward())
    request = RequestFactory().post("/")
    request.user = doctor.user
    assert rights.kept(principal_of(request)) is None

    reading = RequestFactory().get("/")
    reading.user = doctor.user
    assert rights.kept(principal_of(reading)) == {}


def test_a_look_at_a_patient_is_recorded() -> None:
    someone, by = people.person(), people.infection_control()
    stay = people.admitted(someone)
    client = client_of(by)

    client.get(address("person", "change", someone.pk))
    client.get(address("encounter", "change", stay.pk))

    looks = ReadEvent.objects.filter(actor=by.pk).order_by("id")
    assert [(look.model, look.pk_of, look.person_id) for look in looks] == [
        ("patients.person", someone.pk, someone.pk),
        ("patients.encounter", stay.pk, someone.pk),
    ]


@pytest.mark.parametrize("table", TABLES)
def test_a_list_costs_the_same_for_two_rows_and_for_eight(
    table: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _table, role, given = next(one for one in additions() if one[0] == table)
    client = client_of(factories.principal(*{role, READER.get(table, role)}))

    def add(count: int) -> None:
        for number in range(count):
            form = filled_in(given)
            for name in ("code", "value", "name"):
                if name in form and not form[name][:1].isdigit():
                    form[name] = f"{form[name]}-{count}-{number}"
            assert client.post(address(table, "add"), form).status_code == 302

    def cost() -> int:
        with django_assert_max_num_queries(60) as captured:
            client.get(address(table, "changelist"))
        return len(captured)

    add(2)
    few = cost()
    add(6)

    assert cost() == few <= 14


def test_filters_narrow_a_list(client: Client) -> None:
    stay, over = (
        people.admitted(people.person(family="Staying")),
        people.admitted(people.person(family="Leaving")),
    )
    moved(client, over, "discharge", ended_at=typed(database_now()), disposition="DISCHARGED")

    page = client.get(address("encounter", "changelist"), {"stay": "open"}).content.decode()
    assert "Staying" in page
    assert "Leaving" not in page
    page = client.get(address("encounter", "changelist"), {"stay": "ended"}).content.decode()
    assert "Leaving" in page
    page = client.get(
        address("encounter", "changelist"), {"location__id__exact": stay.location_id}
    ).content.decode()
    assert "Leaving" not in page
    for table in ("exposure", "intervention", "pregnancyestimate"):
        for value in ("yes", "no"):
            where = address(table, "changelist")
            by = client_of(factories.principal(Role.PATHOLOGIST))
            assert by.get(where, {"standing": value}).status_code == 200
    for value in ("now", "over"):
        where = address("quarantineorder", "changelist")
        assert client.get(where, {"force": value}).status_code == 200


def test_the_filter_by_place_offers_what_the_one_of_django_offers(client: Client) -> None:
    places = [people.admitted(people.person()).location_id for _n in range(3)]
    chosen = {"location__id__exact": str(places[1])}
    for asked in ({}, {"stay": "open", "q": "a & b", **chosen}):
        page = client.get(address("encounter", "changelist"), asked).context["cl"]
        (found,) = (one for one in page.filter_specs if isinstance(one, PlaceFilter))
        given = {key: [value] for key, value in asked.items() if key in chosen}
        usual = RelatedFieldListFilter(
            *(found.field, RequestFactory().get("/"), given, models.Encounter),
            *(page.model_admin, "location"),
        )

        assert list(found.choices(page)) == list(usual.choices(page))
        assert sum(one["selected"] for one in found.choices(page)) == 1


def test_nothing_is_edited_or_deleted_in_the_admin(client: Client) -> None:
    someone = people.person()

    edited = client.post(address("person", "change", someone.pk), {"sex": "M"})
    deleted = client.post(address("person", "delete", someone.pk), {"post": "yes"})

    assert (edited.status_code, deleted.status_code) == (403, 403)
    someone.refresh_from_db()
    assert someone.sex == "F"


def test_moments_are_those_of_the_hospital(client: Client, settings: Any) -> None:
    place, someone = people.ward(), people.person()
    settings.TIME_ZONE = "Pacific/Auckland"
    local = database_now() - timedelta(hours=1)

    client.post(
        address("encounter", "add"),
        {
            "person": someone.mrn,
            "location": place.pk,
            "started_at": local.astimezone(ZoneInfo("Pacific/Auckland")).strftime(MOMENT),
        },
    )

    stay = models.Encounter.objects.get()
    assert abs(stay.started_at - local) < timedelta(seconds=2)


def test_who_sees_some_patients_pages_less_far_than_who_sees_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows far back of somebody's own patients are found by searching for the patient."""
    monkeypatch.setattr(lists, "NEAR_LIMIT", 2)
    ward = people.ward()
    for family in ("Okafor", "Haddad", "Lindqvist"):
        people.admitted(people.person(family=family), ward)

    near = client_of(people.doctor_of(ward)).get(address("person", "changelist"))
    far = client_of(people.infection_control()).get(address("person", "changelist"))

    assert (near.context["cl"].paginator.count, near.context["cl"].paginator.is_capped) == (2, True)
    assert "search or filter" in near.content.decode()
    assert (far.context["cl"].paginator.count, far.context["cl"].paginator.is_capped) == (3, False)
