"""The page of the population: asked for, followed, read; and the same over the interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import AnalysisRun
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.analyses import loads, population
from tests.assays.analyses.population import exposed
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of
from tests.patients import people, signs

pytestmark = pytest.mark.django_db
PAGE = "/analyses/population/"
RUNS = "/api/v1/analysis-runs"
DEFAULTS = {
    **{"source": "auto", "certainty": "probable", "carried_by": "growth", "days": "90"},
    **{"left_out_days": "0", "growth_days": "21", "window_days": "7", "ahead": "14"},
    **{"serial_mean": "7", "serial_sd": "3"},
}
STAYS = {"admitted_share": "0.4", "stay_mean": "6", "stay_sd": "3"}


@pytest.fixture
def client() -> Any:
    return client_of(Role.INFECTION_CONTROL)


def test_a_population_is_asked_for_followed_and_read(client) -> None:
    cases = population.outbreak()
    people.admitted(cases[-1])
    exposed(laboratory.person(), days_ago=0)
    before = text_of(client, PAGE)

    waiting = client.post(PAGE, {**DEFAULTS, **STAYS, "reason": "weekly"}, follow=True)
    (run,) = AnalysisRun.objects.all()
    work_off()
    polled = client.get(f"/analyses/{run.pk}/progress/").content.decode()
    answer = client.get(PAGE).content.decode()
    done = text_of(client, PAGE)

    assert "No analysis was asked for yet" in before
    assert f'data-refresh="/analyses/{run.pk}/progress/"' in waiting.content.decode()
    assert f'href="{PAGE}?run={run.pk}"' in polled
    assert answer.count("<svg") >= 4
    assert "double in" in done
    assert "Cases are persons with an exposure in the registry" in done
    assert "1 case so far, in no fit" in done
    assert "serial interval of 7 ± 3 days" in done
    assert "Which cases were imported cannot be told" in done
    assert "cases stay in wards, projected are" in done
    assert "weekly" in done
    assert run.inputs_digest in done
    assert not any(one.mrn in done for one in cases)


def test_the_page_says_what_stands_for_onset_and_whose_error_the_limits_hold(client) -> None:
    population.outbreak()

    client.post(PAGE, DEFAULTS)
    work_off()
    known = text_of(client, PAGE)
    client.post(PAGE, {**DEFAULTS, "serial_mean_error": "1.5", "serial_sd_error": "0.5"})
    work_off()
    unsure = text_of(client, PAGE)

    assert "The beginning of the first exposure stands for onset" in known
    assert "The interval is taken as known" in known
    assert "Its mean is uncertain by 1.50 days and its standard deviation by 0.50" in unsure


def test_the_page_says_which_cases_lie_at_the_onset_of_a_sign(client) -> None:
    cases, skin = population.outbreak(), signs.sign("skin")
    at = database_now()
    signs.seen(cases[0], skin, onset_precision="EXACT", onset_at=at - timedelta(days=6))
    signs.seen(cases[1], skin)

    client.post(PAGE, DEFAULTS)
    work_off()
    without = text_of(client, PAGE)
    answer = client.post(PAGE, {**DEFAULTS, "onset_signs": ["skin"]})
    work_off()
    told = text_of(client, PAGE)

    assert answer.status_code == 302
    assert "No sign was chosen" in without
    assert f"1 of {len(cases)} cases lie on the day" in told
    assert "began instead: Skin." in told
    assert "Of 1 the sign was seen" in told
    assert client.post(PAGE, {**DEFAULTS, "onset_signs": ["nothing"]}).status_code == 422


def test_a_run_of_the_past_is_shown_by_its_number_and_leads_to_its_page(client) -> None:
    population.outbreak()
    client.post(PAGE, DEFAULTS)
    client.post(PAGE, {**DEFAULTS, "window_days": "5"})
    work_off()
    first, second = AnalysisRun.objects.order_by("pk")

    assert "windows of 7 days" in text_of(client, f"{PAGE}?run={first.pk}")
    assert "windows of 5 days" in text_of(client, PAGE)
    of_run = client.get(f"/analyses/{second.pk}/").content.decode()
    assert f"{PAGE}?run={second.pk}" in of_run
    assert client.get(f"{PAGE}?run=999999").status_code == 404
    assert client.get(f"{PAGE}?run=x").status_code == 404


def test_a_run_is_repeated_with_the_same_to_the_bit(client) -> None:
    population.outbreak()
    client.post(PAGE, {**DEFAULTS, **STAYS})
    work_off()
    run = AnalysisRun.objects.get()

    client.post(f"/analyses/{run.pk}/repeat/", {})
    work_off()
    again = AnalysisRun.objects.get(repeats=run)

    assert "It gave the same, to the bit" in text_of(client, f"/analyses/{again.pk}/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"window_days": "-3"}, "greater than or equal to 1"),
        ({"window_days": ""}, "required"),
        ({"window_days": "7.5"}, "whole number"),
        ({"serial_mean": "1"}, "greater than or equal to 1.01"),
        ({"admitted_share": "40"}, "less than or equal to 1"),
        ({"source": "rumours"}, "Select a valid choice"),
        ({"imported_events": ["nowhere"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client, wrong, said) -> None:
    answer = client.post(PAGE, {**DEFAULTS, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AnalysisRun.objects.exists()


@pytest.mark.parametrize(
    ("cases", "asked", "said"),
    [
        ((), {}, "No case was found in 90 days"),
        ((1,), {}, "too few"),
        ((12, 0, 0, 0, 0, 0, 0, 0, 0), {}, "Fewer than two days have cases"),
        ((1, 2, 3), {}, "have no window of 7 days"),
        ((2,) * 12, {"serial_mean": "30"}, "R cannot be estimated yet"),
    ],
)
def test_what_the_cases_do_not_tell_is_said_in_its_place(client, cases, asked, said) -> None:
    loads.assay()
    population.outbreak(cases)
    client.post(PAGE, {**DEFAULTS, **asked})
    work_off()

    assert said in text_of(client, PAGE)


def test_the_page_costs_the_same_however_many_cases_there_are(client) -> None:
    population.outbreak((1, 1, 2, 2, 3, 3, 4, 4, 5))
    client.post(PAGE, {**DEFAULTS, **STAYS})
    work_off()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    population.outbreak()
    client.post(PAGE, {**DEFAULTS, **STAYS})
    work_off()

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)


def test_who_may_not_ask_for_analyses_does_not_see_it() -> None:
    assert client_of(Role.WARD_DOCTOR).get(PAGE).status_code == 403


def posted(client: Any, **body: Any) -> Any:
    return client.post(
        RUNS,
        {"kind": "EPIDEMIC", **body},
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )


def test_the_interface_asks_for_a_population_and_reads_what_came_of_it(client) -> None:
    population.outbreak()

    first = posted(client, parameters={"window_days": 5, "serial_mean": 6})
    again = posted(client, parameters={"window_days": 5, "serial_mean": 6})
    work_off()
    (run,) = client.get(RUNS, {"kind": "EPIDEMIC"}).json()["analysis_runs"]
    (part,) = client.get("/api/v1/analysis-parts", {"run": run["id"]}).json()["analysis_parts"]

    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert run["parameters"]["window_days"] == 5
    assert run["outcome"]["doubling"]["direction"] == "growth"
    window = part["outcome"]["reproduction"]["windows"][0]
    assert window["last_day"] - window["first_day"] == 4
    assert part["person"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"parameters": {"window_days": -1}}, "window_days"),
        ({"parameters": {"serial_mean": "x"}}, "serial_mean"),
        ({"parameters": [1]}, "parameters"),
        ({"parameters": {"limit": 5}}, "limit"),
        ({"limit": 5}, "limit"),
        ({"persons": []}, "persons"),
        ({"kind": "KINETICS", "parameters": {"limit": "x"}}, "limit"),
        ({"kind": "KINETICS", "limit": 5, "parameters": {"limit": 5}}, "parameters"),
    ],
)
def test_a_body_that_cannot_be_used_is_told(client, body, field) -> None:
    answer = posted(client, **body)

    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not AnalysisRun.objects.exists()
