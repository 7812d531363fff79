"""Whoever was told a value hears that it is held, and that it stands again or does not."""

from __future__ import annotations

import pytest

from assays.actions import corrections_chased, reports, results
from assays.models import (
    CorrectionNotice,
    ReportAccess,
    Result,
    ResultHold,
)
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib.clock import database_now
from tests.assays.communication.chasing import notice_of
from tests.assays.communication.telling import Ward, fresh
from tests.clients import client_of
from tests.laboratory import system
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ward: Ward) -> Result:
    """A value that is not released, given by an interim report that the ward's doctor printed."""
    value = ward.verify(ward.record("HGB", "13.0"))
    version = reports.issue_interim(order=ward.order, by=ward.technologist, at=database_now())
    reports.record_access(
        version=version, kind=ReportAccess.Kind.PRINTED, by=ward.doctor, at=database_now()
    )
    return value


def held(ward: Ward, value: Result, reason: str = "clot seen") -> ResultHold:
    return results.hold(result=value, by=ward.technologist, at=database_now(), reason=reason)


def clear(ward: Ward, hold: ResultHold) -> None:
    mine = ResultHold.objects.select_related("result").get(pk=hold.pk)
    results.clear_hold(hold=mine, by=ward.verifier, at=database_now(), reason="no clot after all")


def states_of(reader: Principal) -> list[tuple[str, str]]:
    found = CorrectionNotice.objects.filter(reader=reader).order_by("id")
    return [(one.reason, one.state) for one in found]


def test_whoever_read_an_interim_report_is_told_that_a_value_of_it_is_held(
    ward: Ward, told: Result
) -> None:
    hold = held(ward, told)

    notice = notice_of(ward.doctor, told)
    assert (notice.hold, notice.reason, notice.stands) == (hold, "clot seen", True)
    assert "REPORT:PRINTED" in notice.ways
    text = client_of(ward.doctor).get("/inbox/").content.decode()
    assert "is held: the laboratory is checking it" in text
    assert "I take note that it is being checked" in text


def test_whoever_heard_of_a_hold_hears_that_the_value_stands(ward: Ward, told: Result) -> None:
    hold = held(ward, told)
    corrections_chased.acknowledge(
        notice=notice_of(ward.doctor, told), by=ward.doctor, at=database_now()
    )

    clear(ward, hold)

    assert states_of(ward.doctor) == [
        ("clot seen", "ACKNOWLEDGED"),
        ("no clot after all", "OPEN"),
    ]
    assert "was checked and stands" in client_of(ward.doctor).get("/inbox/").content.decode()


def test_a_notice_of_a_hold_that_nobody_saw_is_replaced_by_its_end(
    ward: Ward, told: Result
) -> None:
    clear(ward, held(ward, told))

    assert states_of(ward.doctor) == [("clot seen", "REPLACED"), ("no clot after all", "OPEN")]


def test_a_value_that_is_still_held_does_not_stand(ward: Ward, told: Result) -> None:
    first = held(ward, told)
    held(ward, told, "wrong tube?")

    clear(ward, first)

    assert [state for _why, state in states_of(ward.doctor)] == ["OPEN", "OPEN"]


def test_a_held_value_that_is_rejected_is_told_as_withdrawn(ward: Ward, told: Result) -> None:
    held(ward, told)

    results.reject(result=fresh(told), by=ward.pathologist, at=database_now(), reason="clot")

    assert states_of(ward.doctor) == [("clot seen", "REPLACED"), ("clot", "OPEN")]
    assert not CorrectionNotice.objects.get(state="OPEN").stands


def test_the_chasers_see_who_has_not_heard_of_a_hold(ward: Ward, told: Result) -> None:
    held(ward, told)
    notice = notice_of(ward.doctor, told)
    client = client_of(ward.pathologist)

    listed = client.get("/corrections/").content.decode()
    page = client.get(f"/corrections/{notice.pk}/").content.decode()

    assert "held, being checked" in listed
    assert "the value is held and being checked" in page


def test_nobody_hears_of_a_hold_on_a_value_that_was_not_told(ward: Ward) -> None:
    value = ward.record("HGB", "13.0")

    held(ward, value)

    assert not CorrectionNotice.objects.exists()


def test_a_page_on_its_way_when_a_value_was_held_is_caught_up_with(
    ward: Ward, told: Result
) -> None:
    hold = held(ward, told)
    late = people.doctor_of(ward.ward)
    reads.record(by=late, purpose="result", objects=[told], person_id=told.person_id)

    corrections_chased.catch_up(by=system("sweep"), at=database_now())
    corrections_chased.catch_up(by=system("sweep"), at=database_now())

    assert notice_of(late, told).hold == hold
    assert CorrectionNotice.objects.filter(reader=ward.doctor).count() == 1
