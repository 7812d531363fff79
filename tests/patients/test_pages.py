"""People are found and registered on pages that anybody at a desk can use."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients import queries, ways
from patients.actions import links, persons
from patients.models import Person
from patients.rules.births import UNKNOWN, Birth, Precision
from tests import factories
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def search(client: Client, text: str, **more: Any) -> str:
    answer = client.get(reverse("persons"), {"q": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def registration(**given: Any) -> dict[str, Any]:
    return {
        "family": "Okafor",
        "given": "Ngozi",
        "species": people.human().pk,
        "sex": "F",
        "birth_date": "1990-05-17",
        "birth_precision": "DAY",
        **given,
    }


def test_a_person_is_found_by_name_with_the_pages_about_them(client: Client) -> None:
    someone = people.person(family="Okafor", given="Ngozi")

    page = search(client, "okaf")

    assert "Okafor, Ngozi" in page
    assert someone.mrn in page
    assert "17 May 1990" in page
    assert f'href="{reverse("person", args=[someone.uid])}"' in page


def test_who_was_shown_is_recorded_for_each() -> None:
    by = people.infection_control()
    shown = {people.person(family="Okafor"), people.person(family="Okafor")}
    people.person(family="Lindqvist")

    search(client_of(by), "okafor")

    looks = ReadEvent.objects.filter(actor=by.pk, purpose="search")
    assert {look.person_id for look in looks} == {person.pk for person in shown}


def test_a_search_says_what_it_needs_and_what_it_did_not_find(client: Client) -> None:
    someone = people.person(family="Okafor")

    assert "at least three letters" in search(client, "ok")
    assert "Nobody in your reach" in search(client, "zzzzzz")
    assert "These names are similar" in search(client, "okaffor")
    assert "Nobody in your reach" not in search(client, "")
    assert someone.mrn not in search(client, "")


@pytest.mark.parametrize(
    "text", ["<script>", "' OR 1=1", "%", "\x00", "x" * 5000, "é" * 300, "١٢٣"]
)
@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "²"])
def test_nothing_typed_breaks_the_search(client: Client, text: str, after: str) -> None:
    page = search(client, text, after=after)

    assert "<script>" not in page.replace('<script src="', "")


def test_pages_of_a_search_follow_each_other(client: Client) -> None:
    for _ in range(queries.searches.PAGE + 1):
        people.person(family="Okafor")

    first = client.get(reverse("persons"), {"q": "okafor"})
    second = client.get(reverse("persons") + first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (queries.searches.PAGE, 1)
    assert "next" not in second.context


def test_a_linked_entry_names_the_one_it_is_read_as(client: Client) -> None:
    one, two = people.person(family="Okafor"), people.person()
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=one, survivor=two, reason="same")

    assert f"read as {two.mrn}" in search(client, "okafor")


def test_a_search_page_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(40) as captured:
            search(client, "okafor")
        # One insert per person shown: the record of who looked at whom.
        return sum("read_event" not in query["sql"] for query in captured.captured_queries)

    people.person(family="Okafor")
    one = cost()
    for _ in range(5):
        people.person(family="Okafor")

    assert cost() == one <= 12


def test_somebody_is_registered_and_found_at_once(client: Client) -> None:
    answer = client.post(reverse("person-new"), registration(), follow=True)

    made = Person.objects.get()
    page = answer.content.decode()
    assert f"Registered under MRN {made.mrn}: Okafor, Ngozi." in page
    assert answer.context["found"].is_exact


def test_a_nurse_goes_on_to_admit_whom_she_registered() -> None:
    client = client_of(factories.principal(Role.NURSE))

    answer = client.post(reverse("person-new"), registration(), follow=True)

    made = Person.objects.get()
    assert answer.redirect_chain[-1][0] == (
        reverse("admin:patients_encounter_add") + f"?person={made.mrn}"
    )
    assert f'value="{made.mrn}"' in answer.content.decode()


def test_an_unnamed_person_is_registered(client: Client) -> None:
    given = {"placeholder": "dock 7", "species": people.human().pk, "sex": "U"}

    client.post(reverse("person-new"), {**given, "birth_precision": "UNKNOWN"})

    assert Person.objects.get().display_name == "[dock 7]"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"family": ""}, "family"),
        ({"species": "99999"}, "species"),
        ({"sex": "X"}, "sex"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": ""}, "birth_date"),
        ({"birth_precision": "ESTIMATED"}, "birth_uncertainty_days"),
        ({"birth_uncertainty_days": "-1"}, "birth_uncertainty_days"),
        ({"birth_uncertainty_days": "9" * 40}, "birth_uncertainty_days"),
        ({"value": "P-1"}, "system"),
        ({"system": "passport"}, "value"),
        ({"family": "A" * 81}, "family"),
        ({"given": "\x1b"}, "given"),
    ],
)
def test_a_bad_registration_gets_a_field_error(
    client: Client, given: dict[str, str], field: str
) -> None:
    answer = client.post(reverse("person-new"), registration(**given))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Person.objects.exists()


def test_pages_open_by_permission() -> None:
    anonymous, participant = Client(), client_of(factories.principal(Role.PARTICIPANT))
    reader = client_of(factories.principal(Role.PSYCHOLOGIST))

    for name in ("persons", "person-new"):
        assert anonymous.get(reverse(name)).status_code == 302
        assert participant.get(reverse(name)).status_code == 403
    assert reader.get(reverse("person-new")).status_code == 403
    assert "Register a patient" not in search(reader, "okafor")


def test_the_entry_is_reached_by_the_public_id_within_reach() -> None:
    ward, mine, other = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    client = client_of(people.doctor_of(ward))

    answer = client.get(reverse("person-entry", args=[mine.uid]))

    assert answer["Location"] == reverse("admin:patients_person_change", args=[mine.pk])
    assert client.get(reverse("person-entry", args=[other.uid])).status_code == 404


def test_a_way_is_shown_to_whom_it_is_open() -> None:
    phlebotomist = factories.principal(Role.PHLEBOTOMIST)

    names = [way.url_name for way in ways.open_to(phlebotomist)]

    assert "person" not in names
    assert names == ["needs", "person-entry"]


# --- the banner


def banner(someone: Person) -> str:
    shown = queries.banner(someone, at=database_now())
    return render_to_string("patients/_banner.html", {"banner": shown})


def test_the_banner_shows_who_this_is() -> None:
    someone = people.person(family="Okafor", given="Ngozi")

    page = banner(someone)

    for text in ("Okafor, Ngozi", someone.mrn, "17 May 1990", "years", "female", "Human"):
        assert text in page


def test_the_banner_warns() -> None:
    by, at = people.infection_control(), database_now()
    nobody, doubtful, other = people.unnamed(), people.person(), people.person()
    persons.doubt_identity(by=by, at=at, person=doubtful, basis="two bands", happened_at=at)
    links.link(by=by, at=at, duplicate=other, survivor=doubtful, reason="same")

    assert "Identity not established" in banner(nobody)
    assert "Identity in doubt" in banner(doubtful)
    assert "A double entry was opened" in banner(other)
    assert "A double entry was opened" not in banner(doubtful)
    assert other.mrn in banner(doubtful)


@pytest.mark.parametrize(
    ("birth", "born", "age"),
    [
        (UNKNOWN, "unknown", ""),
        (Birth(people.BORN.date, Precision.MONTH), "May 1990", "years"),
        (Birth(people.BORN.date, Precision.YEAR), "1990", "years"),
        (Birth(people.BORN.date, Precision.ESTIMATED, 400), "about 17 May 1990 (± 400 days)", "-"),
    ],
)
def test_a_birth_is_shown_no_more_exactly_than_it_is_known(
    birth: Birth, born: str, age: str
) -> None:
    page = banner(people.person(birth=birth))

    assert f"<dd>{born}" in page
    assert age in page


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (59, "59 days"),
        (60, "8 weeks"),
        (729, "104 weeks"),
        (731, "2 years"),
    ],
)
def test_an_age_is_shown_in_the_unit_that_says_enough(days: int, age: str) -> None:
    born = (database_now() - days * people.DAY).date()

    assert f"({age})" in banner(people.person(birth=Birth(born, Precision.DAY)))
