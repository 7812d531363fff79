"""Who has nobody on record to speak for them: each person once, as the rule of ages says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients.actions import links, needs, related_persons
from patients.models import Person
from patients.queries import kin
from patients.rules.births import Birth, Precision, age_in_years
from patients.rules.kin import Needing, born_by
from tests.patients import following, people
from tests.patients.actions.test_needs import needed, related
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
YEAR = 365.25


def aged(years: float) -> Person:
    born = hospital_day(database_now()) - timedelta(days=round(years * YEAR))
    return people.person(birth=Birth(born, Precision.DAY))


def found(**more: Any) -> list[tuple[Person, Needing]]:
    rows = kin.listed(people.infection_control(), at=database_now(), **more).rows
    return [(row.person, row.needing) for row in rows]


def counts() -> dict[Needing, int]:
    every = kin.listed(people.infection_control(), at=database_now(), only=Needing.INFANT).counts
    return {needing: number for needing, number in every.items() if number}


@given(some.dates(date(1900, 1, 1), date(2100, 1, 1)), some.dates(date(1950, 1, 1)))
def test_who_completed_so_many_years_was_born_by_then(born: date, on: date) -> None:
    for years in (1, 18):
        age = age_in_years(Birth(born, Precision.DAY).span, on=on).youngest
        assert (born > born_by(years, on=on)) == (age < years)


def test_the_youngest_come_first_and_adults_do_not() -> None:
    child, infant = aged(7), aged(0.5)
    aged(30)
    people.person(birth=Birth())

    assert found() == [(infant, Needing.INFANT), (child, Needing.MINOR)]
    assert found(only=Needing.MINOR) == [(child, Needing.MINOR)]
    assert counts() == {Needing.INFANT: 1, Needing.MINOR: 1}


@pytest.mark.parametrize(
    ("precision", "uncertainty", "day", "is_listed"),
    [
        ("YEAR", None, date(2008, 1, 1), True),
        ("YEAR", None, date(2007, 1, 1), False),
        ("MONTH", None, date(2008, 6, 1), True),
        ("MONTH", None, date(2008, 5, 1), False),
        ("ESTIMATED", 400, date(2007, 6, 1), True),
        ("ESTIMATED", 20, date(2007, 6, 1), False),
    ],
)
def test_who_may_be_younger_is_listed(
    monkeypatch: pytest.MonkeyPatch,
    precision: str,
    uncertainty: int | None,
    day: date,
    is_listed: bool,
) -> None:
    monkeypatch.setattr(kin, "hospital_day", lambda _at: date(2026, 6, 15))
    one = people.person(birth=Birth(day, Precision(precision), uncertainty))

    assert found() == ([(one, Needing.MINOR)] if is_listed else [])


@pytest.mark.parametrize("kind", ["is_guardian", "is_next_of_kin", "may_consent"])
def test_who_has_somebody_now_is_not_listed(kind: str) -> None:
    more = {"basis": "certificate"} if kind == "may_consent" else {}
    one, called = aged(3), aged(4)
    made = related(one, **{kind: True}, **more)
    related(called, is_contact=True)  # to be called, not to speak for them
    assert found() == [(called, Needing.MINOR)]

    related_persons.retract(
        by=people.infection_control(), at=database_now(), related=made, reason="wrong patient"
    )
    assert [person for person, _why in found()] == [one, called]


def test_an_adult_whose_guardian_ended_is_listed_and_a_child_grown_up_is_not() -> None:
    at = database_now()
    adult, grown, unknown = aged(40), aged(19), people.person(birth=Birth())
    for one, until in ((adult, at - HOUR), (grown, at - 500 * DAY), (unknown, at - 2 * HOUR)):
        related(one, since=at - 1000 * DAY, until=until)

    assert dict(found()) == {adult: Needing.SPOKEN_FOR, unknown: Needing.SPOKEN_FOR}
    assert counts() == {Needing.SPOKEN_FOR: 2}


def test_who_cannot_decide_is_listed_while_that_holds_and_nobody_speaks_for_them() -> None:
    by, at = people.infection_control(), database_now()
    adult, child, unknown, double = aged(40), aged(5), people.person(birth=Birth()), aged(50)
    past, dead, spoken = aged(41), aged(42), aged(43)
    links.link(by=by, at=at, duplicate=double, survivor=unknown, reason="same")
    for one in (adult, child, double, dead, spoken):
        needed(one, kind="INCAPACITY", detail="unconscious, found by the ward's doctor")
    needed(past, kind="INCAPACITY", detail="sedated", until=at - HOUR / 2)
    needed(aged(44), kind="FEEDING")
    following.died(dead)
    related(spoken, is_next_of_kin=True)
    wrong = needed(aged(45), kind="INCAPACITY", detail="sedated")
    needs.retract(by=by, at=database_now(), need=wrong, reason="another patient")

    assert found() == [
        (child, Needing.MINOR),
        (unknown, Needing.INCAPABLE),
        (adult, Needing.INCAPABLE),
    ]
    assert found(only=Needing.INCAPABLE) == [
        (unknown, Needing.INCAPABLE),
        (adult, Needing.INCAPABLE),
    ]
    assert counts() == {Needing.MINOR: 1, Needing.INCAPABLE: 2}


def test_entries_of_one_person_are_one_person() -> None:
    by = people.infection_control()
    entry, survivor, dead, other = aged(2), aged(2), aged(3), aged(3)
    following.died(aged(4))
    for duplicate, kept in ((entry, survivor), (dead, other)):
        links.link(by=by, at=database_now(), duplicate=duplicate, survivor=kept, reason="same")
    assert found() == [(survivor, Needing.MINOR), (other, Needing.MINOR)]

    following.died(dead)
    assert counts() == {Needing.MINOR: 1}
    related(entry, is_next_of_kin=True)
    assert found() == []


def test_who_reaches_few_is_told_of_few() -> None:
    ward, mine, at = people.ward(), aged(1.5), database_now()
    aged(2.5)
    people.admitted(mine, ward)
    nurse = people.doctor_of(ward, Role.NURSE)

    listed = kin.listed(nurse, at=at)

    assert listed.counts[Needing.MINOR] == 1
    assert [row.person for row in listed.rows] == [mine]


def test_pages_follow_one_another() -> None:
    every = [aged(years) for years in (0.2, 0.4, 2, 2, 9)]
    by, at, after, paged = people.infection_control(), database_now(), None, []

    for _each in range(3):
        page = kin.listed(by, at=at, after=after, limit=2)
        paged += [row.person for row in page.rows]
        after = page.next

    assert (paged, after) == (every, None)
