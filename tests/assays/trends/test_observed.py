"""Signs and readings of controllers on the trends: drawn, tabled, for whom, and in how many queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Assay
from assays.queries import trend_observed
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import links
from patients.models import ControllerAssignment, ControlQuantity, Person
from tests import factories
from tests.assays import laboratory
from tests.assays.results.test_moves import recorded
from tests.assays.trends.test_pages import page
from tests.clients import client_of
from tests.patients import controls, signs
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db
READER = Role.PATHOLOGIST
MOST_QUERIES = 30


@pytest.fixture
def hgb() -> Assay:
    return laboratory.assays(HGB={"low": "12.0", "high": "15.5", "critical": (7, 20)})["HGB"]


@pytest.fixture
def person(hgb: Assay) -> Person:
    """Somebody with two released values."""
    one = laboratory.person()
    for days, value in ((3, "13.0"), (1, "13.4")):
        result = recorded(hgb, value, of=one, collected_ago=timedelta(days=days))
        laboratory.verified(result, "RELEASED")
    return one


def controlled(person: Person) -> tuple[ControllerAssignment, ControlQuantity]:
    """Put a band in force, and read a value within it and one above."""
    what = controls.quantity()
    assignment = controls.assigned(person)
    controls.in_force(person, what)
    for value in ("2.0", "3.7"):
        controls.read(assignment.controller, what, value)
    return assignment, what


def main(text: str) -> str:
    return text.split("<main")[1]


def test_signs_and_readings_are_panels_on_the_axis_of_the_values(person: Person) -> None:
    skin, heat = signs.sign(), signs.sign("heat", "MEASURED")
    for hours, grade in ((30, 0), (20, 2)):
        signs.seen(person, skin, grade=grade, observed_at=database_now() - hours * HOUR)
    for hours, value in ((28, "37.1"), (18, "39.4")):
        at = database_now() - hours * HOUR
        signs.seen(person, heat, value=Decimal(value), observed_at=at)
    assignment, what = controlled(person)

    asked = f"?analyte=hgb&analyte=sign:skin&analyte=sign:heat&analyte=control:{what.code}"
    text = main(page(person, asked, READER))

    assert text.count("data-trend-panel") == 4
    assert text.count('<g data-t="') == 8
    assert all(f">{name}</text>" in text for name in ("0 none", "1 faint", "2 marked"))
    assert "last 2 marked" in text
    assert "last 39.4 °C" in text
    assert f"above its band, {assignment.controller.serial}" in text
    assert text.count("c-band-edge") >= 4  # the band of the controller, and the range of HGB


def test_the_table_holds_them_in_words(person: Person) -> None:
    signs.seen(person, signs.sign(), grade=2)
    assignment, what = controlled(person)

    query = f"?view=table&analyte=sign:skin&analyte=control:{what.code}"
    text = main(page(person, query, READER))

    assert '<td class="num">2 marked</td>' in text
    assert f'3.7 1/d <span class="unit">above its band, {assignment.controller.serial}' in text
    assert "<svg" not in text


def test_they_are_shown_to_whoever_may_read_them_on_their_own_pages_alone(person: Person) -> None:
    signs.seen(person, signs.sign(), grade=2)
    _assignment, what = controlled(person)
    query = f"?analyte=hgb&analyte=sign:skin&analyte=control:{what.code}"

    told = {}
    for role in (Role.NURSE, Role.TECHNOLOGIST, READER):
        client = client_of(factories.principal(role))
        answer = client.get(f"/persons/{person.uid}/trends/{query}")
        text = answer.content.decode() if answer.status_code == 200 else ""
        told[role] = ("marked" in text, "above its band" in text)
        own = [
            client.get(f"/persons/{person.uid}/{name}/").status_code == 200
            for name in ("signs", "controllers")
        ]
        assert told[role] == tuple(own), role

    assert told == {
        Role.NURSE: (False, False),
        Role.TECHNOLOGIST: (False, True),
        READER: (True, True),
    }


def test_one_sign_and_one_quantity_have_a_place_where_nobody_chose(hgb: Assay) -> None:
    person = laboratory.person()
    codes = [f"A{n}" for n in range(7)]
    for assay in laboratory.assays(**{code: {} for code in codes}).values():
        for days in (3, 1):
            result = recorded(assay, "13.0", of=person, collected_ago=timedelta(days=days))
            laboratory.verified(result, "RELEASED")
    skin = signs.sign()
    for grade in (1, 2):
        signs.seen(person, skin, grade=grade)
    controlled(person)

    text = main(page(person, role=READER))

    assert text.count("data-trend-panel") == 6
    assert "2 marked" in text
    assert "above its band" in text


def test_a_period_and_the_bound_hold_for_them(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    skin = signs.sign()
    for days in (40, 3, 2, 1):
        at = database_now() - timedelta(days=days)
        signs.seen(person, skin, grade=1, observed_at=at)
    query = "?analyte=sign:skin&days=30"

    assert page(person, query, READER).count('<g data-t="') == 3
    monkeypatch.setattr(trend_observed, "MOST_LOOKS", 2)
    cut = page(person, query, READER)

    assert cut.count('<g data-t="') == 2
    assert "only the newest are shown" in cut


def test_what_was_seen_under_either_entry_is_one_course(person: Person) -> None:
    double, skin = laboratory.person(), signs.sign()
    signs.seen(person, skin, grade=1)
    signs.seen(double, skin, grade=2)
    links.link(
        by=factories.principal(Role.INFECTION_CONTROL),
        at=database_now(),
        duplicate=double,
        survivor=person,
        reason="the same",
    )

    assert page(person, "?analyte=sign:skin", READER).count('<g data-t="') == 2


def test_more_looks_and_readings_need_no_more_queries(person: Person) -> None:
    skin = signs.sign()
    signs.seen(person, skin, grade=1)
    assignment, what = controlled(person)
    reader = client_of(factories.principal(READER))
    query = f"?analyte=hgb&analyte=sign:skin&analyte=control:{what.code}"
    address = f"/persons/{person.uid}/trends/{query}"
    reader.get(address)
    with CaptureQueriesContext(connection) as few:
        reader.get(address)
    for _again in range(4):
        signs.seen(person, skin, grade=2)
        controls.read(assignment.controller, what, "2.5")
    controls.in_force(person, what, "2.2")

    with CaptureQueriesContext(connection) as many:
        answer = reader.get(address)

    assert answer.status_code == 200
    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES
