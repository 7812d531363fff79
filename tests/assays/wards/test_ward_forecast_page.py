"""The beds to come on the page of the wards: from the growth of the cases, or why it cannot be said."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assays.models import AnalysisRun
from labsys.accounts.roles import Role
from tests.assays.analyses import population
from tests.assays.analyses.test_population_page import DEFAULTS, PAGE, STAYS
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(Role.INFECTION_CONTROL)


def beds_to_come(client: Client) -> str:
    shown = " ".join(client.get(reverse("wards")).content.decode().split())
    return shown[shown.index('id="forecast-title"') :]


def beds(count: int) -> None:
    ward = people.ward()
    for _number in range(count):
        people.ward(parent=ward, kind="BED")


def test_capacity_is_reached_on_a_day_with_the_growth_it_follows_from(client: Client) -> None:
    beds(8)
    population.outbreak()
    client.post(PAGE, {**DEFAULTS, **STAYS})
    work_off()

    shown = beds_to_come(client)

    assert "The open capacity of 8 is reached on" in shown
    assert "By the upper limit it is reached on" in shown
    assert "double in" in shown
    assert "the growth above" in shown
    assert "<svg" in shown
    assert f"{PAGE}?run={AnalysisRun.objects.get().pk}" in shown


def test_what_is_carried_by_the_reproduction_number_says_so(client: Client) -> None:
    beds(8)
    population.outbreak()
    client.post(PAGE, {**DEFAULTS, **STAYS, "carried_by": "reproduction"})
    work_off()

    assert "the newest R, with no further imported cases" in beds_to_come(client)


def test_without_an_analysis_a_bed_or_stays_nothing_is_determined(client: Client) -> None:
    population.outbreak()
    without_any = beds_to_come(client)
    client.post(PAGE, {**DEFAULTS, **STAYS})
    work_off()
    without_beds = beds_to_come(client)
    client.post(PAGE, DEFAULTS)
    work_off()
    without_stays = beds_to_come(client)

    assert "Not determinable: no analysis of the population has ended" in without_any
    assert "No open bed is on record" in without_beds
    assert "Beds need the share of cases that is admitted" in without_stays
    for shown in (without_any, without_beds, without_stays):
        assert "Not determinable" in shown
        assert "<svg" not in shown


def test_who_may_not_see_analyses_sees_wards_and_no_beds_to_come() -> None:
    shown = client_of(Role.NURSE).get(reverse("wards")).content.decode()

    assert "forecast-title" not in shown
