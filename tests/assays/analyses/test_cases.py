"""Who is a case, on which day, within whose reach; and where cases stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.wording import Refused
from patients.actions import encounters, exposures
from patients.models import Encounter
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads, population
from tests.assays.analyses.population import again, asked, exposed, given, joined, positive
from tests.assays.evaluation.test_evaluation import work_off
from tests.patients import following, people, signs
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Principal:
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def assay() -> Any:
    return loads.assay()


def days_ago(found: dict[str, Any]) -> dict[int, int]:
    today = hospital_day(database_now())
    return {
        (today - datetime.fromisoformat(one["day"]).date()).days: one["cases"]
        for one in found["days"]
    }


def test_a_person_is_a_case_on_the_day_of_their_first_verified_positive_result(
    doctor, assay
) -> None:
    one = positive(assay, days_ago=9)
    again(one, assay, days_ago=4)
    positive(assay, days_ago=4)
    positive(assay, days_ago=3, value="0")
    positive(assay, days_ago=3, value="<60")
    positive(assay, days_ago=2, status="RESULTED")

    found = given(doctor)

    assert found["source"] == "results"
    assert days_ago(found) == {9: 1, 4: 1}
    assert found["left_out"]["not_verified"] == 1
    assert found["tells_imported"] is False


def test_exposures_are_taken_where_there_are_any_and_the_certain_ones_alone(doctor, assay) -> None:
    positive(assay, days_ago=9)
    exposed(laboratory.person(), days_ago=5)
    exposed(laboratory.person(), days_ago=5, certainty="PROBABLE")
    exposed(laboratory.person(), days_ago=4, certainty="POSSIBLE")
    exposed(laboratory.person(), days_ago=3, certainty="EXCLUDED")

    found = given(doctor)

    assert (found["source"], days_ago(found)) == ("exposures", {5: 2})
    assert found["left_out"]["not_certain"] == 2
    assert days_ago(given(doctor, certainty="confirmed")) == {5: 1}
    assert days_ago(given(doctor, certainty="possible")) == {5: 2, 4: 1}
    assert days_ago(given(doctor, source="results")) == {9: 1}
    # The same rows, asked for again, have the same digest; others have another.
    assert found["rows"] == given(doctor)["rows"] != given(doctor, certainty="confirmed")["rows"]


def test_what_was_taken_back_or_is_of_another_agent_is_no_case(doctor) -> None:
    wrong = exposed(laboratory.person(), days_ago=5)
    exposed(laboratory.person(), days_ago=5, agent="spores")
    exposed(laboratory.person(), days_ago=4)
    exposures.retract(
        by=people.infection_control(), at=database_now(), exposure=wrong, reason="wrong person"
    )

    assert days_ago(given(doctor)) == {5: 1, 4: 1}
    assert days_ago(given(doctor, agent="nanites")) == {4: 1}


def test_linked_entries_are_one_person_whose_first_moment_counts(doctor, assay) -> None:
    one, other = positive(assay, days_ago=6), positive(assay, days_ago=8)
    joined(one, other)

    found = given(doctor)

    assert days_ago(found) == {8: 1}
    assert found["persons"] == 1


def test_who_became_a_case_before_the_days_asked_for_is_left_out_and_said(doctor) -> None:
    exposed(laboratory.person(), days_ago=40)
    exposed(laboratory.person(), days_ago=3)

    found = given(doctor, days=30)

    assert (days_ago(found), found["left_out"]["before"]) == ({3: 1}, 1)


def test_days_are_those_of_the_hospital(doctor, settings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    one = exposed(laboratory.person(), days_ago=3)

    (day,) = given(doctor)["days"]

    local = one.first_at.astimezone(ZoneInfo("Pacific/Auckland"))
    assert local.hour in (11, 12, 13)  # noon by the wall, but for the hour of a change of clocks
    assert day["day"] == local.date().isoformat()
    assert given(doctor)["zone"] == "Pacific/Auckland"


def noon(days_ago: int) -> datetime:
    return bounds_of_day(hospital_day(database_now()) - timedelta(days=days_ago))[0] + 12 * HOUR


def test_a_case_lies_at_the_onset_of_a_chosen_sign_where_it_is_told(doctor) -> None:
    skin, other = signs.sign("skin"), signs.sign("cough", "PRESENCE")
    crowd = [laboratory.person() for _each in range(6)]
    told, about, vague, earlier, unchosen, double = crowd
    for one in crowd:
        exposed(one, days_ago=20)
    signs.seen(told, skin, onset_precision="EXACT", onset_at=noon(9))
    signs.seen(told, skin, onset_precision="EXACT", onset_at=noon(5))
    for one, hours in ((about, 24), (vague, 25)):
        stated = {"onset_precision": "ABOUT", "onset_uncertainty_hours": hours}
        signs.seen(one, skin, onset_at=noon(8), **stated)
    signs.seen(earlier, skin, onset_precision="EXACT", onset_at=noon(21))
    signs.seen(unchosen, other, onset_precision="EXACT", onset_at=noon(7))
    entry = laboratory.person()
    signs.seen(entry, skin, onset_precision="EXACT", onset_at=noon(6))
    joined(entry, double)

    found = given(doctor, onset_signs=["skin"])

    assert days_ago(found) == {20: 3, 9: 1, 8: 1, 6: 1}
    assert found["onsets"] == {"signs": ["Skin"], "told": 3, "unused": 2}
    assert days_ago(given(doctor, onset_signs=["skin", "cough"])) == {20: 2, 9: 1, 8: 1, 7: 1, 6: 1}
    assert days_ago(given(doctor)) == {20: 6}
    assert "onsets" not in given(doctor)


def test_the_onset_of_an_illness_comes_before_its_positive_result(doctor, assay) -> None:
    one = positive(assay, days_ago=3)
    signs.seen(one, signs.sign("skin"), onset_precision="EXACT", onset_at=noon(8))

    assert days_ago(given(doctor, onset_signs=["skin"])) == {8: 1}


def test_onsets_that_whoever_asks_may_not_see_are_not_used(assay) -> None:
    one = positive(assay, days_ago=3)
    signs.seen(one, signs.sign("skin"), onset_precision="EXACT", onset_at=noon(8))

    found = given(factories.principal(Role.TECHNOLOGIST), onset_signs=["skin"])

    assert days_ago(found) == {3: 1}
    assert found["onsets"]["told"] == 0


def test_imported_are_those_of_events_named_as_outside_without_a_source_here(doctor) -> None:
    first = laboratory.person()
    exposed(first, days_ago=6, event="survey ship")
    exposed(laboratory.person(), days_ago=5, event="survey ship", source_person=first)
    exposed(laboratory.person(), days_ago=4, event="mess hall")

    told = given(doctor, imported_events=["survey ship"])

    assert told["tells_imported"] is True
    assert [one["imported"] for one in told["days"]] == [1, 0, 0]
    assert given(doctor)["tells_imported"] is False


def test_who_reaches_some_persons_counts_those_alone() -> None:
    ward = people.ward()
    near = laboratory.person()
    people.admitted(near, ward)
    exposed(near, days_ago=3)
    exposed(laboratory.person(), days_ago=3)
    people.admitted(laboratory.person())

    found = given(people.doctor_of(ward))

    assert days_ago(found) == {3: 1}
    assert found["everybody"] is False
    assert sum(one["patients"] for one in found["wards"]) == 1
    assert given(people.infection_control())["everybody"] is True


def test_who_may_not_read_exposures_counts_results(assay) -> None:
    exposed(laboratory.person(), days_ago=3)
    positive(assay, days_ago=2)

    found = given(factories.principal(Role.TECHNOLOGIST))

    assert (found["source"], days_ago(found)) == ("results", {2: 1})


def test_results_are_no_cases_of_an_agent_they_do_not_tell_of(doctor, assay) -> None:
    positive(assay, days_ago=2)
    following.agent(code="dust")

    for source in ("auto", "results"):
        with pytest.raises(Refused, match="No assay tells of dust"):
            given(doctor, agent="dust", source=source)
    assert days_ago(given(doctor, agent="nanites", source="results")) == {2: 1}


def test_wards_are_counted_with_their_rooms_and_beds(doctor) -> None:
    ward = people.ward()
    room = people.ward(parent=ward, kind="ROOM")
    bed = people.ward(parent=room, kind="BED")
    case = laboratory.person()
    exposed(case, days_ago=2)
    people.admitted(case, bed)
    people.admitted(laboratory.person(), room)

    (found,) = [one for one in given(doctor)["wards"] if one["code"] == ward.code]

    assert (found["patients"], found["cases"], found["beds"]) == (2, 1, 1)


def stayed(whom: Any, *, since: float, until: float | None) -> Encounter:
    at, by = database_now(), people.infection_control()
    made = encounters.admit(
        by=by, at=at, person=whom, location=people.ward(), started_at=at - since * DAY
    )
    if until is not None:
        encounters.discharge(by=by, at=at, encounter=made, ended_at=at - until * DAY)
    return made


def test_stays_of_cases_say_how_many_are_admitted_and_for_how_long(doctor) -> None:
    cases = [laboratory.person() for _case in range(4)]
    for one in cases:
        exposed(one, days_ago=20)
    stayed(cases[0], since=18, until=12)
    moved = stayed(cases[1], since=17, until=None)
    by, at = people.infection_control(), database_now()
    encounters.transfer(
        by=by, at=at, encounter=moved, location=people.ward(), moved_at=at - 10 * DAY
    )
    encounters.discharge(
        by=by, at=at, encounter=cases[1].encounters.get(is_open=True), ended_at=at - 8 * DAY
    )
    stayed(cases[2], since=60, until=50)  # before they were a case
    stayed(laboratory.person(), since=9, until=2)

    stays = given(doctor)["stays"]

    assert (stays["of"], stays["admitted"]) == (4, 2)
    assert [round(one) for one in stays["lengths"]] == [6, 9]


def test_the_input_costs_as_many_queries_however_many_cases_there_are(doctor) -> None:
    people.admitted(population.outbreak((1, 2))[0])
    given(doctor)
    with CaptureQueriesContext(connection) as few:
        given(doctor)
    for one in population.outbreak((3, 4, 5)):
        people.admitted(one)

    with CaptureQueriesContext(connection) as many:
        given(doctor)

    assert len(many) == len(few)


def test_a_run_names_nobody_and_repeats_to_the_bit(doctor) -> None:
    cases = population.outbreak()
    run = asked(doctor, stay_mean=6.0, stay_sd=3.0, admitted_share=0.3)
    work_off()
    run.refresh_from_db()

    (part,) = run.parts.all()
    kept = f"{part.given} {part.outcome} {run.outcome}"
    assert (run.status, part.person_id) == ("DONE", None)
    assert run.outcome["cases"] == len(cases)
    assert not any(one.mrn in kept for one in cases)


def test_no_case_at_all_is_a_run_that_failed_with_its_input_kept(doctor) -> None:
    loads.assay()
    run = asked(doctor)
    work_off()
    run.refresh_from_db()

    part = run.parts.get()
    assert run.status == "FAILED"
    assert part.refusal["code"] == "NO_CASES"
    assert part.given["days"] == []


def test_the_first_hour_of_a_day_is_that_day(doctor, settings) -> None:
    settings.TIME_ZONE = "America/Los_Angeles"
    one = exposed(laboratory.person(), days_ago=2)
    midnight = one.first_at - timedelta(hours=12)
    exposures.record(
        by=people.infection_control(),
        at=database_now(),
        person=laboratory.person(),
        agent="nanites",
        kind="CONTACT",
        certainty="CONFIRMED",
        first_at=midnight - HOUR,
        last_at=midnight + HOUR,
    )

    assert days_ago(given(doctor)) == {3: 1, 2: 1}
