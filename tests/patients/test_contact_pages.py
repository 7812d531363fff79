"""Contacts, events and clusters on pages: both directions, within reach, at the same cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import exposures, links
from patients.models import Exposure, Person
from patients.pages import clusters
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.exposed import AGENT, chain, exposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def contacts_of(person: Person) -> str:
    return reverse("person-contacts", args=[person.uid])


def page(client: Client, address: str, **asked: Any) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def stated(**given: Any) -> dict[str, Any]:
    return {
        "direction": "was",
        "agent": AGENT,
        "kind": "CONTACT",
        "certainty": "PROBABLE",
        "first_at": "2026-01-05T08:00:00",
        **given,
    }


def test_contacts_stand_in_both_directions(client: Client) -> None:
    source, person, exposed_by_them = chain(3)

    shown = page(client, contacts_of(person))

    was, has = shown.split('id="exposed"')
    assert source.display_name in was
    assert exposed_by_them.display_name in has
    assert exposed_by_them.display_name not in was.split('id="sources"')[1]


def test_whose_contacts_were_shown_is_recorded() -> None:
    by = people.infection_control()
    source, person, third = chain(3)

    page(client_of(by), contacts_of(person))

    looks = ReadEvent.objects.filter(actor=by.pk, purpose="contacts")
    assert {look.person_id for look in looks} == {source.pk, person.pk, third.pk}


def test_corrected_rows_are_reached_when_asked_for(client: Client) -> None:
    person = people.person()
    row = exposed(person, event="ball at the docks")
    by, at = people.infection_control(), database_now()
    exposures.retract(exposure=row, by=by, at=at, reason="no")

    assert "ball at the docks" not in page(client, contacts_of(person))
    assert "Taken back" in page(client, contacts_of(person), all="1")


def test_entries_of_one_person_have_their_contacts_together(client: Client) -> None:
    source, person, other = people.person(), people.person(), people.person()
    exposed(other, source)
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=other, survivor=person, reason="same")

    assert source.display_name in page(client, contacts_of(person))


def test_a_ward_doctor_sees_nobody_out_of_reach() -> None:
    ward, mine, far = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    exposed(mine, far)
    exposed(far, mine)
    client = client_of(people.doctor_of(ward))

    shown = page(client, contacts_of(mine))

    assert far.mrn not in shown
    assert "a person outside your reach" in shown
    assert client.get(contacts_of(far)).status_code == 404
    assert client.get(reverse("clusters")).status_code == 403
    assert client.get(reverse("exposure-events")).status_code == 403


def test_a_contact_is_recorded_in_either_direction(client: Client) -> None:
    person, other = people.person(), people.person()

    client.post(contacts_of(person), stated(other=other.mrn))
    client.post(contacts_of(person), stated(other=other.mrn, direction="has", event="fair"))

    first, second = Exposure.objects.order_by("id")
    assert (first.person, first.source_person) == (person, other)
    assert (second.person, second.source_person) == (other, person)
    assert first.last_at == first.first_at


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"direction": "x"}, "direction"),
        ({"direction": "has"}, "other"),
        ({"other": "12345678"}, "other"),
        ({"agent": ""}, "agent"),
        ({"agent": "a" * 81}, "agent"),
        ({"event": "e" * 201}, "event"),
        ({"event": "\x1b"}, "event"),
        ({"kind": "AIR"}, "kind"),
        ({"certainty": ""}, "certainty"),
        ({"first_at": "yesterday"}, "first_at"),
        ({"first_at": "2199-01-01T00:00:00"}, "first_at"),
        ({"last_at": "2000-01-01T00:00:00"}, "last_at"),
    ],
)
def test_a_bad_contact_gets_a_field_error(
    client: Client, given: dict[str, str], field: str
) -> None:
    answer = client.post(contacts_of(people.person()), stated(**given))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Exposure.objects.exists()


def test_nobody_records_themselves_as_their_source(client: Client) -> None:
    person = people.person()

    answer = client.post(contacts_of(person), stated(other=person.mrn))

    assert answer.status_code == 422
    assert not Exposure.objects.exists()


def test_who_only_reads_gets_no_form() -> None:
    client, person = client_of(Role.PATHOLOGIST), people.person()

    assert "Record a contact" not in page(client, contacts_of(person))
    assert client.post(contacts_of(person), stated()).status_code == 403
    nurse = client_of(factories.principal(Role.NURSE))
    assert nurse.get(contacts_of(person)).status_code == 403


def test_contacts_are_paged(client: Client) -> None:
    person, by = people.person(), people.infection_control()
    for _ in range(51):
        exposed(person, event="fair", by=by)

    answer = client.get(contacts_of(person))
    rest = client.get(contacts_of(person) + answer.context["sources_next"])

    assert answer.context["sources"].count("<tr>") == 50
    assert rest.context["sources"].count("<tr>") == 1
    assert rest.context["sources_next"] == ""


@pytest.mark.parametrize("name", ["sources", "exposed", "before", "all", "since", "certainty"])
@pytest.mark.parametrize("value", ["-1", "x", "9" * 30, "\x00", "²"])
def test_nothing_in_an_address_breaks_a_page(client: Client, name: str, value: str) -> None:
    one, _two = chain(2)

    for address in (
        contacts_of(one),
        reverse("clusters"),
        reverse("cluster", args=[one.uid]),
        reverse("exposure-events"),
    ):
        assert client.get(address, {name: value}).status_code in (200, 422)
    assert client.get(reverse("exposure-event"), {"name": value}).status_code == 404


# --- events


def test_events_list_who_was_exposed(client: Client) -> None:
    one, two = people.person(), people.person()
    exposed(one, event="flight 7")
    exposed(two, event="flight 7")

    shown = page(client, reverse("exposure-events"))
    event = page(client, reverse("exposure-event"), name="flight 7")

    assert "flight 7" in shown
    assert one.display_name in event
    assert two.display_name in event


def test_linked_entries_are_one_person_of_an_event(client: Client) -> None:
    one, two = people.person(), people.person()
    exposed(one, event="flight 7")
    exposed(two, event="flight 7")
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=one, survivor=two, reason="same")

    for address, asked in (
        (reverse("exposure-events"), {}),
        (reverse("exposure-event"), {"name": "flight 7"}),
    ):
        answer = client.get(address, asked)
        found = answer.context.get("event") or answer.context["events"][0][0]
        assert found.persons == 1


# --- clusters


def test_a_cluster_is_listed_drawn_and_written_as_a_table(client: Client) -> None:
    people_of = chain(4)

    listed = page(client, reverse("clusters"))
    drawn = page(client, reverse("cluster", args=[people_of[2].uid]))

    assert f"{people_of[0].mrn}" in listed
    assert "3</td>" in listed
    picture, table = drawn.split("The same as a table")
    for person in people_of:
        assert f"{contacts_of(person)}" in picture
        assert person.mrn in table
    assert "index case" in picture
    assert "generation 3" in picture


def test_a_circle_is_said(client: Client) -> None:
    one, two = chain(2)
    exposed(one, two)

    shown = page(client, reverse("cluster", args=[one.uid]))

    assert "lead back" in shown


def test_a_cluster_that_is_too_large_is_not_drawn(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, *_rest = chain(4)
    monkeypatch.setattr(clusters, "DRAWN", 3)

    shown = page(client, reverse("cluster", args=[one.uid]))

    assert "at most 3 are drawn" in shown
    assert "<svg viewBox" not in shown.split("<main")[1]


def test_who_is_in_no_cluster_is_told_so(client: Client) -> None:
    person = people.person()
    chain(2)

    assert "join this person to anybody" in page(client, reverse("cluster", args=[person.uid]))
    assert "join anybody" in page(client, reverse("clusters"), until="1990-01-01")


def test_whose_cluster_was_shown_is_recorded() -> None:
    by, cast = people.infection_control(), chain(3)

    page(client_of(by), reverse("cluster", args=[cast[0].uid]))

    looks = ReadEvent.objects.filter(actor=by.pk, purpose="cluster")
    assert {look.person_id for look in looks} == {person.pk for person in cast}


def test_names_in_a_picture_are_text(client: Client) -> None:
    one, two = people.person(family="<script>alert(1)"), people.person()
    exposed(two, one, event='"><b>')
    exposed(one, event='"><b>')

    shown = page(client, reverse("cluster", args=[two.uid]))

    assert "<script>alert" not in shown
    assert "><b>" not in shown


@pytest.mark.parametrize("name", ["contacts", "clusters", "cluster", "events", "event"])
def test_a_page_costs_the_same_for_one_and_for_many(
    client: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one, two = chain(2)
    exposed(one, event="fair")
    address, asked = {
        "contacts": (contacts_of(one), {}),
        "clusters": (reverse("clusters"), {}),
        "cluster": (reverse("cluster", args=[one.uid]), {}),
        "events": (reverse("exposure-events"), {}),
        "event": (reverse("exposure-event"), {"name": "fair"}),
    }[name]

    def cost() -> int:
        page(client, address, **asked)
        with django_assert_max_num_queries(30) as captured:
            page(client, address, **asked)
        return len(captured)

    few = cost()
    for _ in range(4):
        exposed(people.person(), one)
        exposed(people.person(), event="fair")
        exposed(people.person(), event=f"fair {_}")
        chain(2)

    assert cost() == few <= 18
