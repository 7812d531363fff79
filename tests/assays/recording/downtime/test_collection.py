"""The time of collection on the paper of a downtime: recorded once, never overwritten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.timezone import get_default_timezone

from assays.actions import downtime
from assays.models import (
    DowntimeForm,
    DowntimeOutcome,
    DowntimeTyping,
    Result,
)
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.recording.downtime.paper import paper_time, type_in
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def uncollected(assays):
    return laboratory.specimen(list(assays.values()), status="EXPECTED")


@pytest.fixture
def its_form(first, uncollected) -> DowntimeForm:
    return downtime.prepare(section="", specimens=[uncollected], by=first, at=database_now())


def test_the_papers_time_of_collection_is_recorded_with_the_first_value(
    its_form, uncollected, first, second
) -> None:
    at, drawn = paper_time(), paper_time(timedelta(hours=3))
    for one in (first, second):
        type_in(client_of(one), its_form, uncollected, at=at, collected=drawn, hgb="13.2")

    uncollected.refresh_from_db()
    result = Result.objects.get()
    moment = datetime.fromisoformat(drawn).replace(tzinfo=get_default_timezone())
    assert (uncollected.status, uncollected.collected_at) == ("COLLECTED", moment)
    assert result.collected_at == moment
    event = uncollected.events.get(new="COLLECTED")
    assert (event.recorded_by, event.happened_at) == (second, moment)
    assert str(its_form) in event.reason


def test_a_box_typed_after_the_collection_is_on_record_agrees_without_its_time(
    its_form, uncollected, first, second
) -> None:
    at, drawn = paper_time(), paper_time(timedelta(hours=3))
    type_in(client_of(first), its_form, uncollected, at=at, collected=drawn, hgb="13.2", wbc="7")
    type_in(client_of(second), its_form, uncollected, at=at, collected=drawn, hgb="13.2")

    type_in(client_of(second), its_form, uncollected, at=at, wbc="7")

    assert set(DowntimeOutcome.objects.values_list("result__analyte__code", flat=True)) == {
        "hgb",
        "wbc",
    }


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (timedelta(hours=5), "is on record"),
        (timedelta(minutes=5), "measured before it was collected"),
        (-timedelta(hours=5), "lies in the future"),
    ],
)
def test_a_time_of_collection_that_contradicts_is_refused_and_nothing_is_kept(
    form, specimen, first, drawn, said
) -> None:
    answer = type_in(
        client_of(first), form, specimen, at=paper_time(), collected=paper_time(drawn), hgb="13.2"
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="13.2"' in answer.content.decode()
    assert not DowntimeTyping.objects.exists()


def test_a_collection_recorded_otherwise_meanwhile_is_not_overwritten(
    its_form, uncollected, first, second
) -> None:
    at, drawn = paper_time(), paper_time(timedelta(hours=3))
    type_in(client_of(first), its_form, uncollected, at=at, collected=drawn, hgb="13.2")
    laboratory.collected(uncollected)
    uncollected.refresh_from_db()
    recorded = uncollected.collected_at

    told = type_in(client_of(second), its_form, uncollected, at=at, collected=drawn, hgb="13.2")
    type_in(client_of(second), its_form, uncollected, at=at, hgb="13.2")

    assert "is on record" in told.content.decode()
    assert not Result.objects.exists()
    uncollected.refresh_from_db()
    assert uncollected.collected_at == recorded


def test_where_no_value_can_be_recorded_nothing_is_collected_either(
    assays, its_form, uncollected, first, second
) -> None:
    with laboratory.setting_up():
        type(uncollected.order).objects.filter(pk=uncollected.order_id).update(status="ON_HOLD")
    at, drawn = paper_time(), paper_time(timedelta(hours=3))
    for one in (first, second):
        type_in(client_of(one), its_form, uncollected, at=at, collected=drawn, hgb="13.2")

    uncollected.refresh_from_db()
    assert (uncollected.status, uncollected.collected_at) == ("EXPECTED", None)
    assert DowntimeTyping.objects.count() == 2
