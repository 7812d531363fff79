"""Downtime: a paper form, typed in by two people who do not see each other's values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import get_default_timezone

from assays.actions import downtime, results
from assays.actions.result_checks import OwnEntry
from assays.models import (
    DowntimeForm,
    DowntimeOutcome,
    DowntimeTyping,
    Result,
)
from assays.queries import ledger
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.recording.downtime.paper import paper_time, type_in
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_form_has_a_box_for_each_open_test_of_its_section(assays, specimen, first) -> None:
    laboratory.specimen([assays["HGB"]], item_status="COMPLETED")

    made = downtime.prepare(section="CBC", by=first, at=database_now())

    assert {(one.specimen, one.assay) for one in made.boxes.all()} == {
        (specimen, assay) for assay in assays.values()
    }


def test_a_form_with_nothing_on_it_is_not_made(first) -> None:
    with pytest.raises(InvalidInput, match="no form was made"):
        downtime.prepare(section="NOWHERE", by=first, at=database_now())

    assert not DowntimeForm.objects.exists()


def test_the_form_prints_with_every_accession(form, specimen, first) -> None:
    answer = client_of(first).get(f"/downtime/{form.pk}/form.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_two_people_typed_alike_becomes_a_result_of_both(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2")
    assert not Result.objects.exists()

    type_in(client_of(second), form, specimen, at=at, hgb="132 g/L")

    result = Result.objects.get()
    assert (result.value, result.entered_by, result.recorded_by) == (Decimal("13.2"), first, second)
    local = result.observed_at.astimezone(get_default_timezone())
    assert local.strftime("%Y-%m-%dT%H:%M") == at
    assert DowntimeOutcome.objects.get().result == result


def test_neither_of_the_two_verifies_it_and_a_third_may(form, specimen, first, second) -> None:
    at = paper_time()
    for one in (first, second):
        type_in(client_of(one), form, specimen, at=at, hgb="13.2")
    work_off()
    result = Result.objects.get()

    for one in (first, second):
        with pytest.raises(OwnEntry):
            results.verify(result=result, by=one, at=database_now())
    third = factories.principal(Role.TECHNOLOGIST)
    results.verify(result=result, by=third, at=database_now())

    assert result.status == "TECHNICALLY_VERIFIED"


def test_the_second_person_is_not_shown_what_the_first_typed(form, specimen, first, second) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="17.3")

    shown = client_of(second).get(f"/downtime/{form.pk}/").content.decode()
    own = client_of(first).get(f"/downtime/{form.pk}/").content.decode()

    assert "17.3" not in shown
    assert "typed by one person" in shown
    assert "you typed 17.3" in own


def test_a_difference_is_told_to_both_without_the_other_value(
    form, specimen, first, second
) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="17.3")
    client = client_of(second)
    told = type_in(client, form, specimen, at=at, hgb="13.7")
    page = client.get(told["Location"]).content.decode()
    back = client_of(first).get(f"/downtime/{form.pk}/").content.decode()
    for one in (first, second):
        settling = client_of(one).get(f"/downtime/{form.pk}/differences/").content.decode()
        assert "17.3" not in settling
        assert "13.7" not in settling

    assert "differ from what another person typed" in page
    assert "17.3" not in page
    assert "the two typings differ" in back
    assert "13.7" not in back
    assert not Result.objects.exists()


def test_typing_again_until_both_agree_records_and_keeps_every_typing(
    form, specimen, first, second
) -> None:
    at = paper_time()
    for who, text in ((first, "17.3"), (second, "13.7"), (first, "13.7")):
        type_in(client_of(who), form, specimen, at=at, hgb=text)

    result = Result.objects.get()
    assert (result.entered_by, result.recorded_by) == (second, first)
    assert list(DowntimeTyping.objects.order_by("pk").values_list("text", flat=True)) == [
        "17.3",
        "13.7",
        "13.7",
    ]


def test_other_times_on_the_paper_are_a_difference(form, specimen, first, second) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="13.2")
    type_in(client_of(second), form, specimen, at=paper_time(timedelta(minutes=25)), hgb="13.2")

    assert not Result.objects.exists()


def test_one_person_typing_twice_agrees_with_nobody(form, specimen, first) -> None:
    at = paper_time()
    for _time in range(2):
        type_in(client_of(first), form, specimen, at=at, hgb="13.2")

    assert not Result.objects.exists()
    assert DowntimeTyping.objects.count() == 1, "a page sent twice says nothing new"


def test_nothing_typed_is_changed_or_removed(form, specimen, first) -> None:
    type_in(client_of(first), form, specimen, at=paper_time(), hgb="13.2")
    typing = DowntimeTyping.objects.get()

    with pytest.raises(AppendOnlyError):
        DowntimeTyping.objects.filter(pk=typing.pk).update(text="14")
    with pytest.raises(AppendOnlyError):
        typing.delete()


def test_open_boxes_stand_in_the_list_and_the_ledger(form, specimen, first, second) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2", wbc="7")
    type_in(client_of(second), form, specimen, at=at, hgb="13.2")

    listed = client_of(first).get("/downtime/").content.decode()
    (level,) = [one for one in ledger.take().levels if one.key == "downtime_box"]

    assert str(form) in listed
    assert {(one.key, one.count) for one in level.buckets} == {("RECORDED", 1), ("TYPED_ONCE", 1)}
    assert level.is_balanced
    assert all(one.age is not None for one in level.buckets if one.key == "TYPED_ONCE")


@pytest.mark.parametrize(
    "role", [Role.WARD_DOCTOR, Role.NURSE, Role.AUDITOR, Role.PHLEBOTOMIST, Role.ADMINISTRATOR]
)
def test_who_may_not_type_forms_sees_none(form, role) -> None:
    client = client_of(factories.principal(role))

    for address in ("/downtime/", f"/downtime/{form.pk}/", f"/downtime/{form.pk}/form.pdf"):
        assert client.get(address).status_code == 403


def test_the_form_costs_the_same_however_many_specimens_it_has(
    assays, specimen, first, django_assert_max_num_queries
) -> None:
    few = downtime.prepare(section="CBC", by=first, at=database_now())
    for _number in range(5):
        laboratory.specimen(list(assays.values()))
    many = downtime.prepare(section="CBC", by=first, at=database_now())
    client = client_of(first)
    client.get(f"/downtime/{few.pk}/")
    counts = []

    for form in (few, many):
        with django_assert_max_num_queries(40) as context:
            client.get(f"/downtime/{form.pk}/")
        counts.append(len(context))

    assert counts[0] == counts[1]


def test_the_moment_typed_is_read_in_the_hospitals_zone(form, specimen, first) -> None:
    at = paper_time()
    type_in(client_of(first), form, specimen, at=at, hgb="13.2")

    zone = get_default_timezone()
    expected = datetime.fromisoformat(at).replace(tzinfo=zone)
    assert DowntimeTyping.objects.get().observed_at == expected
