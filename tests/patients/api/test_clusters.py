"""Clusters over HTTP: the list with R and k, and the links of one."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.api import clusters
from tests import factories
from tests.calls import counted, get, is_problem
from tests.patients import people
from tests.patients.exposed import AGENT, chain, exposed

pytestmark = pytest.mark.django_db
PATH = "/api/v1/clusters"


def test_clusters_are_listed_with_the_figures_of_all() -> None:
    officer = people.infection_control()
    one, *_rest = chain(3)
    chain(2)

    body = get(officer, PATH, agent=AGENT).json()

    assert [line["persons"] for line in body["clusters"]] == [2, 3]
    assert body["clusters"][1]["person"] == str(one.uid)
    assert (body["count"], body["r"], body["k"], body["next"]) == (2, 0.6, None, None)
    first = get(officer, PATH, agent=AGENT, limit=1).json()
    second = get(officer, first["next"]).json()
    assert [first["clusters"], second["clusters"]] == [[line] for line in body["clusters"]]


def test_the_links_of_a_cluster_say_generation_and_circle() -> None:
    officer = people.infection_control()
    one, two, three = chain(3)
    exposed(one, three)

    links = get(officer, f"{PATH}/{two.uid}", agent=AGENT).json()["links"]

    told = [(x["source_person"], x["person"], x["generation"], x["is_circular"]) for x in links]
    names = {str(person.uid): n for n, person in enumerate((one, two, three))}
    assert [(names[a], names[b], n, circle) for a, b, n, circle in told] == [
        (2, 0, 0, True),
        (1, 2, 2, False),
        (0, 1, 1, False),
    ]
    seen = ReadEvent.objects.filter(actor=officer.pk, purpose="api")
    assert {look.person_id for look in seen} == {one.pk, two.pk, three.pk}


def test_the_links_of_a_cluster_come_in_pages_and_so_do_the_people_looked_at() -> None:
    officer = people.infection_control()
    one, two, three, four = chain(4)
    whole = get(officer, f"{PATH}/{two.uid}", agent=AGENT).json()
    other = people.infection_control()

    first = get(other, f"{PATH}/{four.uid}", agent=AGENT, limit=2).json()
    seen = ReadEvent.objects.filter(actor=other.pk, purpose="api")
    assert {look.person_id for look in seen} == {two.pk, three.pk, four.pk}
    second = get(other, first["next"]).json()

    assert [len(part["links"]) for part in (first, second)] == [2, 1]
    assert first["links"] + second["links"] == whole["links"]
    assert (first["persons"], first["events"], second["next"]) == (4, 0, None)
    assert second["links"][0]["source_person"] == str(one.uid)
    assert is_problem(get(other, f"{PATH}/{one.uid}", agent=AGENT, limit=201), 422, "limit")


def test_of_a_very_large_cluster_no_chains_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "FOLLOWED", 1)
    _one, two, _three = chain(3)

    links = get(people.infection_control(), f"{PATH}/{two.uid}", agent=AGENT).json()["links"]

    assert [(x["generation"], x["is_circular"]) for x in links] == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, "agent"),
        ({"agent": AGENT, "certainty": "EXCLUDED"}, "certainty"),
        ({"agent": AGENT, "since": "yesterday"}, "since"),
        ({"agent": AGENT, "limit": "0"}, "limit"),
        ({"agent": AGENT, "before": "x"}, "before"),
        ({"agent": AGENT, "colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(asked: dict[str, Any], pointer: str) -> None:
    assert is_problem(get(people.infection_control(), PATH, **asked), 422, pointer)


def test_only_who_sees_everybody_sees_clusters() -> None:
    one, _two = chain(2)
    doctor = factories.principal(Role.WARD_DOCTOR)

    assert is_problem(get(doctor, PATH, agent=AGENT), 403)
    assert is_problem(get(doctor, f"{PATH}/{one.uid}", agent=AGENT), 403)
    nobody = get(people.infection_control(), f"{PATH}/{uuid.UUID(int=7)}", agent=AGENT)
    assert is_problem(nobody, 404)


def test_a_list_costs_the_same_however_long() -> None:
    officer = people.infection_control()
    chain(2)
    one = counted(officer, PATH, agent=AGENT)
    for _again in range(3):
        chain(3)

    assert counted(officer, PATH, agent=AGENT) == (4, one[1])
