"""The population analysed every day by itself, and how old an analysis is said to be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from assays.actions.analyses import population as actions
from assays.actions.analyses.population import DAILY
from assays.models import AnalysisRun
from assays.queries.words import run_age
from assays.tasks.population import analyse_population
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import periodic
from labsys.work.models import WorkItem
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import population
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def day(at_days_ahead: int = 0) -> None:
    """Let a day begin as beat does, and workers do what it asks for."""
    at = database_now() + timedelta(days=at_days_ahead)
    actions.begin_day(by=Principal.objects.system("sweep"), at=at)
    work_off()


def runs() -> list[AnalysisRun]:
    return list(AnalysisRun.objects.filter(kind="EPIDEMIC").order_by("id"))


def test_every_day_has_a_run_that_counts_everybody() -> None:
    population.outbreak()
    periodic.load()
    assert periodic._jobs["cases in the population"].every_seconds == 86_400

    analyse_population()
    work_off()

    (run,) = runs()
    assert run.status == "DONE"
    assert run.asked_by.name == "system:sweep"
    assert run.parts.get().given["everybody"]
    assert run.parts.get().given["persons"] == sum(population.GROWING)


def test_a_day_is_begun_once_and_the_same_cases_are_analysed_once() -> None:
    population.outbreak()

    day()
    day()
    day(at_days_ahead=1)

    assert WorkItem.objects.filter(kind=DAILY).count() == 2
    assert len(runs()) == 1
    population.exposed(laboratory.person(), days_ago=1)
    day(at_days_ahead=2)
    assert len(runs()) == 2


def test_it_is_analysed_as_somebody_asked_for_it_last() -> None:
    population.outbreak()
    by = factories.principal(Role.PATHOLOGIST)
    for mean in (6.0, 9.0):
        population.asked(by, agent="nanites", serial_mean=mean)
        work_off()
    population.exposed(laboratory.person(), days_ago=1)

    day()

    *_asked, daily = runs()
    assert daily.asked_by.name == "system:sweep"
    assert (daily.parameters["agent"], daily.parameters["serial_mean"]) == ("nanites", 9.0)
    assert len(runs()) == 3


def test_where_nobody_is_a_case_nothing_is_asked_for() -> None:
    day()

    assert not runs()


def test_nothing_is_asked_for_where_the_beginning_is_rolled_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        analyse_population()
        raise RuntimeError

    assert not WorkItem.objects.filter(kind=DAILY).exists()


def test_an_age_is_said_after_a_day() -> None:
    at = database_now()

    assert run_age(at - timedelta(hours=23), at=at) == ""
    assert "more than 1 day old" in run_age(at - timedelta(hours=25), at=at)
    assert "more than 3 days old" in run_age(at - timedelta(days=3, hours=4), at=at)


def test_beds_to_come_say_how_old_the_analysis_is(monkeypatch: pytest.MonkeyPatch) -> None:
    population.outbreak()
    day()
    client = client_of(factories.principal(Role.INFECTION_CONTROL))
    young = client.get(reverse("wards")).content.decode()
    later = database_now() + timedelta(days=2, hours=1)
    monkeypatch.setattr("assays.pages.wards.database_now", lambda: later)

    old = client.get(reverse("wards")).content.decode()

    assert "days old" not in young
    assert "more than 2 days old" in old
