"""Counts in which no nanite was seen, or hardly any: less than a limit, and never 0."""

from __future__ import annotations

import pytest

from assays.models import NaniteEstimate, Specimen
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.work.models import WorkItem
from tests import factories, laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.nanites.test_nanites import count, found, red_cells

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    order = laboratory.order("NANITE", by=factories.principal(Role.PATHOLOGIST))
    (made,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))
    return made


def test_no_nanite_seen_is_less_than_the_upper_limit_and_never_zero(specimen, counter) -> None:
    count(specimen, counter, [(200, 0), (210, 0)])
    red_cells(specimen)

    work_off()

    estimate = NaniteEstimate.objects.order_by("pk").last().estimate
    limits = estimate["per_1000_red_cells"]
    assert limits["value"] == limits["low"] == 0
    # Garwood's upper limit of none is 3.69 events; in 410 cells 9.0 per 1000, and more by scatter.
    assert limits["high"] >= 3.6889 / 410 * 1000
    ratio, load = found("NANITE-RATIO"), found("NANITE-LOAD")
    assert (ratio.comparator, load.comparator) == ("<", "<")
    assert limits["high"] <= float(ratio.value) < limits["high"] + 0.01
    assert estimate["per_ul"]["high"] <= float(load.value) < estimate["per_ul"]["high"] + 1


def test_a_load_that_bounds_nothing_useful_is_still_recorded(specimen, counter) -> None:
    count(specimen, counter, [(1, 0)])
    red_cells(specimen)

    work_off()

    assert found("NANITE-LOAD").comparator == "<"
    assert set(WorkItem.objects.values_list("state", flat=True)) == {"DONE"}


def test_a_few_that_were_seen_are_not_zero_by_rounding(specimen, counter) -> None:
    count(specimen, counter, [(100_000, 1), (100_000, 0), (100_000, 0)])

    work_off()

    ratio = found("NANITE-RATIO")
    assert (ratio.comparator, str(ratio.value)) == ("<", "0.01")  # 0.0033 per 1000
