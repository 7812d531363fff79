"""The census of one ward is that of the whole hospital, as far as this ward goes."""

from __future__ import annotations

import pytest

from labsys.lib.clock import database_now
from patients.actions import encounters, links
from patients.models import Encounter, Location
from patients.queries import wards
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def _moved(stay: Encounter, where: Location) -> None:
    at, by = database_now(), people.infection_control()
    moved_at = at - HOUR / 2
    encounters.transfer(by=by, at=at, encounter=stay, location=where, moved_at=moved_at)


def test_one_ward_is_reckoned_as_it_is_among_all() -> None:
    first, second, third = (people.ward() for _n in range(3))
    one, other, further = (people.ward(parent=first, kind="BED") for _n in range(3))
    by, at = people.infection_control(), database_now()
    for where, to in (
        (first, None),
        (one, None),
        (other, second),
        (second, further),
        (third, first),
    ):
        stay = people.admitted(people.person(), where)
        if to is not None:
            _moved(stay, to)
    kept, double = people.person(), people.person()
    for gone in (people.admitted(people.person(), first), people.admitted(kept, third)):
        encounters.discharge(by=by, at=at, encounter=gone, ended_at=at - HOUR / 3)
    _moved(people.admitted(double, first), second)
    links.link(by=by, at=database_now(), duplicate=double, survivor=kept, reason="one person")

    at = database_now()
    every, flows = wards.changed(at - DAY, at)

    for ward in (first, second, third):
        asked = {ward.pk}
        found, flow = wards.changed(at - DAY, at, wards=asked)
        assert (
            found.wards == wards.counted(at, wards=asked).wards == {ward.pk: every.wards[ward.pk]}
        )
        assert flow == {ward.pk: flows[ward.pk]}
        here = {one for one in every.present if every.places.ward_of[one.place] == ward.pk}
        assert set(found.present) == here
