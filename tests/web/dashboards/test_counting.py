"""What the dashboard counts: nobody, one case, merged people once, each figure worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assays.actions import dashboards
from assays.actions.analyses import runs
from assays.models import AnalysisRun
from assays.queries import wards as queries
from assays.queries.analyses import inputs
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from labsys.web.dashboards import counting, curves, sections, treatments
from labsys.web.dashboards.pages import AskedForm
from labsys.web.dashboards.presenting import presented, usual
from labsys.web.dashboards.shapes import Asked
from labsys.work.models import WorkItem
from patients.actions import exposures, gateway
from patients.queries import missing
from patients.queries import wards as registry
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads, population
from tests.assays.evaluation.test_evaluation import work_off
from tests.patients import following, people
from tests.patients.exposed import exposed
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db


def counted() -> dict[str, Any]:
    return counting.count(Principal.objects.system("sweep"), at=database_now())


def analysed(person: Any, by: Principal) -> None:
    """Have the load of a person analysed by the workers of this process."""
    runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=inputs.loads(by, [person.pk]),
        parameters=kinetics.parameters(),
        by=by,
        at=database_now(),
    )
    work_off()


def test_of_nothing_everything_is_empty() -> None:
    found = counted()

    assert found["agents"] == found["treatments"] == found["clearance"] == []
    assert found["occupancy"]["people"] == found["quarantine"]["in_force"] == 0


def test_one_case_is_one_person_on_one_day() -> None:
    agent = following.agent(14, name="Dock dust", code="dust")
    one = people.person()
    following.exposed(one, agent, ago=3 * DAY)

    (found,) = counted()["agents"]

    assert (found["code"], found["name"], found["persons"]) == ("DUST", "Dock dust", 1)
    day = hospital_day(database_now() - 3 * DAY).isoformat()
    assert found["days"] == {day: [1, 0, 0]}
    assert found["delay"] == {"median": 3.0, "p90": 3.0, "people": 1}
    assert found["population"] is None
    assert (found["located"]["exposed"], found["located"]["NOT_LOCATED"]) == (1, 1)
    assert found["known_cases"]["share"] is None
    today = hospital_day(database_now()).isoformat()
    assert found["follow_up"][today]["UNDER_FOLLOW_UP"] == [1, 1]


def test_new_cases_are_of_the_agent_that_results_tell_of() -> None:
    dust, nanites = following.agent(14, code="dust"), following.agent(14, code="nanites")
    assay = loads.assay()
    one = population.positive(assay, days_ago=1)
    for agent in (dust, nanites):
        following.exposed(one, agent, ago=3 * DAY)
    asked = Asked("", hospital_day(database_now()) - DAY, hospital_day(database_now()))

    found = {one["code"]: one for one in counted()["agents"]}

    assert found["NANITES"]["known_cases"]["share"] == [0, 1]
    assert found["DUST"]["known_cases"]["share"] is None
    row = sections.follow_up(found["DUST"], asked, is_on_paper=False)["rows"][-1]
    assert (row["figure"], row["value"], row["number"]) == (
        "known_cases",
        "not established",
        None,
    )


def test_a_person_counts_once_with_the_first_day_and_the_surest_word() -> None:
    one, double, other = people.person(), people.person(), people.person()
    population.exposed(one, days_ago=9, certainty="POSSIBLE")
    population.exposed(double, days_ago=4, certainty="PROBABLE")
    population.exposed(other, days_ago=4, certainty="POSSIBLE")
    population.exposed(people.person(), days_ago=4, certainty="EXCLUDED")
    population.joined(double, one)

    (found,) = counted()["agents"]

    today = hospital_day(database_now())
    assert found["persons"] == 2
    assert found["days"] == {
        (today - timedelta(days=9)).isoformat(): [0, 1, 0],
        (today - timedelta(days=4)).isoformat(): [0, 0, 1],
    }
    assert found["located"]["exposed"] == 2


def test_those_missing_are_counted_as_the_page_of_missing_people_counts_them() -> None:
    agent, by = following.agent(200), people.infection_control()
    for days in (3, 120, 260):
        following.exposed(people.person(), agent, ago=days * DAY)

    (found,) = counted()["agents"]

    at = database_now()
    shown = missing.counts(by, missing.usual(at, agent=agent.code), at=at)
    assert found["located"]["exposed"] == shown.exposed == 2
    assert found["located"]["since"] == (hospital_day(at) - 200 * DAY).isoformat()


def test_a_correction_changes_the_facts_and_not_since_when_they_are_known() -> None:
    agent, by = following.agent(14, name="Dock dust", code="dust"), people.infection_control()
    first = following.exposed(people.person(), agent, ago=3 * DAY)
    later = first.recorded_at + 4 * DAY
    stated = gateway.stated_in(first, exposures.Stated.__annotations__)
    stated |= {"agent": "Dock dust", "first_at": first.first_at - DAY}
    exposures.correct(by=by, at=later, exposure=first, reason="a day earlier", **stated)

    (found,), _further = curves.by_agent(at=later, most=1)

    assert list(found["days"]) == [hospital_day(first.first_at - DAY).isoformat()]
    assert found["delay"] == {"median": 4.0, "p90": 4.0, "people": 1}


def test_agents_are_told_apart_and_their_names_are_not() -> None:
    agent = following.agent(14, name="Dock dust", code="dust")
    following.exposed(people.person(), "dust")
    following.exposed(people.person(), "DOCK DUST")
    following.exposed(people.person(), "grey sand")

    found = {one["code"]: one for one in counted()["agents"]}

    assert {code: one["persons"] for code, one in found.items()} == {"DUST": 2, "GREY SAND": 1}
    assert found["DUST"]["name"] == agent.name
    assert found["GREY SAND"]["follow_up"] is None


def test_a_hand_counted_day_of_follow_up() -> None:
    agent = following.agent(14)
    seen, unseen, over = people.person(), people.person(), people.person()
    for one, ago in ((seen, 2), (unseen, 2), (over, 30)):
        following.exposed(one, agent, ago=ago * DAY)
    following.visited(seen, agent)

    (found,) = counted()["agents"]

    today = found["follow_up"][hospital_day(database_now()).isoformat()]
    assert today["UNDER_FOLLOW_UP"] == [2, 3]
    assert today["COMPLETED"] == [1, 3]
    # All three were recorded a moment ago: nobody was under follow-up a day before.
    assert today["TRACED"] == [0, 0]


def test_what_came_of_a_filtration_is_worked_out_by_hand() -> None:
    by, person, other = factories.principal(Role.PATHOLOGIST), laboratory.person(), people.person()
    loads.measured(person, ("20000", "29000", "41000", "15000", "7100", "3600"), loads.assay())
    loads.intervened(person, ago=5 * DAY)
    loads.intervened(other, ago=5 * DAY)
    analysed(person, by)

    (found,) = counted()["treatments"]

    # One of two was analysed; 41,000 before and 15,000 after: 2.7 times smaller, beyond the scatter.
    assert (found["kind"], found["done"], found["people"]) == ("FILTRATION", 2, 2)
    assert found["responded"] == [1, 1]
    assert found["pairs"] == 1
    assert found["before"] == {"value": 41000.0, "below": False}
    assert found["after"] == {"value": 15000.0, "below": False}
    assert 1.5 < found["half_life"] < 2.5  # 15,000 to 3,600 within four days: 1.94 days
    assert found["rebound"] == [0, 1]
    assert found["outdated"] == {"people": 0, "oldest": None}


def test_results_of_kinetics_before_the_newest_released_load_say_so() -> None:
    by, person = factories.principal(Role.PATHOLOGIST), laboratory.person()
    loads.measured(person, ("20000", "29000", "41000", "15000", "7100"), loads.assay())
    loads.intervened(person, ago=5 * DAY)
    analysed(person, by)
    run = AnalysisRun.objects.get()
    loads.measured(person, ("3600",), loads.assay(), status="RELEASED")

    found = counted()

    (row,) = found["treatments"]
    assert row["outdated"] == {"people": 1, "oldest": run.asked_at.isoformat()}
    (note,) = sections.treatments(found)["notes"]
    assert note.startswith("filtration: people whose newest load was released after their kinetics")
    analysed(person, by)
    (row,) = counted()["treatments"]
    assert row["outdated"]["people"] == 0


def test_results_of_an_earlier_method_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    by, person = factories.principal(Role.PATHOLOGIST), laboratory.person()
    loads.measured(person, ("20000", "29000", "41000", "15000", "7100"), loads.assay())
    loads.intervened(person, ago=5 * DAY)
    analysed(person, by)
    monkeypatch.setattr(treatments, "METHOD", "kinetics/9")

    (row,) = counted()["treatments"]

    assert row["outdated"]["people"] == 1


def test_wards_count_people_against_open_beds() -> None:
    ward = people.ward()
    people.ward(parent=ward, kind="BED")
    for _each in range(2):
        people.admitted(people.person(), ward)

    found = counted()["occupancy"]

    assert (found["people"], found["capacity"], found["over"]) == (2, 1, 1)
    assert found["wards"] == [[ward.name, 2, 0, 1]]


def test_who_is_where_no_capacity_is_recorded_is_not_set_against_one() -> None:
    ward, hall = people.ward(), people.ward()
    for _each in range(4):
        people.ward(parent=ward, kind="BED")
    for place in (ward, hall, hall, hall):
        people.admitted(people.person(), place)

    found = counted()
    share, apart, *_rest = sections.occupancy(found, is_on_paper=False)["rows"]

    assert (found["occupancy"]["people"], found["occupancy"]["without_capacity"]) == (4, 3)
    assert (share["counted"], share["number"]) == ("1 / 4", 0.25)
    assert (apart["name"], apart["number"]) == ("People in places without a recorded capacity", 3)


def test_growth_is_that_of_the_newest_run_of_the_agent_that_counts_everybody() -> None:
    population.outbreak((1, 2, 2, 4, 5, 8), agent="dust")
    population.exposed(people.person(), days_ago=3)
    by = factories.principal(Role.PATHOLOGIST)
    of_all = population.asked(by)
    of_dust = population.asked(by, agent="DUST")
    work_off()

    found = {one["code"]: one["population"] for one in counted()["agents"]}

    assert (found["DUST"]["run"], found["NANITES"]["run"]) == (of_dust.pk, of_all.pk)
    assert (found["DUST"]["cases"], found["NANITES"]["cases"]) == (22, 23)
    yesterday = hospital_day(database_now()) - timedelta(days=1)
    assert found["DUST"]["last_day"] == yesterday.isoformat()


def test_the_beds_to_come_are_those_that_the_page_of_the_wards_tells() -> None:
    ward, by = people.ward(), factories.principal(Role.PATHOLOGIST)
    for _each in range(8):
        people.ward(parent=ward, kind="BED")
    population.outbreak((1, 2, 2, 4, 5, 8), agent="dust")
    population.exposed(people.person(), days_ago=3)
    stays = {"admitted_share": 0.5, "stay_mean": 8, "stay_sd": 4}
    population.asked(by, **stays)
    newest = population.asked(by, agent="dust", **stays)
    work_off()
    at = database_now()

    found = counted()
    shown = queries.projected(by, registry.counted(at), at=at)

    assert shown is not None
    ahead = found["occupancy"]["ahead"]
    assert (ahead["run"], ahead["agent"]) == (shown.run.pk, "dust") == (newest.pk, "dust")
    assert ahead["beds"] == [
        [one.day.isoformat(), one.value, one.low, one.high] for one in shown.forecast.days
    ]
    section = sections.occupancy(found, is_on_paper=False)
    assert section["notes"][0].startswith(f"Beds to come: run {newest.pk} of")


def test_a_wish_that_waits_is_enough() -> None:
    by, at = Principal.objects.system("sweep"), database_now()

    for seconds in range(3):
        dashboards.ask(by=by, at=at + timedelta(seconds=seconds))

    assert WorkItem.objects.filter(kind=dashboards.COUNT).count() == 1


def test_of_agents_with_fewer_people_the_curve_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_AGENTS", 1)
    monkeypatch.setattr(counting, "MOST_CURVES", 3)
    for number, name in enumerate(("dust", "smoke", "mist", "rain")):
        for _person in range(4 - number):
            exposed(people.person(), agent=name)

    found = counted()

    assert [one["code"] for one in found["agents"]] == ["DUST"]
    assert [(one["code"], one["persons"]) for one in found["curves"]] == [("SMOKE", 3), ("MIST", 2)]
    assert found["further_agents"] == 1
    asked = replace(usual(found), agent="MIST")
    said = presented(found, asked)
    (told,) = (one["text"] for one in said["facts"] if one["name"] == "Other agents")
    assert told.startswith("2 more: fewer people were exposed to each")
    assert told.endswith("1 agent with fewer people still is not counted.")
    assert said["agent"] == "mist"
    keys = [one["key"] for one in said["sections"]]
    assert keys[0] == "cases"
    assert not {"growth", "follow_up"} & {*keys}
    assert AskedForm(found, {"agent": "MIST"}).is_valid()
    assert not AskedForm(found, {"agent": "RAIN"}).is_valid()
