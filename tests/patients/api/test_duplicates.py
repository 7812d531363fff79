"""Duplicates over HTTP: listed, decided once under a key, refused with words."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.models import PersonDistinction, PersonLink
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.patients import people
from tests.patients.doubles import looked_for, pair

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def test_what_was_found_is_listed_with_its_reasons() -> None:
    officer = people.infection_control()
    one, other = pair()
    looked_for()

    (found,) = get(officer, API + "duplicate-candidates").json()["duplicate_candidates"]

    assert (found["first"], found["second"]) == (str(one.uid), str(other.uid))
    assert found["grade"] == "CERTAIN"
    assert {"why": "SEX_SAME", "bits": 1.0} in found["reasons"]
    looked = ReadEvent.objects.filter(actor=officer.pk, purpose="api")
    assert set(looked.values_list("person_id", flat=True)) == {one.pk, other.pk}
    none = get(officer, API + "duplicate-candidates", grade="POSSIBLE").json()
    assert none["duplicate_candidates"] == []


def test_a_list_costs_the_same_however_long() -> None:
    officer = people.infection_control()
    pair()
    looked_for()
    one = counted(officer, API + "duplicate-candidates")
    pair("Castellan", "Joss")
    pair("Dragomir", "Ute")
    looked_for()

    assert counted(officer, API + "duplicate-candidates") == (3, one[1])


def test_two_persons_are_said_and_taken_back() -> None:
    officer = people.infection_control()
    one, other = pair()
    body = {"first": str(other.uid), "second": str(one.uid), "reason": "met both"}

    made = post(officer, API + "person-distinctions", body)

    assert made.status_code == 201, made.content
    listed = get(officer, API + "person-distinctions", person=str(other.uid)).json()
    assert [row["id"] for row in listed["person_distinctions"]] == [made.json()["id"]]
    assert is_problem(post(officer, API + "person-distinctions", body), 409)
    end = f"{API}person-distinctions/{made.json()['id']}/end"
    assert post(officer, end, {"reason": "one face"}).status_code == 201
    assert is_problem(post(officer, end, {"reason": "one face"}), 409)
    assert not PersonDistinction.objects.standing().exists()


def test_two_entries_are_joined_and_parted_again() -> None:
    officer = people.infection_control()
    one, other = pair()
    body = {"duplicate": str(other.uid), "survivor": str(one.uid), "reason": "same passport"}

    made = post(officer, API + "person-links", body)
    stay = people.admitted(other)

    assert made.status_code == 201, made.content
    (listed,) = get(officer, API + "person-links").json()["person_links"]
    assert listed["survivor"] == str(one.uid)
    parted = post(officer, f"{API}person-links/{made.json()['id']}/end", {"reason": "two"})
    assert parted.status_code == 201, parted.content
    assert parted.json()["meanwhile"] == {"patients.encounter": [stay.pk]}
    assert not PersonLink.objects.active().exists()


@pytest.mark.parametrize(
    ("noun", "body", "status", "pointer"),
    [
        ("person-links", {"duplicate": "x"}, 422, "person"),
        ("person-links", {"reason": ""}, 422, "reason"),
        ("person-links", {"reason": 7}, 422, "reason"),
        ("person-links", {"why": "x"}, 422, "why"),
        ("person-distinctions", {"second": None}, 422, "person"),
        ("person-distinctions", {"reason": " "}, 422, "reason"),
    ],
)
def test_what_is_wrong_is_named(noun: str, body: dict[str, Any], status: int, pointer: str) -> None:
    one, other = pair()
    ends = ("duplicate", "survivor") if noun == "person-links" else ("first", "second")
    given = {ends[0]: str(other.uid), ends[1]: str(one.uid), "reason": "x", **body}

    assert is_problem(post(people.infection_control(), API + noun, given), status, pointer)


def test_who_may_not_decide_is_refused() -> None:
    one, other = pair()
    body = {"first": str(one.uid), "second": str(other.uid), "reason": "x"}
    technologist = factories.principal(Role.TECHNOLOGIST)

    assert is_problem(post(technologist, API + "person-distinctions", body), 403)
    assert is_problem(get(technologist, API + "duplicate-candidates"), 403)
    officer = people.infection_control()
    assert is_problem(get(officer, API + "duplicate-candidates", grade="SURE"), 422, "grade")
    assert is_problem(post(officer, API + "person-links/99999999/end", {"reason": "x"}), 404)
