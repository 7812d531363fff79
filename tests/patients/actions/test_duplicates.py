"""Duplicates are found after every change of who somebody is, and suggested until somebody decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import duplicates, encounters, links, persons
from patients.models import (
    DuplicateCandidate,
    DuplicateKey,
    DuplicateSearch,
    Person,
    PersonDistinction,
    PersonLink,
)
from patients.queries import duplicate_lists
from patients.rules.births import Birth, Precision
from patients.rules.duplicates import Grade
from tests import factories
from tests.patients import people
from tests.patients.doubles import looked_for, pair

pytestmark = pytest.mark.django_db


def listed(by: Principal | None = None) -> list[tuple[int, int]]:
    rows = duplicate_lists.listed(by or people.infection_control()).rows
    return [(row.candidate.first_id, row.candidate.second_id) for row in rows]


def joined(one: Person, other: Person) -> PersonLink:
    return links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=one,
        survivor=other,
        reason="same passport",
    )


def told_apart(one: Person, other: Person) -> PersonDistinction:
    return duplicates.distinguish(
        by=people.infection_control(),
        at=database_now(),
        first=one,
        second=other,
        reason="met both",
    )


def test_a_second_entry_is_found_once_it_is_registered() -> None:
    one, other = pair()
    people.person()

    looked_for()

    assert listed() == [(one.pk, other.pk)]
    (found,) = DuplicateCandidate.objects.all()
    assert found.grade == Grade.CERTAIN
    assert not DuplicateSearch.objects.filter(done_at=None).exists()


def test_a_change_of_name_is_looked_at_again() -> None:
    one, other = pair()
    looked_for()
    born = Birth(date(1961, 1, 2), Precision.DAY)
    persons.amend(
        by=people.infection_control(),
        at=database_now(),
        person=other,
        changes={"birth_date": born.date, "sex": "M"},
        expected={"birth_date": other.birth_date, "sex": "F"},
        reason="typed wrong",
    )

    looked_for()

    assert listed() == []
    keys = DuplicateKey.objects.filter(person=other).values_list("key", flat=True)
    assert "d:1961-01-02" in keys
    assert len(set(keys)) == len(keys)


def test_the_worst_come_first_and_page_by_key() -> None:
    one, other = pair(family="Vega-Ros")
    third = people.person(family="Vega", given="Lyra", birth=people.BORN)
    looked_for()
    by = people.infection_control()

    first = duplicate_lists.listed(by, limit=1)
    bits, _line, id_ = str(first.next).partition("_")
    later = duplicate_lists.listed(by, after=(int(bits), int(id_)), limit=9)

    assert [row.candidate.second_id for row in first.rows] == [other.pk]
    assert {row.candidate.second_id for row in later.rows} == {third.pk}
    assert len(later.rows) == 2
    assert later.next is None
    assert duplicate_lists.counts(by)[Grade.CERTAIN] == 1
    assert duplicate_lists.listed(by, grade=Grade.CERTAIN).rows[0].candidate.first_id == one.pk


def test_the_list_asks_the_same_however_long_it_is() -> None:
    by = people.infection_control()
    pair(family="Aalto")
    looked_for()
    duplicate_lists.listed(by)
    with CaptureQueriesContext(connection) as few:
        duplicate_lists.listed(by)
    for family, given in (("Bertone", "Mila"), ("Castellan", "Joss"), ("Dragomir", "Ute")):
        pair(family, given)
    looked_for()

    with CaptureQueriesContext(connection) as many:
        rows = duplicate_lists.listed(by).rows

    assert len(rows) == 4
    assert len(many) == len(few)


def test_who_is_read_as_one_is_suggested_no_more_until_parted() -> None:
    one, other = pair()
    looked_for()
    link = joined(other, one)
    assert listed() == []

    links.unlink(by=people.infection_control(), at=database_now(), link=link, reason="two")

    assert listed() == [(one.pk, other.pk)]


def test_who_is_said_to_be_two_is_suggested_no_more_until_that_is_taken_back() -> None:
    one, other = pair()
    looked_for()
    said = told_apart(other, one)
    assert listed() == []
    assert (said.first, said.second) == (one, other)

    duplicates.withdraw(
        by=people.infection_control(), at=database_now(), distinction=said, reason="same face"
    )

    assert listed() == [(one.pk, other.pk)]
    assert told_apart(one, other).pk


def test_a_distinction_counts_for_every_entry_of_both() -> None:
    one, other = pair()
    third = people.person(family="Vega-Ros", given="Lyra", birth=people.BORN)
    looked_for()
    told_apart(one, other)
    joined(third, one)

    assert listed() == []
    with pytest.raises(Conflict, match="two persons"):
        joined(other, one)


def test_what_is_one_is_not_told_apart_nor_twice() -> None:
    one, other = pair()
    link = joined(other, one)

    with pytest.raises(Conflict, match="undo their link"):
        told_apart(one, other)
    links.unlink(by=people.infection_control(), at=database_now(), link=link, reason="two")
    said = told_apart(one, other)
    with pytest.raises(Conflict, match="already"):
        told_apart(other, one)
    by, at = people.infection_control(), database_now()
    duplicates.withdraw(by=by, at=at, distinction=said, reason="same")
    with pytest.raises(Conflict, match="already"):
        duplicates.withdraw(by=by, at=at, distinction=said, reason="same")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"reason": " "}, InvalidInput),
        ({"reason": "a\x00b"}, InvalidInput),
        ({"by": Role.NURSE}, NotAllowed),
        ({"second": None}, InvalidInput),
    ],
)
def test_a_distinction_is_refused_with_words(change: dict[str, Any], refusal: Any) -> None:
    one, other = pair()
    given: dict[str, Any] = {"by": people.infection_control(), "reason": "met both", **change}
    if isinstance(given["by"], Role):
        given["by"] = factories.principal(given["by"])
    given["second"] = one if "second" in change else other

    with pytest.raises(refusal):
        duplicates.distinguish(at=database_now(), first=one, **given)
    assert not PersonDistinction.objects.exists()


def test_an_unnamed_entry_is_found_by_place_and_time() -> None:
    ward = people.ward()
    one = people.person(placeholder="grey coat, dock 7", sex="F", birth=Birth())
    people.admitted(one, ward)
    at, by = database_now(), people.infection_control()
    stay = one.encounters.get()
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)
    other = people.person(placeholder="coat grey dock 7", sex="F", birth=Birth())
    people.admitted(other, ward)
    people.person(placeholder="burnt hand, gate", sex="M", birth=Birth())

    looked_for()

    assert listed() == [(one.pk, other.pk)]


def test_entries_that_came_in_otherwise_are_adopted() -> None:
    one, other = pair()
    DuplicateSearch.objects.all().delete()
    DuplicateKey.objects.all().delete()
    by, at = Principal.objects.system("sweep"), database_now()

    assert duplicates.adopt(by=by, at=at) == Person.objects.count()
    assert duplicates.adopt(by=by, at=at) == 0
    looked_for()

    assert listed() == [(one.pk, other.pk)]


def test_other_weights_are_a_reason_to_look_again(settings: Any) -> None:
    one, other = pair()
    looked_for()
    settings.LABSYS_DUPLICATE_CHANCES = {"BIRTH_SAME": [0.5, 0.5], "FAMILY_SAME": [0.5, 0.5]}

    duplicates.adopt(by=Principal.objects.system("sweep"), at=database_now())
    looked_for()

    assert listed() == []
    assert one.pk < other.pk
