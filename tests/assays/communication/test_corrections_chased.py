"""Corrections chased: everybody who saw the old value hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import corrections_chased, inbox
from assays.models import (
    ReportAccess,
)
from assays.queries.readers import readers
from labsys.audit import reads
from labsys.lib.clock import database_now
from tests.assays.communication.chasing import notice_of, readers_chased
from tests.assays.communication.telling import Ward, fresh
from tests.clients import client_of
from tests.laboratory import system
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "page",
    [
        "/results/{result.pk}/",
        "/persons/{result.person.uid}/results/",
        "/inbox/",
    ],
)
def test_whoever_opened_a_page_with_the_value_is_chased(ward: Ward, page: str) -> None:
    value = ward.reported("HGB", "13.0")
    assert client_of(ward.doctor).get(page.format(result=value)).status_code == 200

    ward.correct(value, "14.0", "tubes were swapped")

    notice = notice_of(ward.doctor, value)
    assert (notice.reason, notice.state, notice.replacement) == (
        "tubes were swapped",
        "OPEN",
        None,
    )


def test_a_requester_who_saw_it_among_their_orders_is_chased(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.requester).get("/requests/")

    ward.correct(value, "14.0")

    assert readers_chased(value) == {ward.requester}


def test_whoever_printed_a_report_with_the_value_is_chased(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    page = client_of(ward.doctor).post(f"/reports/{ward.report.pk}/1.pdf", {"print": "1"})
    assert page.status_code == 200
    assert ReportAccess.objects.get().kind == "PRINTED"

    ward.correct(value, "14.0")

    assert notice_of(ward.doctor, value).ways == ["REPORT:PRINTED"]


def test_whoever_acknowledged_it_is_chased(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    inbox.acknowledge(entry_ids=[ward.entry(value).pk], by=ward.doctor, at=database_now())

    ward.withdraw(value)

    assert readers_chased(value) == {ward.doctor}


def test_whoever_looked_at_another_value_of_the_patient_is_not(ward: Ward) -> None:
    value, other = ward.reported("HGB", "13.0"), ward.reported("WBC", "13.0")
    client_of(ward.doctor).get(f"/results/{other.pk}/")

    ward.correct(value, "14.0")

    assert readers_chased(value) == set()


def test_the_laboratorys_work_on_a_value_before_its_release_is_no_reading_of_it(
    ward: Ward,
) -> None:
    value = ward.record("HGB", "13.0")
    client_of(ward.verifier).get(f"/results/{value.pk}/")
    ward.release(value)
    client_of(ward.pathologist).get(f"/results/{value.pk}/")

    ward.correct(value, "14.0")

    assert readers_chased(value) == {ward.pathologist}


def test_whoever_corrects_it_knows(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.corrector).get(f"/results/{value.pk}/")

    ward.correct(value, "14.0")

    assert readers_chased(value) == set()


def test_a_released_correction_says_what_holds_now(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    new = ward.correct(value, "14.0")
    before = notice_of(ward.doctor, value)

    ward.release(new)

    assert fresh(before).state == "REPLACED"
    after = notice_of(ward.doctor, value, replacement=new)
    assert (after.state, after.reason) == ("OPEN", "tubes were swapped")


def test_whoever_took_note_of_the_withdrawal_takes_note_of_the_correction_too(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    new = ward.correct(value, "14.0")
    corrections_chased.acknowledge(
        notice=notice_of(ward.doctor, value), by=ward.doctor, at=database_now()
    )

    ward.release(new)

    assert notice_of(ward.doctor, value, replacement=new).state == "OPEN"


def test_a_correction_corrected_before_its_release_still_reaches_the_first_reader(
    ward: Ward,
) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    second = ward.correct(ward.correct(value, "14.0"), "15.0")

    ward.release(second)

    assert notice_of(ward.doctor, value, replacement=second).state == "OPEN"


def test_a_correction_that_is_corrected_in_turn_reaches_whoever_was_told_of_it(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{value.pk}/")
    second = ward.correct(value, "14.0")
    ward.release(second)
    told = notice_of(ward.doctor, value, replacement=second)

    third = ward.correct(second, "15.0")
    ward.release(third)

    assert fresh(told).state == "REPLACED"
    assert notice_of(ward.doctor, second, replacement=third).state == "OPEN"


def test_a_page_that_was_on_its_way_is_caught_up_with(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    ward.correct(value, "14.0")
    assert readers_chased(value) == set()
    # The doctor's page had read the value before; its look is written a moment after.
    reads.record(by=ward.doctor, purpose="result", objects=[value], person_id=value.person_id)

    first = corrections_chased.catch_up(by=system("sweep"), at=database_now())
    again = corrections_chased.catch_up(by=system("sweep"), at=database_now())

    assert (first, again) == (1, 0)
    assert readers_chased(value) == {ward.doctor}


def test_a_look_long_after_the_withdrawal_is_no_reading_of_it(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    reads.record(by=ward.doctor, purpose="result", objects=[value], person_id=value.person_id)

    early = value.recorded_at - timedelta(minutes=10)

    assert readers(fresh(value), until=early) == []
    assert [one.reader_id for one in readers(fresh(value), until=database_now())] == [
        ward.doctor.pk
    ]


def test_a_search_shows_no_value(ward: Ward) -> None:
    value = ward.reported("HGB", "13.0")
    reads.record(
        by=ward.doctor, purpose="search", objects=[ward.patient], person_id=ward.patient.pk
    )

    ward.withdraw(value)

    assert readers_chased(value) == set()


def test_whoever_read_it_under_another_entry_of_the_person_is_chased(ward: Ward) -> None:
    from patients.actions import links

    value = ward.reported("HGB", "13.0")
    double = people.person()
    by = people.infection_control()
    at = database_now()
    links.link(duplicate=ward.patient, survivor=double, reason="same person", by=by, at=at)
    client_of(ward.pathologist).get(f"/persons/{double.uid}/results/")

    ward.withdraw(value)

    assert ward.pathologist in readers_chased(value)
