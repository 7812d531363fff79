"""Which patients' values an average counts, and what its page draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from assays.actions import calibrations, patient_averages, recordings, versions
from assays.actions.recordings import Typed
from assays.models import PatientAverage, Result
from assays.queries import bench as bench_queries
from assays.queries import patient_averages as queries
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from tests import factories
from tests.assays import laboratory
from tests.assays.bench.making import DAY, Bench, bench
from tests.clients import client_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here() -> Bench:
    return bench()


def in_force(here: Bench, **more: Any) -> PatientAverage:
    given = {"target": Decimal(14), "sd": Decimal(1), "weight": Decimal("0.2"), **more}
    made = patient_averages.draft(assay=here.assay, by=here.quality, at=here.at, **given)
    versions.approve(version=made, by=here.pathologist, at=here.at)
    versions.activate(version=made, by=here.pathologist, at=here.at)
    return made


def values(here: Bench, shown: Sequence[object], **more: Any) -> list[Result]:
    """Have the instrument measure these values, a minute apart, in as many copies of one result."""
    typed = Typed(assay_id=here.assay.pk, value=Quantity(Decimal(14), "g/dL"), field="value")
    (first,) = recordings.record_typed(
        specimen=laboratory.specimen([here.assay]),
        values=[typed],
        observed_at=laboratory.moment(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    named = [field.name for field in Result._meta.concrete_fields if field.name != "id"]
    template = {name: getattr(first, name) for name in named}
    made = []
    for place, value in enumerate(shown):
        given = {
            "instrument": here.instrument,
            "order_item": None,
            "value": Decimal(str(value)),
            "observed_at": here.at - DAY + place * MINUTE,
            **more,
        }
        with acting(by=factories.seed(), at=here.at, action="tests.set_up"):
            made.append(Result.objects.create(**{**template, **given}))
    return made


def course(here: Bench, setting: PatientAverage) -> queries.Course:
    return queries.course(setting, here.instrument)


def test_the_average_runs_over_the_values_in_the_order_they_were_observed(here: Bench) -> None:
    setting = in_force(here, weight=Decimal("0.5"))
    values(here, [15, 13])

    found = course(here, setting)

    assert [one.average.value for one in found.values] == [14.5, 13.75]
    assert (found.counted, found.left_out) == (2, 0)


def test_truncated_censored_foreign_and_withdrawn_values_do_not_count(here: Bench) -> None:
    setting = in_force(here, truncate_low=Decimal(10), truncate_high=Decimal(18))
    values(here, [10, 18])
    values(here, [9.9, 18.1])
    values(here, [12], comparator="<")
    values(here, [12], unit="g/L")
    values(here, [12], status="ENTERED_IN_ERROR")
    values(here, [12], instrument=None)

    found = course(here, setting)

    assert found.counted == 2
    assert found.left_out == 4


def test_a_shift_of_the_method_leaves_the_limits(here: Bench) -> None:
    setting = in_force(here)
    values(here, [14] * 5 + [16] * 10)

    found = course(here, setting)

    assert found.values[4].average.side == 0
    assert found.last is not None
    assert found.last.average.side == 1


def test_a_median_of_blocks_is_drawn_from_the_first_full_block(here: Bench) -> None:
    setting = in_force(here, method="MEDIAN", weight=None, block=3)
    values(here, [13, 14, 99, 15])

    assert [one.average.value for one in course(here, setting).values] == [14, 15]


def test_the_course_takes_one_query(here: Bench, django_assert_num_queries: Any) -> None:
    setting = in_force(here)
    values(here, [14, 15, 16])
    found = queries.settings_in_force()[-1]

    with django_assert_num_queries(1):
        assert course(here, found).setting == setting


def test_the_page_draws_the_average_with_its_limits_and_marks(here: Bench) -> None:
    setting = in_force(here)
    values(here, [14, 15, 20, 20, 20])
    calibrations.record(
        instrument=here.instrument,
        assay=here.assay,
        performed_at=here.at - DAY + 2 * MINUTE,
        by=here.technologist,
        at=here.at,
    )
    asked = f"?setting={setting.pk}&instrument={here.instrument.pk}"

    page = client_of(here.technologist).get(reverse("patient-averages") + asked).content.decode()

    assert "5 averages from" in page
    assert "outside the limits" in page
    assert 'class="c-mark"' in page
    assert "Values as a table" in page


def test_a_new_version_replaces_the_one_in_force(here: Bench) -> None:
    first = in_force(here)
    second = in_force(here, target=Decimal(13))

    first.refresh_from_db()
    assert (first.status, second.number) == ("RETIRED", 2)
    assert [one.pk for one in queries.settings_in_force()] == [second.pk]


def test_a_result_names_the_lots_it_was_measured_with(here: Bench) -> None:
    reagent = here.reagent()
    lot = here.lot(reagent)
    here.use(lot, since=here.at - DAY + 2 * MINUTE)
    before, _between, after, last = values(here, [14, 14, 14, 14])

    assert bench_queries.lots_of_result(before) == []
    assert [one.lot for one in bench_queries.lots_of_result(after)] == [lot]
    assert [one.lot for one in bench_queries.lots_of_result(last)] == [lot]
    client = client_of(factories.principal(Role.TECHNOLOGIST))
    address = reverse("reagent-lot", args=[lot.pk])
    assert address in client.get(reverse("result", args=[after.pk])).content.decode()
    assert address not in client.get(reverse("result", args=[before.pk])).content.decode()
