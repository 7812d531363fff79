"""A person's trends: what is drawn and written, for whom, and in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Assay
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import interventions, links
from patients.models import Exposure, Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses.loads import assay as load_assay
from tests.assays.analyses.loads import intervened, measured
from tests.assays.results.test_moves import recorded
from tests.clients import client_of

pytestmark = pytest.mark.django_db
MOST_QUERIES = 22


@pytest.fixture
def hgb() -> Assay:
    return laboratory.assays(HGB={"low": "12.0", "high": "15.5", "critical": (7, 20)})["HGB"]


def page(person: Person, query: str = "", role: Role = Role.TECHNOLOGIST) -> str:
    answer = client_of(factories.principal(role)).get(f"/persons/{person.uid}/trends/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_course_is_drawn_with_its_range_flags_and_what_was_done(hgb: Assay) -> None:
    person = laboratory.person()
    for days, value in ((9, "13.0"), (6, "6.4"), (3, "12.8")):
        recorded(hgb, value, of=person, collected_ago=timedelta(days=days))
    intervened(person, ago=timedelta(days=5))

    text = page(person)

    assert text.count('<g data-t="') == 3
    assert "6.4 g/dL" in text
    assert "critically low" in text
    assert "not released" in text
    assert "c-band" in text
    assert "1 filtration" in text
    assert "pore 8 µm" in text


def test_the_table_holds_what_the_drawing_shows_with_comparators() -> None:
    person = laboratory.person()
    measured(person, ("20000", "<500"), load_assay())
    intervened(person, ago=timedelta(days=1))

    text = page(person, "?view=table")

    assert '<table class="data trend-table">' in text
    assert ">20000<" in text
    assert ">&lt; 500<" in text
    assert "1 filtration pore 8 µm" in text
    assert "<svg" not in text.split("<main")[1]


def test_a_period_shows_its_values_alone(hgb: Assay) -> None:
    person = laboratory.person()
    for days in (60, 20, 3):
        recorded(hgb, f"1{days % 7}.0", of=person, collected_ago=timedelta(days=days))

    assert page(person, "?days=30").count('<g data-t="') == 2
    assert page(person, "?days=7").count('<g data-t="') == 1
    assert "No values in this period" in page(person, "?from=2001-01-01&until=2001-02-01")


@pytest.mark.parametrize(
    "query",
    ["?from=x", "?until=%00", "?days=-1", "?axis=cube", "?analyte=%00", "?from=2026-02-01&until=1"],
)
def test_an_address_that_is_not_understood_shows_what_there_is(hgb: Assay, query: str) -> None:
    person = laboratory.person()
    recorded(hgb, "13.0", of=person)

    assert page(person, query).count('<g data-t="') == 1


def test_a_value_nobody_verified_is_not_shown_to_who_may_not_read_it(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "13.0", of=person)

    assert "No results yet" in page(person, role=Role.EXAMINING_PHYSICIAN)


def test_lanes_are_shown_to_those_who_may_read_them_alone(hgb: Assay) -> None:
    person = laboratory.person()
    laboratory.verified(recorded(hgb, "13.0", of=person), "TECHNICALLY_VERIFIED")
    at, by = database_now(), factories.principal(Role.INFECTION_CONTROL)
    with laboratory.setting_up():
        Exposure.objects.create(
            person=person,
            agent="grey dust",
            kind="PLACE",
            certainty="PROBABLE",
            first_at=at - timedelta(minutes=50),
            last_at=at - timedelta(minutes=40),
            recorded_at=at,
            recorded_by=by,
        )

    assert "grey dust" in page(person, role=Role.PATHOLOGIST)
    assert "grey dust" not in page(person, role=Role.TECHNOLOGIST)


def test_entries_that_are_one_person_have_one_course(hgb: Assay) -> None:
    survivor, duplicate = laboratory.person(), laboratory.person()
    recorded(hgb, "13.0", of=survivor, collected_ago=timedelta(days=2))
    recorded(hgb, "12.5", of=duplicate, collected_ago=timedelta(days=1))
    links.link(
        by=factories.principal(Role.INFECTION_CONTROL),
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="the same",
    )

    assert page(survivor).count('<g data-t="') == 2


def test_a_look_is_on_record(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "13.0", of=person)

    page(person)

    assert ReadEvent.objects.filter(purpose="trends", person_id=person.pk).count() == 1


def test_who_may_not_reach_the_person_finds_nothing(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "13.0", of=person)

    answer = client_of(factories.principal(Role.NURSE)).get(f"/persons/{person.uid}/trends/")

    assert answer.status_code == 404


def test_an_intervention_that_was_taken_back_is_drawn_nowhere(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "13.0", of=person, collected_ago=timedelta(days=2))
    made = intervened(person, ago=timedelta(days=1))
    by = factories.principal(Role.PATHOLOGIST)
    interventions.retract(by=by, at=database_now(), intervention=made, reason="another patient")

    assert "filtration" not in page(person).split("<main")[1]


def test_the_number_of_queries_does_not_grow_with_the_values() -> None:
    assay, person = load_assay(), laboratory.person()
    measured(person, ("20000", "29000", "41000"), assay)
    intervened(person, ago=timedelta(days=3))
    reader = client_of(factories.principal(Role.PATHOLOGIST))
    address = f"/persons/{person.uid}/trends/"
    reader.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        reader.get(address)
    measured(person, ("20000", "29000", "41000", "15000", "6000", "<500"), assay)
    intervened(person, ago=timedelta(days=2))

    with CaptureQueriesContext(connection) as many:
        reader.get(address)

    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES
