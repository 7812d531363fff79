"""Signs, pregnancies, needs and kin over HTTP: once under a key, refused with words, in reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import SignObservation
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.signs import sign

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def moment(ago: timedelta = HOUR) -> str:
    return (database_now() - ago).isoformat()


def look(person: Any, *signs: dict[str, Any]) -> dict[str, Any]:
    return {"person": str(person.uid), "observed_at": moment(), "signs": list(signs)}


def test_a_look_is_sent_and_read_again() -> None:
    officer, person = people.infection_control(), people.person()
    sign("skin")
    sign("temperature", "MEASURED")
    made = post(
        officer,
        API + "signs",
        look(person, {"sign": "skin", "grade": 2}, {"sign": "temperature", "value": ">=39.50"}),
    )
    assert made.status_code == 201, made.content

    listed = get(officer, API + "signs", person=str(person.uid)).json()["signs"]

    assert sorted(listed, key=lambda one: one["id"]) == made.json()["signs"]
    assert {one["value"] for one in listed} == {None, ">=39.50"}
    assert get(officer, API + "sign-definitions", code="skin").json()["sign_definitions"][0][
        "grades"
    ]


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"observed_at": "now"}, 422, "observed_at"),
        ({"signs": []}, 422, "signs"),
        ({"signs": {"skin": 1}}, 422, "signs"),
        ({"signs": [3]}, 422, "signs"),
        ({"signs": [{"sign": "unheard-of", "grade": 1}]}, 422, "sign"),
        ({"signs": [{"sign": "skin", "grade": 9}]}, 422, "skin.grade"),
        ({"signs": [{"sign": "skin", "grade": True}]}, 422, "grade"),
        ({"signs": [{"sign": "skin", "grade": "1"}]}, 422, "grade"),
        ({"signs": [{"sign": "skin", "grade": -1}]}, 422, "grade"),
        ({"signs": [{"sign": "skin", "value": 38.5}]}, 422, "value"),
        ({"signs": [{"sign": "skin", "value": "1"}]}, 422, "skin.grade"),
        ({"signs": [{"sign": "skin", "is_present": 1}]}, 422, "is_present"),
        ({"signs": [{"sign": "skin", "grade": 1, "colour": "grey"}]}, 422, "colour"),
        ({"place": "ward"}, 422, "place"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], status: int, pointer: str) -> None:
    officer, person = people.infection_control(), people.person()
    sign("skin")

    body = {**look(person, {"sign": "skin", "grade": 1}), **change}

    assert is_problem(post(officer, API + "signs", body), status, pointer)
    assert not SignObservation.objects.exists()


def test_a_list_costs_the_same_however_long() -> None:
    officer, person = people.infection_control(), people.person()
    sign("skin")
    post(officer, API + "signs", look(person, {"sign": "skin", "grade": 1}))
    one = counted(officer, API + "signs", person=str(person.uid))
    for _again in range(4):
        post(officer, API + "signs", look(person, {"sign": "skin", "grade": 1}))

    assert counted(officer, API + "signs", person=str(person.uid)) == (5, one[1])


def bodies(person: Any) -> dict[str, tuple[Role, dict[str, Any]]]:
    of = {"person": str(person.uid)}
    return {
        "pregnancy-estimates": (
            Role.PATHOLOGIST,
            {**of, "status": "PREGNANT", "gestation_days": 60, "uncertainty_days": 5}
            | {"observed_at": moment()},
        ),
        "pregnancy-dates": (
            Role.PATHOLOGIST,
            {**of, "kind": "LAST_PERIOD", "uncertainty_days": 7, "observed_at": moment()}
            | {"on": (database_now() - 50 * DAY).date().isoformat()},
        ),
        "ultrasound-measurements": (
            Role.PATHOLOGIST,
            {**of, "observed_at": moment(), "route": "VAGINAL", "lengths": {"CRL": "24.0"}},
        ),
        "care-needs": (
            Role.INFECTION_CONTROL,
            {**of, "kind": "INTERPRETER", "detail": "Thaal", "since": moment()},
        ),
        "related-persons": (
            Role.INFECTION_CONTROL,
            {**of, "relation": "PARENT", "name": "Imogen Vale", "contact": "deck 4"}
            | {"is_contact": True, "since": moment()},
        ),
    }


NOUNS = (
    *("pregnancy-estimates", "pregnancy-dates", "ultrasound-measurements"),
    *("care-needs", "related-persons"),
)


@pytest.mark.parametrize("noun", NOUNS)
def test_each_is_recorded_and_listed_in_reach(noun: str) -> None:
    person = people.person()
    role, body = bodies(person)[noun]
    by, nurse = factories.principal(role), factories.principal(Role.NURSE)
    made = post(by, API + noun, body)
    assert made.status_code == 201, made.content

    listed = get(by, API + noun, person=str(person.uid)).json()[noun.replace("-", "_")]

    assert len(listed) == 1
    assert listed[0]["person"] == str(person.uid)
    assert is_problem(get(nurse, API + noun, person=str(person.uid)), 404)
    assert is_problem(post(nurse, API + noun, body), 404)
    assert get(factories.principal(Role.AUDITOR), API + noun, person="x").status_code == 403
    assert is_problem(get(by, API + noun), 422, "person")


@pytest.mark.parametrize(
    ("noun", "change", "pointer"),
    [
        ("pregnancy-estimates", {"gestation_days": 400}, "gestation_days"),
        ("pregnancy-estimates", {"gestation_days": "60"}, "gestation_days"),
        ("pregnancy-estimates", {"status": "PERHAPS"}, "status"),
        ("pregnancy-dates", {"on": "2026-02-30"}, "on"),
        ("pregnancy-dates", {"on": "2199-01-01"}, "on"),
        ("pregnancy-dates", {"kind": "DREAM"}, "kind"),
        ("pregnancy-dates", {"uncertainty_days": None}, "uncertainty_days"),
        ("pregnancy-dates", {"kind": "FERTILISATION"}, "uncertainty_days"),
        ("ultrasound-measurements", {"lengths": {}}, "lengths"),
        ("ultrasound-measurements", {"lengths": {"CRL": 24}}, "lengths"),
        ("ultrasound-measurements", {"lengths": {"ARM": "24"}}, "measured"),
        ("ultrasound-measurements", {"lengths": {"CRL": "0"}}, "value"),
        ("ultrasound-measurements", {"route": "GUESS"}, "route"),
        ("ultrasound-measurements", {"fetus": 0}, "fetus"),
        ("care-needs", {"kind": "GOLD"}, "kind"),
        ("care-needs", {"kind": "OTHER", "detail": " "}, "detail"),
        ("care-needs", {"until": "2000-01-01T00:00:00Z"}, "until"),
        ("related-persons", {"name": ""}, "name"),
        ("related-persons", {"is_contact": False}, "is_next_of_kin"),
        ("related-persons", {"is_contact": "yes"}, "is_contact"),
        ("related-persons", {"may_consent": True}, "basis"),
        ("related-persons", {"relation": "FRIEND"}, "relation"),
    ],
)
def test_what_is_wrong_with_it_is_named(noun: str, change: dict[str, Any], pointer: str) -> None:
    person = people.person()
    role, body = bodies(person)[noun]

    assert is_problem(post(factories.principal(role), API + noun, {**body, **change}), 422, pointer)


def test_nobody_is_their_own_kin() -> None:
    person = people.person()
    role, body = bodies(person)["related-persons"]
    body = {**body, "other": str(person.uid)}

    assert is_problem(post(factories.principal(role), API + "related-persons", body), 422, "other")
