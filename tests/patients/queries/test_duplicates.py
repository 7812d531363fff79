"""What is compared of entries that may be one person."""

from __future__ import annotations

import pytest

from labsys.lib.clock import database_now
from patients.actions import persons, related_persons
from patients.models import PersonName
from patients.queries import duplicates
from tests.patients import people
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db


def test_an_entry_is_compared_by_all_its_names_numbers_and_kin() -> None:
    by = people.infection_control()
    one, other, third = people.person(family="Okafor, Oka"), people.person(), people.person()
    at = database_now()
    persons.name(by=by, at=at, person=one, family='O"ka', given="N", use=PersonName.Use.FORMER)
    persons.add_identifier(by=by, at=at, person=one, system="passport", value="P {1}")
    for mine, yours in ((one, other), (third, one)):
        related_persons.record(
            by=by,
            at=at,
            person=mine,
            other=yours,
            relation="PARENT",
            is_guardian=True,
            since=at - HOUR,
        )
    wrong = related_persons.record(
        by=by,
        at=at,
        person=other,
        other=third,
        relation="PARENT",
        is_guardian=True,
        since=at - HOUR,
    )
    related_persons.retract(by=by, at=database_now(), related=wrong, reason="another patient")

    found = duplicates.described([one.pk, other.pk, third.pk])

    own = set(one.names.values_list("family", "given"))
    assert found[one.pk].names == own
    assert len(own) == 2
    assert found[one.pk].numbers == {("passport", "P {1}")}
    assert found[other.pk].numbers == frozenset()
    kin = {pk: entry.kin for pk, entry in found.items()}
    assert kin == {one.pk: {other.pk, third.pk}, other.pk: {one.pk}, third.pk: {one.pk}}
