"""What was done, drawn on courses of signs and of controllers as it is on the trends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import interventions
from patients.models import Intervention, Person
from tests import factories
from tests.clients import client_of
from tests.patients import controls, people
from tests.patients.people import HOUR
from tests.patients.signs import seen, sign

pytestmark = pytest.mark.django_db


def done(person: Person, kind: str, *, hours_ago: float, detail: str) -> Intervention:
    by, at = factories.principal(Role.PATHOLOGIST), database_now()
    return interventions.record(
        by=by,
        at=at,
        person=person,
        kind=kind,
        detail=detail,
        started_at=at - timedelta(hours=hours_ago),
        operator=by,
    )


def main(name: str, person: Person, role: Role = Role.INFECTION_CONTROL) -> str:
    answer = client_of(role).get(reverse(name, args=[person.uid]))
    assert answer.status_code == 200
    return str(answer.content.decode().split("<main")[1])


def test_courses_of_signs_show_what_was_done_meanwhile_with_a_numbered_list() -> None:
    person, skin, heat = people.person(), sign("skin"), sign("heat", "MEASURED")
    for hours in (30, 10):
        seen(person, skin, observed_at=database_now() - hours * HOUR)
        seen(person, heat, observed_at=database_now() - hours * HOUR)
    done(person, "SEDATION", hours_ago=90, detail="long before")
    done(person, "FILTRATION", hours_ago=20, detail="pore 8 um")
    done(person, "CHARCOAL", hours_ago=15, detail="50 g")

    text = main("signs", person)

    assert text.count('class="c-mark"') == 4
    assert text.count('stroke-dasharray="8 4"') == 2
    assert "1 filtration · pore 8 um" in text
    assert "activated charcoal, 50 g" in text
    assert "long before" not in text


def test_courses_of_controllers_show_what_else_was_done_and_their_tables_too() -> None:
    person, what = people.person(), controls.quantity()
    device = controls.assigned(person, ago=60 * HOUR).controller
    for hours in (40, 5):
        controls.read(device, what, "2.0", database_now() - hours * HOUR)
    done(person, "SEDATION", hours_ago=90, detail="long before")
    done(person, "FILTRATION", hours_ago=20, detail="pore 8 um")

    text = main("person-controllers", person)

    assert text.count('class="c-mark"') == 1
    assert "1 filtration · pore 8 um" in text
    assert "<td>filtration pore 8 um</td>" in text
    assert "long before" not in text
