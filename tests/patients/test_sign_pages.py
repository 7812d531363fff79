"""The page of a patient's signs: one form for a look, a course, and nobody out of reach."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.models import Person, Sign, SignObservation
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.admin_forms import typed
from tests.patients.people import HOUR
from tests.patients.signs import seen, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def page(person: Person) -> str:
    return reverse("signs", args=[person.uid])


def look(**answers: Any) -> dict[str, Any]:
    return {"observed_at": typed(database_now() - HOUR), **answers}


def of(what: Sign, part: str = "answer") -> str:
    return f"s{what.pk}-{part}"


def test_several_signs_are_entered_at_one_look(client: Client) -> None:
    skin, heat, tremor = sign("skin"), sign("temperature", "MEASURED"), sign("tremor", "PRESENCE")
    someone = people.person()
    given = look(
        **{
            of(skin): "2",
            of(skin, "onset_precision"): "ABOUT",
            of(skin, "onset_at"): typed(database_now() - 40 * HOUR),
            of(skin, "onset_uncertainty_hours"): "12",
            of(heat): ">= 39.5",
            of(tremor): "absent",
        }
    )

    answer = client.post(page(someone), given, follow=True)

    assert "3 signs recorded" in answer.content.decode()
    rows = {row.sign.code: row for row in SignObservation.objects.select_related("sign")}
    assert (rows["skin"].grade, rows["skin"].onset_uncertainty_hours) == (2, 12)
    assert (rows["temperature"].comparator, rows["temperature"].value) == (">=", Decimal("39.5"))
    assert rows["tremor"].is_present is False
    assert "2 marked" in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "part", "said"),
    [
        ({"answer": "9"}, "answer", "valid choice"),
        ({"answer": "1", "onset_precision": "EXACT"}, "onset_at", "or neither"),
        ({"note": "seen by the family"}, "answer", "empty its line"),
        ({"answer": "1", "onset_at": "soon", "onset_precision": "EXACT"}, "onset_at", "valid"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, answers: dict[str, str], part: str, said: str
) -> None:
    skin, someone = sign("skin"), people.person()

    answer = client.post(
        page(someone), look(**{of(skin, name): value for name, value in answers.items()})
    )

    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors[of(skin, part)])
    assert not SignObservation.objects.exists()


def test_a_number_that_may_be_read_in_two_ways_is_refused(client: Client) -> None:
    heat, someone = sign("temperature", "MEASURED"), people.person()

    answer = client.post(page(someone), look(**{of(heat): "39,5"}))

    assert "decimal point" in str(answer.context["form"].errors[of(heat)])


def test_an_empty_look_is_refused(client: Client) -> None:
    sign("skin")

    assert client.post(page(people.person()), look()).status_code == 422


def test_pages_of_others_are_not_there() -> None:
    ward, mine, other = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    doctor = client_of(people.doctor_of(ward))

    assert doctor.get(page(mine)).status_code == 200
    assert doctor.get(page(other)).status_code == 404
    assert doctor.post(page(other), look()).status_code == 404
    assert client_of(factories.principal(Role.TECHNOLOGIST)).get(page(mine)).status_code == 403


def test_a_line_list_shows_whom_its_reader_reaches_and_says_so_on_record() -> None:
    skin, ward = sign("skin"), people.ward()
    mine, other = people.person(family="Okafor"), people.person(family="Lindqvist")
    people.admitted(mine, ward)
    for someone in (mine, other):
        seen(someone, skin)
    doctor = people.doctor_of(ward)

    shown = client_of(doctor).get(reverse("sign-list"), {"sign": "skin"}).content.decode()

    assert "Okafor" in shown
    assert "Lindqvist" not in shown
    assert ReadEvent.objects.filter(purpose="sign-list", person_id=mine.pk).count() == 1


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_0", "_", "9" * 400]
)
def test_a_key_that_is_none_begins_at_the_beginning(client: Client, after: str) -> None:
    skin = sign("skin")
    seen(people.person(family="Okafor"), skin)

    answer = client.get(reverse("sign-list"), {"sign": "skin", "after": after})

    assert "Okafor" in answer.content.decode()


def test_the_course_is_drawn_and_written(client: Client) -> None:
    skin, someone = sign("skin"), people.person()
    for hours in (30, 20, 10):
        seen(someone, skin, observed_at=database_now() - hours * HOUR, grade=1)

    shown = client.get(page(someone)).content.decode()

    assert shown.count("<svg") == 1
    assert shown.count("1 faint") >= 4
